import { z } from 'zod';
import { Derivation } from './derivation.ts';
import { Horizons } from './horizons.ts';
import { says } from './issue.ts';
import { matching, Slug, SnakeName, Text } from './text.ts';

/** Direction of risk: `increasing` = a higher value never means a lower risk. */
export const Direction = z.enum(['increasing', 'decreasing']);
export type Direction = z.infer<typeof Direction>;

/**
 * A value that is not a quantity. Values are in the column's natural unit.
 * `orderedAs`: the place it takes among the ordinary values for binning and direction; null = a bin of its own outside the order.
 * `countsAs`: the number it stands for in arithmetic; null = nothing (a derived feature becomes missing).
 * `mayBeatBest`: outside the order, it may carry a lower risk than the best ordinary bin (for example "never late").
 */
export const SpecialCode = z.strictObject({
  value: z.number(),
  label: Text,
  orderedAs: z.number().nullable(),
  countsAs: z.number().nullable(),
  mayBeatBest: z.boolean().default(false),
});
export type SpecialCode = z.infer<typeof SpecialCode>;

const Purpose = z.enum(['credit']);

const ColumnBase = {
  /** Our own name, snake_case; a series counts from 1 = newest. */
  name: SnakeName,
  /** The file's column: its header, or its number from 1 where the file has no header. */
  source: z.string().min(1),
  label: Text,
};

/** A column that is read but never becomes a feature, and why. */
const IgnoredColumn = z.strictObject({
  ...ColumnBase,
  role: z.enum(['id', 'ignored']),
  why: Text,
});

const FeatureBase = {
  ...ColumnBase,
  role: z.literal('feature').default('feature'),
  /** What a reason says when this input adds risk. */
  reason: Text,
  group: SnakeName,
  unit: z.string().min(1).nullable(),
  protected: z.boolean(),
  /** Whether the customer can change it. */
  actionable: z.boolean(),
  purposes: z.array(Purpose).default(['credit']),
  missing: z.strictObject({ allowed: z.boolean(), mayBeatBest: z.boolean().default(false) }),
};

export const NumberColumn = z.strictObject({
  ...FeatureBase,
  type: z.literal('number'),
  /** The value is kept as the integer `value x 10^decimals`. */
  decimals: z.int().min(0).max(9),
  /** Plausible values outside the special codes, natural unit; a cell outside is refused at loading. */
  minimum: z.number().nullable().default(null),
  maximum: z.number().nullable().default(null),
  codes: z.array(SpecialCode).default([]),
  direction: Direction.nullable(),
});
export type NumberColumn = z.infer<typeof NumberColumn>;

export const CategoryColumn = z.strictObject({
  ...FeatureBase,
  type: z.literal('category'),
  /** The documented values; any other is accepted, warned of, and falls into "other". */
  categories: z.array(z.strictObject({ value: z.string().min(1), label: Text })),
});
export type CategoryColumn = z.infer<typeof CategoryColumn>;

export const FeatureColumn = z.discriminatedUnion('type', [NumberColumn, CategoryColumn]);
export type FeatureColumn = z.infer<typeof FeatureColumn>;

export const DictionaryColumn = z.discriminatedUnion('role', [FeatureColumn, IgnoredColumn]);
export type DictionaryColumn = z.infer<typeof DictionaryColumn>;

/** A feature computed from columns of the same row; its group is that of the first column it names. */
export const DerivedFeature = z.strictObject({
  name: SnakeName,
  version: z.int().min(1),
  label: Text,
  reason: Text,
  unit: z.string().min(1).nullable(),
  direction: Direction.nullable(),
  derivation: Derivation,
});
export type DerivedFeature = z.infer<typeof DerivedFeature>;

/** The same quantity over equal periods, newest first. */
export const Series = z.strictObject({ name: SnakeName, label: Text, columns: z.array(SnakeName).min(2) });
export type Series = z.infer<typeof Series>;

/** A reason group: inputs that say the same thing to a customer share one reason. The order of the list breaks ties. */
export const ReasonGroup = z.strictObject({
  name: SnakeName,
  /** Stable, never reused. */
  code: matching(/^[A-Z][A-Z0-9_]*$/, {
    zh: '应为大写字母、数字和下划线',
    en: 'must be capital letters, digits and underscores',
  }),
  label: Text,
});
export type ReasonGroup = z.infer<typeof ReasonGroup>;

export const Target = z.strictObject({
  /** Source column of the label. */
  column: z.string().min(1),
  bad: z.array(z.string()).min(1),
  good: z.array(z.string()).min(1),
  indeterminate: z.array(z.string()).default([]),
  excluded: z.array(z.string()).default([]),
  event: Text,
  kind: z.enum(['missed_payment', 'dpd90', 'bad_credit', 'custom']),
  /** Length of the performance window; null where the source does not say. */
  horizonDays: z.int().positive().nullable(),
  observationDate: z.iso.date().nullable(),
  performanceWindow: Text.nullable(),
  /** From what amount a missed payment counts; null where the source does not say. */
  materiality: Text.nullable(),
  /** Uses the label does not support. */
  notFor: z.array(z.enum(['ifrs9', 'capital', 'pricing'])).default([]),
  note: Text.nullable().default(null),
});
export type Target = z.infer<typeof Target>;

/** Rows for which figures are also shown apart: those where every listed column is at most its bound (natural unit). */
export const Population = z.strictObject({
  name: SnakeName,
  label: Text,
  where: z.array(z.strictObject({ column: SnakeName, atMost: z.number() })).min(1),
});
export type Population = z.infer<typeof Population>;

/**
 * Periods of the rows, whole numbers that rise with time: a model is fitted on rows up to `fitTo`, calibrated on those
 * after it up to `calibrateTo`, and measured on what is later.
 */
export const Periods = z
  .strictObject({ column: SnakeName, fitTo: z.int(), calibrateTo: z.int() })
  .refine(({ fitTo, calibrateTo }) => fitTo < calibrateTo, {
    ...says({ zh: 'calibrateTo 应大于 fitTo', en: 'calibrateTo must be above fitTo' }),
  });
export type Periods = z.infer<typeof Periods>;

/**
 * How the rows of a panel, each one period of one customer, tell when somebody defaults (DEFINITIONS 9). The calendar is
 * the column of `periods`.
 */
export const PanelHazard = z.strictObject({
  /** The column that says whose a row is: all rows of one stand in the same fold. */
  customer: SnakeName,
  /** The input that counts periods: those from the one in the column `since` to the row's own. */
  period: z.strictObject({
    name: SnakeName,
    since: SnakeName,
    label: Text,
    reason: Text,
    unit: z.string().min(1),
    group: ReasonGroup,
  }),
  periodDays: z.int().positive(),
  /** The column and its values that mean the customer paid off in the row's period. */
  payoff: z.strictObject({ column: SnakeName, values: z.array(z.string()).min(1), event: Text }),
  horizons: Horizons,
});
export type PanelHazard = z.infer<typeof PanelHazard>;

/**
 * Columns of the civil days on which each row was observed and on which its outcome was seen: none may be seen before.
 * `observed` null = on the target's observation date. An outcome that is missing is open or has none; without a column no
 * row says when.
 */
const Dates = z.strictObject({ observed: SnakeName.nullable(), outcome: SnakeName.optional() });

/** A data dictionary: the single source for what a column is, says and may be used for. */
export const Dictionary = z.strictObject({
  schema: z.literal(1),
  name: Slug,
  /** Short name of the data set; part of the fold hash. */
  set: Slug,
  title: Text,
  source: z.strictObject({ citation: z.string(), licence: z.string(), synthetic: z.boolean().default(false) }),
  file: z.strictObject({
    /** Below one of the data folders, or the path given to `--data`. */
    path: z.string().min(1),
    separator: z.string().length(1).default(','),
    header: z.boolean().default(true),
    /** A label of the WHATWG Encoding Standard, used where a file's bytes do not tell; absent = UTF-8. */
    encoding: z.string().min(1).optional(),
    /** The decimal mark; absent = a point. */
    decimal: z.enum(['.', ',']).optional(),
    /** What stands between groups of three digits; absent = nothing. A space is any space that does not break. */
    thousands: z.enum([',', '.', ' ', "'"]).optional(),
    /** Marks before or behind a number that are no part of it, for example %, $ or months; absent = none. */
    units: z.array(z.string().min(1)).min(1).optional(),
    /** Cells that mean "not known". */
    missing: z.array(z.string()).default(['']),
  }),
  periods: Periods.optional(),
  hazard: PanelHazard.optional(),
  dates: Dates.optional(),
  /** The column that says whose a row is, where customers have several: all rows of one stand in the same fold. */
  customer: SnakeName.optional(),
  target: Target,
  populations: z.array(Population).default([]),
  groups: z.array(ReasonGroup).min(1),
  columns: z.array(DictionaryColumn).min(1),
  series: z.array(Series).default([]),
  derived: z.array(DerivedFeature).default([]),
});
export type Dictionary = z.infer<typeof Dictionary>;
