import { z } from 'zod';
import { ArtifactRef } from '../domain/model.ts';
import { Policy } from '../domain/policy.ts';
import { matching, Slug, Text } from '../domain/text.ts';
import { Verdict } from '../domain/validation.ts';
import { AdjustmentSummary } from './adjustments.ts';
import { HistoryEntry, ModelPath, Reason } from './model-event.ts';

export const ModelSummary = z
  .strictObject({
    ...ArtifactRef.shape,
    learner: z.string(),
    state: z.enum(['registered', 'approved', 'shadowed', 'promoted', 'retired']).meta({
      description: 'Promoted is called by its name; retired not at all; the others by name@version only.',
    }),
    approvedBy: z.array(z.string()).meta({
      description: 'Who, other than who registered it, approved it with the validation it has now.',
    }),
    gates: z
      .array(
        z.strictObject({
          name: z.string(),
          verdict: Verdict,
          value: z.number().nullable(),
          limit: z.number().nullable(),
          message: Text,
          waivedBy: z.string().nullable(),
        }),
      )
      .meta({ description: 'Failed and insufficient keep it from being promoted, unless they were waived.' }),
    signedBy: z.string().nullable().meta({ description: 'The public key it was signed with, base64.' }),
    adjustments: z.array(AdjustmentSummary).meta({
      description: 'Proposed, approved or withdrawn on top of this version; another version does not inherit them.',
    }),
    event: z.strictObject({ zh: z.string(), en: z.string() }).meta({ description: 'What the model predicts.' }),
    horizonDays: z.int().nullable(),
    fields: z.array(
      z.strictObject({
        name: z.string(),
        source: z.string(),
        label: z.strictObject({ zh: z.string(), en: z.string() }),
        type: z.enum(['number', 'category']),
        unit: z.string().nullable(),
      }),
    ),
    history: z.array(HistoryEntry),
  })
  .meta({ id: 'Model' });
export type ModelSummary = z.infer<typeof ModelSummary>;

export const ModelsAnswer = z.strictObject({ models: z.array(ModelSummary) }).meta({ id: 'Models' });

export const ModelNamePath = z.strictObject({ name: Slug.max(100) });

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const NAME = /^[^\u0000-\u001f\u007f-\u009f]+$/;

const GateName = matching(NAME, {
  zh: '不能为空，也不能含控制字符',
  en: 'must not be empty, nor hold control characters',
}).max(100);

export const RegisterBody = z.strictObject({ ...ModelPath.shape, reason: Reason });

export const WaiveBody = z.strictObject({ gate: GateName, reason: Reason });

export const HistoryQuery = z.strictObject({
  at: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'The moment whose state is asked for; default: now.' }),
  name: Slug.max(100).optional(),
});

export const HistoryAnswer = z
  .strictObject({
    at: z.iso.datetime(),
    models: z.array(
      z.strictObject({
        ...ArtifactRef.shape,
        state: ModelSummary.shape.state,
        since: z.iso.datetime().meta({ description: 'Since when it has stood so.' }),
        approvedBy: ModelSummary.shape.approvedBy,
        waived: z.array(z.strictObject({ gate: z.string(), actor: z.string(), reason: z.string() })),
        history: z.array(HistoryEntry),
      }),
    ),
  })
  .meta({ id: 'RegistryHistory', description: 'Where every version stood at a moment, and what had happened to it.' });
export type HistoryAnswer = z.infer<typeof HistoryAnswer>;

export const PolicyQuery = z.strictObject({
  model: Slug.max(100)
    .optional()
    .meta({ description: 'The model whose policy is asked for; default: the current one.' }),
});

export const PolicyAnswer = z
  .strictObject({
    ...ArtifactRef.shape,
    since: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Since when it has been in use; null for a starter policy.' }),
    actor: z.string().nullable(),
    policy: Policy.meta({ id: 'Policy' }),
  })
  .meta({ id: 'PolicyInUse' });
export type PolicyAnswer = z.infer<typeof PolicyAnswer>;
