import { z } from 'zod';
import { Direction } from './dictionary.ts';
import { ArtifactRef } from './model.ts';
import { SnakeName, Text } from './text.ts';

const Integer = z.int();
const Count = z.int().min(0);

/** Two models are compared, A and B; a difference is always B minus A, so above 0 is more risk in B. */
const Presence = z.enum(['both', 'a', 'b']);
export type Presence = z.infer<typeof Presence>;

/** One value for each model; null where a model has none. */
const integers = z.strictObject({ a: Integer.nullable(), b: Integer.nullable() });
const texts = z.strictObject({ a: z.string().nullable(), b: z.string().nullable() });

/**
 * Values of one input that lie in one bin of A and in one of B. `values` are the ordinary numbers from `from` to below
 * `below` (scaled integers; null = open), with the special codes that share their bins; `codes` are special codes alone.
 */
export const MergedBin = z.strictObject({
  kind: z.enum(['values', 'codes', 'categories', 'other', 'missing']),
  from: Integer.nullable(),
  below: Integer.nullable(),
  codes: z.array(Integer),
  categories: z.array(z.string()),
  /** The bin of each model; null where the model does not have the input. */
  a: Count.nullable(),
  b: Count.nullable(),
});
export type MergedBin = z.infer<typeof MergedBin>;

/** An input of one of the models or of both. One that they read differently under the same name stands twice, once for each. */
const ComparedInput = z.strictObject({
  name: SnakeName,
  label: Text,
  decimals: z.int().min(0).max(9),
  /** The special codes of either model. */
  codes: z.array(z.strictObject({ value: Integer, label: Text })),
  in: Presence,
  readDifferently: z.boolean(),
  direction: z.strictObject({ a: Direction.nullable(), b: Direction.nullable() }),
  bins: z.array(MergedBin).min(1),
});
export type ComparedInput = z.infer<typeof ComparedInput>;

/**
 * What the models make of the same one to three inputs, in every cell over their merged bins (row-major, the last input's
 * runs fastest). A cell's difference is measured from each model's own mean over its training rows, so that
 * `level.difference` plus the differences of all terms is B's score minus A's, in integers.
 */
const ComparedTerm = z.strictObject({
  /** By their place among the compared inputs. */
  inputs: z.array(Count).min(1).max(3),
  in: Presence,
  /** `same`: every input has the same bins in both models, so the tables are compared as they are; else over merged bins. */
  bins: z.enum(['same', 'merged', 'own']),
  mean: integers,
  a: z.array(Integer).nullable(),
  b: z.array(Integer).nullable(),
  difference: z.array(Integer),
  /** Share of training rows in each cell: an estimate from the counts of both models' bins. */
  weights: z.array(z.number()),
  /** Mean distance of the two effects over the training rows, in micro-logits, by those weights. */
  meanDistance: z.number(),
});
export type ComparedTerm = z.infer<typeof ComparedTerm>;

/** Something else that the models have differently: what, of which name, and its value in each. */
const Otherwise = z.strictObject({
  what: z.enum(['target', 'dictionary', 'learner', 'rows', 'scale', 'calibration', 'direction', 'reading']),
  name: z.string().nullable(),
  value: texts,
});
export type Otherwise = z.infer<typeof Otherwise>;

/** Two models, effect by effect and cell by cell; the terms that matter most first. */
export const ModelComparison = z.strictObject({
  a: ArtifactRef,
  b: ArtifactRef,
  /** Mean score of each model over its own training rows, in micro-logits. */
  level: z.strictObject({ a: Integer, b: Integer, difference: Integer }),
  otherwise: z.array(Otherwise),
  inputs: z.array(ComparedInput),
  terms: z.array(ComparedTerm),
});
export type ModelComparison = z.infer<typeof ModelComparison>;

/** What two models make of the same world. `findings` say it in words, what matters most first. */
export const Comparison = z.strictObject({
  schema: z.literal(1),
  models: ModelComparison,
  findings: z.array(Text),
});
export type Comparison = z.infer<typeof Comparison>;
