import type { Sample } from '../binning/bin-feature.ts';
import { breathe } from '../breathe.ts';
import { fitLogistic } from './logistic.ts';

/** A straight line through log-odds: calibrated = slope x raw + intercept. */
export interface CalibrationLine {
  readonly slope: number;
  readonly intercept: number;
}

/** Scores every row by a model fitted on some of them (weights: 0 leaves a row out). */
export type FitAndScore = (sample: Sample) => Promise<Float64Array>;

/**
 * Fits the calibration on scores of rows a fit has not seen (Platt 1999, without his prior): each inner fold is scored
 * by a fit on the others, then one logistic regression runs over all of them.
 * @param folds inner fold of each row
 * @returns null where the scores do not rise with the risk, so that no input tells good from bad
 */
export const fitCalibration = async (
  fitAndScore: FitAndScore,
  sample: Sample,
  folds: Uint8Array,
  onFold: (fold: number) => void,
): Promise<CalibrationLine | null> => {
  const scores = new Float64Array(sample.labels.length);
  const count = folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  for (let fold = 0; fold < count; fold++) {
    const weights = sample.weights.map((weight, row) => (folds[row] === fold ? 0 : weight));
    const scored = await fitAndScore({ labels: sample.labels, weights });
    for (let row = 0; row < scores.length; row++) if (folds[row] === fold) scores[row] = scored[row] as number;
    await breathe();
    onFold(fold);
  }
  return fitLine(scores, sample);
};

/** Fits the line on rows of a sample, by the scores of a fit that has not seen them (weights: 0 leaves a row out). */
export const fitLine = (scores: Float64Array, { labels, weights }: Sample): CalibrationLine | null => {
  const data = { design: scores, width: 1, labels, weights };
  const { coefficients } = fitLogistic(data, 0, Float64Array.of(0, 1));
  const [intercept = 0, slope = 0] = coefficients;
  return slope > 0 ? { slope, intercept } : null;
};
