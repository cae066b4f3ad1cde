import { z } from 'zod';
import { says } from '../domain/issue.ts';
import { ArtifactRef } from '../domain/model.ts';
import { Action, Tier } from '../domain/ordered.ts';
import { ConcludedReview, OpenedReview, ReviewForm } from '../domain/review.ts';
import { SignalLevel } from '../domain/signal.ts';
import { Locale, matching } from '../domain/text.ts';
import { MOST_PAGE_ROWS } from './decisions.ts';
import { Reason } from './model-event.ts';
import { CustomerId } from './predict.ts';
import { simulatedCustomer } from './simulated.ts';

const ReviewId = matching(/^[!-~]{1,64}$/, {
  zh: '应为 1 到 64 个可打印的 ASCII 字符',
  en: 'must be 1 to 64 printable ASCII characters',
});

export const ReviewPath = z.strictObject({ reviewId: ReviewId });

export const ReviewQuery = z.strictObject({ locale: Locale.optional() });

const ReviewState = z.enum(['open', 'overdue', 'concluded']);

export const ReviewsQuery = z.strictObject({
  state: ReviewState.optional().meta({ description: 'Open: not concluded, overdue ones among them. Default: all.' }),
  customerId: CustomerId.optional(),
  dueBefore: z.iso.date().optional().meta({ description: 'Only what is due before this civil day.' }),
  limit: z.coerce.number().int().min(1).max(MOST_PAGE_ROWS).default(20),
  after: ReviewId.optional().meta({ description: 'The nextAfter of the last page.' }),
});

const { dueOn, concludeBy, review: kind, asOf } = OpenedReview.shape;
const { conclusion, tier, action, until, actor, concludedAt } = ConcludedReview.shape;

const summary = {
  reviewId: z.string(),
  customerId: z.string(),
  customerRef: z.string(),
  kind: kind.meta({ description: 'The use of one facility, once; or the customer as a whole, by tier and term.' }),
  facilityId: z.string().nullable().meta({ description: 'Null where it is of the customer as a whole.' }),
  dueOn,
  concludeBy: concludeBy.meta({ description: 'The last day on which it is not overdue.' }),
  state: ReviewState,
  openedAt: z.iso.datetime(),
  policy: z.strictObject(ArtifactRef.shape).meta({ description: 'The policy that made it due.' }),
};

const Conclusion = z.strictObject({ conclusion, tier, action, until, actor, concludedAt });

export const ReviewSummary = z
  .strictObject({ ...summary, conclusion: Conclusion.nullable() })
  .meta({ id: 'ReviewSummary' });
export type ReviewSummary = z.infer<typeof ReviewSummary>;

export const ReviewsAnswer = z
  .strictObject({
    reviews: z.array(ReviewSummary),
    nextAfter: z.string().nullable().meta({ description: 'Pass it as after for the next page; null at the end.' }),
  })
  .meta({ id: 'Reviews', description: 'Post-loan reviews by due date, the earliest first.' });

const value = z.union([z.number(), z.string()]).nullable();

const line = {
  name: z.string(),
  label: z.string(),
  unit: z.string().nullable().meta({ description: 'minor: minor units of the currency of the customer.' }),
  value: value.meta({ description: 'Null where it is not known.' }),
  text: z.string().meta({ description: 'The value with its unit; says so where it is not known.' }),
};

const { since, tier: tiers } = ReviewForm.shape.changes.shape;

export const ReviewAnswer = z
  .strictObject({
    ...summary,
    conclusion: Conclusion.extend({ reason: z.string() }).nullable(),
    form: z.strictObject({
      asOf: asOf.meta({ description: 'The date of knowledge.' }),
      sections: z.array(z.strictObject({ name: z.string(), label: z.string(), lines: z.array(z.strictObject(line)) })),
      changes: z
        .strictObject({
          since: since.meta({ description: 'Null where it is the first review that there is to compare.' }),
          lines: z.array(z.strictObject({ ...line, before: value, beforeText: z.string() })),
          events: z.array(z.strictObject({ type: z.string(), label: z.string(), count: z.int() })),
          tier: tiers,
          signals: z.array(z.strictObject({ kind: z.string(), level: SignalLevel, label: z.string() })).meta({
            description: 'Early-warning signals that were open when the form was filled in.',
          }),
        })
        .meta({ description: 'What changed since the review that was concluded last.' }),
      simulated: simulatedCustomer,
    }),
  })
  .meta({
    id: 'Review',
    description: 'A post-loan review, its form filled in from what was known when it was opened.',
  });
export type ReviewAnswer = z.infer<typeof ReviewAnswer>;

const Raise = z
  .strictObject({
    conclusion: z.literal('raise'),
    tier: Tier.optional(),
    action: Action.optional(),
    until: z.iso.datetime({ offset: true }).optional().meta({
      description: 'Until when it holds at most; default: until the next periodic review is concluded.',
    }),
    reason: Reason,
  })
  .refine((raise) => raise.tier !== undefined || raise.action !== undefined, {
    ...says({ zh: '上调须写明等级、措施或两者', en: 'a raise names a tier, an action or both' }),
    path: ['tier'],
  })
  .meta({ id: 'RaiseByReview', anyOf: [{ required: ['tier'] }, { required: ['action'] }] });

export const ConcludeBody = z
  .discriminatedUnion('conclusion', [
    z.strictObject({ conclusion: z.literal('keep'), reason: Reason }),
    Raise,
    z.strictObject({
      conclusion: z.literal('ask_to_lower'),
      tier: Tier.optional(),
      action: Action.optional(),
      reason: Reason,
    }),
  ])
  .meta({
    id: 'ReviewConclusion',
    description:
      'Keep what model and rules say; raise, which every decision follows from now on; or ask for less, which is recorded and lowers nothing.',
  });
export type ConcludeBody = z.infer<typeof ConcludeBody>;
