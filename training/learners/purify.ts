import { type ColumnSet, nameSet } from './column-set.ts';

/** A table over the bins of some columns (ascending), cells in row-major order. */
export interface Table {
  readonly set: ColumnSet;
  readonly shape: readonly number[];
  readonly cells: Float64Array;
}

/** The table of a set that has one. */
export const readTable = (tables: ReadonlyMap<string, Table>, set: ColumnSet): Table =>
  tables.get(nameSet(set)) as Table;

/**
 * Moves what a table owes to fewer columns into the tables of fewer columns, so that every table's weighted mean over each
 * of its columns is 0: the functional analysis of variance (Hoeffding 1948; for trees Lengerich et al. 2020), under the
 * product of the columns' own distributions, for which one pass is exact. The sum of all tables does not change.
 * @param tables with every subset of its sets; changed in place
 * @param shares share of the rows in each bin of each column
 * @returns what is left for the constant
 */
export const purify = (tables: ReadonlyMap<string, Table>, shares: readonly Float64Array[]): number => {
  let constant = 0;
  for (const size of [3, 2, 1]) {
    for (const table of tables.values()) {
      if (table.set.length !== size) continue;
      for (let axis = 0; axis < size; axis++) constant += moveMeans(table, axis, tables, shares);
    }
  }
  return constant;
};

/** Takes the means over one axis out of a table and gives them to the table of the other columns. */
const moveMeans = (
  { set, shape, cells }: Table,
  axis: number,
  tables: ReadonlyMap<string, Table>,
  shares: readonly Float64Array[],
): number => {
  const weights = shares[set[axis] as number] as Float64Array;
  const length = shape[axis] as number;
  const stride = shape.slice(axis + 1).reduce((all, each) => all * each, 1);
  const others: ColumnSet = set.filter((_, place) => place !== axis);
  const target = others.length > 0 ? readTable(tables, others).cells : new Float64Array(1);
  for (let cell = 0; cell < cells.length / length; cell++) {
    const from = Math.floor(cell / stride) * stride * length + (cell % stride);
    let mean = 0;
    for (let bin = 0; bin < length; bin++) mean += (weights[bin] as number) * (cells[from + bin * stride] as number);
    for (let bin = 0; bin < length; bin++) cells[from + bin * stride] = (cells[from + bin * stride] as number) - mean;
    target[cell] = (target[cell] as number) + mean;
  }
  return others.length > 0 ? 0 : (target[0] as number);
};
