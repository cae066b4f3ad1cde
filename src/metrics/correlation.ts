import { rankRows } from './ranking.ts';

/** Pearson's product-moment correlation. @returns in [-1, 1]; null where one of them does not vary */
export const pearson = (xs: ArrayLike<number>, ys: ArrayLike<number>): number | null => {
  const rows = xs.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [both, squareX, squareY] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const [x, y] = [(xs[row] as number) - meanX, (ys[row] as number) - meanY];
    both += x * y;
    squareX += x * x;
    squareY += y * y;
  }
  if (squareX === 0 || squareY === 0) return null;
  return Math.max(-1, Math.min(1, both / Math.sqrt(squareX) / Math.sqrt(squareY)));
};

/** Spearman's rank correlation (1904): Pearson's of the ranks, ties sharing their mean rank. */
export const spearman = (xs: ArrayLike<number>, ys: ArrayLike<number>): number | null =>
  pearson(toRanks(xs), toRanks(ys));

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let place = 0; place < values.length; place++) sum += values[place] as number;
  return sum / Math.max(1, values.length);
};

/** Rank of each value from 1; equal ones get the mean of theirs. */
const toRanks = (values: ArrayLike<number>): Float64Array => {
  const order = rankRows(values);
  const ranks = new Float64Array(order.length);
  let start = 0;
  while (start < order.length) {
    let end = start;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let place = start; place < end; place++) ranks[order[place] as number] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
};
