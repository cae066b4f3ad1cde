import { z } from 'zod';
import { ArtifactRef } from '../domain/model.ts';
import { Policy } from '../domain/policy.ts';
import { Slug } from '../domain/text.ts';

export const ModelSummary = z
  .strictObject({
    ...ArtifactRef.shape,
    learner: z.string(),
    state: z.enum(['registered', 'promoted', 'retired']).meta({
      description: 'Promoted is called by its name; registered by name@version only; retired not at all.',
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
    history: z.array(z.strictObject({ event: z.string(), actor: z.string(), at: z.string(), reason: z.string() })),
  })
  .meta({ id: 'Model' });
export type ModelSummary = z.infer<typeof ModelSummary>;

export const ModelsAnswer = z.strictObject({ models: z.array(ModelSummary) }).meta({ id: 'Models' });

export const ModelPath = z.strictObject({ name: Slug.max(100), version: Slug.max(100) });

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
