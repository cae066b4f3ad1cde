const mean = (rows: number, value: (row: number) => number): number => {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += value(row);
  return rows === 0 ? Number.NaN : sum / rows;
};

/**
 * Mean log loss.
 * @param probabilities of bad, clipped to [1e-15, 1 - 1e-15]
 * @param labels 1 = bad, 0 = good
 */
export const logLoss = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): number =>
  mean(labels.length, (row) => {
    const p = Math.min(1 - 1e-15, Math.max(1e-15, probabilities[row] as number));
    return -Math.log(labels[row] === 1 ? p : 1 - p);
  });

/** Brier score: mean squared distance of probability and label (Brier 1950). */
export const brier = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): number =>
  mean(labels.length, (row) => ((probabilities[row] as number) - (labels[row] as number)) ** 2);

/**
 * Expected calibration error over bins of equal count: the weighted mean of |mean probability - bad rate|.
 * @param bins how many; rows are ranked by probability, then row
 */
export const expectedCalibrationError = (
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): number => {
  const rows = labels.length;
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => (probabilities[a] as number) - (probabilities[b] as number) || a - b,
  );
  let error = 0;
  for (let bin = 0; bin < bins; bin++) {
    const ranked = order.subarray(Math.floor((bin * rows) / bins), Math.floor(((bin + 1) * rows) / bins));
    const gap = ranked.reduce((sum, row) => sum + (probabilities[row] as number) - (labels[row] as number), 0);
    error += Math.abs(gap) / rows;
  }
  return error;
};
