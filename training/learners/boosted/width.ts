import type { ColumnSet } from '../column-set.ts';
import type { BinCaps } from './choose.ts';
import type { BoostedColumn } from './tree.ts';

type Layout = readonly Pick<BoostedColumn, 'ordered' | 'count' | 'sign'>[];

/** Answers whether a triple may join others. */
export type MayKeep = (triples: readonly ColumnSet[], triple: ColumnSet) => boolean;

/**
 * Most cells of a table that the proof of one direction may need: it minimises over a column's partners by eliminating
 * one after the other, and the more they are entangled the larger its tables.
 */
const MOST_CELLS = 250_000;

/** Triples that leave every column's direction easy to prove. */
export const keepProvable = (columns: Layout, { inTriples }: BinCaps): MayKeep => {
  const sizes = columns.map(({ ordered, count }) => Math.min(ordered, inTriples) + count - ordered);
  return (triples, triple) =>
    triple
      .filter((place) => columns[place]?.sign !== 0)
      .every((place) => widthOf(place, [...triples, triple], sizes) <= MOST_CELLS);
};

/**
 * Cells of the largest table that eliminating a column's partners takes, always the one with the smallest table next.
 * @param triples sets of three columns; those without the column have no part in its proof
 * @param sizes bins of each column
 */
export const widthOf = (column: number, triples: readonly ColumnSet[], sizes: readonly number[]): number => {
  const around = linkPartners(column, triples);
  const sizeOf = (places: Iterable<number>) => [...places].reduce((all, place) => all * (sizes[place] as number), 1);
  let widest = 1;
  while (around.size > 0) {
    const tables = [...around].map(([place, others]) => ({ place, cells: sizeOf([place, ...others]) }));
    const { place, cells } = tables.reduce((one, other) => (other.cells < one.cells ? other : one));
    widest = Math.max(widest, cells);
    const others = around.get(place) as Set<number>;
    around.delete(place);
    for (const one of others) {
      const own = around.get(one) as Set<number>;
      own.delete(place);
      for (const other of others) if (other !== one) own.add(other);
    }
  }
  return widest;
};

/** The partners of a column in triples, each with those it shares a triple with. */
const linkPartners = (column: number, triples: readonly ColumnSet[]): Map<number, Set<number>> => {
  const around = new Map<number, Set<number>>();
  for (const triple of triples) {
    if (!triple.includes(column)) continue;
    const [one = 0, other = 0] = triple.filter((place) => place !== column);
    around.set(one, (around.get(one) ?? new Set()).add(other));
    around.set(other, (around.get(other) ?? new Set()).add(one));
  }
  return around;
};
