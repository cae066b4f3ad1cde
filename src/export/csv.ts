import type { ExportLayout } from './layout.ts';
import { neutralise } from './neutral.ts';
import { type BinLine, basePoints, type CellLine, listCells } from './table.ts';

/**
 * The whole table as CSV: first the intercept, then a line for each cell of each term; the columns of the second and third
 * input only where some term has them. Text that a spreadsheet would take for a formula is led by an apostrophe; `values`
 * is a JSON array.
 */
export const toCsv = (layout: ExportLayout): string => {
  const { model } = layout;
  const most = Math.max(1, ...model.terms.map(({ inputs }) => inputs.length));
  const places = Array.from({ length: most }, (_, place) => (place === 0 ? '' : `_${place + 1}`));
  const header = ['term', ...places.flatMap((suffix) => binColumns.map((name) => `${name}${suffix}`)), ...cellColumns];
  const blank = places.flatMap(() => binColumns.map(() => ''));
  const intercept = ['intercept', ...blank, model.intercept.microLogits, basePoints(model).toFixed(2), ''];
  const lines = listCells(layout).map((line) => toRow(line, most));
  return `${[header, intercept, ...lines].map((cells) => cells.map(toCell).join(',')).join('\n')}\n`;
};

const binColumns = ['input', 'bin', 'kind', 'label_zh', 'label_en', 'from', 'below', 'values', 'training_rows'];
const cellColumns = ['micro_logits', 'points', 'reason_code'];

type Cell = string | number | null;

const toRow = ({ term, bins, microLogits, points, reasonCodes }: CellLine, most: number): Cell[] => [
  term,
  ...Array.from({ length: most }, (_, place) => toBinCells(bins[place])).flat(),
  microLogits,
  points.toFixed(2),
  reasonCodes.join(' '),
];

const toBinCells = (line: BinLine | undefined): Cell[] => {
  if (!line) return binColumns.map(() => '');
  const { input, bin, kind, label, from, below, values, rows } = line;
  const listed = values.length === 0 ? '' : JSON.stringify(values);
  return [input, bin, kind, neutralise(label.zh), neutralise(label.en), from, below, listed, rows];
};

const toCell = (cell: Cell): string => {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
