import type { Estimate } from './bootstrap.ts';
import { NORMAL_95 } from './probability.ts';

/** How many of some rows have a property. */
export interface Proportion {
  readonly hits: number;
  readonly rows: number;
}

const unknown: Estimate = { value: null, lower: null, upper: null };

/**
 * Ratio of two shares with the 95% interval of its logarithm (Katz et al. 1978).
 * @returns no value where a group is empty or the second has no hits; no interval where either has none
 */
export const shareRatio = (one: Proportion, other: Proportion): Estimate => {
  if (one.rows === 0 || other.rows === 0 || other.hits === 0) return unknown;
  const value = one.hits / one.rows / (other.hits / other.rows);
  if (one.hits === 0) return { ...unknown, value };
  const half = NORMAL_95 * Math.sqrt(1 / one.hits - 1 / one.rows + 1 / other.hits - 1 / other.rows);
  return { value, lower: value * Math.exp(-half), upper: value * Math.exp(half) };
};

/** Ends of the 95% score interval of a share (Wilson 1927). */
const wilson = ({ hits, rows }: Proportion): readonly [lower: number, upper: number] => {
  const [share, square] = [hits / rows, NORMAL_95 ** 2];
  const centre = share + square / (2 * rows);
  const half = NORMAL_95 * Math.sqrt((share * (1 - share)) / rows + square / (4 * rows ** 2));
  return [(centre - half) / (1 + square / rows), (centre + half) / (1 + square / rows)];
};

/**
 * Difference of two shares with its 95% hybrid score interval (Newcombe 1998, method 10).
 * @returns nulls where a group is empty
 */
export const shareDifference = (one: Proportion, other: Proportion): Estimate => {
  if (one.rows === 0 || other.rows === 0) return unknown;
  const [p, q] = [one.hits / one.rows, other.hits / other.rows];
  const [[oneLower, oneUpper], [otherLower, otherUpper]] = [wilson(one), wilson(other)];
  return {
    value: p - q,
    lower: p - q - Math.hypot(p - oneLower, otherUpper - q),
    upper: p - q + Math.hypot(oneUpper - p, q - otherLower),
  };
};
