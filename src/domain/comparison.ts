import { z } from 'zod';
import { Direction } from './dictionary.ts';
import { ArtifactRef } from './model.ts';
import { Action, Tier } from './ordered.ts';
import { SnakeName, Text } from './text.ts';
import { Estimate, Evidence } from './validation.ts';

const Integer = z.int();
const Count = z.int().min(0);

/** Two models are compared, A and B; a difference is always B minus A, so above 0 is more risk in B. */
const Presence = z.enum(['both', 'a', 'b']);
export type Presence = z.infer<typeof Presence>;

/** One value for each model; null where a model has none. */
const integers = z.strictObject({ a: Integer.nullable(), b: Integer.nullable() });

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
  value: z.strictObject({ a: Text.nullable(), b: Text.nullable() }),
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

const Measured = { rows: Count, evidence: Evidence };

/** Bad and good ones among rows whose outcome is known; null where none is. */
const Outcomes = z.strictObject({ bads: Count, goods: Count }).nullable();

/** How well two scores agree on some rows. */
const Agreement = z.strictObject({
  ...Measured,
  /** Of the scores; null where one of them does not vary. */
  spearman: z.number().nullable(),
  pearson: z.number().nullable(),
  meanProbability: z.strictObject({ a: z.number(), b: z.number() }),
  /** Distance of the probabilities. */
  meanDistance: z.number(),
  largestDistance: z.number(),
});

/** Rows by what A and B put them into, mildest first; only pairs that occur. */
const movesOf = <Step extends z.ZodType>(step: Step) =>
  z.strictObject({
    matrix: z.array(z.strictObject({ a: step, b: step, rows: Count, outcomes: Outcomes })),
    up: Count,
    down: Count,
    same: Count,
  });

/** What one model says of one row. */
const Said = z.strictObject({ microLogits: Integer, probability: z.number(), tier: Tier, action: Action });

/** A row the models differ on most, and why: `level` and the parts sum to B's score minus A's. */
const Mover = z.strictObject({
  /** From 1. */
  row: z.int().min(1),
  /** The row's own name, where the data has one. */
  id: z.string().nullable(),
  a: Said,
  b: Said,
  difference: Integer,
  level: Integer,
  /** Inputs by their place among the compared ones, the largest part first; the merged bin is null where it has none. */
  parts: z.array(z.strictObject({ input: Count, bin: Count.nullable(), microLogits: Integer })),
});

/** Rows of one property, and how they move. */
const Segment = z.strictObject({
  label: Text,
  ...Measured,
  up: Count,
  down: Count,
  /** Mean of B's probability minus A's. */
  shift: z.number(),
  outcomes: Outcomes,
});

const Segmented = z.strictObject({
  name: SnakeName,
  label: Text,
  protected: z.boolean(),
  segments: z.array(Segment),
});

const RankPoint = z.strictObject({ share: z.number(), goods: z.number(), bads: z.number() });

const estimates = z.strictObject({ a: Estimate, b: Estimate, difference: Estimate });

/** Rows of one outcome whose tier rises or falls with B. */
const Reclassified = z.strictObject({ rows: Count, up: Count, down: Count });

/** What mistakes cost with each model: customers met by a review or stricter are acted on. */
const Money = z.strictObject({
  costs: z.strictObject({ missedBad: z.number(), falseAlarm: z.number(), review: z.number() }),
  source: z.enum(['options', 'validation']),
  a: z.strictObject({ missedBads: Count, falseAlarms: Count, acted: Count, loss: z.number() }),
  b: z.strictObject({ missedBads: Count, falseAlarms: Count, acted: Count, loss: z.number() }),
  /** Loss a customer, B minus A. */
  difference: Estimate,
});

/** What became of rows whose outcome is known. Intervals are 95%, by a bootstrap that draws for both models at once: customers with all their rows where they are told, else rows. */
const Worth = z.strictObject({
  rows: Count,
  bads: Count,
  evidence: Evidence,
  /** From the riskiest row to the safest: shares of all, good and bad rows passed. */
  curves: z.strictObject({ a: z.array(RankPoint), b: z.array(RankPoint) }),
  auc: estimates,
  logLoss: estimates,
  reclassified: z.strictObject({ bads: Reclassified, goods: Reclassified }),
  /** Net share of bad rows moved up plus net share of good rows moved down (Pencina et al. 2008); null where a class is absent. */
  netReclassification: z.number().nullable(),
  money: Money.nullable(),
});

/** What two models make of the same rows, under one policy, each row a new application. */
export const RowsComparison = z.strictObject({
  policy: ArtifactRef,
  rows: Count,
  /** `held`: of the file the models were trained on, only the rows kept out of training; else all rows of the file. */
  kind: z.enum(['file', 'held']),
  /** Models that were trained on rows among these: what is measured on them is flattered. */
  trainedOn: z.strictObject({ a: z.boolean(), b: z.boolean() }),
  agreement: Agreement,
  tiers: movesOf(Tier),
  actions: movesOf(Action),
  /** Mean distance and mean of each compared input's part in the difference of the scores, in micro-logits. */
  drivers: z.array(z.strictObject({ input: Count, meanDistance: z.number(), mean: z.number() })),
  movers: z.array(Mover),
  segments: z.array(Segmented),
  worth: Worth.nullable(),
});
export type RowsComparison = z.infer<typeof RowsComparison>;

/**
 * What two versions of one name made of the same live traffic: A decided, and B, in shadow, scored what was asked. Tiers
 * are those that the scores themselves reached, from the same previous one. Of a customer the first decision of a month
 * counts, and no simulation does.
 */
export const LiveComparison = z.strictObject({
  at: z.iso.datetime(),
  /** Only decisions of this civil day or later; null = all. */
  from: z.iso.date().nullable(),
  /** The performance window in civil days; null where the target names none and nobody did. */
  windowDays: z.int().nullable(),
  silence: z.enum(['unknown', 'good']),
  seed: Count,
  /** In use for both now: it says what a tier leads to. */
  policy: ArtifactRef,
  /** By A. */
  decisions: Count,
  /** Further decisions by A of a customer within a month, and those whose personal part was erased. */
  repeated: Count,
  erased: Count,
  /** Of the decisions, those of simulated customers. */
  simulated: Count,
  /** Decisions by A that B scored too; the counts and figures below are of these. */
  rows: Count,
  /** The window has passed, or there was a default in it; of these, the window has passed and nobody told. */
  matured: Count,
  unobserved: Count,
  /** Defaults in windows that are still open; they count in no figure before the window has passed. */
  earlyBads: Count,
  /** Whether it is known of enough decisions past their window what became of them. */
  observed: Evidence,
  agreement: Agreement,
  /** Mean of B's score minus A's, in micro-logits; null without rows. */
  meanDifference: z.number().nullable(),
  tiers: movesOf(Tier),
  /** Null where nothing is known. */
  worth: Worth.nullable(),
});
export type LiveComparison = z.infer<typeof LiveComparison>;

/** What two models make of the same world. `findings` say in words what matters most. */
export const Comparison = z.strictObject({
  schema: z.literal(1),
  models: ModelComparison,
  findings: z.array(Text),
  /** Null where no rows were given. */
  rows: RowsComparison.nullable(),
  /** Null unless it was asked for. */
  live: LiveComparison.nullable(),
});
export type Comparison = z.infer<typeof Comparison>;
