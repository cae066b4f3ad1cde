import type { DecisionPlan } from '../decision/plan.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { type ColumnDefinition, createCellParser } from '../features/column.ts';
import { createPlainNumber } from '../features/number-format.ts';
import type { FileFormat } from './open-plan.ts';

/** A file of rows: its name, how it is written and what its columns are called. */
export interface RowsFile {
  readonly file: string;
  readonly format: FileFormat;
  readonly names: readonly string[];
}

/** Reads the cells of a record into a row of raw columns. @throws bad_cell naming file, row, column and value */
export type ReadCells = (cells: readonly string[], row: number, into: Float64Array) => void;

/**
 * Prepares reading the columns of a plan from records, found by our name, else by the source's.
 * @param absent the fault where a column stands under neither
 */
export const createReadCells = (
  plan: DecisionPlan,
  { file, format, names }: RowsFile,
  absent: (column: ColumnDefinition) => AppError,
): ReadCells => {
  const unknown = new Set(format.missing);
  const toPlain = createPlainNumber(format);
  const readers = plan.features.columns.map((column) => {
    const place = findColumn(names, column);
    if (place === null) throw absent(column);
    return { place, source: names[place] as string, parse: createCellParser(column, unknown, toPlain) };
  });
  return (cells, row, into) => {
    for (let column = 0; column < readers.length; column++) {
      const { place, source, parse } = readers[column] as (typeof readers)[number];
      const text = trimCell(cells[place] as string);
      const value = parse(text);
      if (typeof value !== 'number') throw badCell({ file, row, column: source, value: text }, value);
      into[column] = value;
    }
  };
};

/** The fault of a cell, and where it lies. */
export const badCell = (
  place: { readonly file: string; readonly row: number; readonly column: string; readonly value: string },
  problem: Text,
): AppError => appError('bad_cell', { ...place, problem });

/** Place of a column in a file, by our name, else by the source's; null where it has neither. */
export const findColumn = (
  names: readonly string[],
  { name, source }: { readonly name: string; readonly source: string },
): number | null => {
  const own = names.indexOf(name);
  const place = own >= 0 ? own : names.indexOf(source);
  return place >= 0 ? place : null;
};

const SPACE = 0x20;
const NOT_ASCII = 0x7f;

/** A cell without the white space (of any script) it may begin or end with, as loading takes it off. */
export const trimCell = (cell: string): string =>
  mayBeSpace(cell.charCodeAt(0)) || mayBeSpace(cell.charCodeAt(cell.length - 1)) ? cell.trim() : cell;

const mayBeSpace = (code: number): boolean => code <= SPACE || code > NOT_ASCII;
