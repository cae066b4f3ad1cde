import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NumberFormat } from '../../src/features/number-format.ts';
import { type Described, describeFile } from '../../training/dataset/describe.ts';
import type { Frame } from '../../training/dataset/frame.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import type { FormWish } from '../../training/dataset/sniff.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { type Form, plainForm, writeForm } from '../support/forms.ts';
import { createRandom } from '../support/random.ts';

const files = useFolder();
const names = ['客户', '月收入', '负债率', '逾期', '职业', '违约'];
const jobs = ['公务员', '受薪', '个体经营'];

/** Amounts with cents up to millions, rates below one, counts, texts and a label. */
const tableOf = (seed: number) => {
  const random = createRandom(seed);
  return Array.from({ length: 80 }, (_, row) => [
    `K${1000 + row}`,
    random.whole(10_000, 400_000_000) / 100,
    random.whole(0, 9_999) / 10_000,
    random.whole(0, 6),
    at(jobs, random.whole(0, 2)),
    row % 4 === 0 ? '是' : '否',
  ]);
};

const describeAndLoad = async (bytes: Buffer, wish: Partial<FormWish> & { label?: string } = {}) => {
  const path = files.write('form.csv', bytes);
  const { label = '违约', ...said } = wish;
  const described = await describeFile({ path, name: 'form', label, bad: undefined, ...said });
  return { described, frame: await loadFrame(described.dictionary, path) };
};

/** What a frame holds, whatever its columns are called. */
const contentOf = ({ columns, labels }: Frame) => ({
  labels: [...labels],
  columns: columns.map(({ definition, values }) => ({ categories: definition.categories, values: [...values] })),
});

const numbers: fc.Arbitrary<NumberFormat> = fc.constantFrom(
  {},
  { thousands: ',' as const },
  { thousands: ' ' as const },
  { thousands: "'" as const },
  { decimal: ',' as const },
  { decimal: ',' as const, thousands: '.' as const },
  { decimal: ',' as const, thousands: ' ' as const },
);
const forms: fc.Arbitrary<Form> = fc
  .record({
    separator: fc.constantFrom(',', ';', '\t', '|'),
    header: fc.boolean(),
    encoding: fc.constantFrom<Form['encoding']>('utf-8', 'utf-8 marked', 'utf-16le', 'utf-16be', 'gb18030'),
    numbers,
  })
  .map(({ numbers, ...form }) => ({ ...form, ...numbers }));

describe('a file without a dictionary', () => {
  it('is read the same in whatever form its table is written, and its dictionary says the form', async () => {
    await fc.assert(
      fc.asyncProperty(forms, fc.integer({ min: 1, max: 1_000 }), async (form, seed) => {
        const table = tableOf(seed);
        const plain = await describeAndLoad(writeForm(names, table, plainForm));
        const told = form.header ? {} : { header: false, label: 'column_6' };
        const { described, frame } = await describeAndLoad(writeForm(names, table, form), told);
        expect(contentOf(frame)).toEqual(contentOf(plain.frame));
        const { separator, header, decimal = '.', thousands } = described.dictionary.file;
        expect({ separator, header, decimal, thousands }).toEqual({
          separator: form.separator,
          header: form.header,
          decimal: form.decimal ?? '.',
          thousands: form.thousands,
        });
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, readonly (readonly string[])[], NumberFormat]>([
    ['whole numbers alone', [['1', '20', '300', '4000']], {}],
    ['rates of three decimals', [['1.234', '1.500', '2.125', '3.001']], {}],
    ['rates below one', [['0,123', '0,5', '0,25']], { decimal: ',' }],
    ['thousands without decimals', [['1,234', '12,000', '999']], { thousands: ',' }],
    ['millions by points', [['1.234.567', '12.000', '5']], { decimal: ',', thousands: '.' }],
    ['thousands by points beside smaller numbers', [['1.234', '12.000', '999', '5']], { decimal: ',', thousands: '.' }],
    [
      'a comma here, thousands by points there',
      [
        ['1,5', '2,25'],
        ['1.234', '999'],
      ],
      { decimal: ',', thousands: '.' },
    ],
    [
      'texts and dates that only look like numbers',
      [
        ['1,5-2,0', '2,0-3,0'],
        ['31.12.2024', '01.02.2023'],
      ],
      {},
    ],
    ['numbers with exponents', [['1.5e3', '2E-4']], {}],
  ])('tells how numbers are written: %s', async (_, columns, expected) => {
    const rows = Array.from({ length: 120 }, (_, row) => [
      ...columns.map((cells) => at(cells, row % cells.length)),
      String(row % 13),
      row % 3 === 0 ? 'bad' : 'good',
    ]);
    const header = [...columns.map((_, place) => `c${place}`), 'n', 'y'];
    const bytes = Buffer.from(toCsv([header, ...rows], { separator: ';' }));
    const { described } = await describeAndLoad(bytes, { label: 'y' });
    const { decimal, thousands } = described.dictionary.file;
    expect({ decimal, thousands }).toEqual({ decimal: expected.decimal, thousands: expected.thousands });
  });

  it('separated by spaces is read so where nothing else separates it', async () => {
    const lines = Array.from({ length: 60 }, (_, row) => `A1${row % 4} ${row % 37} ${row % 3 === 0 ? 2 : 1}\n`).join(
      '',
    );
    const { described, frame } = await describeAndLoad(Buffer.from(lines), { header: false, label: '3' });
    expect(described.dictionary.file.separator).toBe(' ');
    expect(frame.columns).toHaveLength(2);
  });

  it('whose lines are not all of one length is told where, by the separator of its first line', async () => {
    const bytes = Buffer.from('a;b;y\n1;2,5;0\n1;2,5\n');
    const fault = await faultOf(() => describeAndLoad(bytes, { label: 'y' }));
    expect(fault.message).toMatch(/row 2: it has 2 cells, the header has 3/);
  });

  it('is read as it is told, whatever it looks like', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => [`${1 + (row % 9)},${100 + row}`, row % 2]);
    const bytes = Buffer.from(toCsv([['x', 'y'], ...rows], { separator: ';' }));
    const [guessed, told] = await Promise.all([
      describeFile({ path: files.write('a.csv', bytes), name: 'a', label: 'y', bad: undefined }),
      describeFile({ path: files.write('b.csv', bytes), name: 'b', label: 'y', bad: undefined, decimal: ',' }),
    ]);
    expect(guessed.dictionary.file).toMatchObject({ thousands: ',' });
    expect(told.dictionary.file).toMatchObject({ decimal: ',' });
    expect(told.dictionary.columns[0]).toMatchObject({ type: 'number', decimals: 3 });
  });

  it('says in both languages in what form it was read, and nothing where that is the usual one', async () => {
    const table = tableOf(3);
    const notesOf = ({ notes }: Described) => notes.flatMap(({ column, note }) => (column === null ? [note] : []));
    const usual = await describeAndLoad(writeForm(names, table, plainForm));
    expect(notesOf(usual.described)).toEqual([]);
    const form: Form = { separator: ';', header: true, encoding: 'gb18030', decimal: ',', thousands: '.' };
    expect(notesOf((await describeAndLoad(writeForm(names, table, form))).described)).toEqual([
      {
        zh: '按以下格式读取：编码 gb18030，分隔符“;”，小数点“,”，千位分隔符“.”',
        en: 'read with encoding gb18030, separator ";", decimal mark ",", thousands separator "."',
      },
    ]);
  });
});

describe('a file without a header', () => {
  const bare = writeForm(names, tableOf(4), { ...plainForm, header: false });

  it('is suspected, and its first line is not taken for names', async () => {
    for (const label of ['违约', 'column_6', '否']) {
      const fault = await faultOf(() => describeAndLoad(bare, { label }));
      expect(fault.code).toBe('bad_header');
      expect(fault.message).toMatch(/looks like data.*--no-header.*column_1 to column_6/);
      expect(fault.detail('zh')).toMatch(/第一行看起来是数据.*--no-header/);
    }
  });

  it('is told of where its first line could be names', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => [row % 11, 100 + (row % 7), row % 2 ? '是' : '否']);
    const bytes = writeForm([], rows, { ...plainForm, header: false });
    const { described } = await describeAndLoad(bytes, { label: '否' });
    expect(described.notes.find(({ column }) => column === null)?.note.en).toMatch(/looks like data.*--no-header/);
    const { described: insisted } = await describeAndLoad(bytes, { label: '否', header: true });
    expect(insisted.notes.some(({ column }) => column === null)).toBe(false);
  });

  it('has columns that are called by their place, and none that is known to be protected', async () => {
    for (const label of ['column_6', '6']) {
      const { described } = await describeAndLoad(bare, { label, header: false });
      const { dictionary, notes } = described;
      expect(dictionary.columns.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5].map((place) => `column_${place}`));
      expect(dictionary.columns[1]?.label).toEqual({ zh: '第 2 列', en: 'Column 2' });
      expect(dictionary.target.column).toBe('6');
      expect(notes.some(({ column, note }) => column === null && note.en.includes('protected'))).toBe(true);
      expect(notes.find(({ column }) => column === 'column_1')?.note.en).toContain('identifier');
    }
    const fault = await faultOf(() => describeAndLoad(bare, { label: 'y', header: false }));
    expect(fault.message).toMatch(/column y is absent; there are column_1, column_2, .*column_6/);
  });

  it.each([
    ['names', names.slice(0, 5)],
    ['years and names', ['2019', '2020', '2021', 'n', 'm']],
  ])('is not what a file with a header of %s is taken for', async (_, header) => {
    const rows = Array.from({ length: 60 }, (_, row) => [row, row * 2, row % 7, row % 5, row % 3, row % 2]);
    const { described } = await describeAndLoad(writeForm([...header, '违约'], rows, plainForm));
    expect(described.notes.some(({ column }) => column === null)).toBe(false);
  });

  it('is doubted where it is said to be one but begins with names', async () => {
    const bytes = writeForm(names, [...tableOf(5)], plainForm);
    const path = files.write('named.csv', bytes);
    const labelled = { path, name: 'named', header: false, bad: undefined };
    const fault = await faultOf(() => describeFile({ ...labelled, label: 'column_6' }));
    expect(fault.message).toContain('has 3');
    const lines = bytes.toString().replace('职业,违约', '职业,是');
    const { notes } = await describeFile({ ...labelled, path: files.write('n.csv', lines), label: 'column_6' });
    expect(notes.filter(({ column }) => column === null).map(({ note }) => note.zh)).toContainEqual(
      expect.stringContaining('请去掉 --no-header'),
    );
  });
});
