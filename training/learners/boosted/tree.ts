/** Most splits on a path, and so most features of a leaf: an additive term reads at most three inputs. */
const MOST_DEPTH = 3;
/** Places of a full tree's inner nodes and of all its nodes; the children of node i are 2i + 1 and 2i + 2. */
export const INNER_NODES = 2 ** MOST_DEPTH - 1;
export const ALL_NODES = 2 ** (MOST_DEPTH + 1) - 1;

/** Bins that a column can have: they are bytes. */
export const BINS = 256;

/** Most bins outside the order of one column: a split sends each of them to a side, by a bit of its mask. */
export const MOST_OUTSIDE = 31;

/** One column of the rows, binned: `ordered` bins in order, then those outside it (missing, codes, other). */
export interface BoostedColumn {
  readonly bins: Uint8Array;
  readonly ordered: number;
  readonly count: number;
  /** 1 where more means more risk, -1 where more means less, 0 where nothing is said. */
  readonly sign: -1 | 0 | 1;
}

/** A tree over binned columns, nodes by their place. */
export interface Tree {
  /** Column that each inner node splits; -1 = a leaf. */
  readonly columns: Int16Array;
  /** Ordered bins up to this one go left; -1 = all of them go right. */
  readonly cuts: Int16Array;
  /** Bit k: the k-th bin outside the order goes left. */
  readonly outside: Int32Array;
  /** What a row that ends in a node is worth, and would be if the node were no further split; learning rate included. */
  readonly values: Float64Array;
  /** What each inner node's split took from the penalised loss of the rows it was grown on, to the second order. */
  readonly gains: Float64Array;
}

/** A tree of one leaf worth 0. */
export const createTree = (): Tree => ({
  columns: new Int16Array(INNER_NODES).fill(-1),
  cuts: new Int16Array(INNER_NODES).fill(-1),
  outside: new Int32Array(INNER_NODES),
  values: new Float64Array(ALL_NODES),
  gains: new Float64Array(INNER_NODES),
});

/** Whether a bin of a column goes left at a node. */
export const goesLeft = (tree: Tree, node: number, bin: number, ordered: number): boolean =>
  bin < ordered ? bin <= (tree.cuts[node] as number) : (((tree.outside[node] as number) >> (bin - ordered)) & 1) === 1;

/** The leaf in which a row ends. */
export const findLeaf = (tree: Tree, columns: readonly BoostedColumn[], row: number): number => {
  let node = 0;
  for (;;) {
    const place = node < INNER_NODES ? (tree.columns[node] as number) : -1;
    if (place < 0) return node;
    const { bins, ordered } = columns[place] as BoostedColumn;
    node = 2 * node + (goesLeft(tree, node, bins[row] as number, ordered) ? 1 : 2);
  }
};
