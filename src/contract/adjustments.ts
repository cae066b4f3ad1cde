import { z } from 'zod';
import { Adjustment, AdjustmentContent, AdjustmentEffect, AdjustmentSignature } from '../domain/adjustment.ts';
import { ArtifactRef } from '../domain/model.ts';
import { Slug, Text } from '../domain/text.ts';
import { HistoryEntry, ModelPath } from './model-event.ts';

const { name, fingerprint, owner, reason, from, to, segments, tables } = Adjustment.shape;

export const AdjustmentSummary = z
  .strictObject({
    name,
    fingerprint,
    state: z.enum(['proposed', 'approved', 'withdrawn']),
    isInForce: z.boolean().meta({
      description: 'Whether it decides today: approved, within its days, and signed as the service asks.',
    }),
    owner,
    reason,
    from,
    to: to.meta({ description: 'The civil day on which it has expired.' }),
    segments: segments.meta({ description: 'Whose decisions it touches; null: of every segment and of none.' }),
    proposedBy: z.string(),
    approvedBy: z.string().nullable(),
    signedBy: z.string().nullable().meta({ description: 'The public key it was signed with, base64.' }),
  })
  .meta({ id: 'AdjustmentSummary' });
export type AdjustmentSummary = z.infer<typeof AdjustmentSummary>;

export const AdjustmentAnswer = AdjustmentSummary.extend({
  model: ArtifactRef,
  tables,
  cells: z
    .array(
      z.strictObject({
        microLogits: z.int(),
        where: z.array(z.strictObject({ input: z.string(), bin: z.int(), label: Text, values: Text })),
      }),
    )
    .meta({ description: 'Its first 1,000 cells that are not 0, with their bins in words; a constant is everywhere.' }),
  effects: z.array(AdjustmentEffect).meta({ description: 'What was measured before it was approved.' }),
  history: z.array(HistoryEntry),
}).meta({
  id: 'Adjustment',
  description: 'A table of integers on top of one version of a model, and where it stands.',
});
export type AdjustmentAnswer = z.infer<typeof AdjustmentAnswer>;

export const AdjustmentsAnswer = z.strictObject({ adjustments: z.array(AdjustmentSummary) }).meta({
  id: 'Adjustments',
  description: 'The adjustments of one version, in the order in which they were proposed.',
});

export const AdjustmentPath = ModelPath.extend({ adjustment: Slug.max(100) });

/** Most effects that come with a proposal. */
const MOST_EFFECTS = 10;

export const ProposeBody = z
  .strictObject({
    adjustment: AdjustmentContent,
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '32 bytes in hex')
      .optional()
      .meta({ description: 'What the proposer sealed; refused where it is another here. Needed with a signature.' }),
    signature: AdjustmentSignature.nullable().default(null),
    effects: z.array(AdjustmentEffect).max(MOST_EFFECTS).default([]).meta({
      description:
        'What the proposer measured on files, by their digests; the service adds what its own decisions say.',
    }),
  })
  .meta({ id: 'AdjustmentProposal' });
