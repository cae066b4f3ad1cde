import type { Binned } from '../../src/model/bins.ts';
import type { TrainingSettings } from '../settings.ts';
import { groupCategories, joinRateGroups, orderCategories, type Sample } from './bin-feature.ts';
import { crossFit, cutRates, groupRates, isWide } from './cross-fit.ts';
import { countBinned, type PreBinned } from './prebin.ts';

/** A feature whose pre-bins are put in an order that can be cut. */
export interface OrderedFeature {
  readonly pre: PreBinned;
  readonly binned: Binned;
  /** Bin of each pre-bin: ordered ones first (a number's bins, a category's groups), then those outside the order. */
  readonly toBin: Uint16Array;
  /** Bin by which each row is fitted, where it is not that of its pre-bin: a cross-fitted category; else null. */
  readonly rowBins: Uint16Array | null;
  readonly ordered: number;
  readonly count: number;
}

/** Most ordered bins of a column. */
const MOST_ORDERED = 200;

/** Puts a feature's bins in order: a number's as they are, a category's by its shrunk bad rate, rare ones in "other". */
export const orderFeature = (pre: PreBinned, sample: Sample, settings: TrainingSettings['binning']): OrderedFeature => {
  if (!pre.feature.categories) {
    const toBin = Uint16Array.from({ length: pre.count }, (_, bin) => bin);
    return { pre, binned: pre.binned, toBin, rowBins: null, ordered: pre.ordinary, count: pre.count };
  }
  if (isWide(pre, settings)) return orderWide(pre, sample, settings);
  const common = orderCategories(pre, countBinned(pre, sample.labels, sample.weights), settings);
  const groups = Math.min(common.length, MOST_ORDERED);
  const groupOf = new Map(common.map((bin, place) => [bin, Math.floor((place * groups) / common.length)]));
  const { binned, toFinal } = groupCategories(pre, groupOf, groups);
  return { pre, binned, toBin: toFinal, rowBins: null, ordered: groups, count: groups + pre.count - pre.ordinary };
};

/** The values of a wide category in the order of their rates; rows stand where the rows of other folds put them. */
const orderWide = (pre: PreBinned, sample: Sample, settings: TrainingSettings['binning']): OrderedFeature => {
  const fit = crossFit(pre, sample, settings);
  const grouped = groupRates(fit, cutRates(fit, settings.preBins));
  const { binned, toFinal, rowBins } = joinRateGroups(pre, grouped);
  return {
    pre,
    binned,
    toBin: toFinal,
    rowBins,
    ordered: grouped.count,
    count: grouped.count + pre.count - pre.ordinary,
  };
};

/**
 * Joins the ordered bins of a feature between cuts.
 * @param cuts ordered bins after which it is cut, ascending
 */
export const cutFeature = (feature: OrderedFeature, cuts: readonly number[]): OrderedFeature => {
  const { pre, binned, toBin, rowBins, ordered, count } = feature;
  const join = (bin: number): number =>
    bin < ordered ? cuts.filter((cut) => cut < bin).length : bin - ordered + cuts.length + 1;
  const isEmpty = ordered === 0;
  const joined = isEmpty ? (bin: number) => bin : join;
  return {
    pre,
    binned: {
      ...binned,
      edges: binned.edges && cuts.map((cut) => (binned.edges as number[])[cut] as number),
      categories: binned.categories?.map(({ value, bin }) => ({ value, bin: joined(bin) })) ?? null,
    },
    toBin: toBin.map(joined),
    rowBins: rowBins?.map(joined) ?? null,
    ordered: isEmpty ? 0 : cuts.length + 1,
    count: isEmpty ? count : count - ordered + cuts.length + 1,
  };
};
