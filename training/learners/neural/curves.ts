import { countOrdered } from '../../../src/model/bins.ts';
import { type BinnedFeature, fittedBins, type Sample, weighJoined } from '../../binning/bin-feature.ts';
import { cutFeature, type OrderedFeature, orderFeature } from '../../binning/order-feature.ts';
import type { PreBinned } from '../../binning/prebin.ts';
import type { TrainingSettings } from '../../settings.ts';
import type { Part } from './part.ts';

/** Joins a feature's pre-bins to bins of about equal rows: at most so many, each with rows enough. */
export const binCurve = (pre: PreBinned, sample: Sample, settings: TrainingSettings): BinnedFeature => {
  const ordered = orderFeature(pre, sample, settings.binning);
  const { binned, toBin, rowBins } = cutFeature(ordered, chooseCuts(ordered, sample, settings));
  return weighJoined({ pre, binned, toFinal: toBin, rowBins }, sample, settings.binning);
};

/** The ordered bins after which to cut. */
const chooseCuts = (
  { pre, toBin, rowBins, ordered }: OrderedFeature,
  { weights }: Sample,
  { neural, binning }: TrainingSettings,
): number[] => {
  const rows = new Float64Array(ordered);
  for (const [row, bin] of fittedBins({ pre, toFinal: toBin, rowBins }).entries()) {
    if (bin < ordered) rows[bin] = (rows[bin] as number) + (weights[row] as number);
  }
  const all = rows.reduce((sum, count) => sum + count, 0);
  const least = Math.max(binning.minimumRows, all / neural.bins);
  const cuts: number[] = [];
  let gathered = 0;
  let left = all;
  for (let bin = 0; bin < ordered - 1; bin++) {
    gathered += rows[bin] as number;
    left -= rows[bin] as number;
    if (left < binning.minimumRows) break;
    if (gathered < least && gathered + (rows[bin + 1] as number) / 2 < least) continue;
    if (gathered < binning.minimumRows) continue;
    cuts.push(bin);
    gathered = 0;
  }
  return cuts;
};

/** A feature's curve: a part of the score whose first weights are the steps from each ordered bin to the next. */
export interface Curve {
  readonly feature: BinnedFeature;
  readonly part: Part;
  readonly steps: number;
}

/**
 * A feature's curve. Ordered bins: steps from each to the next, about a mean of 0 over their rows, so that steps that are
 * not negative keep a direction of risk; other bins with rows enough: their own distance from that mean.
 */
export const toCurve = (feature: BinnedFeature, minimumRows: number): Curve => {
  const { pre, binned, counts } = feature;
  const rows = counts.good.map((good, bin) => good + (counts.bad[bin] as number));
  const ordered = countOrdered(binned);
  const steps = Math.max(0, ordered - 1);
  const levels = Array.from(rows.keys()).filter((bin) => bin >= ordered && (rows[bin] as number) >= minimumRows);
  const width = steps + levels.length;
  const basis = new Float64Array(rows.length * width);
  const { direction } = pre.feature.definition;
  const sign = direction === 'decreasing' ? -1 : 1;
  const above = shareAbove(rows.subarray(0, ordered));
  for (let bin = 0; bin < ordered; bin++) {
    for (let step = 0; step < steps; step++) {
      basis[bin * width + step] = sign * ((bin > step ? 1 : 0) - (above[step] as number));
    }
  }
  for (const [place, bin] of levels.entries()) basis[bin * width + steps + place] = 1;
  const part = {
    cells: fittedBins(feature),
    count: rows.length,
    width,
    basis,
    bounded: new Uint8Array(width).fill(direction === null ? 0 : 1, 0, steps),
    penalty: new Float64Array(width),
  };
  return { feature, part, steps };
};

/** Share of the rows above each bin but the last. */
export const shareAbove = (rows: Float64Array): Float64Array => {
  const all = rows.reduce((sum, count) => sum + count, 0);
  let left = all;
  return rows.subarray(0, -1).map((count) => {
    left -= count;
    return left / Math.max(1, all);
  });
};

/** Steps of a curve for which smoothness is meant: a curve of fewer may rise as far by larger ones. */
const USUAL_STEPS = 20;

/** What weights cost against the summed log loss, each by half its square. */
export interface Prices {
  /** A step between neighbouring bins, in a curve of 20 steps. */
  readonly smoothness: number;
  /** A bin of its own: outside the order, or a group of categories. */
  readonly level: number;
}

/** Curves as priced parts. */
export const priceCurves = (curves: readonly Curve[], { smoothness, level }: Prices): Part[] =>
  curves.map(({ part, steps }) => {
    const step = smoothness * Math.sqrt(steps / USUAL_STEPS);
    return { ...part, penalty: part.penalty.map((_, place) => (place < steps ? step : level)) };
  });
