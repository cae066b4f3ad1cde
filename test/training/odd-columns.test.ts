import { describe, expect, it } from 'vitest';
import { describeFile } from '../../training/dataset/describe.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const ROWS = 12_000;

/** What a draft makes of one column beside a number and a label, and what loading then reads in it. */
const draftOne = async (name: string, cell: (row: number) => string | number, rows = ROWS) => {
  const cells = Array.from({ length: rows }, (_, row) => [cell(row), (row * 37) % 1_009, row % 3 === 0 ? 1 : 0]);
  const path = files.write('odd.csv', toCsv([[name, 'x', 'y'], ...cells]));
  const { dictionary, notes } = await describeFile({ path, name: 'odd', label: 'y', bad: undefined });
  const column = dictionary.columns.find(({ source }) => source === name);
  if (!column) throw new Error(`no column ${name}`);
  const frame = await loadFrame(dictionary, path);
  const read = frame.columns.find(({ definition }) => definition.source === name);
  return {
    column,
    notes: notes.filter((note) => note.column === name).map(({ note }) => note.en),
    fileNotes: notes.filter((note) => note.column === null).map(({ note }) => note.en),
    values: read ? [...read.values.slice(0, 4)] : [],
  };
};

const scattered = (row: number, among: number): number => (row * 7_919) % among;

describe('numbers with units', () => {
  it.each<[string, (row: number) => string, readonly number[], string]>([
    ['percentages', (row) => `${row % 90}.5%`, [5, 15, 25, 35], '%'],
    ['months', (row) => ` ${36 + (row % 24)} months`, [36, 37, 38, 39], 'months'],
    ['years, one of them alone', (row) => (row % 5 === 0 ? '1 year' : `${1 + (row % 5)} years`), [1, 2, 3, 4], 'year'],
    ['dollars', (row) => `$${1 + (row % 8)},234.50`, [123450, 223450, 323450, 423450], '$'],
    ['dollars below zero', (row) => `-$${1 + (row % 8)}.5`, [-15, -25, -35, -45], '$'],
    ['euros behind', (row) => `${1 + (row % 8)}.25 €`, [125, 225, 325, 425], '€'],
    ['yuan', (row) => `${row % 50}万元`, [0, 1, 2, 3], '万元'],
    ['a currency by its letters', (row) => `CNY ${row % 50}`, [0, 1, 2, 3], 'CNY'],
  ])('are numbers: %s', async (_, cell, values, unit) => {
    const drafted = await draftOne('held', cell);
    expect(drafted.column).toMatchObject({ type: 'number', unit });
    expect(drafted.values).toEqual(values);
    expect(drafted.fileNotes.join()).toContain(unit);
  });

  it.each<[string, (row: number) => string]>([
    ['codes of a letter and a number', (row) => `A${10 + (row % 5)}`],
    ['different units', (row) => `${row % 5} ${at(['days', 'weeks', 'months'], row % 3)}`],
    ['ranges', (row) => `${row % 5}-${(row % 5) + 4} years`],
    ['grades', (row) => `${row % 5}A`],
    ['bounds', (row) => at(['< 1 year', '1 year', '10+ years'], row % 3)],
  ])('are not found in %s', async (_, cell) => {
    expect((await draftOne('held', cell, 600)).column).toMatchObject({ type: 'category' });
  });
});

describe('what stands for "not known" among ratios', () => {
  it.each([-999, -9999, -888])('is a code, also where numbers may be negative: %s', async (code) => {
    const drafted = await draftOne('ratio', (row) => (row % 20 === 3 ? code : (scattered(row, 90_001) - 45_000) / 10));
    expect(drafted.column).toMatchObject({ codes: [{ value: code }] });
  });

  it('is no code where it is one number among many', async () => {
    const drafted = await draftOne('ratio', (row) => (scattered(row, 90_001) - 45_000) / 10);
    expect(drafted.column).toMatchObject({ codes: [] });
  });

  it('is a word that stands beside many different numbers', async () => {
    const drafted = await draftOne('dti', (row) => (row % 9 === 0 ? 'not asked' : (row % 400) / 10), 600);
    expect(drafted.column).toMatchObject({ type: 'number', decimals: 1 });
    expect(drafted.values).toEqual([Number.NaN, 1, 2, 3]);
    expect(drafted.notes.join()).toContain('others are "not asked", taken for "not known"');
    expect((await draftOne('kind', (row) => (row % 9 === 0 ? 'other' : row % 5), 600)).column).toMatchObject({
      type: 'category',
    });
  });

  it('is what is infinite or divided by zero, and a note says how often', async () => {
    const cells = ['inf', '-Infinity', '#DIV/0!', '1.5', '-2.25', '3'];
    const drafted = await draftOne('ratio', (row) => at(cells, row % 6), 600);
    expect(drafted.column).toMatchObject({ type: 'number', decimals: 2 });
    expect(drafted.values.slice(0, 3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(drafted.notes.join()).toContain('300 cells are infinite');
  });
});

describe('a column of very many texts', () => {
  it('is a category where enough rows share values; its dictionary lists those', async () => {
    const drafted = await draftOne(
      'employer',
      (row) => `E${row % 2 === 0 ? scattered(row, 100) : scattered(row, 4_001)}`,
    );
    expect(drafted.column).toMatchObject({ type: 'category' });
    if (drafted.column.role === 'feature' && drafted.column.type === 'category') {
      expect(drafted.column.categories.length).toBeLessThanOrEqual(110);
    }
    expect(drafted.notes.join()).toMatch(/^\d{4} values: the \d+ that 30 rows share \(\d\d\.\d% of the rows\)/);
  });

  it.each<[string, string, (row: number) => string | number, string, RegExp]>([
    ['hardly shared', 'remark', (row) => `wrote ${scattered(row, 5_003)}`, 'ignored', /5003; only 0\.0% of the rows/],
    ['all different, more than are kept', 'ref', (row) => `C${row}x`, 'id', /every row has another value/],
    [
      'numbers in a column called member_id',
      'member_id',
      (row) => scattered(row, 9_001),
      'id',
      /named like an identifier/,
    ],
    [
      'dates by the month',
      'issue_d',
      (row) => `${at(['Jan', 'Feb', 'Dec'], row % 3)}-20${10 + (row % 9)}`,
      'ignored',
      /date/,
    ],
  ])('is left out where it is %s, and the reason is said', async (_, name, cell, role, words) => {
    const { column } = await draftOne(name, cell);
    expect(column.role).toBe(role);
    if (column.role !== 'feature') expect(column.why.en).toMatch(words);
  });

  it.each<[string, string, (row: number) => string, RegExp]>([
    ['digits that start with zeros', 'branch', (row) => String(row % 40).padStart(3, '0'), /start with 0/],
    ['postal codes that recur', 'zip_code', (row) => String(10_000 + (row % 150)), /postal codes/],
  ])('is a category where it holds %s', async (_, name, cell, words) => {
    const drafted = await draftOne(name, cell);
    expect(drafted.column).toMatchObject({ type: 'category' });
    expect(drafted.notes.join()).toMatch(words);
  });
});
