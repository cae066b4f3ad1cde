import type { ModelColumn } from '../../src/domain/model.ts';
import { at } from './exact.ts';

/** Scaled bounds of a column's ordinary values; null = none. */
export interface OrdinaryBounds {
  readonly minimum: number | null;
  readonly maximum: number | null;
}

/** A change of one column that gives another tier. */
export interface Change {
  readonly column: string;
  /** A number, or the place of a category. */
  readonly to: number;
  readonly share: number;
}

export interface Surroundings {
  readonly columns: readonly ModelColumn[];
  readonly boundsOf: (column: ModelColumn) => OrdinaryBounds;
  readonly row: Float64Array;
  /** Rank of the tier where the column at a place holds a value. */
  readonly rankAt: (place: number, value: number) => number;
}

/** Every integer and every code of every column is tried; the change that passes the fewest training rows wins. */
export const smallestChange = ({ columns, boundsOf, row, rankAt }: Surroundings): Change | null => {
  const changes = columns.flatMap((column, place) => {
    const from = at(row, place);
    const candidates = column.categories ? listCategories(column, from) : listNumbers(column, boundsOf(column), from);
    return column.protected
      ? []
      : candidates
          .filter(({ to }) => rankAt(place, to) !== rankAt(place, from))
          .map((candidate) => ({ column: column.name, ...candidate }));
  });
  const [smallest] = changes.toSorted((a, b) => a.share - b.share);
  if (!smallest) return null;
  const equal = changes.filter(({ share, column }) => share === smallest.share && column === smallest.column);
  const { column, to, share } = at(
    equal.toSorted((a, b) => a.distance - b.distance),
    0,
  );
  return { column, to, share };
};

interface Candidate {
  readonly to: number;
  readonly share: number;
  readonly distance: number;
}

const listCategories = ({ categories }: ModelColumn, from: number): Candidate[] => {
  const rows = (categories ?? []).reduce((sum, { count }) => sum + count, 0);
  return (categories ?? [])
    .map(({ count }, to) => ({ to, share: 1 - count / rows, distance: to }))
    .filter(({ to }) => to !== from);
};

/** Upward first, so that of two values equally near the one above wins; codes last. */
const listNumbers = (column: ModelColumn, bounds: OrdinaryBounds, from: number): Candidate[] => {
  const { quantiles, codes } = column;
  if (!quantiles || Number.isNaN(from)) return [];
  const here = placeOf(column, from);
  const ends = [at(quantiles, 0), at(quantiles, 100), ...(here === null ? [] : [here])];
  const least = Math.max(Math.min(...ends), bounds.minimum ?? Number.NEGATIVE_INFINITY);
  const most = Math.min(Math.max(...ends), bounds.maximum ?? Number.POSITIVE_INFINITY);
  const ordinary: number[] = [];
  for (let value = most; value >= least; value--) if (!codes.some((code) => code.value === value)) ordinary.push(value);
  const special = codes
    .filter(({ orderedAs }) => orderedAs === null || (orderedAs >= at(quantiles, 0) && orderedAs <= at(quantiles, 100)))
    .map(({ value }) => value);
  return [...ordinary, ...special].map((to) => ({
    to,
    share: shareBetween(column, from, to),
    distance: Math.abs((placeOf(column, to) ?? to) - (here ?? from)),
  }));
};

/** Where a value stands in the order: a code where it is ordered, null outside. */
const placeOf = ({ codes }: ModelColumn, value: number): number | null => {
  const code = codes.find((one) => one.value === value);
  return code ? code.orderedAs : value;
};

/** Share of training rows between two numbers of a column; all of them to or from a code outside the order. */
export const shareBetween = (column: ModelColumn, from: number, to: number): number => {
  const [here, there] = [placeOf(column, from), placeOf(column, to)];
  if (here === null || there === null || !column.quantiles) return 1;
  return Math.abs(rankOf(column.quantiles, here) - rankOf(column.quantiles, there));
};

/** Share of training rows up to a value, as if they lay evenly between two quantiles. */
const rankOf = (quantiles: readonly number[], value: number): number => {
  if (value < at(quantiles, 0)) return 0;
  if (value >= at(quantiles, 100)) return 1;
  const below = quantiles.findLastIndex((quantile) => quantile <= value);
  const [low, high] = [at(quantiles, below), at(quantiles, below + 1)];
  return (below + (value - low) / (high - low)) / 100;
};
