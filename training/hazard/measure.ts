import type { Evidence } from '../../src/domain/validation.ts';
import { logLoss } from '../../src/metrics/calibration.ts';
import { auc } from '../../src/metrics/discrimination.ts';
import { LEAST_BADS } from '../../src/metrics/figures.ts';
import { NORMAL_95 } from '../../src/metrics/probability.ts';

/** Probabilities of an event and whether it came, row by row. */
export interface Foretold {
  readonly probabilities: Float64Array;
  /** 1 = it came. */
  readonly labels: Uint8Array;
}

/** Some rows of a forecast. */
export const pick = ({ probabilities, labels }: Foretold, rows: readonly number[]): Foretold => ({
  probabilities: Float64Array.from(rows, (row) => probabilities[row] as number),
  labels: Uint8Array.from(rows, (row) => labels[row] as number),
});

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

/**
 * Events seen and expected. Were the probabilities right and the rows independent, 95% of the counts would lie between
 * `lower` and `upper` (normal approximation of the Poisson binomial); rows of one crisis are not independent, so that a
 * count outside may speak against either.
 */
export const countForetold = ({ probabilities, labels }: Foretold) => {
  const expected = sum(probabilities);
  const half = NORMAL_95 * Math.sqrt(sum(probabilities.map((p) => p * (1 - p))));
  return {
    rows: labels.length,
    observed: sum(labels),
    expected,
    lower: Math.max(0, expected - half),
    upper: Math.min(labels.length, expected + half),
  };
};

/** Calibration, ranking and log loss of a forecast; under 100 events or others it says that they are no evidence. */
export const rankForetold = (foretold: Foretold) => {
  const counted = countForetold(foretold);
  const { observed, rows } = counted;
  const evidence: Evidence = Math.min(observed, rows - observed) >= LEAST_BADS ? 'sufficient' : 'insufficient';
  return {
    ...counted,
    evidence,
    auc: auc(foretold.probabilities, foretold.labels),
    logLoss: rows === 0 ? 0 : logLoss(foretold.probabilities, foretold.labels),
  };
};

const mean = (values: ArrayLike<number>): number => (values.length === 0 ? 0 : sum(values) / values.length);

/** Mean probabilities of a curve and of a table of the same event, and how often it came. */
export const measureGap = (curve: Float64Array, table: Float64Array, labels: Uint8Array) => ({
  rows: labels.length,
  curve: mean(curve),
  table: mean(table),
  gap: mean(table) - mean(curve),
  observed: mean(labels),
});
