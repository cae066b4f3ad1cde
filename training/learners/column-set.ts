/** Places of up to three columns or features that act together, ascending. */
export type ColumnSet = readonly number[];

/** A set with one more column. */
export const joinSet = (set: ColumnSet, column: number): ColumnSet =>
  set.includes(column) ? set : [...set, column].sort((a, b) => a - b);

/** A set as a text that only it has. */
export const nameSet = (set: ColumnSet): string => set.join(' ');

/** The set that a name is of. */
export const readSet = (name: string): ColumnSet => name.split(' ').map(Number);

/** Every set within a set, itself among them. */
export const listSubsets = (set: ColumnSet): ColumnSet[] =>
  Array.from({ length: 2 ** set.length - 1 }, (_, index) => set.filter((_, place) => ((index + 1) >> place) & 1));
