import { describe, expect, it } from 'vitest';
import { type DescribeRequest, describeFile } from '../../training/dataset/describe.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const ROWS = 300;

type Columns = Readonly<Record<string, (row: number) => string | number>>;

const cycle =
  (...values: readonly (string | number)[]) =>
  (row: number) =>
    at(values, row % values.length);
/** The first value in every tenth row. */
const rare = (first: string | number, second: string | number) => (row: number) => (row % 10 === 0 ? first : second);
const filler: Columns = {
  income: (row) => (row * 37) % 211,
  married: cycle('yes', 'no'),
  home: cycle('own', 'rent', 'free'),
};

const draft = (columns: Columns, request: Partial<DescribeRequest> = {}) => {
  const cells = Array.from({ length: ROWS }, (_, row) => Object.values(columns).map((cell) => cell(row)));
  const path = files.write('book.csv', toCsv([Object.keys(columns), ...cells]));
  return describeFile({ path, name: 'book', label: undefined, bad: undefined, ...request });
};

describe('a label that nobody named', () => {
  it.each<[string, Columns]>([
    ['by its name', { ...filler, SeriousDlqin2yrs: rare(1, 0), guarantor: cycle('yes', 'no') }],
    ['by its name, first in the file', { default: rare(1, 0), ...filler }],
    ['by its name, last of two', { default: rare('yes', 'no'), ...filler, y: rare('yes', 'no') }],
    ['by a Chinese name', { ...filler, 是否违约: rare(1, 0), x: cycle(1, 2, 3) }],
    ['by its values', { outcome_at_end: rare('Charged Off', 'Fully Paid'), ...filler }],
    ['by its values, last', { ...filler, result: rare('bad', 'good') }],
    ['by outcomes in words', { loan_state: cycle('Fully Paid', 'Current', 'Charged Off', 'Default'), ...filler }],
    ['bankrupt?', { 'Bankrupt?': rare(1, 0), ...filler }],
  ])('is told %s, and a note says so', async (_, columns) => {
    const { dictionary, notes } = await draft(columns);
    const label = Object.keys(columns).find((name) => !(name in filler) && name !== 'guarantor' && name !== 'x');
    const expected = 'y' in columns ? 'y' : label;
    expect(dictionary.target.column).toBe(expected);
    expect(dictionary.columns.some(({ source }) => source === expected)).toBe(false);
    const note = notes.find(({ column, note }) => column === expected && note.en.includes('--label'));
    expect(note?.note.zh).toContain('--label');
  });

  it.each<[string, Columns, readonly string[]]>([
    ['among several of two values', { ...filler, phone: rare('yes', 'no') }, ['married', 'phone']],
    [
      'between two that are called like one',
      { target: rare(1, 0), default: rare(1, 0), ...filler },
      ['target', 'default'],
    ],
    ['without any', { income: (row) => row % 211, home: cycle('own', 'rent', 'free') }, ['two values']],
    ['with missing values', { income: (row) => row % 211, default: cycle('', 1, 0) }, ['two values']],
  ])('is refused %s, naming what it could be and the flag', async (_, columns, words) => {
    const fault = await faultOf(() => draft(columns));
    expect(fault.code).toBe('bad_arguments');
    for (const word of [...words, '--label', 'book.csv']) expect(fault.detail('en')).toContain(word);
    expect(fault.detail('zh')).toContain('--label');
  });

  it('is never taken from a first line of data', async () => {
    const path = files.write('bare.csv', Array.from({ length: 50 }, (_, row) => `${row},${row % 2},bad\n`).join(''));
    const fault = await faultOf(() => describeFile({ path, name: 'bare', label: undefined, bad: undefined }));
    expect(fault.code).toBe('bad_header');
    expect(fault.detail('en')).toContain('--no-header');
  });
});

describe('the bad class that nobody named', () => {
  it.each<[string, string, string | number, string | number, string]>([
    ['default', '0 and 1', 1, 0, '1'],
    ['default', '0.0 and 1.0', '1.0', '0.0', '1.0'],
    ['good', '1 where the column asks for what is good', 0, 1, '0'],
    ['creditability', 'the same', 0, 1, '0'],
    ['fully_paid', 'yes where the column asks for what is good', 'no', 'yes', 'no'],
    ['good_bad', '1 where it asks for both', 1, 0, '1'],
    ['status', 'what stands beside a good word', 'X', 'Paid', 'X'],
    ['class', 'the rarer of 1 and 2', 2, 1, '2'],
    ['class', 'the rarer of two words', 'B', 'G', 'B'],
    ['MIS_Status', 'words of small business loans', 'CHGOFF', 'P I F', 'CHGOFF'],
  ])('%s: %s', async (name, _, bad, good, expected) => {
    const { dictionary, notes } = await draft({ ...filler, [name]: rare(bad, good) }, { label: name });
    expect(dictionary.target.bad).toEqual([expected]);
    expect(notes.some(({ column, note }) => column === name && note.en.includes('--bad'))).toBe(true);
  });

  it('leaves outcomes that are not known yet out of the training', async () => {
    const columns = { loan_status: cycle('Fully Paid', 'Current', 'Charged Off', 'Default'), ...filler };
    const { dictionary, notes } = await draft(columns);
    expect(dictionary.target).toMatchObject({
      bad: ['Charged Off', 'Default'],
      good: ['Fully Paid'],
      indeterminate: ['Current'],
    });
    expect(notes.some(({ note }) => note.en.includes('"Current" left out as open'))).toBe(true);
  });

  it('is refused where nothing tells, naming the flag', async () => {
    const fault = await faultOf(() => draft({ ...filler, class: cycle('A', 'B') }));
    expect(fault.code).toBe('bad_dictionary');
    expect(fault.values).toMatchObject({ place: 'class' });
    for (const locale of ['zh', 'en'] as const) expect(fault.detail(locale)).toContain('--bad');
  });
});
