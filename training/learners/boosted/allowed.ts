/** Sets of up to three columns that may stand on one path, each ascending. */
export type ColumnSet = readonly number[];

/** Answers whether a column may join those already on a path (ascending, each once). */
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

/** A path with one more column. */
export const joinSet = (path: ColumnSet, column: number): ColumnSet =>
  path.includes(column) ? path : [...path, column].sort((a, b) => a - b);

/** A set as a text that only it has. */
export const nameSet = (set: ColumnSet): string => set.join(' ');

/** The set that a name is of. */
export const readSet = (name: string): ColumnSet => name.split(' ').map(Number);

/** Every set within a set, itself among them. */
export const listSubsets = (set: ColumnSet): ColumnSet[] =>
  Array.from({ length: 2 ** set.length - 1 }, (_, index) => set.filter((_, place) => ((index + 1) >> place) & 1));
