import { clip, rowLoss } from './calibration.ts';
import { normalAbove } from './probability.ts';

/** Sums over the rows of a slice, from which its log loss is judged. */
export interface LossSums {
  readonly rows: number;
  readonly bads: number;
  readonly loss: number;
  readonly squares: number;
  /** Log loss that the probabilities themselves promise, and its variance. */
  readonly promised: number;
  readonly variance: number;
}

/** A slice's log loss against that of all other rows, and against what its own probabilities promise. */
export interface SliceLoss {
  readonly logLoss: number;
  readonly rest: number;
  readonly promised: number;
  /** Chance of a difference to the rest as large or larger. */
  readonly pHarder: number;
  /** Chance of a log loss so far above its promise if every probability were right. */
  readonly pWrong: number;
}

/** What each row adds to a slice: loss, promised loss and its variance. */
export const createLossParts = (probabilities: ArrayLike<number>, labels: ArrayLike<number>) => {
  const clipped = Float64Array.from(probabilities, clip);
  return {
    loss: clipped.map((p, row) => rowLoss(p, labels[row] === 1)),
    promised: clipped.map((p) => -p * Math.log(p) - (1 - p) * Math.log(1 - p)),
    variance: clipped.map((p) => p * (1 - p) * Math.log((1 - p) / p) ** 2),
  };
};

/**
 * Judges a slice. A slice may be harder than the rest though every probability in it is right; it is wrong where its log
 * loss is above the entropy its probabilities promise (the test of Spiegelhalter 1986, of the Brier score, carried over to
 * log loss). Normal approximations, both one-sided.
 */
export const judgeSlice = (slice: LossSums, all: LossSums): SliceLoss => {
  const rest = { rows: all.rows - slice.rows, loss: all.loss - slice.loss, squares: all.squares - slice.squares };
  const [mean, other] = [slice.loss / slice.rows, rest.rows > 0 ? rest.loss / rest.rows : Number.NaN];
  const spread = meanVariance(slice) + meanVariance(rest);
  return {
    logLoss: mean,
    rest: other,
    promised: slice.promised / slice.rows,
    pHarder: spread > 0 ? normalAbove((mean - other) / Math.sqrt(spread)) : 1,
    pWrong: slice.variance > 0 ? normalAbove((slice.loss - slice.promised) / Math.sqrt(slice.variance)) : 1,
  };
};

/** Variance of a mean. */
const meanVariance = ({ rows, loss, squares }: Pick<LossSums, 'rows' | 'loss' | 'squares'>): number =>
  rows < 2 ? Number.NaN : (squares - loss ** 2 / rows) / (rows - 1) / rows;
