import { type ColumnSet, joinSet, type MayJoin } from './allowed.ts';
import { ALL_NODES, type BoostedColumn, goesLeft, INNER_NODES, type Tree } from './tree.ts';

/** How a tree is grown. */
export interface GrowSettings {
  readonly learningRate: number;
  /** Weight of the squared leaf values against the summed log loss. */
  readonly ridge: number;
  /** Least information (sum of p (1 - p)) in a leaf. */
  readonly leastInformation: number;
}

/** What one tree is grown on. */
export interface GrowRequest {
  readonly depth: number;
  /** Rows it sees; put in another order. */
  readonly rows: Int32Array;
  /** Columns it may split, ascending. */
  readonly columns: Int32Array;
  readonly mayJoin: MayJoin;
}

/** Gradient and information of the log loss for each row. */
export interface Slopes {
  readonly gradients: Float64Array;
  readonly informations: Float64Array;
}

/** The best split of a node. */
interface Split {
  gain: number;
  column: number;
  cut: number;
  outside: number;
  left: Side;
  right: Side;
}

interface Side {
  gradient: number;
  information: number;
  value: number;
}

/** A node that waits to be split: its rows, its bounds, its path. */
interface Open {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
  readonly gradient: number;
  readonly information: number;
  readonly path: ColumnSet;
  readonly histogram: Float64Array;
}

/**
 * Grows trees by histograms (Friedman 2001; second-order splits as in Chen and Guestrin 2016), monotone where a column
 * has a sign: the two sides of a split keep the order, and what grows below them keeps to their middle. Bins outside the
 * order go to the side that fits them better, each by itself.
 */
export const createGrower = (columns: readonly BoostedColumn[], slopes: Slopes, settings: GrowSettings) => {
  const offsets = new Int32Array(columns.length + 1);
  for (const [place, { count }] of columns.entries()) offsets[place + 1] = (offsets[place] as number) + count;
  const cells = 2 * (offsets[columns.length] as number);
  const histograms = Array.from({ length: ALL_NODES }, () => new Float64Array(cells));
  const rows = slopes.gradients.length;
  const ordered = { gradients: new Float64Array(rows), informations: new Float64Array(rows) };
  const spare = new Int32Array(rows);
  const { ridge, leastInformation, learningRate } = settings;

  const count = (into: Float64Array, request: GrowRequest, start: number, end: number): void => {
    for (let at = start; at < end; at++) {
      const row = request.rows[at] as number;
      ordered.gradients[at] = slopes.gradients[row] as number;
      ordered.informations[at] = slopes.informations[row] as number;
    }
    for (const place of request.columns) {
      const from = 2 * (offsets[place] as number);
      into.fill(0, from, 2 * (offsets[place + 1] as number));
      countColumn(into, from, (columns[place] as BoostedColumn).bins, request.rows, ordered, start, end);
    }
  };
  const subtract = (from: Float64Array, part: Float64Array, into: Float64Array, request: GrowRequest): void => {
    for (const place of request.columns) {
      const end = 2 * (offsets[place + 1] as number);
      for (let cell = 2 * (offsets[place] as number); cell < end; cell++) {
        into[cell] = (from[cell] as number) - (part[cell] as number);
      }
    }
  };
  const valueOf = (gradient: number, information: number, low: number, high: number): number => {
    const value = -gradient / (information + ridge);
    return value < low ? low : value > high ? high : value;
  };
  const gainOf = (gradient: number, information: number, value: number): number =>
    -(gradient * value + 0.5 * (information + ridge) * value * value);

  const findSplit = (open: Open, request: GrowRequest): Split | null => {
    const best: Split = {
      gain: 1e-9 + gainOf(open.gradient, open.information, valueOf(open.gradient, open.information, open.low, open.high)),
      column: -1,
      cut: -1,
      outside: 0,
      left: { gradient: 0, information: 0, value: 0 },
      right: { gradient: 0, information: 0, value: 0 },
    };
    const floor = best.gain;
    for (const place of request.columns) {
      if (request.mayJoin(open.path, place)) scanColumn(open, place, best);
    }
    if (best.column < 0) return null;
    best.gain -= floor;
    return best;
  };
  const scanColumn = (open: Open, place: number, best: Split): void => {
    const { ordered: length, count: bins, sign } = columns[place] as BoostedColumn;
    const { histogram, gradient: allGradient, information: allInformation, low, high } = open;
    const from = 2 * (offsets[place] as number);
    let outsideBins = 0;
    for (let bin = length; bin < bins; bin++) if ((histogram[from + 2 * bin + 1] as number) > 0) outsideBins++;
    let last = length - 1;
    while (last >= 0 && (histogram[from + 2 * last + 1] as number) <= 0) last--;
    let gradient = 0;
    let information = 0;
    for (let cut = 0; cut <= last; cut++) {
      const own = histogram[from + 2 * cut + 1] as number;
      gradient += histogram[from + 2 * cut] as number;
      information += own;
      if (own <= 0) continue;
      if (cut === last && outsideBins === 0) break;
      let leftGradient = gradient;
      let leftInformation = information;
      let mask = 0;
      if (outsideBins > 0) {
        let restGradient = allGradient - gradient;
        let restInformation = allInformation - information;
        for (let bin = length; bin < bins; bin++) {
          restGradient -= histogram[from + 2 * bin] as number;
          restInformation -= histogram[from + 2 * bin + 1] as number;
        }
        const leftMean = -leftGradient / (leftInformation + ridge);
        const rightMean = cut === last ? Number.NaN : -restGradient / (restInformation + ridge);
        for (let bin = length; bin < bins; bin++) {
          const binInformation = histogram[from + 2 * bin + 1] as number;
          if (binInformation <= 0) continue;
          const mean = -(histogram[from + 2 * bin] as number) / (binInformation + ridge);
          if (Number.isNaN(rightMean) ? (mean - leftMean) * sideOf(histogram, from, length, bins, leftMean) < 0 : Math.abs(mean - leftMean) <= Math.abs(mean - rightMean)) {
            mask |= 1 << (bin - length);
            leftGradient += histogram[from + 2 * bin] as number;
            leftInformation += binInformation;
          }
        }
      }
      const rightGradient = allGradient - leftGradient;
      const rightInformation = allInformation - leftInformation;
      if (leftInformation < leastInformation || rightInformation < leastInformation) continue;
      const left = valueOf(leftGradient, leftInformation, low, high);
      const right = valueOf(rightGradient, rightInformation, low, high);
      if (sign !== 0 && cut < last && sign * (right - left) < 0) continue;
      const gain = gainOf(leftGradient, leftInformation, left) + gainOf(rightGradient, rightInformation, right);
      if (gain <= best.gain) continue;
      best.gain = gain;
      best.column = place;
      best.cut = cut === last ? length - 1 : cut;
      best.outside = mask;
      best.left.gradient = leftGradient;
      best.left.information = leftInformation;
      best.left.value = left;
      best.right.gradient = rightGradient;
      best.right.information = rightInformation;
      best.right.value = right;
    }
  };

  return (request: GrowRequest): Tree => {
    const tree: Tree = {
      columns: new Int16Array(INNER_NODES).fill(-1),
      cuts: new Int16Array(INNER_NODES).fill(-1),
      outside: new Int32Array(INNER_NODES),
      values: new Float64Array(ALL_NODES),
      gains: new Float64Array(INNER_NODES),
    };
    const root = histograms[0] as Float64Array;
    count(root, request, 0, request.rows.length);
    let [gradient, information] = [0, 0];
    for (let at = 0; at < request.rows.length; at++) {
      gradient += ordered.gradients[at] as number;
      information += ordered.informations[at] as number;
    }
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const open: Open[] = [
      { node: 0, start: 0, end: request.rows.length, low, high, gradient, information, path: [], histogram: root },
    ];
    tree.values[0] = learningRate * valueOf(gradient, information, low, high);
    for (let next = open.shift(); next; next = open.shift()) {
      const split = findSplit(next, request);
      if (!split) continue;
      const { node, start, end, histogram } = next;
      tree.columns[node] = split.column;
      tree.cuts[node] = split.cut;
      tree.gains[node] = split.gain;
      tree.outside[node] = split.outside | unseen(columns[split.column] as BoostedColumn, histogram, 2 * (offsets[split.column] as number), split);
      const [leftNode, rightNode] = [2 * node + 1, 2 * node + 2];
      tree.values[leftNode] = learningRate * split.left.value;
      tree.values[rightNode] = learningRate * split.right.value;
      if (leftNode >= 2 ** request.depth - 1) continue;
      const middle = part(tree, node, columns[split.column] as BoostedColumn, request.rows, spare, start, end);
      const { sign, ordered: length } = columns[split.column] as BoostedColumn;
      const bound = (split.left.value + split.right.value) / 2;
      const path = joinSet(next.path, split.column);
      const bounded = sign !== 0 && split.cut < length - 1;
      const sides = [
        { side: split.left, node: leftNode, start, end: middle, below: bounded && sign > 0, above: bounded && sign < 0 },
        { side: split.right, node: rightNode, start: middle, end, below: bounded && sign < 0, above: bounded && sign > 0 },
      ];
      const [small, large] = (middle - start <= end - middle ? [leftNode, rightNode] : [rightNode, leftNode]) as [number, number];
      count(histograms[small] as Float64Array, request, small === leftNode ? start : middle, small === leftNode ? middle : end);
      subtract(histogram, histograms[small] as Float64Array, histograms[large] as Float64Array, request);
      for (const { side, node: child, start: first, end: last, below, above } of sides) {
        open.push({
          node: child,
          start: first,
          end: last,
          low: above ? Math.max(next.low, bound) : next.low,
          high: below ? Math.min(next.high, bound) : next.high,
          gradient: side.gradient,
          information: side.information,
          path,
          histogram: histograms[child] as Float64Array,
        });
      }
    }
    return tree;
  };
};

/** Adds gradient and information of some rows to the bins of one column; the innermost loop of all. */
const countColumn = (
  into: Float64Array,
  from: number,
  bins: Uint8Array,
  rows: Int32Array,
  { gradients, informations }: Slopes,
  start: number,
  end: number,
): void => {
  for (let at = start; at < end; at++) {
    const cell = from + 2 * (bins[rows[at] as number] as number);
    into[cell] = (into[cell] as number) + (gradients[at] as number);
    into[cell + 1] = (into[cell + 1] as number) + (informations[at] as number);
  }
};

/** Where the bins outside the order lie against the ordered ones together: 1 above, -1 below. */
const sideOf = (histogram: Float64Array, from: number, length: number, bins: number, mean: number): number => {
  let [gradient, information] = [0, 0];
  for (let bin = length; bin < bins; bin++) {
    gradient += histogram[from + 2 * bin] as number;
    information += histogram[from + 2 * bin + 1] as number;
  }
  return -gradient / Math.max(information, 1e-12) >= mean ? 1 : -1;
};

/** The bins outside the order that no row of a node is in: they follow the side that weighs more. */
const unseen = ({ ordered, count }: BoostedColumn, histogram: Float64Array, from: number, { left, right }: Split): number => {
  if (left.information < right.information) return 0;
  let mask = 0;
  for (let bin = ordered; bin < count; bin++) {
    if ((histogram[from + 2 * bin + 1] as number) <= 0) mask |= 1 << (bin - ordered);
  }
  return mask;
};

/** Puts the rows of a node in order: those that go left, then those that go right. @returns where the right ones start */
const part = (
  tree: Tree,
  node: number,
  { bins, ordered }: BoostedColumn,
  rows: Int32Array,
  spare: Int32Array,
  start: number,
  end: number,
): number => {
  let [left, right] = [start, 0];
  for (let at = start; at < end; at++) {
    const row = rows[at] as number;
    if (goesLeft(tree, node, bins[row] as number, ordered)) rows[left++] = row;
    else spare[right++] = row;
  }
  rows.set(spare.subarray(0, right), left);
  return left;
};
