import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { HEADING_ROWS, type SheetCell } from '../../src/export/sheet.ts';
import { toWorkbook } from '../../src/export/workbook.ts';
import { countBins } from '../../src/model/bins.ts';
import { writeWorkbook } from '../../src/usecases/write-workbook.ts';
import { exportCases } from '../support/exports.ts';

const MOST_FORMULA = 8192;
const FEW = 3;

const formulaOf = (cell: SheetCell | undefined): string =>
  cell !== null && typeof cell === 'object' ? cell.formula : '';

describe('the workbook of a model', () => {
  it('has formulas for every row, each short enough for a spreadsheet, and no text that is one', () => {
    for (const { layout } of Object.values(exportCases)) {
      for (const { rows } of toWorkbook(layout, 'en', FEW)) {
        const cells = rows.flat();
        expect(Math.max(...cells.map((cell) => formulaOf(cell).length))).toBeLessThan(MOST_FORMULA);
        expect(cells.filter((cell) => typeof cell === 'string' && /^[=+\-@]/.test(cell))).toEqual([]);
      }
    }
  });

  it('refuses a model that no sheet has room for', () => {
    const { layout } = exportCases.champion;
    const [term] = layout.model.terms;
    if (!term) throw new Error('there is no term');
    const model = { ...layout.model, terms: Array.from({ length: 20_000 }, () => term) };
    const references = layout.references.map((one) => ({ ...one, microLogits: model.terms.map(() => 0) }));
    const write = () => toWorkbook({ ...layout, model, references }, 'en', 1);
    expect(write).toThrow(expect.objectContaining({ code: 'not_exportable' }));
  });

  it('is written with as many rows as a large model has cells', async () => {
    const rows = Array.from({ length: 150_000 }, (_, row): SheetCell[] => [row]);
    const sheet = { name: 'Points', rows, frozen: { rows: 1, columns: 0 }, widths: [8], typed: [], wraps: false };
    const written = await writeWorkbook([sheet]);
    expect(Buffer.from(written.subarray(0, 2)).toString()).toBe('PK');
  });

  it('names its sheets and headings in either language', () => {
    const { layout } = exportCases.champion;
    const names = (locale: 'zh' | 'en') => toWorkbook(layout, locale, FEW).map(({ name }) => name);
    expect(names('en')).toEqual(['How to read', 'Inputs', 'Bins', 'Points', 'References', 'Entry', 'Steps']);
    expect(names('zh')).toEqual(['说明', '输入', '分箱', '分值', '参照', '录入', '步骤']);
  });

  it('lists every bin and every cell, and opens again as it was written', async () => {
    const { plan, layout } = exportCases.awkward;
    const sheets = toWorkbook(layout, 'en', FEW);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load((await writeWorkbook(sheets)).buffer as never);
    const { inputs, terms } = plan.model;
    const several = inputs.flatMap(({ categories }) => (categories ? [categories.length - 4] : []));
    const rowsOf = (name: string) => workbook.getWorksheet(name)?.rowCount ?? 0;
    expect(rowsOf('Bins')).toBe(
      1 + inputs.reduce((sum, input) => sum + countBins(input), 0) + several.reduce((sum, more) => sum + more, 0),
    );
    expect(rowsOf('Points')).toBe(2 + terms.reduce((sum, { microLogits }) => sum + microLogits.length, 0));
    expect(rowsOf('Entry')).toBe(HEADING_ROWS + FEW);
    const last = workbook.getWorksheet('Entry')?.getRow(HEADING_ROWS + FEW);
    expect(last?.getCell(workbook.getWorksheet('Entry')?.columnCount ?? 1).formula).toMatch(/^IF\(/);
  });
});
