import { z } from 'zod';
import { ArtifactRef } from './model.ts';
import { Action, Tier } from './ordered.ts';
import { SignalLevel } from './signal.ts';
import { Slug, SnakeName, Text } from './text.ts';

/** What a review looks at: what one facility's money was used for, or the customer as a whole. */
export const ReviewKind = z.enum(['use_of_funds', 'periodic']);
export type ReviewKind = z.infer<typeof ReviewKind>;

/** What a reviewer comes to. */
export const ReviewConclusion = z.enum(['keep', 'raise', 'ask_to_lower']);
export type ReviewConclusion = z.infer<typeof ReviewConclusion>;

const FormValue = z.union([z.number(), z.string()]).nullable();

/** One line of the form; null = not known. Numbers are in the unit itself. */
export const FormLine = z.strictObject({
  name: z.string().min(1),
  label: Text,
  unit: z.string().nullable(),
  value: FormValue,
  /** What a code stands for; null where the value speaks for itself. */
  words: Text.nullable(),
});
export type FormLine = z.infer<typeof FormLine>;

/** A line that differs from the review before. */
const FormChange = FormLine.extend({ before: FormValue });

/** How many events of a type became known since the review before. */
const NewEvents = z.strictObject({ type: SnakeName, label: Text, count: z.int().min(1) });

const TierThen = z.strictObject({ tier: Tier, action: Action, asOf: z.iso.datetime() }).nullable();

/** An early-warning signal that was open when the form was filled in. */
const OpenSignalThen = z.strictObject({ kind: Slug, level: SignalLevel, label: Text });

/** The sections of lines, in the order in which they are read. */
export const formSections = {
  use_of_funds: { zh: '资金用途', en: 'Use of funds' },
  credit: { zh: '信用记录', en: 'Credit record' },
  finances: { zh: '财务状况', en: 'Finances' },
  operations: { zh: '经营状况', en: 'Operations' },
} as const satisfies Record<string, Text>;
export type FormSection = keyof typeof formSections;

/** A form filled in from what was known; nothing in it is looked up again to read it. */
export const ReviewForm = z.strictObject({
  /** The date of knowledge. */
  asOf: z.iso.datetime(),
  /** The facility whose use of funds is looked at; null where it is the customer. */
  facilityId: z.string().nullable(),
  sections: z.array(
    z.strictObject({
      name: z.enum(Object.keys(formSections) as [FormSection, ...FormSection[]]),
      lines: z.array(FormLine),
    }),
  ),
  changes: z.strictObject({
    /** The date of knowledge of the review before; null where this is the first, and nothing can have changed. */
    since: z.iso.datetime().nullable(),
    lines: z.array(FormChange),
    events: z.array(NewEvents),
    /** By the last monitoring decision before each of the two dates; null = there was none. */
    tier: z.strictObject({ before: TierThen, now: TierThen }),
    /** Absent in forms of before signals stood in them. */
    signals: z.array(OpenSignalThen).optional(),
  }),
  /** The customer is simulated; absent otherwise. */
  simulated: z.literal(true).optional(),
});
export type ReviewForm = z.infer<typeof ReviewForm>;

/** What stays of a review when a customer's data is erased: its opening. */
export const OpenedReview = z.strictObject({
  kind: z.literal('review'),
  schema: z.literal(1),
  event: z.literal('opened'),
  reviewId: z.string(),
  customerRef: z.string(),
  review: ReviewKind,
  /** Civil days. */
  dueOn: z.iso.date(),
  concludeBy: z.iso.date(),
  asOf: z.iso.datetime(),
  openedAt: z.iso.datetime(),
  policy: ArtifactRef,
});
export type OpenedReview = z.infer<typeof OpenedReview>;

/** And its conclusion. */
export const ConcludedReview = z.strictObject({
  kind: z.literal('review'),
  schema: z.literal(1),
  event: z.literal('concluded'),
  reviewId: z.string(),
  customerRef: z.string(),
  conclusion: ReviewConclusion,
  /** What was raised to, or is asked for; null where it says nothing of the tier or the action. */
  tier: Tier.nullable(),
  action: Action.nullable(),
  /** Until when a raise holds at most; null = until the next review of the customer is concluded. */
  until: z.iso.datetime().nullable(),
  actor: z.string(),
  concludedAt: z.iso.datetime(),
  /** The civil day of the book on which it was concluded, from which the next is counted. */
  concludedOn: z.iso.date(),
  /** The record of its opening. */
  opened: z.int(),
});
export type ConcludedReview = z.infer<typeof ConcludedReview>;
