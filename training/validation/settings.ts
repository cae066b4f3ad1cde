import { z } from 'zod';

const limit = (value: number) => z.number().nullable().default(value);
const cost = (value: number) => z.number().min(0).default(value);

/** Settings of validation: what counts as evidence, what mistakes cost, and the gates. A limit of null turns a gate off. */
export const ValidationSettings = z.strictObject({
  /** Fewest bad rows, and fewest good ones, on which a figure is evidence. */
  leastBads: z.int().min(1).default(100),
  /** Bootstrap samples for each interval. */
  replicates: z.int().min(20).max(10_000).default(200),
  /** Fewest rows of a slice that is tested. */
  leastSlice: z.int().min(30).default(100),
  /** Chance of a false alarm that is accepted, over all tests of a kind together. */
  significance: z.number().gt(0).lt(1).default(0.05),
  /** Shares of the training distribution by which inputs are moved, in rising order; the gate holds the middle one. */
  noise: z.array(z.number().gt(0).max(1)).min(1).default([0.01, 0.05, 0.1]),
  /** What a bad customer let pass, a good one acted on and a review of any cost, in one unit. */
  costs: z.strictObject({ missedBad: cost(5), falseAlarm: cost(1), review: cost(0) }).prefault({}),
  /** Customers scored a day and how many of them can be reviewed; null = as many as pay. */
  customersADay: z.number().positive().nullable().default(null),
  reviewsADay: z.number().min(0).nullable().default(null),
  gates: z
    .strictObject({
      /** Least lower end of the AUC's interval, on all rows and on each population of the dictionary. */
      auc: limit(0.6),
      /** Most expected calibration error. */
      ece: limit(0.03),
      /** Most effect (Cohen's h) of a band whose probability is significantly off. */
      bands: limit(0.1),
      /** Most population stability index of the score, and characteristic stability index of an input, against training. */
      scoreStability: limit(0.25),
      inputStability: limit(0.25),
      periodStability: limit(0.25),
      /** Most log loss of a slice above what its probabilities promise, where that is significant. */
      weakSpots: limit(0.05),
      /** Most AUC lost to noise of the middle strength. */
      robustness: limit(0.02),
      /** Least rate without adverse action of a protected group, in units of its reference group's. */
      approvalRatio: limit(0.8),
      /** Most difference in the share of good customers without adverse action. */
      equalOpportunity: limit(0.1),
      /** Most effect (Cohen's h) of a protected group whose probability is significantly off. */
      groupCalibration: limit(0.1),
      /** Most share of sampled rows whose score falls though one raw column moves in its direction of risk. */
      rawMonotone: limit(0.05),
      /** Most signs of leakage. */
      leakage: limit(0),
    })
    .prefault({}),
});
export type ValidationSettings = z.infer<typeof ValidationSettings>;
