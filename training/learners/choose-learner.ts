import type { Sample } from '../binning/bin-feature.ts';
import { fitLine } from './calibrate.ts';
import { softplus } from './logistic.ts';
import type { LearnerName } from './names.ts';

/** How a learner did on rows its fits had not seen. */
export interface ComparedLearner {
  readonly learner: LearnerName;
  /** Mean log loss; null where no input told good from bad. */
  readonly logLoss: number | null;
  /** By how much it is above the best, and the standard error of that, from the same rows. */
  readonly excess: number | null;
  readonly error: number | null;
}

/** Which learner was chosen, and why. */
export interface LearnerChoice {
  readonly chosen: LearnerName;
  /** Simplest first. */
  readonly compared: readonly ComparedLearner[];
}

/** A learner with the scores that its fits gave to rows they had not seen; null where it has no terms. */
export interface Candidate {
  readonly learner: LearnerName;
  readonly scores: Float64Array | null;
}

/**
 * Chooses the simplest learner whose log loss is within one standard error of the best one's (Breiman et al. 1984,
 * 3.4.3, by differences of the same rows), each calibrated by its own line.
 * @param candidates simplest first
 * @returns null where none tells good from bad
 */
export const chooseLearner = (candidates: readonly Candidate[], sample: Sample): LearnerChoice | null => {
  const measured = candidates.map(({ learner, scores }) => {
    const losses = scores && listLosses(scores, sample);
    return { learner, losses, logLoss: losses && measureMean(losses, sample.weights).mean };
  });
  const best = measured.reduce<(typeof measured)[number] | null>((one, other) => {
    if (other.logLoss === null) return one;
    return one?.logLoss != null && one.logLoss <= other.logLoss ? one : other;
  }, null);
  if (!best?.losses) return null;
  const least = best.losses;
  const compared = measured.map(({ learner, losses, logLoss }): ComparedLearner => {
    if (!losses) return { learner, logLoss: null, excess: null, error: null };
    const { mean, error } = measureMean(
      losses.map((loss, row) => loss - (least[row] as number)),
      sample.weights,
    );
    return { learner, logLoss, excess: mean, error };
  });
  const isLevel = ({ excess, error }: ComparedLearner) => excess !== null && error !== null && excess <= error;
  return { chosen: (compared.find(isLevel) as ComparedLearner).learner, compared };
};

/** Log loss of each row, calibrated; null where the scores do not rise with the risk. */
const listLosses = (scores: Float64Array, sample: Sample): Float64Array | null => {
  const line = fitLine(scores, sample);
  if (!line) return null;
  return scores.map((score, row) => {
    const z = line.slope * score + line.intercept;
    return softplus(z) - (sample.labels[row] === 1 ? z : 0);
  });
};

/** Mean over the rows that count, and its standard error. */
const measureMean = (values: Float64Array, weights: Float64Array): { mean: number; error: number } => {
  let [total, sum] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    total += weights[row] as number;
    sum += (weights[row] as number) * (values[row] as number);
  }
  const mean = sum / total;
  let squares = 0;
  for (let row = 0; row < values.length; row++)
    squares += (weights[row] as number) * ((values[row] as number) - mean) ** 2;
  return { mean, error: Math.sqrt(squares / Math.max(1, total - 1) / total) };
};
