import { findFirsts } from '../dataset/folds.ts';
import type { TrainingSettings } from '../settings.ts';
import type { Sample } from './bin-feature.ts';
import type { BinCounts, PreBinned } from './prebin.ts';

/** Folds by which a row's own outcome is kept out of its category's rate. */
const FOLDS = 5;

/** Rows of one category in one fold, and the category's shrunk bad rate in the other folds. */
interface Cell {
  readonly rate: number;
  readonly good: number;
  readonly bad: number;
}

/**
 * A category of many values as shrunk bad rates (Micci-Barreca 2001), cross-fitted: a row stands where the rows of other
 * folds put its category, so that an order made of noise shows as noise. A category that training did not see in a row
 * of the sample, and every category once the model is fitted, stands where all rows put it.
 */
export interface CrossFit {
  readonly pre: PreBinned;
  /** Cells that hold rows, by rate. */
  readonly cells: readonly Cell[];
  /** Rate of each ordinary pre-bin over all rows; NaN where too few rows hold it. */
  readonly rates: Float64Array;
  /** Rate by which each row is fitted; NaN outside the order. */
  readonly rowRates: Float64Array;
}

/** Whether a category has so many values with rows enough that their order by bad rate must be cross-fitted. */
export const isWide = ({ feature, ordinary }: PreBinned, { crossFitAbove }: TrainingSettings['binning']): boolean =>
  feature.categories !== null && ordinary > crossFitAbove;

/** Rates of a wide category's values, with and without each fold. */
export const crossFit = (
  pre: PreBinned,
  sample: Sample,
  { categoryShrinkage, minimumRows }: TrainingSettings['binning'],
): CrossFit => {
  const { bins, ordinary } = pre;
  const folds = dealFolds(sample);
  const byFold = countFolds(pre, sample, folds);
  const all = sumFolds(byFold);
  const rates = shrinkRates(all, null, categoryShrinkage).map((rate, bin) =>
    (all.good[bin] as number) + (all.bad[bin] as number) < minimumRows ? Number.NaN : rate,
  );
  const foldRates = byFold.map((own) => shrinkRates(all, own, categoryShrinkage));
  const cells = byFold.flatMap(({ good, bad }, fold) =>
    Array.from(foldRates[fold] as Float64Array, (rate, bin) => ({
      rate,
      good: good[bin] as number,
      bad: bad[bin] as number,
    })).filter(({ good, bad }, bin) => good + bad > 0 && !Number.isNaN(rates[bin])),
  );
  const rowRates = new Float64Array(bins.length).fill(Number.NaN);
  for (let row = 0; row < bins.length; row++) {
    const bin = bins[row] as number;
    if (bin >= ordinary || Number.isNaN(rates[bin])) continue;
    const isFitted = (sample.weights[row] as number) > 0;
    rowRates[row] = (isFitted ? (foldRates[folds[row] as number] as Float64Array) : rates)[bin] as number;
  }
  return { pre, cells: cells.sort((a, b) => a.rate - b.rate), rates, rowRates };
};

/** Deals the rows of each label out in turn, those of a customer with its first. */
const dealFolds = ({ labels, customers }: Pick<Sample, 'labels' | 'customers'>): Uint8Array => {
  const dealt = [0, 0];
  const folds = new Uint8Array(labels.length);
  for (const [row, first] of findFirsts(labels.length, customers).entries()) {
    if (first < row) {
      folds[row] = folds[first] as number;
      continue;
    }
    const label = labels[row] === 1 ? 1 : 0;
    const turn = dealt[label] as number;
    dealt[label] = turn + 1;
    folds[row] = turn % FOLDS;
  }
  return folds;
};

const countFolds = ({ bins, ordinary }: PreBinned, { labels, weights }: Sample, folds: Uint8Array): BinCounts[] => {
  const counts = Array.from({ length: FOLDS }, () => ({
    good: new Float64Array(ordinary),
    bad: new Float64Array(ordinary),
  }));
  for (let row = 0; row < bins.length; row++) {
    const bin = bins[row] as number;
    if (bin >= ordinary) continue;
    const { good, bad } = counts[folds[row] as number] as BinCounts;
    const side = labels[row] === 1 ? bad : good;
    side[bin] = (side[bin] as number) + (weights[row] as number);
  }
  return counts;
};

const sumFolds = (folds: readonly BinCounts[]): BinCounts => {
  const sum = (pick: (counts: BinCounts) => Float64Array) =>
    (folds[0] ? pick(folds[0]) : new Float64Array()).map((_, bin) =>
      folds.reduce((total, counts) => total + (pick(counts)[bin] as number), 0),
    );
  return { good: sum(({ good }) => good), bad: sum(({ bad }) => bad) };
};

/** Bad rate of each bin over all rows but those of a fold, with some rows of the overall rate added. */
const shrinkRates = (all: BinCounts, without: BinCounts | null, shrinkage: number): Float64Array => {
  const bad = all.bad.map((count, bin) => count - (without?.bad[bin] ?? 0));
  const rows = all.good.map((count, bin) => count - (without?.good[bin] ?? 0) + (bad[bin] as number));
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const overall = sum(bad) / Math.max(1, sum(rows));
  return bad.map((count, bin) => (count + shrinkage * overall) / Math.max((rows[bin] as number) + shrinkage, 1e-9));
};

/** Standard errors by which an order must tell good from bad better than chance. */
const LEAST_ERRORS = 2;

/**
 * Whether the cross-fitted order tells good from bad: its area under the ROC curve, over rows that had no part in their
 * own place, is above a half by two standard errors of no order at all (Mann and Whitney 1947).
 */
const tellsApart = (cells: readonly Cell[]): boolean => {
  let [goods, bads, pairs] = [0, 0, 0];
  for (let start = 0; start < cells.length; ) {
    let [good, bad, end] = [0, 0, start];
    for (; end < cells.length && (cells[end] as Cell).rate === (cells[start] as Cell).rate; end++) {
      good += (cells[end] as Cell).good;
      bad += (cells[end] as Cell).bad;
    }
    pairs += bad * (goods + good / 2);
    goods += good;
    bads += bad;
    start = end;
  }
  if (goods === 0 || bads === 0) return false;
  const error = Math.sqrt((goods + bads + 1) / (12 * goods * bads));
  return pairs / (goods * bads) > 0.5 + LEAST_ERRORS * error;
};

/**
 * Rates between which about equal shares of the rows lie, at most so many less one; equal rates stay together. None where
 * the order tells nothing.
 */
export const cutRates = ({ cells }: CrossFit, most: number): number[] => {
  if (!tellsApart(cells)) return [];
  const total = cells.reduce((sum, { good, bad }) => sum + good + bad, 0);
  const edges: number[] = [];
  let held = 0;
  for (const [place, { rate, good, bad }] of cells.entries()) {
    const isNew = place > 0 && rate > (cells[place - 1] as Cell).rate;
    if (isNew && held >= ((edges.length + 1) * total) / most) edges.push(rate);
    held += good + bad;
  }
  return edges;
};

/** Good and bad rows between edges, as they are fitted. */
export const countCells = ({ cells }: CrossFit, edges: readonly number[]): BinCounts => {
  const counts = { good: new Float64Array(edges.length + 1), bad: new Float64Array(edges.length + 1) };
  for (const { rate, good, bad } of cells) {
    const group = groupOf(edges, rate);
    counts.good[group] = (counts.good[group] as number) + good;
    counts.bad[group] = (counts.bad[group] as number) + bad;
  }
  return counts;
};

const groupOf = (edges: readonly number[], rate: number): number => {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) <= rate) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Categories between edges, and the group by which each row is fitted: -1 outside the order. */
export interface RateGroups {
  readonly groups: ReadonlyMap<number, number>;
  readonly count: number;
  readonly rowGroups: Int32Array;
}

/** Groups a wide category's values at edges, less those that no value lies between once all rows are counted. */
export const groupRates = ({ rates, rowRates }: CrossFit, edges: readonly number[]): RateGroups => {
  const common = Array.from(rates.keys()).filter((bin) => !Number.isNaN(rates[bin]));
  const reached = new Set(common.map((bin) => groupOf(edges, rates[bin] as number)));
  const [, ...later] = [...reached].sort((a, b) => a - b);
  const kept = later.map((group) => edges[group - 1] as number);
  return {
    groups: new Map(common.map((bin) => [bin, groupOf(kept, rates[bin] as number)])),
    count: common.length === 0 ? 0 : kept.length + 1,
    rowGroups: groupRows(rowRates, kept),
  };
};

const groupRows = (rowRates: Float64Array, edges: readonly number[]): Int32Array => {
  const groups = new Int32Array(rowRates.length);
  for (let row = 0; row < groups.length; row++) {
    const rate = rowRates[row] as number;
    groups[row] = Number.isNaN(rate) ? -1 : groupOf(edges, rate);
  }
  return groups;
};
