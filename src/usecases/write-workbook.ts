import ExcelJS from 'exceljs';
import { countColumns, type Sheet, type SheetCell } from '../export/sheet.ts';

const headingFill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFDDE5EE' } } as const;
const typedFill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFF8DC' } } as const;

/** Sheets as an XLSX file. Formulas have no results in it: whoever opens it computes them. */
export const writeWorkbook = async (sheets: readonly Sheet[]): Promise<Uint8Array> => {
  const workbook = new ExcelJS.Workbook();
  workbook.creator = 'Vigil';
  workbook.calcProperties.fullCalcOnLoad = true;
  for (const sheet of sheets) addSheet(workbook, sheet);
  return new Uint8Array(await workbook.xlsx.writeBuffer());
};

const addSheet = (workbook: ExcelJS.Workbook, { name, rows, frozen, widths, typed, wraps }: Sheet): void => {
  const sheet = workbook.addWorksheet(name, {
    views: [{ state: 'frozen', xSplit: frozen.columns, ySplit: frozen.rows }],
  });
  const columns = countColumns({ rows });
  for (let column = 0; column < columns; column++) {
    sheet.getColumn(column + 1).width = widths[Math.min(column, widths.length - 1)] ?? 16;
  }
  for (const [index, cells] of rows.entries()) {
    const row = sheet.addRow(cells.map(toValue));
    if (wraps) row.alignment = { wrapText: true, vertical: 'top' };
    if (index < frozen.rows) styleHeading(row);
    else for (const column of typed) row.getCell(column + 1).fill = typedFill;
  }
};

const styleHeading = (row: ExcelJS.Row): void => {
  row.font = { bold: true };
  row.eachCell((cell) => {
    cell.fill = headingFill;
  });
};

const toValue = (cell: SheetCell): ExcelJS.CellValue =>
  cell !== null && typeof cell === 'object' ? { formula: cell.formula, date1904: false } : cell;
