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

/** Scores every row by a fit that has not seen it: the rows of each inner fold by one on the others. */
export const scoreFolds = async (
  fitAndScore: FitAndScore,
  sample: Sample,
  folds: Uint8Array,
  onFold: (fold: number) => void,
): Promise<Float64Array> => {
  const scores = new Float64Array(sample.labels.length);
  const count = folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  for (let fold = 0; fold < count; fold++) {
    const weights = sample.weights.map((weight, row) => (folds[row] === fold ? 0 : weight));
    const scored = await fitAndScore({ ...sample, weights });
    for (let row = 0; row < scores.length; row++) if (folds[row] === fold) scores[row] = scored[row] as number;
    await breathe();
    onFold(fold);
  }
  return scores;
};

/**
 * The line through scores that rows' own outcomes had no part in (Platt 1999, without his prior).
 * @returns null where the scores do not rise with the risk
 */
export const fitLine = (scores: Float64Array, { labels, weights }: Sample): CalibrationLine | null => {
  if (scores.every((score) => score === scores[0])) return null;
  const { coefficients } = fitLogistic({ design: scores, width: 1, labels, weights }, 0, Float64Array.of(0, 1));
  const [intercept = 0, slope = 0] = coefficients;
  return slope > 0 ? { slope, intercept } : null;
};
