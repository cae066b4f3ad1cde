/** A cell of a workbook: a text or a number as it stands, a formula, or nothing. */
export type SheetCell = string | number | { readonly formula: string } | null;

/** A sheet as plain data. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly SheetCell[])[];
  /** Rows and columns that stay in sight; the rows are headings. */
  readonly frozen: { readonly rows: number; readonly columns: number };
  /** Widths in characters, from the first column; the last holds for the rest. */
  readonly widths: readonly number[];
  /** Columns a person types into, by place, below the headings; none where it is only read. */
  readonly typed: readonly number[];
  /** A narrow text that wraps rather than runs on. */
  readonly wraps: boolean;
}

/** How many columns the longest row has; a sheet may have more rows than a call takes arguments. */
export const countColumns = ({ rows }: Pick<Sheet, 'rows'>): number =>
  rows.reduce((most, row) => Math.max(most, row.length), 0);

/** The letters of a column, counted from 0. */
export const columnLetters = (column: number): string =>
  (column < 26 ? '' : columnLetters(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));

/** A column of a sheet whose every row is computed alike. */
export interface ColumnPlace {
  readonly sheet: string;
  readonly column: number;
}

/** A range of one column, fixed, in the terms of another sheet; rows counted from 1. */
export const rangeOf = ({ sheet, column }: ColumnPlace, first: number, last: number): string => {
  const letters = columnLetters(column);
  return `'${sheet}'!$${letters}$${first}:$${letters}$${last}`;
};

/** One fixed cell. */
export const cellOf = ({ sheet, column }: ColumnPlace, row: number): string =>
  `'${sheet}'!$${columnLetters(column)}$${row}`;

/** A sheet in the making: columns of formulas that see each other's cells of the same row. */
export interface RowSheet {
  readonly name: string;
  /** Adds a column; without a formula it is typed into. */
  add(title: readonly [heading: string, label: string, name: string], formula?: RowFormula): ColumnPlace;
  /** Its rows: three of headings, then the computed ones. */
  render(count: number): SheetCell[][];
}

/** What a column computes in a row, given how that row refers to the cell of a column. */
export type RowFormula = (at: (place: ColumnPlace) => string) => string;

export const HEADING_ROWS = 3;

export const createRowSheet = (name: string): RowSheet => {
  const columns: { title: readonly string[]; formula: RowFormula | undefined }[] = [];
  return {
    name,
    add(title, formula) {
      columns.push({ title, formula });
      return { sheet: name, column: columns.length - 1 };
    },
    render(count) {
      const headings = Array.from({ length: HEADING_ROWS }, (_, line) => columns.map(({ title }) => title[line] ?? ''));
      const rows = Array.from({ length: count }, (_, index) => {
        const row = HEADING_ROWS + 1 + index;
        const at = ({ sheet, column }: ColumnPlace) =>
          `${sheet === name ? '' : `'${sheet}'!`}$${columnLetters(column)}${row}`;
        return columns.map(({ formula }) => (formula ? { formula: formula(at) } : null));
      });
      return [...headings, ...rows];
    },
  };
};
