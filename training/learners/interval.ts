import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { createScoringTables } from '../../src/model/score.ts';
import type { Draft } from '../assemble.ts';
import type { Sample } from '../binning/bin-feature.ts';
import { breathe } from '../breathe.ts';
import { findFirsts } from '../dataset/folds.ts';
import type { FitAndScore } from './calibrate.ts';

/** Share of (row, refit) pairs that the interval must cover. */
const COVERAGE = 0.9;
/** Rows on which refits are compared; more would not move the figure. */
const MOST_ROWS = 5_000;

/** A bootstrap sample: how often each row was drawn, as many draws as customers, each with all its rows. */
export const drawBootstrap = (sample: Sample, seed: number): Sample => {
  const firsts = findFirsts(sample.labels.length, sample.customers);
  const drawn = firsts.filter((first, row) => first === row);
  const random = xoroshiro128plus(seed);
  const times = new Float64Array(firsts.length);
  for (let draw = 0; draw < drawn.length; draw++) {
    const first = drawn[uniformInt(random, 0, drawn.length - 1)] as number;
    times[first] = (times[first] as number) + 1;
  }
  return { ...sample, weights: sample.weights.map((weight, row) => weight * (times[firsts[row] as number] as number)) };
};

/** What intervals are fitted and checked with. */
export interface RefitInputs {
  readonly draft: Draft;
  readonly sample: Sample;
  /** Log-odds of every row by a fit to a sample, calibrated like the draft. */
  readonly refit: FitAndScore;
  readonly onRefit: (index: number) => void;
}

/** How far refits on bootstrap samples lie from the draft's score, in units of the draft's own standard error. */
export const measureRefits = async (
  { draft, sample, refit, onRefit }: RefitInputs,
  seeds: readonly number[],
): Promise<Float64Array> => {
  const rows = sample.labels.length;
  const step = Math.max(1, Math.floor(rows / MOST_ROWS));
  const compared = Array.from({ length: Math.ceil(rows / step) }, (_, index) => index * step);
  const width = draft.model.inputs.length;
  const tables = createScoringTables({ ...draft.model, intervalMilli: 1000 });
  const errors = compared.map((row) => tables.halfWidth(draft.bins.subarray(row * width, (row + 1) * width)));
  const ratios = new Float64Array(seeds.length * compared.length);
  for (const [index, seed] of seeds.entries()) {
    const scores = await refit(drawBootstrap(sample, seed));
    for (const [place, row] of compared.entries()) {
      const distance = Math.abs(1e6 * (scores[row] as number) - (draft.scores[row] as number));
      ratios[index * compared.length + place] = distance / Math.max(1, errors[place] as number);
    }
    await breathe();
    onRefit(index);
  }
  return ratios;
};

/** The least factor that covers the wanted share of the ratios, in thousandths, rounded up (DEFINITIONS 2). */
export const fitIntervalMilli = (ratios: Float64Array): number => {
  const sorted = ratios.slice().sort();
  return Math.ceil(1000 * (sorted[Math.ceil(COVERAGE * sorted.length) - 1] ?? 0));
};

/** Share of the ratios that an interval of this factor covers. */
export const measureCoverage = (ratios: Float64Array, intervalMilli: number): number =>
  ratios.filter((ratio) => 1000 * ratio <= intervalMilli).length / ratios.length;
