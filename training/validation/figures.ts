import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Text } from '../../src/domain/text.ts';
import type { Evidence, Validation } from '../../src/domain/validation.ts';
import {
  type BootstrapPlan,
  bootstrap,
  type Estimate,
  numberCustomers as numberInTurn,
} from '../../src/metrics/bootstrap.ts';
import { correctHolm } from '../../src/metrics/multiple-tests.ts';
import { createRanking } from '../../src/metrics/ranking.ts';
import { type Band, createReliability, hosmerLemeshow, testBand } from '../../src/metrics/reliability.ts';
import { informationValue } from '../../src/metrics/stability.ts';
import { type Frame, inPopulation, pickValues, selectRows } from '../dataset/frame.ts';
import type { ScoredFrame } from './score-frame.ts';
import type { ValidationSettings } from './settings.ts';

/** Rows of one population: what was said of them and what became of them. */
export interface Sample {
  /** Null = all rows. */
  readonly population: string | null;
  readonly label: Text;
  readonly probabilities: Float64Array;
  readonly labels: Uint8Array;
  /** Whose each row is, numbered from 0 as they come, where customers have several rows; else undefined. */
  readonly customers: Uint32Array | undefined;
}

/** How much is measured and from which seed. */
export type Measuring = Pick<ValidationSettings, 'leastBads' | 'replicates'> & { readonly seed: number };

const everyone: Text = { zh: '全部客户', en: 'All customers' };
const POINTS = 100;

/** All rows, then each of the dictionary's populations. */
export const listSamples = ({ frame, probabilities }: Pick<ScoredFrame, 'frame' | 'probabilities'>): Sample[] => {
  const take = (population: string | null, label: Text, belongs: (row: number) => boolean): Sample => {
    const rows = selectRows(frame, belongs);
    return {
      population,
      label,
      probabilities: pickValues(probabilities, rows),
      labels: Uint8Array.from(rows, (row) => frame.labels[row] as number),
      customers: numberCustomers(frame, rows),
    };
  };
  return [
    take(null, everyone, () => true),
    ...frame.dictionary.populations.map(({ name, label }) => take(name, label, inPopulation(frame, name))),
  ];
};

/** The customers of some rows, numbered from 0 as they come; undefined where the frame tells none. */
export const numberCustomers = (
  { customers }: Pick<Frame, 'customers'>,
  rows: Uint32Array,
): Uint32Array | undefined => {
  if (customers === undefined) return undefined;
  return numberInTurn(pickValues(customers, rows));
};

/** How many bad rows there are. */
export const countBads = (labels: ArrayLike<number>): number =>
  Array.from(labels).reduce((sum, label) => sum + (label === 1 ? 1 : 0), 0);

/** How many rows a figure rests on. */
interface Weighed {
  readonly rows: number;
  readonly bads: number;
  readonly evidence: Evidence;
}

/** Rows, bad rows, and whether there are enough of each kind. */
export const weighEvidence = (rows: number, bads: number, least: number): Weighed => ({
  rows,
  bads,
  evidence: Math.min(bads, rows - bads) >= least ? 'sufficient' : 'insufficient',
});

/** A bootstrap over some rows, by customer where they are told; the seed alone decides what is drawn. */
export const planBootstrap = (
  rows: number,
  { replicates, seed }: Measuring,
  customers?: Sample['customers'],
): BootstrapPlan => {
  const generator = xoroshiro128plus(seed);
  return { rows, customers, replicates, random: (most: number) => uniformInt(generator, 0, most) };
};

const nothing: Estimate = { value: null, lower: null, upper: null };

/** AUC, Gini, KS and lift with intervals, and the information value of the score. */
export const measureDiscrimination = (
  { population, label, probabilities, labels, customers }: Sample,
  measuring: Measuring,
): Validation['discrimination'][number] => {
  const ranking = createRanking(probabilities, labels);
  const [auc = nothing, gini = nothing, ks = nothing, lift = nothing] = bootstrap(
    planBootstrap(labels.length, measuring, customers),
    (weights) => {
      const measured = ranking.measure(weights);
      return [measured.auc, measured.auc === null ? null : 2 * measured.auc - 1, measured.ks, measured.lift];
    },
  );
  const bands = createReliability(probabilities, labels).listBands();
  return {
    population,
    label,
    ...weighEvidence(labels.length, countBads(labels), measuring.leastBads),
    auc,
    gini,
    ks,
    lift,
    informationValue: informationValue(
      bands.map(({ bads }) => bads),
      bands.map(({ rows, bads }) => rows - bads),
    ),
    curve: auc.value === null ? [] : ranking.trace(POINTS),
  };
};

/** Brier score, log loss and calibration error with intervals, and every band against its probability. */
export const measureCalibration = (
  { population, label, probabilities, labels, customers }: Sample,
  measuring: Measuring,
): Validation['calibration'][number] => {
  const reliability = createReliability(probabilities, labels);
  const [brier = nothing, logLoss = nothing, ece = nothing] = bootstrap(
    planBootstrap(labels.length, measuring, customers),
    (weights) => {
      const measured = reliability.measure(weights);
      return [measured.brier, measured.logLoss, measured.ece];
    },
  );
  const bands = reliability.listBands();
  const bads = countBads(labels);
  const rows = labels.length;
  return {
    population,
    label,
    ...weighEvidence(rows, bads, measuring.leastBads),
    meanProbability: rows === 0 ? null : probabilities.reduce((sum, p) => sum + p, 0) / rows,
    badRate: rows === 0 ? null : bads / rows,
    brier,
    logLoss,
    ece,
    hosmerLemeshow: rows === 0 ? null : hosmerLemeshow(bands),
    bands: testBands(bands),
  };
};

/** Fewest rows of a band whose test is evidence: below, only gross errors could be seen. */
const LEAST_BAND = 100;

const testBands = (bands: readonly Band[]): Validation['calibration'][number]['bands'] => {
  const tests = bands.map(testBand);
  const corrected = correctHolm(tests.map(({ pTwoSided }) => pTwoSided));
  return bands.map(({ rows, bads, least, most, meanProbability }, place) => {
    const { pTwoSided: _, ...test } = tests[place] as ReturnType<typeof testBand>;
    const evidence: Evidence = rows >= LEAST_BAND ? 'sufficient' : 'insufficient';
    return { rows, bads, evidence, least, most, meanProbability, ...test, pCorrected: corrected[place] as number };
  });
};
