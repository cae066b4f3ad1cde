import { z } from 'zod';
import { ArtifactRef } from './model.ts';

/** One event in a model's life; what is live is a fold over the events (DESIGN 3). */
export const RegistryEvent = z.strictObject({
  schema: z.literal(1),
  event: z.enum(['registered', 'approved', 'promoted', 'shadowed', 'retired']),
  model: ArtifactRef,
  actor: z.string().min(1),
  at: z.iso.datetime(),
  reason: z.string().min(1),
  /** What the event rests on: an approval names the report; `null` says that no human approved it. */
  evidence: z.string().nullable(),
});
export type RegistryEvent = z.infer<typeof RegistryEvent>;
