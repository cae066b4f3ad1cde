import type { BoostedColumn } from './tree.ts';

/** Rows together: their gradient and information, and what each of them is worth, within bounds. */
export interface Side {
  readonly gradient: number;
  readonly information: number;
  readonly value: number;
}

/** What leaves are worth: Newton steps on the penalised log loss. */
export interface Worth {
  /** Weight of the squared leaf values against the summed log loss. */
  readonly ridge: number;
  /** Least information in a leaf. */
  readonly leastInformation: number;
}

/** A node to be split: its rows together, and the bounds that splits above it set. */
export interface Node {
  readonly gradient: number;
  readonly information: number;
  readonly low: number;
  readonly high: number;
}

/** The best split found so far; column -1 = none. */
export interface Split {
  /** What it takes from the penalised loss. */
  gain: number;
  column: number;
  /** Ordered bins up to this one go left. */
  cut: number;
  /** Bit k: the k-th bin outside the order goes left. */
  outside: number;
  left: Side;
  right: Side;
}

const nothing: Side = { gradient: 0, information: 0, value: 0 };

/** No split yet; the least gain keeps rounding from splitting. */
export const noSplit = (): Split => ({ gain: 1e-9, column: -1, cut: -1, outside: 0, left: nothing, right: nothing });

/** What rows are worth. */
export const worthOf = (gradient: number, information: number, { low, high }: Node, ridge: number): number => {
  const value = -gradient / (information + ridge);
  return Math.min(high, Math.max(low, value));
};

/** What a value takes from the penalised loss of rows, to the second order. */
const gainOf = (gradient: number, information: number, value: number, ridge: number): number =>
  -(gradient * value + 0.5 * (information + ridge) * value * value);

/** A column's part of a node's histogram, with what is outside the order known at once. */
interface Bins {
  readonly histogram: Float64Array;
  readonly from: number;
  readonly column: BoostedColumn;
  /** The last ordered bin that rows are in; -1 = none. */
  readonly last: number;
  readonly hasOutside: boolean;
}

/** Rows that go left: the ordered ones up to a cut, then those outside the order that join them. */
interface Left {
  gradient: number;
  information: number;
  mask: number;
}

/**
 * Looks for the best split of a node by one column. Where the column has a sign, the sides must keep it. Each bin outside
 * the order goes to the side whose mean is nearer; alone against all ordered ones they may stand too.
 * @param best replaced where a better split is found
 */
export const scanColumn = (
  node: Node,
  { place, column, histogram, from }: { place: number; column: BoostedColumn; histogram: Float64Array; from: number },
  worth: Worth,
  best: Split,
): void => {
  const { ridge, leastInformation } = worth;
  const bins = readBins(histogram, from, column);
  const whole = gainOf(node.gradient, node.information, worthOf(node.gradient, node.information, node, ridge), ridge);
  const left: Left = { gradient: 0, information: 0, mask: 0 };
  let [gradient, information] = [0, 0];
  const most = bins.hasOutside ? bins.last : bins.last - 1;
  for (let cut = Math.min(0, most); cut <= most; cut++) {
    if (cut >= 0) {
      if (!isSeen(histogram, from, cut)) continue;
      gradient += histogram[from + 2 * cut] as number;
      information += histogram[from + 2 * cut + 1] as number;
    }
    left.gradient = gradient;
    left.information = information;
    left.mask = 0;
    if (bins.hasOutside) joinOutside(left, node, cut, bins, ridge);
    const rightGradient = node.gradient - left.gradient;
    const rightInformation = node.information - left.information;
    if (left.information < leastInformation || rightInformation < leastInformation) continue;
    const leftValue = worthOf(left.gradient, left.information, node, ridge);
    const rightValue = worthOf(rightGradient, rightInformation, node, ridge);
    if (column.sign !== 0 && cut < bins.last && column.sign * (rightValue - leftValue) < 0) continue;
    const gain =
      gainOf(left.gradient, left.information, leftValue, ridge) +
      gainOf(rightGradient, rightInformation, rightValue, ridge) -
      whole;
    if (gain <= best.gain) continue;
    best.gain = gain;
    best.column = place;
    best.cut = cut === bins.last ? column.ordered - 1 : cut;
    best.outside = left.mask;
    best.left = { gradient: left.gradient, information: left.information, value: leftValue };
    best.right = { gradient: rightGradient, information: rightInformation, value: rightValue };
  }
};

/** Information below this is what subtraction left of nothing. */
const NOTHING = 1e-9;

/** Whether some row of the node is in a bin. */
const isSeen = (histogram: Float64Array, from: number, bin: number): boolean =>
  (histogram[from + 2 * bin + 1] as number) > NOTHING;

const readBins = (histogram: Float64Array, from: number, column: BoostedColumn): Bins => {
  let last = column.ordered - 1;
  while (last >= 0 && !isSeen(histogram, from, last)) last--;
  let hasOutside = false;
  for (let bin = column.ordered; bin < column.count; bin++) hasOutside ||= isSeen(histogram, from, bin);
  return { histogram, from, column, last, hasOutside };
};

/**
 * Lets bins outside the order join the left side: those nearer to it than to the right one. Behind the last ordered bin,
 * those that lie on the other side of it than they do together; where no row is in order, those below their mean.
 */
const joinOutside = (
  left: Left,
  node: Node,
  cut: number,
  { histogram, from, column, last }: Bins,
  ridge: number,
): void => {
  const { ordered, count } = column;
  let [gradient, information] = [0, 0];
  for (let bin = ordered; bin < count; bin++) {
    gradient += histogram[from + 2 * bin] as number;
    information += histogram[from + 2 * bin + 1] as number;
  }
  const leftMean = meanOf(left.gradient, left.information, ridge);
  const outsideMean = meanOf(gradient, information, ridge);
  const rightMean = meanOf(
    node.gradient - left.gradient - gradient,
    node.information - left.information - information,
    ridge,
  );
  for (let bin = ordered; bin < count; bin++) {
    if (!isSeen(histogram, from, bin)) continue;
    const own = histogram[from + 2 * bin + 1] as number;
    const mean = meanOf(histogram[from + 2 * bin] as number, own, ridge);
    if (cut < last) {
      if (Math.abs(mean - leftMean) > Math.abs(mean - rightMean)) continue;
    } else if (cut < 0) {
      if (mean >= outsideMean) continue;
    } else if ((mean - leftMean) * (outsideMean - leftMean) >= 0) continue;
    left.mask |= 1 << (bin - ordered);
    left.gradient += histogram[from + 2 * bin] as number;
    left.information += own;
  }
};

const meanOf = (gradient: number, information: number, ridge: number): number => -gradient / (information + ridge);

/** The bins outside the order that no row of a node is in: they follow the side that weighs more. */
export const maskUnseen = (
  histogram: Float64Array,
  from: number,
  { ordered, count }: BoostedColumn,
  split: Split,
): number => {
  if (split.left.information < split.right.information) return 0;
  let mask = 0;
  for (let bin = ordered; bin < count; bin++) {
    if (!isSeen(histogram, from, bin)) mask |= 1 << (bin - ordered);
  }
  return mask;
};
