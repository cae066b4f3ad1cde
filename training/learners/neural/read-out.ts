import type { BinnedFeature } from '../../binning/bin-feature.ts';
import type { AdditiveFit, AdditiveTerm } from '../additive.ts';
import { nameSet } from '../column-set.ts';
import { purify, type Table } from '../purify.ts';
import { dropUnused, settleTables, shareRows } from '../settle.ts';
import type { Axis } from './pairs.ts';
import { expandAll, type Part } from './part.ts';

/** A pair of features with their coarse axes. */
export interface Pair {
  readonly inputs: readonly [number, number];
  readonly axes: readonly [Axis, Axis];
}

/** A fit to be read out: the constant's part, one for each feature and one for each pair. */
export interface FittedParts {
  readonly features: readonly BinnedFeature[];
  readonly pairs: readonly Pair[];
  readonly parts: readonly Part[];
  readonly weights: Float64Array;
  /** Standard error of each cell of each part. */
  readonly errors: readonly Float64Array[];
}

/** Reads a fit out into tables over the final bins, what a pair owes to its features moved to their curves. */
export const readOut = ({ features, pairs, parts, weights, errors }: FittedParts, minimumRows: number): AdditiveFit => {
  const values = expandAll(parts, weights);
  const layouts = [
    ...features.map((feature, place) => layOutCurve(feature, place)),
    ...pairs.map((pair) => layOutPair(pair, features)),
  ];
  const spread = (cells: readonly Float64Array[]): Table[] =>
    layouts.map(({ set, shape, toCell }, place) => ({
      set,
      shape,
      cells: Float64Array.from(toCell, (cell) => (cells[place + 1] as Float64Array)[cell] as number),
    }));
  const tables = spread(values);
  const shares = features.map((feature) => shareRows(feature, minimumRows));
  const rest = purify(new Map(tables.map((table) => [nameSet(table.set), table])), shares);
  const doubts = spread(errors);
  const terms = tables.map(({ set, shape, cells }, place): AdditiveTerm => {
    const { cells: own } = doubts[place] as Table;
    return { inputs: set, shape, logOdds: cells, errors: set.length === 1 ? widen(own, cells) : own };
  });
  const [[constant = 0] = []] = values;
  const [[constantError = 0] = []] = errors;
  return settleTables(dropUnused({ features, terms, constant: constant + rest, constantError }), minimumRows);
};

/** Cell of its part for each cell of a table. */
interface Layout {
  readonly set: readonly number[];
  readonly shape: readonly number[];
  readonly toCell: readonly number[];
}

const layOutCurve = ({ counts }: BinnedFeature, place: number): Layout => ({
  set: [place],
  shape: [counts.good.length],
  toCell: Array.from(counts.good.keys()),
});

const layOutPair = ({ inputs, axes: [x, y] }: Pair, features: readonly BinnedFeature[]): Layout => ({
  set: inputs,
  shape: inputs.map((place) => (features[place] as BinnedFeature).counts.good.length),
  toCell: Array.from(x.toCoarse).flatMap((a) => Array.from(y.toCoarse, (b) => a * (y.count + 1) + b)),
});

/** Bins of which nothing is known are as uncertain as the curve is wide. */
const widen = (errors: Float64Array, logOdds: Float64Array): Float64Array => {
  const wide = Math.sqrt(logOdds.reduce((sum, value) => sum + value * value, 0) / Math.max(1, logOdds.length));
  return errors.map((error) => (error === 0 ? wide : error));
};
