import { z } from 'zod';
import { type Tree, treeOf } from './derivation.ts';
import { Direction } from './dictionary.ts';
import { SnakeName, Text } from './text.ts';

/**
 * What features are measured from: rows of a customer's history as of a date. Some are events of one type; the others
 * are made of events (`src/features/sources.ts`). Hardship and complaints are none, so that care and complaining never
 * count against anybody.
 */
export const SourceName = z.enum([
  'transaction',
  'repayment',
  'statement',
  'limit_change',
  'contact_change',
  'loan_application',
  'credit_report',
  'financial_statement',
  'communication',
  'business_change',
  'legal_event',
  'instalment',
  'original_instalment',
  'promise',
  'facility',
  'card',
  'card_month',
  'party',
  'industry',
]);
export type SourceName = z.infer<typeof SourceName>;

/** Rows whose every named field is one of some values, or lies between two integers; a field that is not known fits nothing. */
export const Where = z.record(
  z.string().min(1),
  z.union([z.array(z.string()).min(1), z.strictObject({ atLeast: z.int().optional(), atMost: z.int().optional() })]),
);
export type Where = z.infer<typeof Where>;

/**
 * One integer taken from rows of a source. Its window is the `days` civil days that end `ending` days before the date,
 * that day included (`day - ending - days < row's day <= day - ending`); without `days` it is everything before.
 *
 * - `count`, `sum` of a field, `distinct` values of a field: 0 where no row fits, and missing where the source is a feed
 *   of which nothing was ever seen, or nothing is known of the customer at all.
 * - `new`: values of a field that were never seen before the window.
 * - `largest`, `smallest`, `latest` of a field (of several at that moment the largest): missing where no row fits.
 * - `since`, `sinceFirst`: days from the latest and the first row to the date.
 */
export const Measure = z.strictObject({
  of: SourceName,
  take: z.enum(['count', 'sum', 'distinct', 'new', 'largest', 'smallest', 'latest', 'since', 'sinceFirst']),
  field: z.string().optional(),
  where: Where.optional(),
  days: z.int().min(1).max(36_500).optional(),
  ending: z.int().min(0).max(36_500).optional(),
});
export type Measure = z.infer<typeof Measure>;

/** A measure, or the same over `windows` windows one behind the other, newest first. */
export const MeasureLeaf = z.union([
  z.strictObject({ measure: Measure }),
  z.strictObject({ measures: Measure.required({ days: true }), windows: z.int().min(2).max(36) }),
]);
export type MeasureLeaf = z.infer<typeof MeasureLeaf>;

export type EventExpression = Tree<MeasureLeaf>;
export const EventExpression: z.ZodType<EventExpression> = treeOf<MeasureLeaf>([MeasureLeaf]);

/** What a feature may be used for: credit risk, or the watch on money laundering, which credit never sees. */
export const FeaturePurpose = z.enum(['credit', 'aml']);
export type FeaturePurpose = z.infer<typeof FeaturePurpose>;

/** A feature of the catalogue: `10^decimals x numerator / denominator`, half away from zero, of a history as of a date. */
export const CatalogueFeature = z.strictObject({
  name: SnakeName,
  version: z.int().min(1),
  label: Text,
  /** What a reason says when it adds risk. */
  reason: Text,
  group: SnakeName,
  unit: z.string().min(1).nullable(),
  direction: Direction.nullable(),
  /** Whether the customer can change it. */
  actionable: z.boolean(),
  purposes: z.array(FeaturePurpose).min(1),
  decimals: z.int().min(0).max(9),
  numerator: EventExpression,
  denominator: EventExpression.optional(),
  /** Missing unless the source has been seen for so many days: a baseline needs a past. */
  seenFor: z.strictObject({ of: SourceName, days: z.int().min(1) }).optional(),
});
export type CatalogueFeature = z.infer<typeof CatalogueFeature>;
