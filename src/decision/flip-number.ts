import type { Code, ModelColumn } from '../domain/model.ts';
import type { ColumnDefinition } from '../features/column.ts';

/** A search for the nearest value of one number column at which the tier is another. */
export interface NumberSearch {
  readonly column: ModelColumn;
  /** Scaled bounds of the column's ordinary values; null = none. */
  readonly bounds: Pick<ColumnDefinition, 'minimum' | 'maximum'>;
  /** The present integer. */
  readonly from: number;
  /** Changes of this share or more are of no use. */
  readonly limit: number;
  /** Whether the tier is another at a value. */
  readonly flips: (value: number) => boolean;
  /** The same of every ordinary value from `low` to `high`; null where they may differ. */
  readonly flipsAll: (low: number, high: number) => boolean | null;
}

/** A value that flips, and the share of training rows the change passes. */
export interface Found {
  readonly to: number;
  readonly share: number;
}

/**
 * The value nearest in share that flips, ties by distance, then upward: exact over the ordinary integers from the least to
 * the most that training saw (or to the present value, where that lies beyond) and the special codes. A code stands at
 * `orderedAs`; a change to or from a code outside the order has share 1. From a missing value nothing is tried.
 */
export const flipNumber = (search: NumberSearch): Found | null => {
  const { column, from, flips } = search;
  if (!column.quantiles || Number.isNaN(from)) return null;
  const ordinary = listWays(search).flatMap((way) => firstOf(way, (piece) => findNearest(piece, search)) ?? []);
  const codes = listCodes(column).filter((value) => value !== from && flips(value));
  const distance = (to: number) => Math.abs(standOf(column, to) - standOf(column, from));
  const [nearest] = [...ordinary, ...codes]
    .map((to) => ({ to, share: shareBetween(column, from, to) }))
    .sort((a, b) => a.share - b.share || distance(a.to) - distance(b.to));
  return nearest ?? null;
};

/** Integers in a row, from the one nearest to the present value to the farthest. */
interface Piece {
  readonly near: number;
  readonly far: number;
}

/** The ordinary integers to try, upward and downward from the present value, parted by the codes among them. */
const listWays = ({ column, bounds, from }: NumberSearch): Piece[][] => {
  const stand = standOf(column, from);
  const [least, most] = endsOf(column);
  const start = placeOf(column, from) === null ? least : stand;
  const low = Math.max(bounds.minimum ?? Number.NEGATIVE_INFINITY, Math.min(least, start));
  const high = Math.min(bounds.maximum ?? Number.POSITIVE_INFINITY, Math.max(most, start));
  return [
    partAtCodes(column, Math.max(low, stand), high).map(([near, far]) => ({ near, far })),
    partAtCodes(column, low, Math.min(high, stand - 1))
      .map(([far, near]) => ({ near, far }))
      .reverse(),
  ];
};

const partAtCodes = ({ codes }: ModelColumn, low: number, high: number): [number, number][] => {
  const inside = codes.map(({ value }) => value).filter((value) => value >= low && value <= high);
  const values = inside.sort((a, b) => a - b);
  return [low, ...values.map((value) => value + 1)]
    .map((start, index): [number, number] => [start, (values[index] ?? high + 1) - 1])
    .filter(([start, end]) => start <= end);
};

/** The codes to try: those outside the order, and those whose place training saw. */
const listCodes = (column: ModelColumn): number[] => {
  const [least, most] = endsOf(column);
  const isTried = ({ orderedAs }: Code) => orderedAs === null || (orderedAs >= least && orderedAs <= most);
  return column.codes.filter(isTried).map(({ value }) => value);
};

/**
 * The nearest value of a piece that flips: a part of it in which none does is passed over whole, one in which all do ends
 * the search, any other is halved, down to single integers.
 */
const findNearest = ({ near, far }: Piece, search: NumberSearch): number | null => {
  if (shareBetween(search.column, search.from, near) >= search.limit) return null;
  if (near === far) return search.flips(near) ? near : null;
  const all = search.flipsAll(Math.min(near, far), Math.max(near, far));
  if (all !== null) return all ? near : null;
  const middle = near + Math.trunc((far - near) / 2);
  const farther = { near: middle + Math.sign(far - near), far };
  return firstOf([{ near, far: middle }, farther], (piece) => findNearest(piece, search));
};

const firstOf = <Item>(items: readonly Item[], find: (item: Item) => number | null): number | null => {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
};

/** The least and the most value seen at training. */
const endsOf = ({ quantiles }: ModelColumn): [number, number] => [
  quantiles?.[0] ?? Number.NaN,
  quantiles?.[100] ?? Number.NaN,
];

/** A value's place in the order; null = a code outside it. */
export const placeOf = ({ codes }: ModelColumn, value: number): number | null => {
  const code = codes.find((one) => one.value === value);
  return code ? code.orderedAs : value;
};

/** Its place, or the code's own number where it has none. */
const standOf = (column: ModelColumn, value: number): number => placeOf(column, value) ?? value;

/** Share of training rows between two values, read off the quantiles by interpolation. */
const shareBetween = (column: ModelColumn, a: number, b: number): number => {
  const [from, to] = [placeOf(column, a), placeOf(column, b)];
  if (from === null || to === null || !column.quantiles) return 1;
  return Math.abs(rankWithin(column.quantiles, from) - rankWithin(column.quantiles, to));
};

const rankWithin = (quantiles: readonly number[], value: number): number => {
  const above = quantiles.findIndex((quantile) => quantile > value);
  if (above === 0) return 0;
  if (above < 0) return 1;
  const [low, high] = [quantiles[above - 1] as number, quantiles[above] as number];
  return (above - 1 + (value - low) / (high - low)) / 100;
};
