import { z } from 'zod';
import { ArtifactRef } from './model.ts';
import { Tier } from './ordered.ts';
import { Slug, SnakeName, Text } from './text.ts';

const Count = z.int().min(0);

/** A figure with the ends of its 95% interval; null where it cannot be had. */
export const Estimate = z.strictObject({
  value: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
});

/** Whether there are rows enough, bad and good ones, for a figure to be relied on (DESIGN 1.7). */
export const Evidence = z.enum(['sufficient', 'insufficient']);
export type Evidence = z.infer<typeof Evidence>;

/** What a gate says. Where there are too few rows it says so, and never passes in silence. */
export const Verdict = z.enum(['passed', 'failed', 'insufficient', 'not_applicable']);
export type Verdict = z.infer<typeof Verdict>;

/** One demand on a model, what was measured and what is demanded; `value` and `limit` are null where there is none. */
export const Gate = z.strictObject({
  name: Slug,
  verdict: Verdict,
  value: z.number().nullable(),
  limit: z.number().nullable(),
  message: Text,
});
export type Gate = z.infer<typeof Gate>;

/** Rows on which something was measured. */
const Measured = { rows: Count, bads: Count, evidence: Evidence };

const Discrimination = z.strictObject({
  /** Name of one of the dictionary's populations; null = all rows. */
  population: SnakeName.nullable(),
  label: Text,
  ...Measured,
  auc: Estimate,
  gini: Estimate,
  ks: Estimate,
  /** Bad rate of the riskiest tenth in units of the overall one. */
  lift: Estimate,
  /** Of the score in ten bands. */
  informationValue: z.number().nullable(),
  /** From the riskiest row to the safest: shares of all, good and bad rows passed. */
  curve: z.array(z.strictObject({ share: z.number(), goods: z.number(), bads: z.number() })),
});

const Band = z.strictObject({
  ...Measured,
  least: z.number(),
  most: z.number(),
  meanProbability: z.number(),
  rate: z.number(),
  lower: z.number(),
  upper: z.number(),
  pUnderestimated: z.number(),
  /** Two-sided, corrected for the number of bands. */
  pCorrected: z.number(),
  /** Cohen's h; positive where more went bad than was said. */
  effect: z.number(),
});

const Calibration = z.strictObject({
  population: SnakeName.nullable(),
  label: Text,
  ...Measured,
  meanProbability: z.number().nullable(),
  badRate: z.number().nullable(),
  brier: Estimate,
  logLoss: Estimate,
  ece: Estimate,
  hosmerLemeshow: z.strictObject({ statistic: z.number(), degrees: Count, pValue: z.number() }).nullable(),
  bands: z.array(Band),
});

const Stability = z.strictObject({
  /** Population stability index of the score against training. */
  score: z.number().nullable(),
  /** Characteristic stability index and information value of each input. */
  inputs: z.array(
    z.strictObject({
      input: SnakeName,
      label: Text,
      stability: z.number().nullable(),
      informationValue: z.number().nullable(),
    }),
  ),
  folds: z.array(
    z.strictObject({
      fold: Count,
      /** Whether the model was fitted on it; its AUC is then flattered. */
      fitted: z.boolean(),
      ...Measured,
      score: z.number().nullable(),
      auc: z.number().nullable(),
    }),
  ),
});

const Period = z.strictObject({
  period: z.number(),
  ...Measured,
  auc: Estimate,
  meanProbability: z.number(),
  rate: z.number(),
  lower: z.number(),
  upper: z.number(),
  /** Population stability index of the score against training. */
  score: z.number().nullable(),
});

const WeakSpot = z.strictObject({
  where: z.array(z.strictObject({ name: SnakeName, label: Text, values: Text })).min(1),
  ...Measured,
  logLoss: z.number(),
  /** Log loss of all other rows. */
  rest: z.number(),
  /** Log loss that the probabilities themselves promise. */
  promised: z.number(),
  meanProbability: z.number(),
  /** Corrected for the number of slices tested. */
  pHarder: z.number(),
  pWrong: z.number(),
});

const WeakSpots = z.strictObject({
  tested: Count,
  /** Slices of too few rows, not tested. */
  thin: Count,
  /** How many were harder than the rest, and how many wrong. */
  harder: Count,
  wrong: Count,
  /** The worst of both, those with evidence first. */
  spots: z.array(WeakSpot),
});

const Noise = z.strictObject({
  /** Share of the training distribution by which each input may move. */
  noise: z.number(),
  auc: z.number().nullable(),
  logLoss: z.number().nullable(),
  /** How much AUC is lost against the rows as they are. */
  lost: z.number().nullable(),
  /** Mean distance of the probability. */
  meanShift: z.number().nullable(),
});

const FairnessGroup = z.strictObject({
  group: Text,
  ...Measured,
  isReference: z.boolean(),
  adverseRate: z.number().nullable(),
  /** Adverse-action rate in units of the reference group's. */
  adverseRatio: Estimate,
  /** Rate without adverse action in units of the reference group's (four-fifths rule: at least 0.8). */
  approvalRatio: Estimate,
  /** Share of good customers without adverse action, minus the reference group's. */
  equalOpportunity: Estimate,
  meanProbability: z.number().nullable(),
  rate: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  /** Two-sided, corrected for the number of groups. */
  pCalibration: z.number().nullable(),
  /** Cohen's h of observed against predicted. */
  effect: z.number().nullable(),
});

const FairnessColumns = z.array(z.strictObject({ column: SnakeName, label: Text, groups: z.array(FairnessGroup) }));

const Fairness = z.strictObject({
  /** Probability from which an action is adverse: the cut-off that loses least; null where there is none. */
  cutOff: z.number().nullable(),
  columns: FairnessColumns,
  /**
   * The same where an action is adverse from a tier of the policy made for the model on, of new applications and by the
   * score alone; shown, and judged by no gate. Null where there is no such policy.
   */
  underPolicy: z
    .strictObject({
      policy: ArtifactRef,
      tiers: z.array(z.strictObject({ tier: Tier, cutOff: z.number(), columns: FairnessColumns })),
    })
    .nullable(),
});

const CutOff = z.strictObject({
  probability: z.number().nullable(),
  share: z.number(),
  caught: z.number(),
  loss: z.number(),
});

const Cost = z.strictObject({
  missedBad: z.number(),
  falseAlarm: z.number(),
  review: z.number(),
  customersADay: z.number().nullable(),
  reviewsADay: z.number().nullable(),
  ...Measured,
  /** The cut-off that loses least, and the one that does so within the reviews a day. */
  best: CutOff.nullable(),
  within: CutOff.nullable(),
  curve: z.array(CutOff),
});

const RawMonotone = z.strictObject({ column: SnakeName, samples: Count, violations: Count, worst: z.number() });

/** What a model is worth on rows that took no part in its training, and the verdicts that rest on it. */
export const Validation = z.strictObject({
  schema: z.literal(1),
  model: ArtifactRef,
  data: z.strictObject({
    /** SHA-256 of what the measured rows hold: columns, values and labels as they were read. */
    digest: z.string(),
    file: z.strictObject({ sha256: z.string(), bytes: Count }),
    rows: Count,
    bads: Count,
    /** Which rows were measured: the fold kept out of training, later periods, or a file of its own. */
    kind: z.enum(['fold', 'later', 'other', 'none']),
    /**
     * Of a file other than the training data: that no row shares a customer and a time with training, or that this was
     * not checked, since customers are not told or the training rows were not at hand.
     */
    overlap: z.enum(['none', 'unchecked']).optional(),
  }),
  /** Seed of bootstrap, noise and samples. */
  seed: Count,
  leastBads: Count,
  gates: z.array(Gate),
  discrimination: z.array(Discrimination),
  calibration: z.array(Calibration),
  stability: Stability,
  periods: z.array(Period),
  weakSpots: WeakSpots,
  robustness: z.array(Noise),
  fairness: Fairness,
  rawMonotone: z.array(RawMonotone),
  cost: Cost,
});
export type Validation = z.infer<typeof Validation>;

/** What of a validation the registry reads; the rest is for people. */
export const Judgement = Validation.pick({ schema: true, model: true, gates: true }).loose();
