import type { Sample } from '../../binning/bin-feature.ts';
import type { BoostedSettings, TrainingSettings } from '../../settings.ts';
import type { ColumnSet } from '../column-set.ts';
import type { BoostData, Boosted, BoostRequest } from './boost.ts';
import { addTree, createLeafFinder } from './leaves.ts';
import type { BoostedColumn } from './tree.ts';

/** What is boosted on, in memory that threads share. */
export const shareData = (
  columns: readonly BoostedColumn[],
  { labels, weights }: Sample,
  parts: Uint8Array,
): BoostData => ({
  columns,
  labels: fill(new Uint8Array(new SharedArrayBuffer(labels.byteLength)), labels),
  weights: fill(new Float64Array(new SharedArrayBuffer(weights.byteLength)), weights),
  parts: fill(new Uint8Array(new SharedArrayBuffer(parts.byteLength)), parts),
});

const fill = <Values extends Uint8Array | Float64Array>(into: Values, values: Values): Values => {
  into.set(values);
  return into;
};

/** What bags are grown by. */
export interface BagRound {
  /** Sets of columns that may stand on a path; null = any. */
  readonly sets: readonly ColumnSet[] | null;
  /** How many: one for each part of the rows, which it leaves out. */
  readonly bags: number;
  /** Seed of the first; each has one of its own. */
  readonly seed: number;
}

/** One series of trees for each part of the rows, which it leaves out. */
export const requestBags = (
  data: BoostData,
  boosted: BoostedSettings,
  { sets, bags, seed }: BagRound,
): BoostRequest[] =>
  Array.from({ length: bags }, (_, part) => ({ ...boosted, data, held: part, sets, seed: seed + part }));

/** How a refit is grown: on every row, as far as the fit. */
export interface RefitRound {
  readonly sets: readonly ColumnSet[];
  readonly trees: number;
}

/** The series of trees of one refit. */
export const requestRefit = (
  data: BoostData,
  settings: TrainingSettings,
  { sets, trees }: RefitRound,
): BoostRequest[] =>
  Array.from({ length: settings.boosted.refitBags }, (_, bag) => ({
    ...settings.boosted,
    data,
    held: null,
    sets,
    seed: settings.seed + bag,
    mostTrees: trees,
  }));

/** Bags of equally many trees. */
export interface Truncated {
  readonly bags: readonly Boosted[];
  readonly trees: number;
  /** Mean log loss of the rows that each bag left out. */
  readonly loss: number;
}

/** Cuts all bags off at the number of trees at which their held-out losses are least together. */
export const truncate = (bags: readonly Boosted[]): Truncated => {
  const meanLoss = (trees: number) =>
    bags.reduce((sum, { losses }) => sum + (losses[trees] as number), 0) / bags.length;
  const shortest = Math.min(...bags.map(({ trees }) => trees.length));
  let best = 0;
  for (let trees = 1; trees <= shortest; trees++) if (meanLoss(trees) < meanLoss(best)) best = trees;
  return { bags: bags.map((bag) => ({ ...bag, trees: bag.trees.slice(0, best) })), trees: best, loss: meanLoss(best) };
};

/**
 * Log-odds of every row by the bag that had not seen it, all from one constant: a bag's own is the higher, the fewer bad
 * rows it left out, and would tell on the rows it is to be tried on.
 */
export const scoreUnseen = (bags: readonly Boosted[], { columns, parts }: BoostData): Float64Array => {
  const constant = bags.reduce((sum, bag) => sum + bag.constant, 0) / bags.length;
  const scores = new Float64Array(parts.length);
  for (const [part, bag] of bags.entries()) {
    const rows = Array.from(parts.keys()).filter((row) => parts[row] === part);
    const own = scoreRows({ ...bag, constant }, takeRows(columns, rows), rows.length);
    for (const [place, row] of rows.entries()) scores[row] = own[place] as number;
  }
  return scores;
};

const takeRows = (columns: readonly BoostedColumn[], rows: readonly number[]): BoostedColumn[] =>
  columns.map((column) => ({ ...column, bins: Uint8Array.from(rows, (row) => column.bins[row] as number) }));

/** Mean log-odds of every row. */
export const scoreMean = (bags: readonly Boosted[], { columns, labels }: BoostData): Float64Array => {
  const all = bags.map((bag) => scoreRows(bag, columns, labels.length));
  return Float64Array.from(
    labels,
    (_, row) => all.reduce((sum, scores) => sum + (scores[row] as number), 0) / all.length,
  );
};

const scoreRows = (
  { constant, trees }: Pick<Boosted, 'constant' | 'trees'>,
  columns: readonly BoostedColumn[],
  rows: number,
): Float64Array => {
  const scores = new Float64Array(rows).fill(constant);
  const findLeaves = createLeafFinder(columns, rows);
  for (const tree of trees) addTree(scores, tree, findLeaves(tree));
  return scores;
};
