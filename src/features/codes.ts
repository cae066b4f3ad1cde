import type { ColumnDefinition } from './column.ts';

/** Writes what each value of a row counts as in arithmetic into the first places of `counted`, without allocation. */
export type CountCodes = (row: Float64Array, counted: Float64Array) => void;

/** A value counts as itself, a special code as what the column says it does; NaN = missing. */
export const createCountCodes = (columns: readonly Pick<ColumnDefinition, 'codes'>[]): CountCodes => {
  const codes = columns.flatMap((column, place) => column.codes.map((code) => ({ ...code, place })));
  const places = Int32Array.from(codes, ({ place }) => place);
  const values = Float64Array.from(codes, ({ value }) => value);
  const counts = Float64Array.from(codes, ({ countsAs }) => countsAs ?? Number.NaN);
  return (row, counted) => {
    for (let place = 0; place < row.length; place++) counted[place] = row[place] as number;
    for (let code = 0; code < places.length; code++) {
      const place = places[code] as number;
      if (row[place] === values[code]) counted[place] = counts[code] as number;
    }
  };
};
