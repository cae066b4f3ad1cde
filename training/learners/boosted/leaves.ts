import { ALL_NODES, BINS, type BoostedColumn, goesLeft, INNER_NODES, type Tree } from './tree.ts';

/** Finds the leaf of every row in a tree; the answer is overwritten by the next one. */
export type FindLeaves = (tree: Tree) => Uint8Array;

/**
 * What finds the leaves of all rows at once: each node becomes a table of where a bin goes, so that a row takes as many
 * look-ups as a tree is deep; a leaf sends every bin to itself.
 */
export const createLeafFinder = (columns: readonly BoostedColumn[], rows: number): FindLeaves => {
  const leaves = new Uint8Array(rows);
  const next = new Uint8Array(ALL_NODES * BINS);
  const anything = new Uint8Array(rows);
  return (tree) => {
    const bins = Array.from({ length: ALL_NODES }, (_, node) => {
      const column = columns[node < INNER_NODES ? (tree.columns[node] as number) : -1];
      writeNode(next, tree, node, column);
      return column?.bins ?? anything;
    });
    const root = bins[0] as Uint8Array;
    for (let row = 0; row < rows; row++) {
      const first = next[root[row] as number] as number;
      const second = next[first * BINS + ((bins[first] as Uint8Array)[row] as number)] as number;
      leaves[row] = next[second * BINS + ((bins[second] as Uint8Array)[row] as number)] as number;
    }
    return leaves;
  };
};

const writeNode = (next: Uint8Array, tree: Tree, node: number, column: BoostedColumn | undefined): void => {
  const from = node * BINS;
  if (!column) {
    next.fill(node, from, from + BINS);
    return;
  }
  for (let bin = 0; bin < column.count; bin++) {
    next[from + bin] = 2 * node + (goesLeft(tree, node, bin, column.ordered) ? 1 : 2);
  }
};

/** Adds what a tree says of every row to its score. */
export const addTree = (scores: Float64Array, { values }: Tree, leaves: Uint8Array): void => {
  for (let row = 0; row < scores.length; row++) {
    scores[row] = (scores[row] as number) + (values[leaves[row] as number] as number);
  }
};
