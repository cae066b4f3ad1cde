import { type ColumnSet, joinSet, nameSet } from '../column-set.ts';
import { readTable, type Table } from '../purify.ts';
import { type BoostedColumn, goesLeft, INNER_NODES, type Tree } from './tree.ts';

type Layout = readonly Pick<BoostedColumn, 'ordered' | 'count'>[];

/** Tables by the name of their set, made as they are asked for. */
export const createTables = (columns: Layout, sets: readonly ColumnSet[]): Map<string, Table> =>
  new Map(
    sets.map((set) => {
      const shape = set.map((place) => (columns[place] as Layout[number]).count);
      return [nameSet(set), { set, shape, cells: new Float64Array(shape.reduce((all, length) => all * length, 1)) }];
    }),
  );

/**
 * Adds trees to tables. A leaf is a product of conditions on the columns of its path, so it is a box of cells in the table
 * of exactly these columns: the tables together equal the trees.
 * @param tables one for every set of columns on a path of the trees
 * @returns what trees without a split add to the constant
 */
export const addTrees = (tables: ReadonlyMap<string, Table>, trees: readonly Tree[], columns: Layout): number =>
  trees.reduce((sum, tree) => sum + addLeaves(tables, tree, columns), 0);

/** The bins of a column that a path lets through. */
type Bins = readonly number[];

const addLeaves = (tables: ReadonlyMap<string, Table>, tree: Tree, columns: Layout): number => {
  let constant = 0;
  const walk = (node: number, set: ColumnSet, bins: ReadonlyMap<number, Bins>): void => {
    const place = node < INNER_NODES ? (tree.columns[node] as number) : -1;
    if (place < 0) {
      if (set.length === 0) constant += tree.values[node] as number;
      else addBox(readTable(tables, set), bins, tree.values[node] as number);
      return;
    }
    const { ordered, count } = columns[place] as Layout[number];
    const known = bins.get(place) ?? Array.from({ length: count }, (_, bin) => bin);
    const joined = joinSet(set, place);
    const left = known.filter((bin) => goesLeft(tree, node, bin, ordered));
    const right = known.filter((bin) => !goesLeft(tree, node, bin, ordered));
    walk(2 * node + 1, joined, new Map(bins).set(place, left));
    walk(2 * node + 2, joined, new Map(bins).set(place, right));
  };
  walk(0, [], new Map());
  return constant;
};

const addBox = ({ set, shape, cells }: Table, bins: ReadonlyMap<number, Bins>, value: number): void => {
  const [first = [], second = [0], third = [0]] = set.map((place) => bins.get(place) as Bins);
  const [, middle = 1, last = 1] = shape;
  for (const a of first) {
    for (const b of second) {
      const from = (a * middle + b) * last;
      for (const c of third) cells[from + c] = (cells[from + c] as number) + value;
    }
  }
};
