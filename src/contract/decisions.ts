import { z } from 'zod';
import { Tier } from '../domain/ordered.ts';
import { Locale, matching } from '../domain/text.ts';
import { CustomerId, Explain, PredictAnswer } from './predict.ts';

export const DecisionPath = z.strictObject({
  id: z.string().regex(/^[!-~]{1,64}$/, '1 to 64 printable ASCII characters'),
});

export const DecisionQuery = z.strictObject({ locale: Locale.optional(), explain: Explain.default('reasons') });

/** Most decisions of one page. */
export const MOST_PAGE_ROWS = 100;

export const DecisionsQuery = z.strictObject({
  customerId: CustomerId,
  locale: Locale.optional(),
  limit: z.coerce.number().int().min(1).max(MOST_PAGE_ROWS).default(20),
  before: matching(/^\d{1,18}$/, {
    zh: '应为上一页的 nextBefore',
    en: 'must be the nextBefore of the last page',
  }).optional(),
});

export const DecisionsAnswer = z
  .strictObject({
    decisions: z.array(PredictAnswer),
    nextBefore: z.string().nullable().meta({ description: 'Pass it as before for the next page; null at the end.' }),
  })
  .meta({ id: 'DecisionsAnswer', description: "A customer's decisions, newest first." });

const { model, probability, microLogits } = PredictAnswer.shape;

export const ChallengerScoresAnswer = z
  .strictObject({
    scores: z.array(
      z.strictObject({
        model: model.unwrap(),
        microLogits: microLogits.unwrap(),
        probability: probability.unwrap(),
        tier: Tier.meta({ description: 'The tier that the score itself reaches.' }),
        scoredAt: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'ChallengerScores', description: 'What versions in shadow made of a decided request.' });

export const ReplayAnswer = z
  .strictObject({
    outcome: z.enum(['same', 'different', 'erased']),
    fields: z.array(z.string()).meta({ description: 'What differs; empty unless different.' }),
  })
  .meta({ id: 'ReplayAnswer' });
