import { chiSquareAbove, NORMAL_95 } from './probability.ts';

/** The normal quantile of 80%. */
const NORMAL_80 = 0.841_621_233_572_914_3;
const SIGNIFICANCE = 0.05;
const POWER = 0.8;

/**
 * Least true change that a two-sided test at 5% finds in 80% of samples: (z of 97.5% + z of 80%) standard errors (Cohen
 * 1988, ch. 12).
 */
export const detectableChange = (standardError: number): number => (NORMAL_95 + NORMAL_80) * standardError;

/**
 * Standard error of an AUC from the AUC and the number of rows alone (Hanley and McNeil 1982, equations 1 and 2).
 * @returns Infinity where a class is absent
 */
export const aucError = (auc: number, bads: number, goods: number): number => {
  if (bads <= 0 || goods <= 0) return Number.POSITIVE_INFINITY;
  const [twoBads, twoGoods] = [auc / (2 - auc), (2 * auc * auc) / (1 + auc)];
  const variance =
    (auc * (1 - auc) + (bads - 1) * (twoBads - auc * auc) + (goods - 1) * (twoGoods - auc * auc)) / (bads * goods);
  return Math.sqrt(Math.max(0, variance));
};

/** Least effect (Cohen's h) of a rate against a known one that a test at 5% finds in 80% of samples (Cohen 1988, 6.3). */
export const detectableEffect = (rows: number): number => detectableChange(1 / Math.sqrt(rows));

/** The only place in an interval where a falling function reaches a value. */
const solve = (fall: (x: number) => number, value: number, most: number): number => {
  let [low, high] = [0, most];
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (fall(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

const MOST_NONCENTRALITY = 10_000;

/**
 * Least true population stability index that a test at 5% finds in 80% of samples. An index over nm / (n + m) is nearly
 * noncentral chi-square with one degree of freedom less than classes (Yurdakul and Naranjo 2020), whose tail is that of a
 * scaled chi-square (Patnaik 1949).
 * @param expected rows at training
 * @param actual rows now
 * @param classes at least 2
 */
export const detectableStability = (expected: number, actual: number, classes: number): number => {
  const degrees = classes - 1;
  const critical = solve((x) => chiSquareAbove(x, degrees), SIGNIFICANCE, 10 * degrees + 100);
  const missed = (lambda: number): number => {
    const scale = (degrees + 2 * lambda) / (degrees + lambda);
    return 1 - chiSquareAbove(critical / scale, (degrees + lambda) ** 2 / (degrees + 2 * lambda));
  };
  return solve(missed, 1 - POWER, MOST_NONCENTRALITY) * (1 / expected + 1 / actual);
};
