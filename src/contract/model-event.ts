import { z } from 'zod';
import { RegistryEvent } from '../domain/registry.ts';
import { Line, Slug } from '../domain/text.ts';

const { event, actor, at, reason, evidence } = RegistryEvent.shape;

/** An event in a model's life, without what lay beside the model; `adjustment` names the one it is about. */
export const HistoryEntry = z
  .strictObject({ event, actor, at, reason, evidence, gate: z.string().nullable(), adjustment: z.string().nullable() })
  .meta({ id: 'ModelEvent' });
export type HistoryEntry = z.infer<typeof HistoryEntry>;

export const ModelPath = z.strictObject({ name: Slug.max(100), version: Slug.max(100) });

/** Why it is done: kept on the chain. */
export const Reason = Line.max(2_000);

export const ActBody = z.strictObject({ reason: Reason });

export const ApproveBody = z.strictObject({
  reason: Reason,
  evidence: Reason.optional().meta({
    description: 'What the approval rests on, such as minutes; the validation, or the effect measured, unless told.',
  }),
});
