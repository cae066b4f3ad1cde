import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INTEGER_LIMIT } from '../../src/arithmetic.ts';
import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { Frame } from '../../training/dataset/frame.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { createCategoryColumn, createDictionary, createNumberColumn, createSpecialCode } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();

/** An id, an amount with cents and a code, a bounded number that must be there, a category, a label of five values. */
const dictionary = createDictionary({
  file: { path: 'book.csv', separator: ',', header: true, missing: ['', 'NA'] },
  target: {
    ...createDictionary().target,
    column: 'Outcome',
    bad: ['late', 'lost'],
    good: ['paid'],
    indeterminate: ['open'],
    excluded: ['fraud'],
  },
  columns: [
    { name: 'id', source: 'ID', role: 'id', label: { zh: '编号', en: 'id' }, why: { zh: '编号', en: 'a number' } },
    createNumberColumn({
      name: 'amount',
      source: 'Amount',
      decimals: 2,
      minimum: 0,
      codes: [createSpecialCode({ value: -9 }), createSpecialCode({ value: -7.5 })],
    }),
    createNumberColumn({
      name: 'age',
      source: 'Age',
      minimum: 18,
      maximum: 100,
      missing: { allowed: false, mayBeatBest: false },
    }),
    createCategoryColumn({ name: 'work', source: 'Work' }),
    createCategoryColumn({ name: 'home', source: 'Home', missing: { allowed: false, mayBeatBest: false } }),
  ],
});

const header = ['ID', 'Amount', 'Age', 'Work', 'Home', 'Outcome'];
const good = ['k1', '12.34', '30', 'a', 'b', 'paid'];

const load = (rows: readonly (readonly string[])[], names = header, of: Dictionary = dictionary): Promise<Frame> =>
  loadFrame(of, files.write('book.csv', toCsv([names, ...rows])));

/** The good row with one cell changed. */
const withCell = (column: string, cell: string) =>
  good.map((other, place) => (header[place] === column ? cell : other));

const valuesOf = ({ columns }: Frame, name: string): number[] => {
  const column = columns.find(({ definition }) => definition.name === name);
  if (!column) throw new Error(`no column ${name}`);
  return [...column.values];
};

const categoriesOf = ({ columns }: Frame, name: string): readonly string[] =>
  columns.find(({ definition }) => definition.name === name)?.definition.categories ?? [];

describe('loadFrame', () => {
  it('reads every cell as the integer its column is kept as', async () => {
    const frame = await load([
      good,
      ['k2', '0', '18', 'c', 'a', 'late'],
      ['k3', ' 7.005 ', ' 100', ' b', 'c ', ' lost'],
      ['k4', '1e3', '99', '', 'a', 'open'],
      ['k5', 'NA', '20', 'NA', 'a', 'fraud'],
    ]);
    expect(frame.rows).toBe(5);
    expect(valuesOf(frame, 'amount')).toEqual([1234, 0, 701, 100_000, Number.NaN]);
    expect(valuesOf(frame, 'age')).toEqual([30, 18, 100, 99, 20]);
    expect(valuesOf(frame, 'work')).toEqual([0, 2, 1, Number.NaN, Number.NaN]);
    expect(valuesOf(frame, 'home')).toEqual([1, 0, 2, 0, 0]);
    expect([...frame.labels]).toEqual([0, 1, 1, 2, 2]);
    expect(frame.columns.map(({ definition }) => definition.name)).toEqual(['amount', 'age', 'work', 'home']);
    for (const { values } of frame.columns) expect(values.length).toBe(5);
  });

  it.each([
    ['a text where a number must be', 'Age', 'thirty'],
    ['a number with a word behind it', 'Age', '30y'],
    ['two points', 'Amount', '1.2.3'],
    ['a thousands separator', 'Amount', '1,200'],
    ['a hexadecimal number', 'Age', '0x1F'],
    ['not-a-number by name', 'Amount', 'NaN'],
    ['infinity', 'Amount', 'Infinity'],
    ['a number that a double does not hold', 'Amount', '1e999'],
    ['an integer too large to be exact', 'Amount', String(INTEGER_LIMIT)],
    ['too large only once it is scaled', 'Amount', '90071992547409.92'],
    ['too small a value', 'Age', '17'],
    ['too large a value', 'Age', '101'],
    ['a negative amount that is no code', 'Amount', '-1'],
    ['half a code', 'Amount', '-9.01'],
    ['a number that must not be missing', 'Age', ''],
    ['a number that must not be missing, by its word', 'Age', 'NA'],
    ['a category that must not be missing', 'Home', ''],
    ['a label that is not known', 'Outcome', 'maybe'],
    ['a label that is missing', 'Outcome', ''],
    ['a label that is no number', 'Outcome', 'NaN'],
    ['a label that is "not known"', 'Outcome', 'NA'],
    ['a label in other letters', 'Outcome', 'Paid'],
  ])('refuses %s by file, row, column and value', async (_, column, value) => {
    for (const before of [0, 3]) {
      const rows = [...new Array<string[]>(before).fill(good), withCell(column, value), good];
      const fault = await faultOf(() => load(rows));
      expect(fault.code).toBe('bad_cell');
      expect(fault.values).toMatchObject({ file: expect.stringMatching(/book\.csv$/), row: before + 1, column, value });
      expect(fault.message).toMatch(/book\.csv/);
      expect(fault.detail('zh')).toContain(column);
    }
  });

  it('names the first bad row of a file too large for one block', async () => {
    const rows = Array.from({ length: 60_000 }, () => good);
    expect(toCsv(rows).length).toBeGreaterThan(2 ** 20);
    const fault = await faultOf(() => load([...rows, withCell('Age', 'x'), withCell('Age', 'y')]));
    expect(fault.values).toMatchObject({ row: 60_001, column: 'Age', value: 'x' });
  });

  it('says in one line what is wrong, whatever the cell holds', async () => {
    for (const value of ['two\nlines', 'two\r\nlines', 'x'.repeat(100_000)]) {
      const fault = await faultOf(() => load([withCell('Age', value)]));
      expect(fault.code).toBe('bad_cell');
      expect(fault.message).not.toMatch(/[\r\n]/);
      expect(fault.message.length).toBeLessThan(1_000);
    }
  });

  it('refuses a column that the dictionary does not know, by name', async () => {
    const fault = await faultOf(() => load([[...good, '1']], [...header, 'Bonus']));
    expect(fault.code).toBe('bad_header');
    expect(fault.message).toMatch(/book\.csv.*Bonus/);
  });

  it.each(['Amount', 'Age', 'Work', 'Outcome'])('refuses a file without column %s, by name', async (absent) => {
    const without = (row: readonly string[]) => row.filter((_, place) => header[place] !== absent);
    const fault = await faultOf(() => load([without(good)], without(header)));
    expect(fault.code).toBe('bad_header');
    expect(fault.message).toMatch(new RegExp(`book\\.csv.*${absent}`));
  });

  it('does not need a column that is never a feature', async () => {
    const frame = await load([good.slice(1)], header.slice(1));
    expect(frame.rows).toBe(1);
  });

  it('refuses a ragged row by number', async () => {
    const fault = await faultOf(() => load([good, good.slice(1), good]));
    expect(fault.code).toBe('bad_row');
    expect(fault.values.row).toBe(2);
  });

  it('returns nothing of a file whose last cell is bad', async () => {
    let frame: Frame | null = null;
    const fault = await faultOf(async () => {
      frame = await load([...new Array<string[]>(5_000).fill(good), withCell('Outcome', '?')]);
    });
    expect(fault.values.row).toBe(5_001);
    expect(frame).toBeNull();
  });

  it('accepts special codes outside the range, and the ends of the range', async () => {
    const frame = await load([withCell('Amount', '-9'), withCell('Amount', '-7.50'), withCell('Age', '18')]);
    expect(valuesOf(frame, 'amount')).toEqual([-900, -750, 1234]);
  });

  it('accepts categories that the dictionary does not document and keeps them apart', async () => {
    const frame = await load(['a', 'new', 'a', 'newer', 'new'].map((work) => withCell('Work', work)));
    const categories = categoriesOf(frame, 'work');
    expect(categories.slice(0, 3)).toEqual(['a', 'b', 'c']);
    expect(valuesOf(frame, 'work').map((index) => categories[index])).toEqual(['a', 'new', 'a', 'newer', 'new']);
    expect(categoriesOf(await load([good]), 'work')).toEqual(['a', 'b', 'c']);
  });

  it('reads the same frame whatever the order of the columns in the file', async () => {
    const rows = [good, ['k2', '-9', '44', '', 'c', 'late'], ['k3', '0.5', '20', 'new', 'a', 'open']];
    const { columns, labels } = await load(rows);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 }), async (order) => {
        const shuffle = (row: readonly string[]) => order.map((place) => at(row, place));
        const shuffled = await load(rows.map(shuffle), shuffle(header));
        expect(shuffled.columns).toEqual(columns);
        expect(shuffled.labels).toEqual(labels);
      }),
      { numRuns: 30 },
    );
  });

  it('reads a compressed file and another encoding like the plain file', async () => {
    const text = toCsv([header, good, withCell('Work', 'é')]);
    const plain = await loadFrame(dictionary, files.write('plain.csv', text));
    const packed = await loadFrame(dictionary, files.write('packed.csv.gz', gzipSync(text)));
    const latin = await loadFrame(dictionary, files.write('latin.csv', Buffer.from(text, 'latin1')), {
      encoding: 'latin1',
    });
    expect(packed.columns).toEqual(plain.columns);
    expect(latin.columns).toEqual(plain.columns);
  });

  it('gives the digest of the bytes as they lie on disk, over many blocks and packed too', async () => {
    const text = toCsv([header, ...Array.from({ length: 50_000 }, () => good)]);
    for (const [name, bytes] of [
      ['one.csv', Buffer.from(toCsv([header, good]))],
      ['unended.csv', Buffer.from(toCsv([header, good]).trimEnd())],
      ['many.csv', Buffer.from(text)],
      ['many.csv.gz', gzipSync(text)],
    ] as const) {
      const { file } = await loadFrame(dictionary, files.write(name, bytes));
      expect(file).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });
    }
  });

  it('tells how far it has come, up to all rows and all bytes', async () => {
    const rows = Array.from({ length: 50_000 }, () => good);
    const text = toCsv([header, ...rows]);
    const seen: [number, number][] = [];
    await loadFrame(dictionary, files.write('far.csv', text), {
      onProgress: (done, bytes) => seen.push([done, bytes]),
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual([rows.length, Buffer.byteLength(text)]);
  });

  it('reads back any number a column of its decimals can hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.oneof(fc.constant(null), fc.maxSafeInteger()), { minLength: 1, maxLength: 30 }),
        async (decimals, integers) => {
          const toText = (integer: number | null) => {
            if (integer === null) return '';
            const digits = String(Math.abs(integer)).padStart(decimals + 1, '0');
            const point = digits.length - decimals;
            return `${integer < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
          };
          const frame = await load(
            integers.map((integer) => [toText(integer), '0']),
            ['x', 'y'],
            createDictionary({ columns: [createNumberColumn({ name: 'x', decimals })] }),
          );
          expect(valuesOf(frame, 'x')).toEqual(integers.map((integer) => integer ?? Number.NaN));
        },
      ),
      { numRuns: 200 },
    );
  });
});
