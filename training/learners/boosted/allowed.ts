import { type ColumnSet, joinSet, listSubsets, nameSet } from '../column-set.ts';

/** Lists the columns that may split a node below those already on its path, ascending; fewer, the longer the path. */
export type ListBelow = (path: ColumnSet) => Int32Array;

/** Single columns, and those that lie with all of a path within one of the sets given. */
export const allowSets = (count: number, sets: readonly ColumnSet[]): ListBelow => {
  const known = new Set(sets.flatMap(listSubsets).map(nameSet));
  const all = Int32Array.from({ length: count }, (_, column) => column);
  const kept = new Map<string, Int32Array>([['', all]]);
  return (path) => {
    const name = nameSet(path);
    const found = kept.get(name);
    if (found) return found;
    const below = all.filter((column) => path.includes(column) || known.has(nameSet(joinSet(path, column))));
    kept.set(name, below);
    return below;
  };
};
