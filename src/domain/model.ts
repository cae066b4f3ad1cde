import { z } from 'zod';
import { Derivation } from './derivation.ts';
import { Direction, ReasonGroup, Target } from './dictionary.ts';
import { Slug, SnakeName, Text } from './text.ts';

const Integer = z.int();
const Count = z.int().min(0);

/** A cell of a term: millionths of log-odds of default. */
const MicroLogits = z.int().min(-100_000_000).max(100_000_000);

/** Standard error of a cell in micro-logits, after the calibration slope. */
const StandardError = z.int().min(0).max(10_000_000);

/** A special code, every value an integer scaled by the column's decimals (DEFINITIONS 1). */
export const Code = z.strictObject({
  value: Integer,
  label: Text,
  orderedAs: Integer.nullable(),
  countsAs: Integer.nullable(),
});
export type Code = z.infer<typeof Code>;

/** What was seen at training: the ends of the ordinary values, and the values at 0, 1, ... 100 percent of the known rows. */
const Spread = {
  range: z.strictObject({ minimum: Integer, maximum: Integer }).nullable(),
  quantiles: z.array(Integer).length(101).nullable(),
};

const Described = {
  name: SnakeName,
  label: Text,
  unit: z.string().nullable(),
  decimals: z.int().min(0).max(9),
  protected: z.boolean(),
  actionable: z.boolean(),
};

/** A raw column that some input is read or derived from. `categories` is null for numbers, else every value seen and its training rows. */
export const ModelColumn = z.strictObject({
  ...Described,
  source: z.string().min(1),
  codes: z.array(Code),
  categories: z.array(z.strictObject({ value: z.string(), count: Count })).nullable(),
  ...Spread,
});
export type ModelColumn = z.infer<typeof ModelColumn>;

export const InputSource = z.union([
  z.strictObject({ column: SnakeName }),
  z.strictObject({ derivation: Derivation }),
  z.strictObject({ feature: SnakeName, version: z.int().min(1) }),
]);

/**
 * An input with its bins. A number's bins are the ordered ones (0 to `edges.length`; bin = how many edges are <= the
 * value), then missing, then one for each unordered code in the order of `codes`. A category's bins are the groups
 * that `categories` names, then other, then missing.
 */
export const Input = z.strictObject({
  ...Described,
  source: InputSource,
  reason: Text,
  group: SnakeName,
  direction: Direction.nullable(),
  edges: z.array(Integer).nullable(),
  codes: z.array(Code),
  categories: z.array(z.strictObject({ value: z.string(), bin: Count })).nullable(),
  /** Training rows in each bin. */
  counts: z.array(Count).min(2),
  ...Spread,
});
export type Input = z.infer<typeof Input>;

/** A table over the bins of one to three inputs, cells in row-major order (the last input's bin runs fastest). */
export const Term = z.strictObject({
  inputs: z.array(Count).min(1).max(3),
  shape: z.array(z.int().min(1)).min(1).max(3),
  microLogits: z.array(MicroLogits),
  se: z.array(StandardError),
});
export type Term = z.infer<typeof Term>;

/** Mean contribution of each term over one window of training scores (DEFINITIONS 4); windows in rising order of score. */
export const ReferenceWindow = z.strictObject({ rows: z.int().min(1), microLogits: z.array(Integer) });
export type ReferenceWindow = z.infer<typeof ReferenceWindow>;

/** Points = floor((offsetMilli x 10^6 - factorMilli x microLogits + 5 x 10^8) / 10^9); higher = safer. */
export const PointsScale = z.strictObject({ offsetMilli: Integer, factorMilli: z.int().positive() });
export type PointsScale = z.infer<typeof PointsScale>;

/** A named reading of the same score: `slopeMillionths x microLogits / 10^6 + interceptMicroLogits`. */
export const Calibration = z.strictObject({
  name: Slug,
  purpose: Text,
  horizonDays: z.int().positive().nullable(),
  population: z.string(),
  targetRate: z.number(),
  source: z.string(),
  slopeMillionths: z.int().positive(),
  interceptMicroLogits: Integer,
});

/** The additive table model (DESIGN 1.1, DEFINITIONS 2): the one form every learner ends as. */
export const Model = z.strictObject({
  schema: z.literal(1),
  name: Slug,
  version: Slug,
  learner: Slug,
  dictionary: z.strictObject({ name: Slug, fingerprint: z.string() }),
  target: Target.pick({ event: true, horizonDays: true, kind: true, notFor: true, note: true }),
  groups: z.array(ReasonGroup).min(1),
  columns: z.array(ModelColumn).min(1),
  inputs: z.array(Input),
  terms: z.array(Term),
  intercept: z.strictObject({ microLogits: MicroLogits, se: StandardError }),
  /** 1645 times the factor by which standard errors are stretched to cover refits, rounded up (DEFINITIONS 2). */
  intervalMilli: Count,
  references: z.array(ReferenceWindow).min(1),
  scale: PointsScale,
  calibrations: z.array(Calibration),
  /** Training scores: `counts[i]` rows between edges i - 1 and i (bin = edges <= score). */
  scoreHistogram: z.strictObject({ edges: z.array(Integer), counts: z.array(Count) }),
  fingerprint: z.string(),
});
export type Model = z.infer<typeof Model>;

/** The name and fingerprint by which a decision names an artifact. */
export const ArtifactRef = z.strictObject({ name: z.string(), version: z.string(), fingerprint: z.string() });
export type ArtifactRef = z.infer<typeof ArtifactRef>;
