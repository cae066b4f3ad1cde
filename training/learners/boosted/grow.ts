import { type ColumnSet, joinSet } from '../column-set.ts';
import type { ListBelow } from './allowed.ts';
import { createHistograms, type Histograms, type RowRange, type Slopes } from './histogram.ts';
import { maskUnseen, type Node, noSplit, type Split, scanColumn, type Worth, worthOf } from './split.ts';
import { ALL_NODES, BINS, type BoostedColumn, createTree, goesLeft, type Tree } from './tree.ts';

/** How a tree is grown. */
export interface GrowSettings extends Worth {
  readonly learningRate: number;
}

/** What one tree is grown on. */
export interface GrowRequest {
  readonly depth: number;
  /** Rows it sees; put in another order. */
  readonly rows: Int32Array;
  /** Columns that may split its root, ascending. */
  readonly columns: Int32Array;
  /** Columns that may split a node below others. */
  readonly listBelow: ListBelow;
}

/** A node that waits to be split: its place, its rows, the columns above it, those that may split it and its sums by bin. */
interface Open extends Node, RowRange {
  readonly place: number;
  readonly path: ColumnSet;
  readonly columns: Int32Array;
  readonly histogram: Float64Array;
}

/** What all trees of a series share. */
interface Workshop {
  readonly columns: readonly BoostedColumn[];
  readonly histograms: Histograms;
  /** One for each place of a tree. */
  readonly sums: readonly Float64Array[];
  readonly spare: Int32Array;
  /** 1 for each bin that goes left at the node at hand. */
  readonly isLeft: Uint8Array;
  readonly settings: GrowSettings;
}

/**
 * Grows trees by histograms (Friedman 2001; second-order splits as in Chen and Guestrin 2016), monotone where a column
 * has a sign: the sides of a split keep the order, and what grows below them keeps to their middle.
 */
export const createGrower = (
  columns: readonly BoostedColumn[],
  slopes: Slopes,
  settings: GrowSettings,
): ((request: GrowRequest) => Tree) => {
  const histograms = createHistograms(columns, slopes);
  const sums = Array.from({ length: ALL_NODES }, histograms.create);
  const spare = new Int32Array(slopes.gradients.length);
  const workshop = { columns, histograms, sums, spare, isLeft: new Uint8Array(BINS), settings };
  return (request) => {
    const tree = createTree();
    const open = [openRoot(request, slopes, workshop)];
    for (let node = open.shift(); node; node = open.shift()) {
      const split = findSplit(node, workshop);
      if (split.column < 0) continue;
      writeSplit(tree, node, split, workshop);
      if (2 * node.place + 1 < 2 ** request.depth - 1) open.push(...openSides(tree, node, split, request, workshop));
    }
    return tree;
  };
};

const openRoot = ({ rows, columns }: GrowRequest, slopes: Slopes, { histograms, sums }: Workshop): Open => {
  const range = { rows, start: 0, end: rows.length };
  const histogram = sums[0] as Float64Array;
  histograms.count(histogram, columns, range);
  let [gradient, information] = [0, 0];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    gradient += slopes.gradients[row] as number;
    information += slopes.informations[row] as number;
  }
  const bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return { ...range, ...bounds, place: 0, path: [], columns, histogram, gradient, information };
};

const findSplit = (node: Open, { columns, histograms, settings }: Workshop): Split => {
  const best = noSplit();
  for (const place of node.columns) {
    const from = histograms.offsets[place] as number;
    const column = columns[place] as BoostedColumn;
    scanColumn(node, { place, column, histogram: node.histogram, from }, settings, best);
  }
  return best;
};

const writeSplit = (tree: Tree, node: Open, split: Split, { columns, histograms, settings }: Workshop): void => {
  const { place, histogram } = node;
  const from = histograms.offsets[split.column] as number;
  const unseen = maskUnseen(histogram, from, columns[split.column] as BoostedColumn, split);
  tree.columns[place] = split.column;
  tree.cuts[place] = split.cut;
  tree.gains[place] = split.gain;
  tree.outside[place] = split.outside | unseen;
  tree.values[place] = settings.learningRate * worthOf(node.gradient, node.information, node, settings.ridge);
  tree.values[2 * place + 1] = settings.learningRate * split.left.value;
  tree.values[2 * place + 2] = settings.learningRate * split.right.value;
};

/** The two sides of a split as nodes: the smaller one is counted, the larger one is what is left. */
const openSides = (tree: Tree, node: Open, split: Split, request: GrowRequest, workshop: Workshop): Open[] => {
  const { columns, histograms, sums } = workshop;
  const column = columns[split.column] as BoostedColumn;
  const middle = part(tree, node, column, workshop);
  const [onLeft, onRight] = [
    { start: node.start, end: middle },
    { start: middle, end: node.end },
  ];
  const leftIsSmall = middle - node.start <= node.end - middle;
  const [left, right] = [2 * node.place + 1, 2 * node.place + 2];
  const [small, large] = (leftIsSmall ? [left, right] : [right, left]).map((place) => sums[place] as Float64Array) as [
    Float64Array,
    Float64Array,
  ];
  const [counted, rest] = leftIsSmall ? [onLeft, onRight] : [onRight, onLeft];
  const path = joinSet(node.path, split.column);
  const joining = request.listBelow(path);
  histograms.count(small, joining, { rows: node.rows, ...counted });
  const known = joining.filter((place) => node.columns.includes(place));
  histograms.subtract(large, known, node.histogram, small);
  const fresh = joining.filter((place) => !known.includes(place));
  histograms.count(large, fresh, { rows: node.rows, ...rest });
  const { below, above } = boundSides(node, split, column);
  const both = { ...node, path, columns: joining };
  return [
    { ...both, ...onLeft, ...split.left, ...below, place: left, histogram: sums[left] as Float64Array },
    { ...both, ...onRight, ...split.right, ...above, place: right, histogram: sums[right] as Float64Array },
  ];
};

/** Bounds of what grows on the two sides: where the column has a sign, their middle stands between them. */
const boundSides = (
  { low, high }: Node,
  { left, right, cut }: Split,
  { sign, ordered }: BoostedColumn,
): { below: Pick<Node, 'low' | 'high'>; above: Pick<Node, 'low' | 'high'> } => {
  const middle = (left.value + right.value) / 2;
  const under = { low, high: Math.min(high, middle) };
  const over = { low: Math.max(low, middle), high };
  if (sign === 0 || cut === ordered - 1) return { below: { low, high }, above: { low, high } };
  return sign > 0 ? { below: under, above: over } : { below: over, above: under };
};

/** Puts the rows of a node in order: those that go left, then those that go right. @returns where the right ones start */
const part = (
  tree: Tree,
  { place, rows, start, end }: Open,
  { bins, ordered, count }: BoostedColumn,
  { spare, isLeft }: Workshop,
): number => {
  for (let bin = 0; bin < count; bin++) isLeft[bin] = goesLeft(tree, place, bin, ordered) ? 1 : 0;
  let [left, right] = [start, 0];
  for (let at = start; at < end; at++) {
    const row = rows[at] as number;
    const side = isLeft[bins[row] as number] as number;
    rows[left] = row;
    spare[right] = row;
    left += side;
    right += 1 - side;
  }
  for (let at = 0; at < right; at++) rows[left + at] = spare[at] as number;
  return left;
};
