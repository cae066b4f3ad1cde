import { toProbability } from '../arithmetic.ts';
import type { CalibrationBand, Expected, Performance } from '../domain/monitoring.ts';
import type { Evidence } from '../domain/validation.ts';
import { type BootstrapPlan, type Estimate, numberCustomers, startBootstrap } from '../metrics/bootstrap.ts';
import { logLoss } from '../metrics/calibration.ts';
import { expectPerformance } from '../metrics/expected-performance.ts';
import { correctHolm } from '../metrics/multiple-tests.ts';
import { createRanking } from '../metrics/ranking.ts';
import { createReliability, testBand } from '../metrics/reliability.ts';
import { isKnown, type MonthRows } from './book.ts';

/** How much is measured, and from which randomness. */
export interface Measuring extends Pick<BootstrapPlan, 'replicates' | 'random'> {
  /** Fewest bad rows, and fewest good ones, on which a figure is evidence (DESIGN 1.7). */
  readonly leastBads: number;
  /** Lets others have their turn; asked between the samples of a bootstrap. */
  readonly pause: () => Promise<void>;
}

/** Draws a bootstrap with pauses: as many customers as there are, each with all rows. @param whose the customer of each row */
export const drawBootstrap = async (
  whose: readonly number[],
  { replicates, random, pause }: Measuring,
  measure: (weights: Uint16Array) => readonly (number | null)[],
): Promise<Estimate[]> => {
  const customers = numberCustomers(whose);
  const drawing = startBootstrap({ rows: customers.length, customers, replicates, random }, measure);
  while (drawing.step()) await pause();
  return drawing.finish();
};

/** What was said of some rows and what became of them. */
export interface KnownRows {
  readonly probabilities: Float64Array;
  /** 1 = bad, 0 = good. */
  readonly labels: Uint8Array;
  /** A number for each customer. */
  readonly customers: readonly number[];
}

/** The rows of some months of which it is known what became of them. */
export const pickKnown = (months: readonly MonthRows[]): KnownRows => {
  const probabilities: number[] = [];
  const labels: number[] = [];
  const whose: number[] = [];
  for (const { microLogits, truths, customers } of months) {
    for (const [row, truth] of truths.entries()) {
      if (!isKnown(truth)) continue;
      probabilities.push(toProbability(microLogits[row] as number));
      labels.push(truth.truth === 'bad' ? 1 : 0);
      whose.push(customers[row] as number);
    }
  }
  return { probabilities: Float64Array.from(probabilities), labels: Uint8Array.from(labels), customers: whose };
};

/** How many of some labels are bad. */
export const countBads = (labels: Uint8Array): number => labels.reduce((sum, label) => sum + label, 0);

/** Whether there are enough rows of each kind. */
export const weigh = (rows: number, bads: number, least: number): Evidence =>
  bads >= least && rows - bads >= least ? 'sufficient' : 'insufficient';

/** An estimate of nothing. */
export const unknown: Estimate = { value: null, lower: null, upper: null };

/** Performance on what is known; null where nothing is. */
export const measurePerformance = async (known: KnownRows, measuring: Measuring): Promise<Performance | null> => {
  const { probabilities, labels, customers } = known;
  const rows = labels.length;
  if (rows === 0) return null;
  const bads = countBads(labels);
  const ranking = createRanking(probabilities, labels);
  const [auc = unknown] = await drawBootstrap(customers, measuring, (weights) => [ranking.measure(weights).auc]);
  const meanProbability = probabilities.reduce((sum, p) => sum + p, 0) / rows;
  const { rate, lower, upper, pTwoSided, effect } = testBand({ rows, bads, meanProbability });
  return {
    ...{ rows, bads, evidence: weigh(rows, bads, measuring.leastBads) },
    ...{ auc, logLoss: logLoss(probabilities, labels) },
    ...{ meanProbability, rate, lower, upper, pTwoSided, effect },
  };
};

/** Ten bands of neighbouring probabilities, each by the Jeffreys test. */
export const measureBands = ({ probabilities, labels }: KnownRows): CalibrationBand[] => {
  const bands = createReliability(probabilities, labels).listBands();
  const tests = bands.map(testBand);
  const corrected = correctHolm(tests.map(({ pTwoSided }) => pTwoSided));
  return bands.map((band, index) => {
    const { rate, lower, upper, effect } = tests[index] as (typeof tests)[number];
    return { ...band, rate, lower, upper, effect, pCorrected: corrected[index] as number };
  });
};

/** What the scores of a month promise of themselves. */
export const expectMonth = ({ microLogits }: MonthRows): Expected | null =>
  expectPerformance(microLogits.map(toProbability));
