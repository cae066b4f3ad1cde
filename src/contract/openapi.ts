import { z } from 'zod';
import { type ErrorCode, type ErrorKind, errors } from '../errors.ts';
import { faultsOf, guardFaults } from './faults.ts';
import { inferenceOperations } from './inference-operations.ts';
import { type Operation, operations } from './operations.ts';
import { type Probe, probes } from './probes.ts';
import { Problem } from './problem.ts';

/** A schema in JSON Schema 2020-12, which OpenAPI 3.1 speaks. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the document says of this installation. */
export interface DocumentInputs {
  readonly version: string;
  /** Raw columns of each live model by the name of its schema; empty where the reader may not know. */
  readonly features: Readonly<Record<string, JsonSchema>>;
  /** Those of them that a request has which names no model. */
  readonly usual: readonly string[];
  /** The HTTP status of each kind of fault. */
  readonly statuses: Readonly<Record<ErrorKind, number>>;
}

const COMPONENTS = '#/components/schemas/';

/** The OpenAPI 3.1 document, from the schemas that parse. */
export const createDocument = ({ version, features, usual, statuses }: DocumentInputs): JsonSchema => {
  const components: Record<string, JsonSchema> = { ...features };
  const refer = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => toSchema(schema, io, components);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [name, operation] of Object.entries<Operation>({ ...operations, ...inferenceOperations })) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describeOperation({ name, operation, refer, statuses }),
    };
  }
  for (const [name, probe] of Object.entries<Probe>(probes)) {
    paths[probe.path] = { [probe.method]: describeProbe({ name, probe, refer, statuses }) };
  }
  if (usual.length > 0) {
    components.Features = {
      description:
        'The columns of the model that decides; of one that the request names those of Features-NAME-VERSION.',
      anyOf: usual.map((name) => ({ $ref: `${COMPONENTS}${name}` })),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vigil',
      version,
      description: 'Credit-risk decisions: explained, rule-governed, stored before they are answered.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ key: [] }, {}],
    paths,
    components: {
      schemas: components,
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key of VIGIL_API_KEYS.' } },
    },
  };
};

interface Describing {
  readonly name: string;
  readonly refer: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;
  readonly statuses: DocumentInputs['statuses'];
}

interface DescribingOperation extends Describing {
  readonly operation: Operation;
}

const describeProbe = ({ name, probe, refer, statuses }: Describing & { readonly probe: Probe }): JsonSchema => {
  const { summary, media, answer, isOpen, mayBeUnready } = probe;
  const content = { [media]: { schema: refer(answer, 'output') } };
  return {
    operationId: name,
    tags: ['probes'],
    summary: summary.en,
    description: summary.zh,
    ...(isOpen ? { security: [] } : {}),
    responses: {
      '200': { description: 'Done.', content },
      ...(mayBeUnready ? { '503': { description: 'Not ready.', content } } : {}),
      ...(isOpen ? {} : describeFaults(guardFaults, { statuses, problem: refer(Problem, 'output') })),
    },
  };
};

const describeOperation = ({ name, operation, refer, statuses }: DescribingOperation): JsonSchema => {
  const { summary, params, query, body, answer, media, isIdempotent } = operation;
  const parameters = [
    ...describeParameters('path', params),
    ...describeParameters('query', query),
    ...(isIdempotent ? [idempotencyKey] : []),
  ];
  const problem = refer(operation.problem ?? Problem, 'output');
  return {
    operationId: name,
    tags: [operation.path.split('/')[1]],
    summary: summary.en,
    description: summary.zh,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { [media]: { schema: refer(body, 'input') } } } } : {}),
    responses: {
      '200': { description: 'Done.', content: { [media]: { schema: refer(answer, 'output') } } },
      ...describeFaults(faultsOf(operation), { statuses, problem }),
    },
  };
};

/** One response for each status, naming the codes that come with it. */
const describeFaults = (
  codes: readonly ErrorCode[],
  { statuses, problem }: Pick<Describing, 'statuses'> & { readonly problem: JsonSchema },
): Record<string, JsonSchema> => {
  const found = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = statuses[errors[code].kind];
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...found].map(([status, named]) => [
      String(status),
      {
        description: named.map((code) => `\`${code}\`: ${errors[code].en}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  );
};

const idempotencyKey: JsonSchema = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same key and body within 24 hours are answered with the same decisions; on a stream, key and line id.',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]+$' },
};

const describeParameters = (place: 'path' | 'query', shape: z.ZodObject | undefined): JsonSchema[] =>
  Object.entries(shape?.shape ?? {}).map(([name, schema]) => {
    const type = schema as z.ZodType;
    return {
      name,
      in: place,
      required: place === 'path' || !type.safeParse(undefined).success,
      schema: plain(z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' })),
    };
  });

/** Turns a schema into JSON Schema; named ones go among the components and are referred to. */
const toSchema = (schema: z.ZodType, io: 'input' | 'output', components: Record<string, JsonSchema>): JsonSchema => {
  const { $defs = {}, ...top } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as {
    $defs?: Record<string, JsonSchema>;
  } & Record<string, unknown>;
  for (const [name, definition] of Object.entries($defs)) components[name] = relink(plain(definition));
  const { id, ...own } = plain(top) as { id?: string } & JsonSchema;
  if (id === undefined) return relink(own);
  components[id] = relink(own);
  return { $ref: `${COMPONENTS}${id}` };
};

const plain = ({ $schema: _, ...schema }: Record<string, unknown>): JsonSchema => schema;

const relink = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${COMPONENTS}`));
