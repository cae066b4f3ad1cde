import { z } from 'zod';
import { ArtifactRef } from './model.ts';
import { Text } from './text.ts';

/** What a gate says of a model; failed and insufficient evidence keep it from being promoted. */
export const GateVerdict = z.enum(['passed', 'failed', 'insufficient', 'not_applicable']);
export type GateVerdict = z.infer<typeof GateVerdict>;

const Figure = z.union([z.number(), z.string()]).nullable();

/** One condition a model must meet before it decides: what was measured, against what. */
export const Gate = z.object({
  name: z.string().min(1).max(100),
  verdict: GateVerdict,
  value: Figure,
  limit: Figure,
  message: Text,
});
export type Gate = z.infer<typeof Gate>;

/** What of a validation beside a model (`validation.json`) the registry reads; the rest is for people. */
export const Validation = z.looseObject({
  schema: z.literal(1),
  model: ArtifactRef,
  gates: z.array(Gate),
});
export type Validation = z.infer<typeof Validation>;
