import { countOrdinary } from '../../../src/model/bins.ts';
import { type BinnedFeature, fittedBins } from '../../binning/bin-feature.ts';
import { shareAbove } from './curves.ts';
import type { Part } from './part.ts';

/** A feature's ordinary bins joined to a few, for tables over two features. */
export interface Axis {
  /** Coarse bin of each final bin; `count` for those outside the order, which interact with nothing. */
  readonly toCoarse: Uint8Array;
  readonly count: number;
  /** Coarse bin of each row. */
  readonly rows: Uint8Array;
  /** 1 where risk rises along it, -1 where it falls, 0 where it may do either. */
  readonly sign: -1 | 0 | 1;
  /** Share of the ordinary rows beyond each cut. */
  readonly above: Float64Array;
}

/** Joins neighbouring bins to at most so many of about equal rows. */
export const toAxis = (feature: BinnedFeature, most: number): Axis => {
  const { pre, binned, counts } = feature;
  const ordinary = countOrdinary(binned);
  const rows = counts.good.map((good, bin) => good + (counts.bad[bin] as number));
  const all = rows.subarray(0, ordinary).reduce((sum, count) => sum + count, 0);
  const joined: number[] = [];
  const toCoarse = new Uint8Array(rows.length);
  for (let bin = 0; bin < ordinary; bin++) {
    const count = rows[bin] as number;
    const gathered = joined.at(-1) ?? Number.POSITIVE_INFINITY;
    if (joined.length < most && gathered + count / 2 > all / most) joined.push(0);
    joined[joined.length - 1] = (joined.at(-1) as number) + count;
    toCoarse[bin] = joined.length - 1;
  }
  toCoarse.fill(joined.length, ordinary);
  const { direction } = pre.feature.definition;
  return {
    toCoarse,
    count: joined.length,
    rows: Uint8Array.from(fittedBins(feature), (bin) => toCoarse[bin] as number),
    sign: direction === null ? 0 : direction === 'increasing' ? 1 : -1,
    above: shareAbove(Float64Array.from(joined)),
  };
};

/** Cells of a table over two axes, what is outside included. */
export const countCells = (x: Axis, y: Axis): number => (x.count + 1) * (y.count + 1);

/** Cell of each row, row-major. */
const cellsOf = (x: Axis, y: Axis): Uint16Array => {
  const cells = new Uint16Array(x.rows.length);
  for (let row = 0; row < cells.length; row++) {
    cells[row] = (x.rows[row] as number) * (y.count + 1) + (y.rows[row] as number);
  }
  return cells;
};

/** What a corner of the table adds to a cell: whether it lies beyond a cut of each axis. */
type Corner = (x: number, y: number) => number;

/**
 * A table over two features as a part of the score: corners, one or two for each two cuts. Where a feature has a
 * direction, every corner rises with its risk, and weights are not negative, so that the table keeps it: both beyond the
 * cuts, or not both short of them; with a partner that has none, either side of its cut. With no direction, products about
 * a mean of 0.
 */
export const toPair = (x: Axis, y: Axis, cost: number): Part => {
  const corners = listCorners(x, y);
  const count = countCells(x, y);
  const width = corners.length;
  const basis = new Float64Array(count * width);
  for (let a = 0; a < x.count; a++) {
    for (let b = 0; b < y.count; b++) {
      const cell = a * (y.count + 1) + b;
      for (const [place, corner] of corners.entries()) basis[cell * width + place] = corner(a, b);
    }
  }
  const isBounded = x.sign !== 0 || y.sign !== 0;
  return {
    cells: cellsOf(x, y),
    count,
    width,
    basis,
    bounded: new Uint8Array(width).fill(isBounded ? 1 : 0),
    penalty: new Float64Array(width).fill(cost),
  };
};

const listCorners = (x: Axis, y: Axis): Corner[] =>
  Array.from(x.above.keys()).flatMap((i) => Array.from(y.above.keys()).flatMap((j) => cornersAt(x, y, [i, j])));

const cornersAt = (x: Axis, y: Axis, [i, j]: readonly [number, number]): Corner[] => {
  const [beyondX, beyondY] = [beyond(x, i), beyond(y, j)];
  if (x.sign === 0 && y.sign === 0) {
    return [(a, b) => (beyondX(a) - (x.above[i] as number)) * (beyondY(b) - (y.above[j] as number))];
  }
  const both: Corner = (a, b) => beyondX(a) * beyondY(b);
  if (x.sign !== 0 && y.sign !== 0) return [both, (a, b) => -(1 - beyondX(a)) * (1 - beyondY(b))];
  if (x.sign !== 0) return [both, (a, b) => beyondX(a) * (1 - beyondY(b))];
  return [both, (a, b) => (1 - beyondX(a)) * beyondY(b)];
};

/** 1 for coarse bins beyond a cut, on the side of more risk where there is one. */
const beyond =
  ({ sign }: Axis, cut: number) =>
  (bin: number): number =>
    bin > cut === sign >= 0 ? 1 : 0;
