import { countOrdered } from '../../src/model/bins.ts';
import { type BinnedFeature, fittedBins, listOutside, type Sample, settleOutside } from '../binning/bin-feature.ts';
import type { TrainingSettings } from '../settings.ts';

/** One feature's curve: log-odds in each final bin, and their standard errors. */
export interface Curve {
  readonly feature: BinnedFeature;
  readonly logOdds: Float64Array;
  readonly errors: Float64Array;
}

/**
 * Refits curves in turn, each against the others' joint score: weights of evidence are fitted one feature at a time, so
 * what features share is counted in all of them; here every bin takes one Newton step on the log loss, held to the
 * starting curve by a penalty worth `shrinkage` units of information, and isotonic regression (Barlow et al. 1972) keeps
 * the direction of risk. Backfitting as in Hastie and Tibshirani 1990, ch. 5.
 * @param scores log-odds of every row under the starting curves; moved along
 */
export const refineCurves = (
  starts: readonly Curve[],
  scores: Float64Array,
  sample: Sample,
  settings: TrainingSettings,
): Curve[] => {
  const { shrinkage, cycles } = settings.scorecard;
  let curves: Curve[] = [...starts];
  const bins = starts.map(({ feature }) => fittedBins(feature));
  for (let cycle = 0; cycle < cycles; cycle++) {
    curves = curves.map((curve, place) => {
      const own = bins[place] as Uint16Array;
      const refined = refineCurve(curve, starts[place] as Curve, sumBins(curve, { own, scores, sample }), shrinkage);
      keepOutside(refined, settings.binning.minimumRows);
      for (let row = 0; row < scores.length; row++) {
        const bin = own[row] as number;
        scores[row] = (scores[row] as number) + (refined.logOdds[bin] as number) - (curve.logOdds[bin] as number);
      }
      return refined;
    });
  }
  return curves;
};

interface BinSums {
  /** Downhill gradient of the log loss in each bin. */
  readonly slope: Float64Array;
  /** Information in each bin: the sum of p (1 - p). */
  readonly information: Float64Array;
}

const sumBins = (
  { logOdds }: Curve,
  { own, scores, sample }: { own: Uint16Array; scores: Float64Array; sample: Sample },
): BinSums => {
  const slope = new Float64Array(logOdds.length);
  const information = new Float64Array(logOdds.length);
  for (let row = 0; row < own.length; row++) {
    const weight = sample.weights[row] as number;
    if (weight === 0) continue;
    const p = 1 / (1 + Math.exp(-(scores[row] as number)));
    const bin = own[row] as number;
    slope[bin] = (slope[bin] as number) + weight * ((sample.labels[row] as number) - p);
    information[bin] = (information[bin] as number) + weight * p * (1 - p);
  }
  return { slope, information };
};

const refineCurve = (curve: Curve, start: Curve, { slope, information }: BinSums, shrinkage: number): Curve => {
  const { feature } = curve;
  const held = information.map((value) => value + shrinkage);
  const logOdds = curve.logOdds.map((value, bin) => {
    const pull = shrinkage * (value - (start.logOdds[bin] as number));
    return value + ((slope[bin] as number) - pull) / (held[bin] as number);
  });
  const { direction } = feature.pre.feature.definition;
  if (direction)
    makeIsotonic(logOdds, held, { length: countOrdered(feature.binned), rising: direction === 'increasing' });
  const errors = start.errors.map((error, bin) => {
    const own = (information[bin] as number) / (held[bin] as number);
    return Math.hypot(Math.sqrt(information[bin] as number) / (held[bin] as number), (1 - own) * error);
  });
  return { feature, logOdds, errors };
};

/** Pools neighbours that go against the direction, weighted by information. */
const makeIsotonic = (
  values: Float64Array,
  weights: Float64Array,
  { length, rising }: { length: number; rising: boolean },
): void => {
  const pools: { value: number; weight: number; bins: number[] }[] = [];
  for (let step = 0; step < length; step++) {
    const bin = rising ? step : length - 1 - step;
    pools.push({ value: values[bin] as number, weight: weights[bin] as number, bins: [bin] });
    poolLast(pools);
  }
  for (const { value, bins } of pools) for (const bin of bins) values[bin] = value;
};

const poolLast = (pools: { value: number; weight: number; bins: number[] }[]): void => {
  for (;;) {
    const last = pools.at(-1);
    const before = pools.at(-2);
    if (!last || !before || before.value <= last.value) return;
    pools.pop();
    before.value = (before.value * before.weight + last.value * last.weight) / (before.weight + last.weight);
    before.weight += last.weight;
    before.bins.push(...last.bins);
  }
};

/** Root mean square of a curve over its rows: how far off 0 may be where nothing is known. */
const spreadOf = (logOdds: Float64Array, rows: Float64Array): number => {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const squares = logOdds.reduce((sum, value, bin) => sum + (rows[bin] as number) * value * value, 0);
  return total > 0 ? Math.sqrt(squares / total) : 0;
};

/** Bins of too few rows stay 0, as uncertain as the curve is wide; what stands outside the order
 * never beats the best ordinary bin unless it may. */
const keepOutside = ({ feature, logOdds, errors }: Curve, minimumRows: number): void => {
  const { good, bad } = feature.counts;
  const rows = good.map((count, bin) => count + (bad[bin] as number));
  for (const [bin, count] of rows.entries()) if (count < minimumRows) logOdds[bin] = 0;
  const unknown = spreadOf(logOdds, rows);
  for (const [bin, count] of rows.entries()) if (count < minimumRows) errors[bin] = unknown;
  settleOutside(logOdds, { rows, minimumRows, outside: listOutside(feature.pre, feature.binned) });
};
