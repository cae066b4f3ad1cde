import { rankRows } from './ranking.ts';

const mean = (rows: number, value: (row: number) => number): number => {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += value(row);
  return rows === 0 ? Number.NaN : sum / rows;
};

const CLIP = 1e-15;

/** A probability of which there is a logarithm on both sides: within [1e-15, 1 - 1e-15]. */
export const clip = (probability: number): number => Math.min(1 - CLIP, Math.max(CLIP, probability));

/** Log loss of one row; its probability is clipped. */
export const rowLoss = (probability: number, isBad: boolean): number => {
  const p = clip(probability);
  return -Math.log(isBad ? p : 1 - p);
};

/**
 * Mean log loss.
 * @param probabilities of bad, clipped to [1e-15, 1 - 1e-15]
 * @param labels 1 = bad, 0 = good
 */
export const logLoss = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): number =>
  mean(labels.length, (row) => rowLoss(probabilities[row] as number, labels[row] === 1));

/** Brier score: mean squared distance of probability and label (Brier 1950). */
export const brier = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): number =>
  mean(labels.length, (row) => ((probabilities[row] as number) - (labels[row] as number)) ** 2);

/**
 * Expected calibration error over bins of equal count: the weighted mean of |mean probability - bad rate|.
 * Equal probabilities are never parted: a bin ends where another one begins, so that the order of rows decides nothing.
 * @param bins how many
 */
export const expectedCalibrationError = (
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): number => {
  const rows = labels.length;
  const order = rankRows(probabilities);
  const isTied = (rank: number) => probabilities[order[rank] as number] === probabilities[order[rank - 1] as number];
  let [error, to] = [0, 0];
  for (let bin = 0; bin < bins; bin++) {
    const from = to;
    to = Math.max(from, Math.floor(((bin + 1) * rows) / bins));
    while (to > 0 && to < rows && isTied(to)) to++;
    const ranked = order.subarray(from, to);
    const gap = ranked.reduce((sum, row) => sum + (probabilities[row] as number) - (labels[row] as number), 0);
    error += Math.abs(gap) / rows;
  }
  return error;
};
