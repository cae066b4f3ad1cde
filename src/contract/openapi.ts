import { z } from 'zod';
import { type Operation, operations } from './operations.ts';
import { Problem } from './problem.ts';

/** A schema in JSON Schema 2020-12, which OpenAPI 3.1 speaks. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the document says of this installation. */
export interface DocumentInputs {
  readonly version: string;
  /** Raw columns of each live model by the name of its schema; empty where the reader may not know. */
  readonly features: Readonly<Record<string, JsonSchema>>;
}

const COMPONENTS = '#/components/schemas/';

/** The OpenAPI 3.1 document, from the schemas that parse. */
export const createDocument = ({ version, features }: DocumentInputs): JsonSchema => {
  const components: Record<string, JsonSchema> = { ...features };
  const refer = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => toSchema(schema, io, components);
  const problem = refer(Problem, 'output');
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describeOperation({ name, operation, refer, problem }),
    };
  }
  if (Object.keys(features).length > 0) {
    components.Features = { anyOf: Object.keys(features).map((name) => ({ $ref: `${COMPONENTS}${name}` })) };
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
  readonly operation: Operation;
  readonly refer: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;
  readonly problem: JsonSchema;
}

const describeOperation = ({ name, operation, refer, problem }: Describing): JsonSchema => {
  const { summary, params, query, body, answer, media, isIdempotent } = operation;
  const faults = body
    ? ['400', '401', '403', '409', '410', '413', '415', '421', '422', '503']
    : ['401', '403', '404', '410', '421', '422', '503'];
  const parameters = [
    ...describeParameters('path', params),
    ...describeParameters('query', query),
    ...(isIdempotent ? [idempotencyKey] : []),
  ];
  return {
    operationId: name,
    summary: summary.en,
    description: summary.zh,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { [media]: { schema: refer(body, 'input') } } } } : {}),
    responses: {
      '200': { description: 'Done.', content: { [media]: { schema: refer(answer, 'output') } } },
      ...Object.fromEntries(
        faults.map((status) => [
          status,
          { description: 'A problem.', content: { 'application/problem+json': { schema: problem } } },
        ]),
      ),
    },
  };
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
