import type { Sample } from '../../binning/bin-feature.ts';
import type { TrainingSettings } from '../../settings.ts';
import type { ColumnSet } from './allowed.ts';
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

/** What bags are grown by: their sets of columns (null = any), and which turn of the inner folds it is. */
export interface BagRound {
  readonly sets: readonly ColumnSet[] | null;
  readonly repeat: number;
}

/** One series of trees for each inner fold, which it leaves out. */
export const requestBags = (data: BoostData, settings: TrainingSettings, { sets, repeat }: BagRound): BoostRequest[] =>
  Array.from({ length: settings.innerFolds }, (_, fold) => ({
    ...settings.boosted,
    data,
    held: fold,
    sets,
    seed: settings.seed + repeat * settings.innerFolds + fold,
  }));

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

/** Log-odds of every row by the bags that had not seen it; `data` holds one turn of the inner folds after the other. */
export const scoreUnseen = (bags: readonly Boosted[], data: readonly BoostData[], folds: number): Float64Array => {
  const scores = new Float64Array(data[0]?.labels.length ?? 0);
  for (const [place, bag] of bags.entries()) {
    const { columns, parts } = data[Math.floor(place / folds)] as BoostData;
    for (const [row, score] of scoreRows(bag, columns).entries()) {
      if (parts[row] === place % folds) scores[row] = (scores[row] as number) + score / data.length;
    }
  }
  return scores;
};

/** Mean log-odds of every row. */
export const scoreMean = (bags: readonly Boosted[], columns: readonly BoostedColumn[]): Float64Array => {
  const all = bags.map((bag) => scoreRows(bag, columns));
  return new Float64Array(columns[0]?.bins.length ?? 0).map(
    (_, row) => all.reduce((sum, scores) => sum + (scores[row] as number), 0) / all.length,
  );
};

const scoreRows = (
  { constant, trees }: Pick<Boosted, 'constant' | 'trees'>,
  columns: readonly BoostedColumn[],
): Float64Array => {
  const scores = new Float64Array(columns[0]?.bins.length ?? 0).fill(constant);
  const findLeaves = createLeafFinder(columns, scores.length);
  for (const tree of trees) addTree(scores, tree, findLeaves(tree));
  return scores;
};
