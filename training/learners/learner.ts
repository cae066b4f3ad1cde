import type { Sample } from '../binning/bin-feature.ts';
import type { PreBinned } from '../binning/prebin.ts';
import type { TrainingSettings } from '../settings.ts';
import type { AdditiveFit } from './additive.ts';
import type { FitAndScore } from './calibrate.ts';
import type { LearnerChoice } from './choose-learner.ts';

/** What a learner fits. */
export interface LearnerRequest {
  /** Name of the data set: with a row's number it settles the row's inner fold. */
  readonly set: string;
  readonly features: readonly PreBinned[];
  readonly sample: Sample;
  readonly settings: TrainingSettings;
  readonly onFit: (done: number, all: number) => void;
  readonly onCalibrate: (done: number, all: number) => void;
}

/** What a boosted fit tells of itself. */
export interface BoostedNotes {
  /** Interactions kept. */
  readonly pairs: number;
  readonly triples: number;
  /** Mean log loss of single bags on the rows they had not seen: with any interaction, and with those kept only. */
  readonly freeLogLoss: number;
  readonly keptLogLoss: number;
  /** Series of trees, and trees of each. */
  readonly bags: number;
  readonly trees: number;
}

/** What a neural fit tells of itself. */
export interface NeuralNotes {
  /** What half the square of a curve's step cost, as inner folds settled it. */
  readonly smoothness: number;
  /** Tables over two features. */
  readonly pairs: number;
}

/** What learners tell of their fits, for lineage and card. */
export interface LearnerNotes {
  readonly neural?: NeuralNotes;
  readonly boosted?: BoostedNotes;
  /** Where there was a choice of learners. */
  readonly choice?: LearnerChoice;
}

/** A fit with what is needed to calibrate it and to know how sure it is. */
export interface Learned {
  readonly fit: AdditiveFit;
  /** Scores every row by the same fit to rows that it is not among, uncalibrated. */
  scoreUnseen(): Promise<Float64Array>;
  /** Scores every row by the same fit to another sample of the rows, uncalibrated. */
  readonly refit: FitAndScore;
  readonly notes: LearnerNotes;
}
