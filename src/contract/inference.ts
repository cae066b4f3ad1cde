import { z } from 'zod';
import { Purpose } from '../domain/decision.ts';
import { readIssue } from '../domain/issue.ts';
import { Slug } from '../domain/text.ts';
import { checked, isRecord, isScalar, notObject } from './checked.ts';
import { CustomerId, MOST_BATCH_ROWS } from './predict.ts';
import { Problem } from './problem.ts';

const notParameter = { zh: '应为数字、文本或布尔值', en: 'neither a number nor a text nor a Boolean' };

/** Kinds of tensor data the Open Inference Protocol knows. */
export const Datatype = z.enum([
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
]);
export type Datatype = z.infer<typeof Datatype>;

/** One value of a tensor; null = not known, which a binary tensor says by NaN or an empty text. */
export type Cell = number | string | boolean | null;

const isCell = (value: unknown): boolean => isScalar(value) || typeof value === 'boolean';

const isData = (value: unknown): boolean =>
  Array.isArray(value) && value.every((cell) => isCell(cell) || (Array.isArray(cell) && cell.every(isCell)));

const cellTypes = ['number', 'string', 'boolean', 'null'];

const Data = checked<(Cell | Cell[])[]>(
  (value) =>
    isData(value)
      ? []
      : [
          {
            path: [],
            problem: { zh: '应为值的列表，或每行一个列表', en: 'not a list of values, or of one list a row' },
          },
        ],
  {
    description: 'Flat, or one list a row; absent where the tensor is sent as binary data.',
    type: 'array',
    maxItems: MOST_BATCH_ROWS,
    items: { anyOf: [{ type: cellTypes }, { type: 'array', items: { type: cellTypes } }] },
  },
);

const isShape = (value: unknown): boolean =>
  Array.isArray(value) &&
  (value.length === 1 || value.length === 2) &&
  value.every((size) => Number.isInteger(size) && size >= 1 && size <= MOST_BATCH_ROWS);

const Shape = checked<number[]>(
  (value) =>
    isShape(value)
      ? []
      : [
          {
            path: [],
            problem: {
              zh: `应为一或两个 1 至 ${MOST_BATCH_ROWS} 的整数`,
              en: `not one or two sizes from 1 to ${MOST_BATCH_ROWS}`,
            },
          },
        ],
  { type: 'array', minItems: 1, maxItems: 2, items: { type: 'integer', minimum: 1, maximum: MOST_BATCH_ROWS } },
);

/** Parameters of the protocol: some we know, any others as they like. */
const parametersOf = <Known extends z.ZodRawShape>(known: Known) =>
  checked<z.output<z.ZodObject<{ [Name in keyof Known]: z.ZodOptional<Known[Name]> }>>>(
    (value) => {
      if (!isRecord(value)) return [{ path: [], problem: notObject }];
      const parsed = z.object(known).partial().safeParse(value);
      const stranger = Object.keys(value).find((name) => value[name] === null || !isCell(value[name]));
      return [
        ...(parsed.error?.issues ?? []).map((issue) => {
          const { path, problem } = readIssue(issue, value);
          return { path: path.map(String), problem };
        }),
        ...(stranger === undefined ? [] : [{ path: [stranger], problem: notParameter }]),
      ];
    },
    {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(known).map(([name, schema]) => [name, plainSchema(schema as unknown as z.ZodType)]),
      ),
      additionalProperties: { type: ['number', 'string', 'boolean'] },
    },
  );

const plainSchema = (schema: z.ZodType): object => {
  const { $schema: _, ...plain } = z.toJSONSchema(schema);
  return plain;
};

/** Bytes of a tensor that lies behind the JSON (binary tensor data extension). */
const BinarySize = z.int().min(0);

const RequestTensor = z.strictObject({
  name: z.string().min(1).max(200),
  shape: Shape,
  datatype: Datatype,
  parameters: parametersOf({ binary_data_size: BinarySize }).optional(),
  data: Data.optional(),
});
export type RequestTensor = z.infer<typeof RequestTensor>;

export const InferenceBody = z
  .strictObject({
    id: z.string().max(200).optional(),
    parameters: parametersOf({ purpose: Purpose, customer_id: CustomerId, binary_data_output: z.boolean() })
      .optional()
      .meta({ description: 'purpose (default application), customer_id where all rows are of one customer.' }),
    inputs: z.array(RequestTensor).min(1).max(1_000),
    outputs: z
      .array(
        z.strictObject({
          name: z.string(),
          parameters: parametersOf({ binary_data: z.boolean() }).optional(),
        }),
      )
      .max(100)
      .optional()
      .meta({ description: 'The tensors wanted; default: all.' }),
  })
  .meta({ id: 'InferenceRequest', description: 'One tensor for each raw column, and customer_id (BYTES).' });
export type InferenceBody = z.infer<typeof InferenceBody>;

const TensorMetadata = z.strictObject({ name: z.string(), datatype: Datatype, shape: z.array(z.int()) });

export const ModelMetadata = z
  .strictObject({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(TensorMetadata),
    outputs: z.array(TensorMetadata),
  })
  .meta({ id: 'InferenceModel' });
export type ModelMetadata = z.infer<typeof ModelMetadata>;

const AnswerTensor = z.strictObject({
  name: z.string(),
  datatype: Datatype,
  shape: z.array(z.int()),
  parameters: z.strictObject({ binary_data_size: BinarySize }).optional(),
  data: z
    .array(z.union([z.number(), z.string(), z.null()]))
    .optional()
    .meta({ description: 'Absent where the tensor is answered as binary data.' }),
});
export type AnswerTensor = z.infer<typeof AnswerTensor>;

export const InferenceAnswer = z
  .strictObject({
    id: z.string().optional(),
    model_name: z.string(),
    model_version: z.string(),
    outputs: z.array(AnswerTensor),
  })
  .meta({ id: 'InferenceAnswer' });
export type InferenceAnswer = z.infer<typeof InferenceAnswer>;

export const ServerMetadata = z
  .strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ id: 'InferenceServer' });
export type ServerMetadata = z.infer<typeof ServerMetadata>;

export const ModelReady = z.strictObject({ name: z.string(), ready: z.boolean() }).meta({ id: 'InferenceReady' });
export type ModelReady = z.infer<typeof ModelReady>;

/** A problem that is also an error as the protocol says it. */
export const InferenceProblem = Problem.extend({ error: z.string().meta({ description: 'The same as detail.' }) }).meta(
  {
    id: 'InferenceProblem',
  },
);
export type InferenceProblem = z.infer<typeof InferenceProblem>;

export const InferenceModelPath = z.strictObject({ name: Slug.max(100) });
export const InferenceVersionPath = z.strictObject({ name: Slug.max(100), version: Slug.max(100) });
