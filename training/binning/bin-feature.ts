import { type Binned, codeBin, missingBin, otherBin, unorderedCodes } from '../../src/model/bins.ts';
import type { TrainingSettings } from '../settings.ts';
import { countCells, crossFit, cutRates, groupRates, isWide, type RateGroups } from './cross-fit.ts';
import { type BinShape, binInformation, findBestShape, findOptimalBins, weightOfEvidence } from './optimal.ts';
import { type BinCounts, countBinned, type PreBinned } from './prebin.ts';

/** A feature with its final bins and their weights of evidence. */
export interface BinnedFeature {
  readonly pre: PreBinned;
  readonly binned: Binned;
  /** Final bin of each pre-bin. */
  readonly toFinal: Uint16Array;
  /** Final bin by which each row is fitted, where it is not that of its pre-bin: a cross-fitted category; else null. */
  readonly rowBins: Uint16Array | null;
  readonly counts: BinCounts;
  /** Weight of evidence of each final bin: log-odds of bad against the total. */
  readonly woe: Float64Array;
  readonly information: number;
}

/** A training sample: a label and a multiplicity for each row. */
export interface Sample {
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
  /** Whose each row is, a number for each customer; absent = every row is another's. */
  readonly customers?: Float64Array | undefined;
}

/** Total weight of good and bad rows. */
export const countSample = ({ labels, weights }: Sample): { good: number; bad: number } => {
  let [good, bad] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === 1) bad += weights[row] as number;
    else good += weights[row] as number;
  }
  return { good, bad };
};

/**
 * Bins one feature optimally for a sample: ordinary bins by dynamic programming, categories in the order of their
 * shrunk bad rate (rare ones in "other"; of many values the rates are cross-fitted), and what stands outside the order in
 * bins of its own.
 */
export const binFeature = (pre: PreBinned, sample: Sample, settings: TrainingSettings['binning']): BinnedFeature => {
  const totals = countSample(sample);
  if (isWide(pre, settings)) return weighJoined({ pre, ...joinWide(pre, sample, totals, settings) }, sample, settings);
  const counts = countBinned(pre, sample.labels, sample.weights);
  const joined = pre.feature.categories
    ? joinCategories(pre, counts, totals, settings)
    : joinNumbers(pre, counts, totals, settings);
  return weighJoined({ pre, ...joined }, sample, settings);
};

type Joined = Pick<BinnedFeature, 'binned' | 'toFinal'>;

/** The final bin that each row has in the model. */
export const modelBins = ({ pre: { bins }, toFinal }: Pick<BinnedFeature, 'pre' | 'toFinal'>): Uint16Array => {
  const final = new Uint16Array(bins.length);
  for (let row = 0; row < bins.length; row++) final[row] = toFinal[bins[row] as number] as number;
  return final;
};

/** The final bin by which each row is fitted. */
export const fittedBins = (feature: Pick<BinnedFeature, 'pre' | 'toFinal' | 'rowBins'>): Uint16Array =>
  feature.rowBins ?? modelBins(feature);

/** Counts and weighs the bins that a feature's pre-bins were joined to. */
export const weighJoined = (
  {
    pre,
    binned,
    toFinal,
    rowBins = null,
  }: Joined & Pick<BinnedFeature, 'pre'> & Partial<Pick<BinnedFeature, 'rowBins'>>,
  sample: Sample,
  settings: TrainingSettings['binning'],
): BinnedFeature => {
  const totals = countSample(sample);
  const counts = rowBins
    ? countBinned({ bins: rowBins, count: Math.max(...toFinal) + 1 }, sample.labels, sample.weights)
    : sumCounts(countBinned(pre, sample.labels, sample.weights), toFinal);
  const woe = weighBins(pre, binned, { counts, totals }, settings);
  return { pre, binned, toFinal, rowBins, counts, woe, information: sumInformation(counts, totals) };
};
type Totals = { readonly good: number; readonly bad: number };

const limitsOf = ({ good, bad }: Totals, settings: TrainingSettings['binning']) => ({
  leastRows: Math.max(settings.minimumRows, settings.minimumShare * (good + bad)),
  leastDifference: (settings.minimumDifference * bad) / Math.max(1, good + bad),
});

const ordinaryCounts = (counts: BinCounts, ordinary: number): BinCounts => ({
  good: counts.good.slice(0, ordinary),
  bad: counts.bad.slice(0, ordinary),
});

const joinNumbers = (
  { feature, binned, ordinary, count }: PreBinned,
  counts: BinCounts,
  totals: Totals,
  settings: TrainingSettings['binning'],
): Joined => {
  const limits = limitsOf(totals, settings);
  const known = ordinaryCounts(counts, ordinary);
  const shape = chooseShape(feature.definition, settings);
  const { starts } =
    shape === 'auto'
      ? findBestShape(known, totals, limits, settings.shapeGain)
      : findOptimalBins(known, totals, shape, limits);
  const edges = starts.slice(1).map((start) => (binned.edges ?? [])[start - 1] as number);
  const toFinal = Uint16Array.from({ length: count }, (_, bin) =>
    bin < ordinary ? starts.filter((start) => start <= bin).length - 1 : bin - ordinary + starts.length,
  );
  return { binned: { ...binned, edges }, toFinal };
};

/** The shape a feature's bad rate must have: its direction of risk, else what the settings say, else what fits best. */
const chooseShape = (
  { name, direction }: PreBinned['feature']['definition'],
  { shapes }: TrainingSettings['binning'],
): BinShape | 'auto' => {
  if (direction) return direction === 'increasing' ? 'ascending' : 'descending';
  return shapes[name] ?? 'auto';
};

const joinCategories = (
  pre: PreBinned,
  counts: BinCounts,
  totals: Totals,
  settings: TrainingSettings['binning'],
): Joined => {
  const common = orderCategories(pre, counts, settings);
  const inOrder = (values: Float64Array) => Float64Array.from(common, (bin) => values[bin] as number);
  const sorted = { good: inOrder(counts.good), bad: inOrder(counts.bad) };
  const { starts } =
    common.length === 0 ? { starts: [] } : findOptimalBins(sorted, totals, 'ascending', limitsOf(totals, settings));
  const groups = new Map(common.map((bin, place) => [bin, starts.filter((start) => start <= place).length - 1]));
  return groupCategories(pre, groups, starts.length);
};

/** Joins a wide category's values by their cross-fitted rates. */
const joinWide = (
  pre: PreBinned,
  sample: Sample,
  totals: Totals,
  settings: TrainingSettings['binning'],
): Joined & Pick<BinnedFeature, 'rowBins'> => {
  const fit = crossFit(pre, sample, settings);
  const fine = cutRates(fit, settings.preBins);
  const { starts } = findOptimalBins(countCells(fit, fine), totals, 'ascending', limitsOf(totals, settings));
  const edges = starts.slice(1).map((start) => fine[start - 1] as number);
  return joinRateGroups(pre, groupRates(fit, edges));
};

/** The bins of a wide category's groups, for each of its values and for each row. */
export const joinRateGroups = (
  pre: PreBinned,
  { groups, count, rowGroups }: RateGroups,
): Joined & { readonly rowBins: Uint16Array } => {
  const joined = groupCategories(pre, groups, count);
  const rowBins = modelBins({ pre, ...joined });
  for (let row = 0; row < rowBins.length; row++) {
    const group = rowGroups[row] as number;
    if (group >= 0) rowBins[row] = group;
  }
  return { ...joined, rowBins };
};

/** A category's pre-bins that have rows enough, in the order of their shrunk bad rate. */
export const orderCategories = (
  { ordinary }: Pick<PreBinned, 'ordinary'>,
  { good, bad }: BinCounts,
  { categoryShrinkage: shrinkage, minimumRows }: TrainingSettings['binning'],
): number[] => {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const rows = (bin: number) => (good[bin] as number) + (bad[bin] as number);
  const overall = sum(bad) / Math.max(1, sum(good) + sum(bad));
  const shrunk = (bin: number) => ((bad[bin] as number) + shrinkage * overall) / (rows(bin) + shrinkage);
  return Array.from({ length: ordinary }, (_, bin) => bin)
    .filter((bin) => rows(bin) >= minimumRows)
    .sort((a, b) => shrunk(a) - shrunk(b) || a - b);
};

/** Puts a category's pre-bins into groups; those in none go to "other", which follows the groups. */
export const groupCategories = (
  { binned, ordinary, count }: PreBinned,
  groups: ReadonlyMap<number, number>,
  other: number,
): Joined => {
  const categories = (binned.categories ?? []).flatMap(({ value, bin }) => {
    const group = groups.get(bin);
    return group === undefined ? [] : [{ value, bin: group }];
  });
  const toFinal = Uint16Array.from({ length: count }, (_, bin) =>
    bin < ordinary ? (groups.get(bin) ?? other) : other + (bin - ordinary),
  );
  return { binned: { ...binned, categories }, toFinal };
};

const sumCounts = (counts: BinCounts, toFinal: Uint16Array): BinCounts => {
  const size = Math.max(...toFinal) + 1;
  const sums = { good: new Float64Array(size), bad: new Float64Array(size) };
  for (const [bin, final] of toFinal.entries()) {
    sums.good[final] = (sums.good[final] as number) + (counts.good[bin] as number);
    sums.bad[final] = (sums.bad[final] as number) + (counts.bad[bin] as number);
  }
  return sums;
};

const weighBins = (
  pre: PreBinned,
  binned: Binned,
  { counts, totals }: { counts: BinCounts; totals: Totals },
  { minimumRows }: TrainingSettings['binning'],
): Float64Array => {
  const rows = counts.good.map((good, bin) => good + (counts.bad[bin] as number));
  const woe = rows.map((count, bin) =>
    count < minimumRows ? 0 : weightOfEvidence(counts.good[bin] as number, counts.bad[bin] as number, totals),
  );
  settleOutside(woe, { rows, minimumRows, outside: listOutside(pre, binned) });
  return woe;
};

/** A bin outside the order, and whether it may carry less risk than the best ordinary one. */
export interface OutsideOrder {
  readonly bin: number;
  readonly mayBeatBest: boolean;
  readonly code: number | null;
}

/** What the rule for bins outside the order looks at. */
interface OutsideRule {
  /** Rows in each bin. */
  readonly rows: Float64Array;
  readonly minimumRows: number;
  readonly outside: readonly OutsideOrder[];
}

/**
 * Silence is not rewarded (DESIGN 1.3): a bin outside the order is 0 on too few rows, else at least the best ordinary bin
 * that rows were seen in (0 where there is none), unless it may beat it.
 */
export const settleOutside = (values: Float64Array, { rows, minimumRows, outside }: OutsideRule): void => {
  const first = outside[0]?.bin ?? values.length;
  const observed = values.subarray(0, first).filter((_, bin) => (rows[bin] as number) > 0);
  const best = observed.length > 0 ? Math.min(...observed) : 0;
  for (const { bin, mayBeatBest } of outside) {
    if ((rows[bin] as number) < minimumRows) values[bin] = 0;
    else if (!mayBeatBest) values[bin] = Math.max(values[bin] as number, best);
  }
};

/** The bins outside the order and whether each may carry less risk than the best ordinary one. */
export const listOutside = ({ feature }: Pick<PreBinned, 'feature'>, binned: Binned): OutsideOrder[] => {
  const { mayBeatBest } = feature.definition;
  const other = otherBin(binned);
  return [
    ...(other === null ? [] : [{ bin: other, mayBeatBest: false, code: null }]),
    { bin: missingBin(binned), mayBeatBest: mayBeatBest.has(null), code: null },
    ...unorderedCodes(binned).map((code, place) => ({
      bin: codeBin(binned, place),
      mayBeatBest: mayBeatBest.has(code.value),
      code: code.value,
    })),
  ];
};

const sumInformation = (counts: BinCounts, totals: Totals): number =>
  counts.good.reduce((sum, good, bin) => sum + binInformation(good, counts.bad[bin] as number, totals), 0);
