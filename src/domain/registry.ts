import { z } from 'zod';
import { AdjustmentActed } from './adjustment.ts';
import { ArtifactRef } from './model.ts';
import { ModelSignature } from './signature.ts';
import { Slug } from './text.ts';
import { Gate } from './validation.ts';

/** A validation as it was when its model was registered: the SHA-256 of its file, and its gates. */
export const ValidationSeen = z.strictObject({ digest: z.string(), gates: z.array(Gate) });
export type ValidationSeen = z.infer<typeof ValidationSeen>;

/** One event in a model's life; what is live is a fold over the events (DESIGN 3). */
export const RegistryEvent = z.strictObject({
  schema: z.literal(1),
  event: z.enum([
    'registered',
    'approved',
    'waived',
    'promoted',
    'rolled_back',
    'shadowed',
    'retired',
    'adjustment_proposed',
    'adjustment_approved',
    'adjustment_withdrawn',
  ]),
  model: ArtifactRef,
  actor: z.string().min(1),
  at: z.iso.datetime(),
  reason: z.string().min(1),
  /** What the event rests on: an approval names the report; `null` says that no human approved it. */
  evidence: z.string().nullable(),
  /** The gate that was waived. */
  gate: z.string().min(1).optional(),
  /** What lay beside the model when it was registered. */
  validation: ValidationSeen.nullable().optional(),
  signature: ModelSignature.nullable().optional(),
  /** The adjustment of the model that was proposed, approved or withdrawn. */
  adjustment: AdjustmentActed.optional(),
});
export type RegistryEvent = z.infer<typeof RegistryEvent>;

/** A policy that became effective for a model; the last one of a model decides, the last of all is the current one. */
export const PolicyEvent = z.strictObject({
  schema: z.literal(1),
  event: z.literal('used'),
  policy: ArtifactRef,
  /** The dictionary whose features its rules name; null where they name none. */
  dictionary: z.strictObject({ name: z.string(), fingerprint: z.string() }).nullable(),
  /** The policy's default model. */
  model: Slug,
  actor: z.string().min(1),
  at: z.iso.datetime(),
  reason: z.string().min(1),
});
export type PolicyEvent = z.infer<typeof PolicyEvent>;
