/** Rows put into an empty class, so that its share has a logarithm. */
const HALF = 0.5;

/**
 * Symmetric divergence of two distributions over the same classes: the sum of (p - q) ln(p / q) (Jeffreys 1946; in credit
 * scoring Siddiqi 2006, ch. 6). An empty class counts as half a row.
 * @param one rows in each class
 * @param other rows in each class, same order
 * @returns >= 0; null where one of them holds no rows
 */
const divergence = (one: ArrayLike<number>, other: ArrayLike<number>): number | null => {
  const [ones, others] = [total(one), total(other)];
  if (ones === 0 || others === 0) return null;
  let sum = 0;
  for (let place = 0; place < one.length; place++) {
    const [a, b] = [one[place] as number, other[place] as number];
    if (a === 0 && b === 0) continue;
    const [p, q] = [Math.max(a, HALF) / ones, Math.max(b, HALF) / others];
    sum += (p - q) * Math.log(p / q);
  }
  return sum;
};

const total = (counts: ArrayLike<number>): number => {
  let sum = 0;
  for (let place = 0; place < counts.length; place++) sum += counts[place] as number;
  return sum;
};

/**
 * Population stability index of a score's distribution, or characteristic stability index of an input's (Siddiqi 2006,
 * ch. 6).
 * @param expected rows in each bin at training
 * @param actual rows in each bin now, same order; an empty bin counts as half a row
 * @returns >= 0; below 0.1 stable, above 0.25 shifted; null where one of them holds no rows
 */
export const populationStability = (expected: ArrayLike<number>, actual: ArrayLike<number>): number | null =>
  divergence(expected, actual);

/**
 * Information value of a characteristic: the sum over its bins of (share of bad - share of good) x weight of evidence
 * (Siddiqi 2006, ch. 6).
 * @returns >= 0; null where one class is absent
 */
export const informationValue = (bads: ArrayLike<number>, goods: ArrayLike<number>): number | null =>
  divergence(bads, goods);
