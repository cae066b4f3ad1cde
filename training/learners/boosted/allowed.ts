import { type ColumnSet, joinSet, listSubsets, nameSet } from '../column-set.ts';

/** Answers whether a column may join those already on a path. */
export type MayJoin = (path: ColumnSet, column: number) => boolean;

/** Any columns, as long as there are no more than `most` on a path. */
export const allowAny =
  (most: number): MayJoin =>
  (path, column) =>
    path.length < most || path.includes(column);

/** Single columns, and those sets that lie within one of the sets given. */
export const allowSets = (sets: readonly ColumnSet[]): MayJoin => {
  const known = new Set(sets.flatMap(listSubsets).map(nameSet));
  return (path, column) => path.length === 0 || path.includes(column) || known.has(nameSet(joinSet(path, column)));
};
