import { type BinnedFeature, listOutside, type Sample, settleOutside, weighJoined } from '../binning/bin-feature.ts';
import { assignFolds } from '../dataset/folds.ts';
import type { TrainingSettings } from '../settings.ts';
import type { AdditiveFit, AdditiveTerm } from './additive.ts';
import { type ColumnSet, nameSet } from './boosted/allowed.ts';
import type { BoostData, Boosted, BoostRequest } from './boosted/boost.ts';
import { chooseCuts, chooseInteractions, type InteractionCaps, type Interactions } from './boosted/choose.ts';
import { cutFeature, type OrderedFeature, orderFeature, toColumn } from './boosted/columns.ts';
import type { BoostPool } from './boosted/pool.ts';
import { purify } from './boosted/purify.ts';
import { addTrees, createTables, type Table } from './boosted/tabulate.ts';
import { type BoostedColumn, findLeaf, type Tree } from './boosted/tree.ts';
import { fitLine } from './calibrate.ts';
import type { Learned, LearnerRequest } from './learner.ts';

/** What limiting the interactions cost, on rows the trees had not seen. */
export interface CapCost {
  readonly pairs: number;
  readonly triples: number;
  /** Mean log loss of single bags with any interaction, and with those kept only. */
  readonly freeLogLoss: number;
  readonly keptLogLoss: number;
}

/**
 * Fits boosted trees of at most three features a path and turns them into tables. First freely, on inner folds, to learn
 * which interactions pay and where to cut; then with those only, in bags that each leave an inner fold out, by which
 * boosting is stopped and the calibration is fitted; the tables are the mean of the bags.
 */
export const learnBoosted = async (request: LearnerRequest, pool: BoostPool): Promise<Learned> => {
  const { sample, settings, onFit } = request;
  const { boosted } = settings;
  const folds = assignFolds(`${request.set}:inner`, sample.labels, settings.innerFolds);
  const all = settings.innerFolds * (2 + boosted.repeats);
  let done = 0;
  const onDone = () => onFit(++done, all);
  const ordered = request.features.map((pre) => orderFeature(pre, sample, settings.binning));
  const freeData = share(ordered.map(toColumn), sample, folds);
  const free = truncate(await pool.run(requestBags(freeData, settings, { sets: null, repeat: 0 }), onDone));
  const wide = listSets(chooseInteractions(free.bags, widen(boosted)));
  const narrowed = truncate(await pool.run(requestBags(freeData, settings, { sets: wide, repeat: 0 }), onDone));
  const interactions = chooseInteractions(narrowed.bags, boosted);
  const cuts = chooseCuts(narrowed.bags, freeData.columns, interactions, boosted.bins);
  const kept = cutUsed(ordered, { cuts, interactions, used: listUsed(narrowed.bags) });
  const data = kept.features.map(toColumn);
  const sets = listSets(kept.interactions);
  const bagData = Array.from({ length: boosted.repeats }, (_, repeat) =>
    share(
      data,
      sample,
      repeat === 0 ? folds : assignFolds(`${request.set}:inner:${repeat}`, sample.labels, settings.innerFolds),
    ),
  );
  const final = truncate(
    await pool.run(
      bagData.flatMap((part, repeat) => requestBags(part, settings, { sets, repeat: repeat + 1 })),
      onDone,
    ),
  );
  const features = kept.features.map(({ pre, binned, toBin }) =>
    weighJoined({ pre, binned, toFinal: toBin }, sample, settings.binning),
  );
  const { minimumRows } = settings.binning;
  const fit = settle(tabulate(final.bags, data, { features, sets, minimumRows }), minimumRows);
  const calibrate = async () => fitLine(scoreUnseen(final.bags, bagData, settings.innerFolds), sample);
  const refit = async (part: Sample): Promise<Float64Array> => {
    const requests = Array.from(
      { length: boosted.refitBags },
      (_, bag): BoostRequest => ({
        ...toBoostSettings(settings),
        data: share(data, part, folds),
        held: null,
        depth: boosted.depth,
        sets,
        seed: settings.seed + bag,
        mostTrees: final.trees,
      }),
    );
    return meanScores(await pool.run(requests, () => undefined), data);
  };
  const cost: CapCost = {
    pairs: kept.interactions.pairs.length,
    triples: kept.interactions.triples.length,
    freeLogLoss: free.loss,
    keptLogLoss: final.loss,
  };
  return { fit, calibrate, refit, notes: { boosted: { ...cost, trees: final.trees, bags: final.bags.length } } };
};

const toBoostSettings = ({ boosted }: TrainingSettings) => ({
  learningRate: boosted.learningRate,
  ridge: boosted.ridge,
  leastInformation: boosted.leastInformation,
  rowShare: boosted.rowShare,
  columnShare: boosted.columnShare,
  mostColumns: boosted.mostColumns,
  mostTrees: boosted.mostTrees,
  patience: boosted.patience,
});

/** What is boosted on, in memory that threads share. */
const share = (columns: readonly BoostedColumn[], { labels, weights }: Sample, folds: Uint8Array): BoostData => ({
  columns,
  labels: shareBytes(labels),
  weights: new Float64Array(new SharedArrayBuffer(8 * weights.length)).map((_, row) => weights[row] as number),
  parts: shareBytes(folds),
});

const shareBytes = (bytes: Uint8Array): Uint8Array => {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
};

const requestBags = (
  data: BoostData,
  settings: TrainingSettings,
  { sets, repeat }: { sets: readonly ColumnSet[] | null; repeat: number },
): BoostRequest[] =>
  Array.from({ length: settings.innerFolds }, (_, fold) => ({
    ...toBoostSettings(settings),
    data,
    held: fold,
    depth: settings.boosted.depth,
    sets,
    seed: settings.seed + repeat * settings.innerFolds + fold,
  }));

/** Times the caps that the first choice keeps: what is chosen from again, once the trees have had to do with less. */
const WIDER = 4;

const widen = ({ mostPairs, mostTriples }: InteractionCaps): InteractionCaps => ({
  mostPairs: WIDER * mostPairs,
  mostTriples: WIDER * mostTriples,
});

const listSets = ({ pairs, triples }: Interactions): ColumnSet[] => [...pairs, ...triples];

interface Truncated {
  readonly bags: readonly Boosted[];
  readonly trees: number;
  /** Mean log loss of the rows that each bag left out. */
  readonly loss: number;
}

/** Cuts all bags off at the number of trees at which their held-out losses are least together. */
const truncate = (bags: readonly Boosted[]): Truncated => {
  const meanLoss = (trees: number) =>
    bags.reduce((sum, { losses }) => sum + (losses[trees] as number), 0) / bags.length;
  const shortest = Math.min(...bags.map(({ trees }) => trees.length));
  let best = 0;
  for (let trees = 1; trees <= shortest; trees++) if (meanLoss(trees) < meanLoss(best)) best = trees;
  return { bags: bags.map((bag) => ({ ...bag, trees: bag.trees.slice(0, best) })), trees: best, loss: meanLoss(best) };
};

interface Kept {
  readonly features: readonly OrderedFeature[];
  readonly interactions: Interactions;
}

interface Cutting {
  readonly cuts: readonly (readonly number[])[];
  readonly interactions: Interactions;
  /** Columns that some tree splits. */
  readonly used: ReadonlySet<number>;
}

/** Cuts the features that trees split, and leaves out the others. */
const cutUsed = (ordered: readonly OrderedFeature[], { cuts, interactions, used }: Cutting): Kept => {
  const places = ordered.flatMap((_, place) => (used.has(place) ? [place] : []));
  const renumber = (sets: readonly ColumnSet[]) => sets.map((set) => set.map((place) => places.indexOf(place)));
  return {
    features: places.map((place) => cutFeature(ordered[place] as OrderedFeature, cuts[place] as number[])),
    interactions: { pairs: renumber(interactions.pairs), triples: renumber(interactions.triples) },
  };
};

const listUsed = (bags: readonly Boosted[]): Set<number> =>
  new Set(
    bags.flatMap(({ trees }) => trees.flatMap(({ columns }) => Array.from(columns))).filter((place) => place >= 0),
  );

interface Shape {
  readonly features: readonly BinnedFeature[];
  readonly sets: readonly ColumnSet[];
  readonly minimumRows: number;
}

/** Mean and spread of the bags' purified tables. */
const tabulate = (
  bags: readonly Boosted[],
  columns: readonly BoostedColumn[],
  { features, sets, minimumRows }: Shape,
): AdditiveFit => {
  const shares = features.map((feature) => shareRows(feature, minimumRows));
  const all = [...features.map((_, place) => [place]), ...sets];
  const tabled = bags.map(({ constant, trees }) => {
    const tables = createTables(columns, all);
    return { tables, constant: constant + addTrees(tables, trees, columns) + purify(tables, shares) };
  });
  const terms = all.map((set) => joinBags(tabled.map(({ tables }) => tables.get(nameSet(set)) as Table)));
  const isThere = terms.map(({ logOdds }) => logOdds.some((value) => value !== 0));
  const used = features.map((_, place) => terms.some(({ inputs }, index) => isThere[index] && inputs.includes(place)));
  const places = features.flatMap((_, place) => (used[place] ? [place] : []));
  const { mean, spread } = measure(tabled.map(({ constant }) => constant));
  return {
    features: places.map((place) => features[place] as BinnedFeature),
    terms: terms
      .filter(({ inputs }, index) => isThere[index] || (inputs.length === 1 && used[inputs[0] as number]))
      .map((term) => ({ ...term, inputs: term.inputs.map((place) => places.indexOf(place)) })),
    constant: mean,
    constantError: Math.hypot(spread, errorOfRate(features)),
  };
};

/** Standard error of the log-odds of the whole. */
const errorOfRate = ([feature]: readonly BinnedFeature[]): number => {
  if (!feature) return 0;
  const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);
  return Math.sqrt(1 / (sum(feature.counts.good) + 0.5) + 1 / (sum(feature.counts.bad) + 0.5));
};

/** Share of the rows in each bin that has a say; the scarce ones outside the order have none, since they will be 0. */
const shareRows = (feature: BinnedFeature, minimumRows: number): Float64Array => {
  const scarce = listScarce(feature, minimumRows);
  const rows = rowsOf(feature.counts).map((count, bin) => (scarce.has(bin) ? 0 : count));
  const total = rows.reduce((sum, count) => sum + count, 0);
  return rows.map((count) => count / total);
};

/** Bins outside the order with too few rows. */
const listScarce = ({ pre, binned, counts }: BinnedFeature, minimumRows: number): Set<number> => {
  const rows = rowsOf(counts);
  return new Set(listOutside(pre, binned).flatMap(({ bin }) => ((rows[bin] as number) < minimumRows ? [bin] : [])));
};

const rowsOf = ({ good, bad }: BinnedFeature['counts']): Float64Array =>
  good.map((count, bin) => count + (bad[bin] as number));

const joinBags = (tables: readonly Table[]): AdditiveTerm => {
  const { set, shape, cells } = tables[0] as Table;
  const logOdds = new Float64Array(cells.length);
  const errors = new Float64Array(cells.length);
  for (let cell = 0; cell < cells.length; cell++) {
    const { mean, spread } = measure(tables.map((table) => table.cells[cell] as number));
    logOdds[cell] = mean;
    errors[cell] = spread;
  }
  return { inputs: set, shape, logOdds, errors };
};

/** Mean and standard deviation. */
const measure = (values: readonly number[]): { mean: number; spread: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / Math.max(1, values.length - 1)) };
};

/** What stands outside the order is 0 on too few rows, in every table, and never beats the best ordinary bin unless it may. */
const settle = (fit: AdditiveFit, minimumRows: number): AdditiveFit => {
  const scarce = fit.features.map((feature) => listScarce(feature, minimumRows));
  for (const { inputs, shape, logOdds } of fit.terms) {
    for (let cell = 0; cell < logOdds.length; cell++) {
      if (inputs.some((place, axis) => scarce[place]?.has(binAt(cell, shape, axis)))) logOdds[cell] = 0;
    }
    const [place = 0] = inputs;
    const { pre, binned, counts } = fit.features[place] as BinnedFeature;
    if (inputs.length === 1)
      settleOutside(logOdds, { rows: rowsOf(counts), minimumRows, outside: listOutside(pre, binned) });
  }
  return fit;
};

const binAt = (cell: number, shape: readonly number[], axis: number): number => {
  const stride = shape.slice(axis + 1).reduce((all, length) => all * length, 1);
  return Math.floor(cell / stride) % (shape[axis] as number);
};

/** Log-odds of every row by the bags that had not seen it. */
const scoreUnseen = (bags: readonly Boosted[], data: readonly BoostData[], folds: number): Float64Array => {
  const rows = data[0]?.labels.length ?? 0;
  const scores = new Float64Array(rows);
  for (const [place, bag] of bags.entries()) {
    const { columns, parts } = data[Math.floor(place / folds)] as BoostData;
    for (let row = 0; row < rows; row++) {
      if (parts[row] === place % folds)
        scores[row] = (scores[row] as number) + scoreRow(bag, columns, row) / data.length;
    }
  }
  return scores;
};

const scoreRow = (
  { constant, trees }: { readonly constant: number; readonly trees: readonly Tree[] },
  columns: readonly BoostedColumn[],
  row: number,
): number => {
  let score = constant;
  for (const tree of trees) score += tree.values[findLeaf(tree, columns, row)] as number;
  return score;
};

const meanScores = (bags: readonly Boosted[], columns: readonly BoostedColumn[]): Float64Array =>
  new Float64Array(columns[0]?.bins.length ?? 0).map(
    (_, row) => bags.reduce((sum, bag) => sum + scoreRow(bag, columns, row), 0) / bags.length,
  );
