import fc from 'fast-check';
import { arbitraryValue, namedValue, type Schema, type Vocabulary } from './arbitrary-schema.ts';

/** A request that can be sent over any HTTP client. */
export interface DrawnRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

interface DescribedOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** The OpenAPI document, of the parts that requests are drawn from. */
export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Vocabulary['components'] };
}

/** Requests for every operation of a document: most of them fit it, the others are changed in one place or several. */
export const requestOf = (document: Described, known: Vocabulary['known']): fc.Arbitrary<DrawnRequest> => {
  const vocabulary = { components: document.components.schemas, known };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => fitting({ path, method, operation }, vocabulary)),
  );
  return fc
    .oneof(...operations)
    .chain((request) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(request) },
        { weight: 4, arbitrary: changeBody(request) },
        { weight: 1, arbitrary: changeHeaders(request) },
        { weight: 1, arbitrary: changePath(request) },
      ),
    );
};

interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: DescribedOperation;
}

const fitting = ({ path, method, operation }: Place, vocabulary: Vocabulary): fc.Arbitrary<DrawnRequest> => {
  const { parameters = [], requestBody } = operation;
  const [media, described] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const values = fc.record(
    Object.fromEntries(parameters.map(({ name, schema }) => [name, namedValue(name, schema, vocabulary)])),
    { requiredKeys: parameters.flatMap(({ name, required }) => (required ? [name] : [])) as never[] },
  ) as fc.Arbitrary<Record<string, unknown>>;
  return fc
    .tuple(
      values,
      described ? bodyOf(described.schema, media === 'application/x-ndjson', vocabulary) : fc.constant(null),
    )
    .map(([drawn, body]) => {
      const placed = (where: Parameter['in']) =>
        parameters.flatMap(({ name, in: place }) =>
          place === where && name in drawn ? [[name, String(drawn[name])]] : [],
        );
      const query = new URLSearchParams(placed('query') as [string, string][]).toString();
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(drawn[name])));
      return {
        method: method.toUpperCase(),
        path: query ? `${filled}?${query}` : filled,
        headers: { ...(media ? { 'content-type': media } : {}), ...Object.fromEntries(placed('header')) },
        body,
      };
    });
};

const bodyOf = (schema: Schema, isStream: boolean, vocabulary: Vocabulary): fc.Arbitrary<string> => {
  const value = arbitraryValue(schema, vocabulary);
  if (!isStream) return value.map((drawn) => JSON.stringify(drawn));
  return fc
    .array(value, { minLength: 1, maxLength: 5 })
    .map((lines) => lines.map((line) => JSON.stringify(line)).join('\n'));
};

/** Values that no contract means. */
const junk: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('null', 'true', '-1', '1e400', '-0', '9007199254740993', '""', '"\\u0000"', '"\\ud800"', '[]', '{}'),
  fc.constantFrom('NaN', '{"__proto__":1}', `${'['.repeat(40)}${']'.repeat(40)}`, '1e-400', '{"$ref":"#"}', '[[[]]]'),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
);

const changeBody = (request: DrawnRequest): fc.Arbitrary<DrawnRequest> => {
  const { body } = request;
  if (body === null) return changePath(request);
  const changed = fc.oneof(
    replaceValue(body),
    fc.tuple(fc.nat(body.length), fc.nat(40)).map(([from, count]) => body.slice(0, from) + body.slice(from + count)),
    fc
      .tuple(fc.nat(body.length), fc.string({ unit: 'binary', maxLength: 8 }))
      .map(([at, more]) => body.slice(0, at) + more + body.slice(at)),
    junk,
    fc.string({ unit: 'binary' }),
  );
  return changed.map((text) => ({ ...request, body: text }));
};

/** One value of a JSON text in the place of which stands junk. */
const replaceValue = (body: string): fc.Arbitrary<string> => {
  const places = [...body.matchAll(/:("(?:[^"\\]|\\.)*"|[^,{}[\]]+)/g)];
  if (places.length === 0) return junk;
  return fc.tuple(fc.constantFrom(...places), junk).map(([{ index, 0: found }, value]) => {
    const from = index + 1;
    return body.slice(0, from) + value + body.slice(index + found.length);
  });
};

const headerValue = fc.stringMatching(/^[ -~]{0,60}$/);

const changeHeaders = (request: DrawnRequest): fc.Arbitrary<DrawnRequest> =>
  fc
    .oneof(
      fc.record({
        'content-type': fc.oneof(headerValue, fc.constantFrom('text/plain', 'application/json; charset=x')),
      }),
      fc.record({ 'content-encoding': fc.constantFrom('gzip', 'br', 'deflate', 'identity', 'zstd') }),
      fc.record({ 'accept-language': headerValue }),
      fc.record({ 'idempotency-key': fc.oneof(headerValue, fc.constantFrom('a', 'b', 'c')) }),
      fc.record({ accept: headerValue }),
      fc.record({ origin: headerValue }),
      fc.record({ 'x-forwarded-for': headerValue }),
      fc.record({ 'inference-header-content-length': fc.oneof(fc.nat(2_000).map(String), headerValue) }),
    )
    .map((headers) => ({ ...request, headers: { ...request.headers, ...headers } }));

const segment = fc.oneof(
  fc.constantFrom('%00', '%ff', '%', '..', '.', '', '%2f', '__proto__', '%F0%9F%98%80', 'taiwan-card', '1'),
  fc.webSegment(),
);

const changePath = (request: DrawnRequest): fc.Arbitrary<DrawnRequest> => {
  const segments = request.path.split('/');
  return fc
    .oneof(
      fc.tuple(fc.nat(segments.length), segment).map(([at, one]) => segments.toSpliced(at, 1, one).join('/')),
      fc.tuple(fc.nat(segments.length), segment).map(([at, one]) => segments.toSpliced(at, 0, one).join('/')),
      fc.webQueryParameters().map((query) => `${request.path}?${query}`),
      fc.webPath(),
    )
    .chain((path) =>
      fc.constantFrom(request.method, request.method, 'PUT', 'PATCH', 'HEAD', 'OPTIONS').map((method) => ({
        ...request,
        method,
        path: path.startsWith('/') ? path : `/${path}`,
      })),
    );
};
