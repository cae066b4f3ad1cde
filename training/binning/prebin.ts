import { floorDivide } from '../../src/arithmetic.ts';
import type { Code } from '../../src/domain/model.ts';
import { type Binned, countBins, countOrdered, createEncode } from '../../src/model/bins.ts';
import type { FeatureColumn } from '../dataset/frame.ts';
import type { TrainingSettings } from '../settings.ts';

/** A feature cut into fine bins, in the layout every input has (ordered or categories, other, missing, codes). */
export interface PreBinned {
  readonly feature: FeatureColumn;
  readonly binned: Binned;
  /** How many of the bins are ordinary: ordered ones, or one for each category. */
  readonly ordinary: number;
  readonly count: number;
  /** Bin of each row. */
  readonly bins: Uint16Array;
}

/**
 * Cuts a feature at its quantiles into at most `preBins` bins; few distinct values keep a bin each, and so does a category's
 * value that enough rows hold. Rarer ones are in "other" from the start: no order of them could be told from noise.
 */
export const preBin = (
  feature: FeatureColumn,
  { preBins, minimumRows }: Pick<TrainingSettings['binning'], 'preBins' | 'minimumRows'>,
): PreBinned => {
  const common = feature.categories && commonCategories(feature.values, feature.categories, minimumRows);
  const binned = common ? preBinCategories(common) : preBinNumbers(feature, preBins);
  const encode = createEncode(binned, feature.categories);
  return {
    feature,
    binned,
    ordinary: common ? common.length : countOrdered(binned),
    count: countBins(binned),
    bins: Uint16Array.from(feature.values, encode),
  };
};

const commonCategories = (values: Float64Array, categories: readonly string[], leastRows: number): string[] => {
  const rows = new Float64Array(categories.length);
  for (const value of values) if (value >= 0) rows[value] = (rows[value] as number) + 1;
  return categories.filter((_, index) => (rows[index] as number) >= leastRows);
};

const preBinCategories = (values: readonly string[]): Binned => ({
  edges: null,
  codes: [],
  categories: values.map((value, bin) => ({ value, bin })),
});

const preBinNumbers = ({ definition, values }: FeatureColumn, most: number): Binned => ({
  edges: quantileEdges(orderedValues({ codes: definition.codes, values }), most),
  codes: [...definition.codes],
  categories: null,
});

/** The values that take a place in the order, sorted: ordinary ones, and ordered codes as what they are ordered as. */
export const orderedValues = ({ codes, values }: { codes: readonly Code[]; values: Float64Array }): Float64Array => {
  const places = new Map(codes.map((code) => [code.value, code.orderedAs ?? Number.NaN]));
  return values
    .map((value) => places.get(value) ?? value)
    .filter((value) => !Number.isNaN(value))
    .sort();
};

/** Integer edges midway between neighbouring values, where about equal shares of the rows are cut off. */
const quantileEdges = (sorted: Float64Array, most: number): number[] => {
  const distinct = sorted.filter((value, index) => index === 0 || value !== sorted[index - 1]);
  if (distinct.length <= most) return midpoints(distinct);
  const cuts = Array.from(
    { length: most - 1 },
    (_, cut) => sorted[Math.floor(((cut + 1) * sorted.length) / most)] as number,
  );
  const edges = [...new Set(cuts)].flatMap((above) => {
    const place = lowerBound(distinct, above);
    return place === 0 ? [] : [midpoint(distinct[place - 1] as number, above)];
  });
  return [...new Set(edges)].sort((a, b) => a - b);
};

const midpoints = (distinct: Float64Array): number[] =>
  [...distinct.subarray(1)].map((above, index) => midpoint(distinct[index] as number, above));

/** The least integer above the middle of two integers: above `low`, at most `high`. */
const midpoint = (low: number, high: number): number =>
  Math.min(high, Math.max(low + 1, low + floorDivide(high - low, 2) + 1));

const lowerBound = (sorted: Float64Array, value: number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Weighted good and bad rows in each bin. */
export interface BinCounts {
  readonly good: Float64Array;
  readonly bad: Float64Array;
}

/** Counts a training sample into bins; `weights` are multiplicities (0 leaves a row out). */
export const countBinned = (
  { bins, count }: Pick<PreBinned, 'bins' | 'count'>,
  labels: Uint8Array,
  weights: Float64Array,
): BinCounts => {
  const counts = { good: new Float64Array(count), bad: new Float64Array(count) };
  for (let row = 0; row < bins.length; row++) {
    const side = labels[row] === 1 ? counts.bad : counts.good;
    const bin = bins[row] as number;
    side[bin] = (side[bin] as number) + (weights[row] as number);
  }
  return counts;
};
