import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import type { RawFields } from '../../src/decision/row.ts';
import { HEADING_ROWS, type Sheet } from '../../src/export/sheet.ts';
import { ENTRY_ROWS, toWorkbook } from '../../src/export/workbook.ts';
import { writeWorkbook } from '../../src/usecases/write-workbook.ts';
import { drawRows, type ExportCase, expectedOf, exportCases } from '../support/exports.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const FEW = 10;
const ENTRY = { zh: '录入', en: 'Entry' };

/** The sheets as a person leaves them who filled in these rows. */
const typeIn = (sheets: readonly Sheet[], name: string, rows: readonly RawFields[]): Sheet[] =>
  sheets.map((sheet) => {
    if (sheet.name !== name) return sheet;
    const names = sheet.rows[HEADING_ROWS - 1] ?? [];
    const filled = sheet.rows.map((cells, index) => {
      const fields = rows[index - HEADING_ROWS];
      return fields ? cells.map((cell, column) => cell ?? fields[String(names[column])] ?? null) : cells;
    });
    return { ...sheet, rows: filled };
  });

/** Opens a workbook in LibreOffice and reads what its formulas came to. */
const compute = async (bytes: Uint8Array, sheet: string): Promise<Record<string, ExcelJS.CellValue>[]> => {
  const folder = files.folder();
  const file = files.write(`${folder.split('/').at(-1)}/typed.xlsx`, bytes);
  const profile = `-env:UserInstallation=file://${folder}/profile`;
  const out = join(folder, 'computed');
  execFileSync('soffice', [profile, '--headless', '--convert-to', 'xlsx', '--outdir', out, file], { stdio: 'pipe' });
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(readFileSync(join(out, 'typed.xlsx')).buffer as never);
  const worksheet = workbook.getWorksheet(sheet);
  if (!worksheet) throw new Error(`there is no sheet ${sheet}`);
  const read = ({ value, result }: ExcelJS.Cell) => (value && typeof value === 'object' ? (result ?? '') : value);
  const width = worksheet.columnCount;
  const cellsOf = (row: number) =>
    Array.from({ length: width }, (_, column) => worksheet.getRow(row).getCell(column + 1));
  const names = cellsOf(HEADING_ROWS).map((cell) => String(cell.value));
  return Array.from({ length: worksheet.rowCount - HEADING_ROWS }, (_, row) =>
    Object.fromEntries(cellsOf(HEADING_ROWS + 1 + row).map((cell, column) => [names[column] ?? '', read(cell)])),
  );
};

/** Rows that a spreadsheet computes exactly: every tenth has a square that is missing since it is far beyond 2^53. */
const drawSure = (of: ExportCase, count: number): RawFields[] =>
  drawRows(of, count, { ...of.special, huge: [31_622_776, -31_622_776, 10, 0, -3] }).map((fields, row) =>
    row % 10 === 0 && 'huge' in fields ? { ...fields, huge: row % 20 === 0 ? 2e8 : -1e8 } : fields,
  );

const { champion, awkward, drawn } = exportCases;
const cases = [
  { name: 'champion', of: champion, locale: 'en', count: 250 },
  { name: 'awkward', of: awkward, locale: 'en', count: ENTRY_ROWS },
  { name: 'awkward', of: awkward, locale: 'zh', count: ENTRY_ROWS },
  { name: 'drawn', of: drawn, locale: 'en', count: 250 },
] as const;

describe('the workbook of a model in LibreOffice', () => {
  it.each(cases)('computes what the service gives on $count rows: $name, $locale', async ({ of, locale, count }) => {
    const rows = drawSure(of, count);
    const bytes = await writeWorkbook(typeIn(toWorkbook(of.layout, locale, count), ENTRY[locale], rows));
    const computed = await compute(bytes, ENTRY[locale]);
    const { inputs, terms } = of.plan.model;
    const found = computed.map((row) => ({
      microLogits: row.micro_logits,
      points: row.points,
      tier: row.tier,
      bins: inputs.map(({ name }) => row[`bin_${name}`]),
      contributions: terms.map((_, term) => row[`contribution_${term + 1}`]),
    }));
    const wanted = rows.map((fields) => {
      const { microLogits, points, tier, bins, contributions } = expectedOf(of.plan, fields);
      return { microLogits, points, tier, bins, contributions };
    });
    expect(found).toEqual(wanted);
  });

  it('answers nothing where it would not be exact, and says so', async () => {
    const { layout } = exportCases.awkward;
    const [fields = {}] = drawSure(exportCases.awkward, 1);
    const rows = [94_906_265, -94_906_266, 2 ** 51, 10].map((huge) => ({ ...fields, huge }));
    const bytes = await writeWorkbook(typeIn(toWorkbook(layout, 'en', FEW), 'Entry', rows));
    const computed = (await compute(bytes, 'Entry')).slice(0, rows.length);
    const large = 'too large for a spreadsheet to be exact; ask the service';
    expect(computed.map(({ problem }) => problem)).toEqual([large, large, large, '']);
    expect(computed.map(({ tier }) => tier === '')).toEqual([true, true, true, false]);
  });

  it('scores a customer of whom nothing is known', async () => {
    const { plan, layout } = exportCases.champion;
    const nothing = Object.fromEntries(plan.model.columns.map(({ name }) => [name, null]));
    const rows = [{ ...nothing, customer_id: 'C-1001' }];
    const bytes = await writeWorkbook(typeIn(toWorkbook(layout, 'en', FEW), 'Entry', rows));
    const [row] = await compute(bytes, 'Entry');
    const { microLogits, tier } = expectedOf(plan, nothing);
    expect({ microLogits: row?.micro_logits, tier: row?.tier }).toEqual({ microLogits, tier });
  });

  it('leaves a row blank that is blank, and says where a cell is no number', async () => {
    const { plan, layout } = exportCases.champion;
    const [fields = {}] = drawRows(exportCases.champion, 1);
    const rows = [{}, { ...fields, credit_limit: 'n/a' }, fields];
    const bytes = await writeWorkbook(typeIn(toWorkbook(layout, 'en', FEW), 'Entry', rows));
    const [blank, text, whole] = await compute(bytes, 'Entry');
    expect({ problem: blank?.problem, tier: blank?.tier }).toEqual({ problem: '', tier: '' });
    expect({ problem: text?.problem, tier: text?.tier }).toEqual({ problem: 'some cell is not a number', tier: '' });
    expect(whole?.micro_logits).toBe(expectedOf(plan, fields).microLogits);
  });
});
