import { z } from 'zod';
import { ValidationSettings } from './validation/settings.ts';

/** Settings of training; one default for every data set, chosen on inner folds. */
export const TrainingSettings = z.strictObject({
  /** Seeds the bootstrap. */
  seed: z.int().min(0).default(1),
  binning: z
    .strictObject({
      /** Quantile bins from which the optimal ones are joined. */
      preBins: z.int().min(2).max(64).default(64),
      /** Least share of all rows in an ordinary bin. */
      minimumShare: z.number().min(0).max(0.5).default(0.01),
      /** Least rows in any bin: ordinary bins are joined to reach it, bins outside the order are 0 below it. */
      minimumRows: z.int().min(1).default(30),
      /** Least difference of the bad rates of neighbouring bins, as a share of the overall bad rate. */
      minimumDifference: z.number().min(0).default(0.03),
      /** How much more information value a peak or a valley must bring than a monotone shape. */
      shapeGain: z.number().min(0).default(0.1),
      /** Shapes of features by name, where the dictionary gives no direction and a person knows better than the data. */
      shapes: z.record(z.string(), z.enum(['ascending', 'descending', 'peak', 'valley', 'auto'])).default({}),
      /** Rows of the overall bad rate added to each category before categories are put in order. */
      categoryShrinkage: z.number().min(0).default(20),
      /** Values with rows enough above which a category's rates are cross-fitted: each row by the rows of other folds. */
      crossFitAbove: z.int().min(0).default(10),
    })
    .prefault({}),
  scorecard: z
    .strictObject({
      /** Inputs with less information value are left out. */
      minimumInformation: z.number().min(0).default(0.005),
      /** Weight of the squared coefficients against the summed log loss. */
      ridge: z.number().min(0).default(5),
      /** Rounds in which the curves are refined against each other; 0 keeps weights times weights of evidence. */
      cycles: z.int().min(0).max(50).default(3),
      /** Units of information (the sum of p (1 - p)) by which a refined bin is held to its weight of evidence. */
      shrinkage: z.number().min(0).default(100),
    })
    .prefault({}),
  neural: z
    .strictObject({
      /** Most ordered bins of a feature. */
      bins: z.int().min(2).max(64).default(20),
      /** Features with less information value are left out. */
      minimumInformation: z.number().min(0).default(0.005),
      /** What half the square of a curve's step costs against the summed log loss: tried in turn, from smooth to rough. */
      smoothnesses: z.array(z.number().positive()).min(1).max(20).default([200, 100, 50, 25]),
      /** What half the square of a bin outside the order, or of a group of categories, costs. */
      level: z.number().positive().default(10),
      pairs: z
        .strictObject({
          /** Pairs of features that have a table at most; 0 = curves only. */
          most: z.int().min(0).max(100).default(20),
          /** Most bins of a feature in a table. */
          bins: z.int().min(2).max(20).default(6),
          /** Least log loss that a table must take from rows it was not fitted on. */
          leastGain: z.number().min(0).default(5),
          /** What half the square of a table's weight costs, as a multiple of the smoothness. */
          cost: z.number().positive().default(2),
        })
        .prefault({}),
    })
    .prefault({}),
  boosted: z
    .strictObject({
      /** Most features on a path of a tree, and so in a term. */
      depth: z.int().min(1).max(3).default(3),
      learningRate: z.number().positive().max(1).default(0.1),
      /** Weight of the squared leaf values against the summed log loss. */
      ridge: z.number().min(0).default(5),
      /** Least information (the sum of p (1 - p)) in a leaf. */
      leastInformation: z.number().positive().default(5),
      /** Share of the rows and of the columns that each tree sees, and most columns. */
      rowShare: z.number().positive().max(1).default(0.6),
      columnShare: z.number().positive().max(1).default(0.5),
      mostColumns: z.int().min(1).default(20),
      mostTrees: z.int().min(1).max(5_000).default(1_500),
      /** Trees without a better loss on the rows left out after which boosting stops. */
      patience: z.int().min(1).default(25),
      /** Interactions that are kept at most. */
      mostPairs: z.int().min(0).max(200).default(40),
      mostTriples: z.int().min(0).max(100).default(20),
      /** Most ordered bins of a feature, by the largest term it is in. */
      bins: z
        .strictObject({
          alone: z.int().min(2).max(128).default(64),
          inPairs: z.int().min(2).max(64).default(32),
          inTriples: z.int().min(2).max(32).default(20),
        })
        .prefault({}),
      /** As many times the inner folds bags are averaged as it takes to see about so many rows, within a limit. */
      bagRows: z.int().min(1).default(48_000),
      mostRepeats: z.int().min(1).max(20).default(4),
      /** Series of trees of each refit for the interval. */
      refitBags: z.int().min(1).max(20).default(2),
    })
    .prefault({}),
  /** Inner folds from which calibration is fitted. */
  innerFolds: z.int().min(2).max(20).default(5),
  /** Bootstrap refits from which the interval is fitted. */
  intervalRefits: z.int().min(2).max(500).default(30),
  /** Fresh bootstrap refits on which the interval's coverage is measured. */
  coverageRefits: z.int().min(1).max(500).default(10),
  validation: ValidationSettings.prefault({}),
});
export type TrainingSettings = z.infer<typeof TrainingSettings>;
export type BoostedSettings = TrainingSettings['boosted'];

export const defaultSettings: TrainingSettings = TrainingSettings.parse({});
