import { z } from 'zod';
import { Purpose } from '../domain/decision.ts';
import { Slug } from '../domain/text.ts';
import { CustomerId, MOST_BATCH_ROWS } from './predict.ts';

/** Kinds of tensor data the Open Inference Protocol knows. */
const Datatype = z.enum([
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

const Cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);

const Parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const RequestTensor = z.strictObject({
  name: z.string().min(1).max(200),
  shape: z.array(z.int().min(1).max(MOST_BATCH_ROWS)).min(1).max(2),
  datatype: Datatype,
  parameters: Parameters.optional(),
  /** Flat, or one list a row. */
  data: z.array(z.union([Cell, z.array(Cell)])).max(MOST_BATCH_ROWS),
});
export type RequestTensor = z.infer<typeof RequestTensor>;

export const InferenceBody = z
  .strictObject({
    id: z.string().max(200).optional(),
    parameters: z
      .looseObject({ purpose: Purpose.optional(), customer_id: CustomerId.optional() })
      .optional()
      .meta({ description: 'purpose (default application), customer_id where all rows are of one customer.' }),
    inputs: z.array(RequestTensor).min(1).max(1_000),
    outputs: z.array(z.strictObject({ name: z.string(), parameters: Parameters.optional() })).optional(),
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
  data: z.array(z.union([z.number(), z.string(), z.null()])),
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

export const ModelReady = z.strictObject({ name: z.string(), ready: z.boolean() }).meta({ id: 'InferenceReady' });

export const InferenceModelPath = z.strictObject({ name: Slug.max(100) });
export const InferenceVersionPath = z.strictObject({ name: Slug.max(100), version: Slug.max(100) });
