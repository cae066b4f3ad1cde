import { type ColumnSet, listSubsets, nameSet } from './allowed.ts';
import { binAt, readTable, type Table } from './tabulate.ts';

/** A pair without a table of its own, and the triple whose table takes it in. */
export interface Hosted {
  readonly pair: ColumnSet;
  readonly host: ColumnSet;
}

/** The pairs that are none of the sets but stand in one, each with the first triple that holds it. */
export const listHosted = (sets: readonly ColumnSet[]): Hosted[] => {
  const known = new Set(sets.map(nameSet));
  return sets.flatMap((host) =>
    listSubsets(host).flatMap((pair) => {
      if (pair.length !== 2 || known.has(nameSet(pair))) return [];
      known.add(nameSet(pair));
      return [{ pair, host }];
    }),
  );
};

/** Moves pairs into their hosts, in place; the sum of the tables that stay does not change. */
export const addToHosts = (tables: Map<string, Table>, hosted: readonly Hosted[]): void => {
  for (const { pair, host } of hosted) {
    addTo(readTable(tables, host), readTable(tables, pair));
    tables.delete(nameSet(pair));
  }
};

const addTo = ({ set, shape, cells }: Table, pair: Table): void => {
  const [first = 0, second = 0] = pair.set.map((place) => set.indexOf(place));
  const width = pair.shape[1] as number;
  for (let cell = 0; cell < cells.length; cell++) {
    const from = binAt(cell, shape, first) * width + binAt(cell, shape, second);
    cells[cell] = (cells[cell] as number) + (pair.cells[from] as number);
  }
};
