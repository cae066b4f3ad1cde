import ExcelJS from 'exceljs';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { type CsvBatch, type CsvFile, emptyFile, nameColumns } from './csv.ts';

/** Rows that are handed on at once. */
const PAGE = 1_000;

const noWorkbook: Text = { zh: '不是可以读取的 XLSX 文件', en: 'it is no XLSX file that can be read' };

/** Whether a file is a workbook by its ending. */
export const isWorkbook = (file: string): boolean => /\.xlsx$/i.test(file);

/**
 * Opens the first sheet of a workbook, whose first row names the columns; cells come as text: numbers with a point, dates
 * as YYYY-MM-DD, what formulas came to.
 * @throws file_unreadable, bad_header
 */
export const openWorkbook = async (file: string): Promise<Pick<CsvFile, 'header' | 'batches'>> => {
  const rows = readRows(file);
  const first = await rows.next();
  if (first.done) throw appError('file_unreadable', { file, problem: emptyFile });
  const header = nameColumns(first.value, file);
  return { header, batches: toBatches(rows, header.length) };
};

async function* readRows(file: string): AsyncGenerator<string[]> {
  try {
    const reader = new ExcelJS.stream.xlsx.WorkbookReader(file, {
      worksheets: 'emit',
      sharedStrings: 'cache',
      styles: 'cache',
    });
    for await (const sheet of reader) {
      for await (const row of sheet) yield (row.values as ExcelJS.CellValue[]).slice(1).map(toText);
      return;
    }
  } catch (cause) {
    throw appError('file_unreadable', { file, problem: noWorkbook }, { cause });
  }
}

const toText = (value: ExcelJS.CellValue): string => {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 'YYYY-MM-DD'.length);
  if (typeof value !== 'object') return String(value);
  if ('richText' in value) return value.richText.map(({ text }) => text).join('');
  if ('result' in value) return toText(value.result ?? null);
  return 'text' in value ? String(value.text) : '';
};

async function* toBatches(rows: AsyncIterable<string[]>, width: number): AsyncGenerator<CsvBatch> {
  let firstRow = 1;
  let page: string[][] = [];
  const bytesRead = 0;
  for await (const cells of rows) {
    page.push(Array.from({ length: width }, (_, index) => cells[index] ?? ''));
    if (page.length < PAGE) continue;
    yield { firstRow, rows: page, bytesRead };
    firstRow += page.length;
    page = [];
  }
  if (page.length > 0) yield { firstRow, rows: page, bytesRead };
}
