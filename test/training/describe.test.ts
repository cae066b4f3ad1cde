import { describe, expect, it } from 'vitest';
import { createAssessment, scoreRow } from '../../src/decision/assess.ts';
import { createDecisionPlan } from '../../src/decision/plan.ts';
import { readRow } from '../../src/decision/row.ts';
import { Dictionary, type DictionaryColumn, type NumberColumn } from '../../src/domain/dictionary.ts';
import { resolveFeatures } from '../../src/features/definition.ts';
import { findModelFaults } from '../../src/model/seal.ts';
import { labelledRows } from '../../training/assemble.ts';
import { type Described, describeFile } from '../../training/dataset/describe.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { nameOf } from '../../training/dataset/source.ts';
import { fitModel } from '../../training/fit.ts';
import { defaultSettings } from '../../training/settings.ts';
import { createPolicy } from '../factories/policy.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { createRandom } from '../support/random.ts';

const files = useFolder();
const ROWS = 600;

/** A column by its header and what stands in each row. */
type Columns = Readonly<Record<string, (row: number) => string | number>>;

/** Rows whose label follows `x`. */
const random = createRandom(5);
const signal = Array.from({ length: ROWS }, () => Math.round(100 * random.bell()));
const isBad = signal.map((value) => random.uniform() < 1 / (1 + Math.exp(1 - value / 60)));
const base: Columns = { x: (row) => at(signal, row) };
const label = { y: (row: number) => (isBad[row] ? 1 : 0) };

const writeTable = (columns: Columns, { name = 't.csv', rows = ROWS, separator = ',' } = {}): string => {
  const cells = Array.from({ length: rows }, (_, row) => Object.values(columns).map((cell) => cell(row)));
  return files.write(name, toCsv([Object.keys(columns), ...cells], { separator }));
};

/** Drafts a dictionary of some columns, a useful one and the label y. */
const draft = (columns: Columns, request: Partial<Parameters<typeof describeFile>[0]> = {}): Promise<Described> =>
  describeFile({
    path: writeTable({ ...columns, ...base, ...label }, { name: 'draft.csv' }),
    name: 'made-up',
    label: 'y',
    bad: undefined,
    ...request,
  });

const columnOf = ({ dictionary }: Described, source: string): DictionaryColumn => {
  const column = dictionary.columns.find((each) => each.source === source);
  if (!column) throw new Error(`no column ${source}`);
  return column;
};

const numberOf = (described: Described, source: string): NumberColumn => {
  const column = columnOf(described, source);
  if (column.role !== 'feature' || column.type !== 'number') throw new Error(`${source} is ${JSON.stringify(column)}`);
  return column;
};

const codesOf = (described: Described, source: string): number[] =>
  numberOf(described, source).codes.map(({ value }) => value);

/** Whole numbers that occur about equally often. */
const cycle = (values: readonly (number | string)[]) => (row: number) => at(values, (row * 7) % values.length);

/** Every tenth row holds the code, others an ordinary number. */
const withCode = (code: number, ordinary: (row: number) => number | string) => (row: number) =>
  row % 10 === 3 ? code : ordinary(row);

const whole = (least: number, most: number) => Array.from({ length: most - least + 1 }, (_, step) => least + step);

describe('what a draft leaves out', () => {
  it.each<[string, string, string, (row: number) => string | number]>([
    ['a running number', 'n', 'id', (row) => 1000 + 3 * row],
    ['texts that are all different', 'ref', 'id', (row) => `C${row * 17}`],
    ['shuffled numbers in a column called id', 'id', 'id', (row) => (row * 7_919) % 100_003],
    ['shuffled numbers in a column called customer_id', 'customer_id', 'id', (row) => (row * 7_919) % 100_003],
    ['shuffled numbers in a column called CustomerID', 'CustomerID', 'id', (row) => (row * 7_919) % 100_003],
    ['shuffled numbers in a column called loanId', 'loanId', 'id', (row) => (row * 7_919) % 100_003],
    ['shuffled numbers in a column called 客户编号', '客户编号', 'id', (row) => (row * 7_919) % 100_003],
    ['a constant number', 'same', 'ignored', () => 7],
    ['a constant text', 'same', 'ignored', () => 'CNY'],
    ['a column without any value', 'lost', 'ignored', () => ''],
    ['a column of words for nothing', 'lost', 'ignored', cycle(['NA', '', 'null', '?'])],
    ['dates', 'opened', 'ignored', (row) => `2024-0${(row % 9) + 1}-1${row % 7}`],
    ['dates with slashes', 'opened', 'ignored', (row) => `2024/${(row % 9) + 1}/${(row % 27) + 1}`],
    ['dates with a time', 'opened', 'ignored', (row) => `2024-01-0${(row % 9) + 1} 10:0${row % 7}:00`],
    ['dates with the day first', 'opened', 'ignored', (row) => `1${row % 9}/0${(row % 9) + 1}/2024`],
    ['Chinese dates', '开户日期', 'ignored', (row) => `2024年${(row % 9) + 1}月${(row % 27) + 1}日`],
    [
      'dates behind a row without one',
      'opened',
      'ignored',
      (row) => (row === 0 ? 'unknown' : `2024-0${(row % 9) + 1}-1${row % 7}`),
    ],
    ['free text', 'remark', 'ignored', (row) => `wrote on day ${row % 300}`],
  ])('holds %s', async (_, source, role, cell) => {
    const described = await draft({ [source]: cell });
    const column = columnOf(described, source);
    expect(column.role).toBe(role);
    if (column.role === 'feature') return;
    expect(column.why.zh).not.toBe('');
    expect(column.why.en).not.toBe('');
    const note = described.notes.find((each) => each.column === source);
    expect(note?.note.en).toContain(column.why.en);
    expect(note?.note.zh).toContain(column.why.zh);
  });

  it('does not hold ordinary columns', async () => {
    const described = await draft({
      amount: (row) => `${(row * 37) % 501}.${row % 10}0`,
      flag: cycle([0, 1]),
      flag_or_missing: cycle(['Y', '']),
      town: cycle(['Beijing', 'Shanghai', 'Xi’an']),
      paid: (row) => (row * 7_919) % 100_003,
      video: cycle([1, 2, 3]),
      band: cycle(['under 1000', '1000-1999', '2000-2999', '3000-4999']),
      score_band: cycle(['300/499', '500/599', '600/850']),
    });
    for (const source of ['amount', 'flag', 'flag_or_missing', 'town', 'paid', 'video', 'band', 'score_band', 'x']) {
      expect({ source, role: columnOf(described, source).role }).toEqual({ source, role: 'feature' });
    }
    expect(numberOf(described, 'amount').decimals).toBe(2);
    expect(columnOf(described, 'town')).toMatchObject({ type: 'category' });
  });

  it('refuses a file that has nothing left, and says why of each column', async () => {
    const path = writeTable({ id: (row) => row, same: () => 1, lost: () => '', ...label });
    const fault = await faultOf(() => draft({}, { path }));
    expect(fault.code).toBe('no_inputs');
    expect(fault.message).toContain(
      'left out: id (every row has another value: an identifier), same (it has a single value), lost (every value is missing).',
    );
    expect(fault.detail('zh')).toContain(
      '未采用的列：id（每行取值都不同，疑似编号）、same（只有一个取值）、lost（全部缺失）。',
    );
  });

  it('names the first few columns where there are many', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, place) => [`k${place}`, () => 1]));
    const fault = await faultOf(() => draft({}, { path: writeTable({ ...many, ...label }) }));
    expect(fault.message).toMatch(/k0 \(.*k4 \(it has a single value\) and 25 more\.$/);
    expect(fault.detail('zh')).toMatch(/等共 30 列。$/);
  });

  it('points out columns of numbers that hold a few texts', async () => {
    const described = await draft({
      income: (row) => (row % 50 === 0 ? 'k.A.' : row * 3),
      mixed: (row) => (row % 2 === 0 ? 'many' : row % 7),
    });
    const noteOf = (source: string) => described.notes.filter(({ column }) => column === source).at(-1)?.note;
    expect(noteOf('income')?.en).toContain('588 of 600 values are numbers, others are "k.A."');
    expect(noteOf('income')?.zh).toContain('“k.A.”');
    expect(noteOf('mixed')).toBeUndefined();
  });
});

describe('special codes', () => {
  it.each<[string, readonly number[], (row: number) => string | number]>([
    ['-1 below counts', [-1], withCode(-1, cycle(whole(0, 12)))],
    ['-9 below counts', [-9], withCode(-9, cycle(whole(0, 12)))],
    ['-999 below amounts', [-999], withCode(-999, (row) => (row * 37) % 5_003)],
    ['-7, -8 and -9 together', [-9, -8, -7], (row) => (row % 5 === 0 ? -7 - (row % 3) : row % 40)],
    ['96 and 98 above counts', [96, 98], (row) => (row % 9 === 0 ? 96 + 2 * (row % 2) : row % 14)],
    ['999 above counts', [999], withCode(999, cycle(whole(0, 30)))],
    ['99 above months', [99], withCode(99, cycle(whole(0, 12)))],
  ])('are suspected: %s', async (_, expected, cell) => {
    const described = await draft({ count: cell });
    expect(codesOf(described, 'count').sort((a, b) => a - b)).toEqual(expected);
    const note = described.notes.find(({ column }) => column === 'count');
    for (const code of expected) expect(note?.note.zh).toContain(String(code));
    for (const code of numberOf(described, 'count').codes) {
      expect(code).toMatchObject({ orderedAs: null, countsAs: null, mayBeatBest: false });
    }
  });

  it.each<[string, (row: number) => string | number]>([
    ['changes of both signs', (row) => ((row * 7_919) % 2_001) - 1_000],
    ['changes with decimals', (row) => (((row * 7_919) % 2_001) - 1_000) / 100],
    ['small changes of both signs', cycle(whole(-4, 4))],
    ['a single negative value', (row) => (row === 17 ? -1 : row % 30)],
    ['negative values only', cycle(whole(-30, -1))],
    ['percentages', cycle(whole(0, 99))],
    ['percentages up to 100', cycle(whole(0, 100))],
    ['ages', cycle(whole(18, 99))],
    ['a flag', cycle([0, 1])],
    ['years', cycle(whole(1990, 1999))],
  ])('are not suspected: %s', async (_, cell) => {
    expect(codesOf(await draft({ count: cell }), 'count')).toEqual([]);
  });
});

describe('names', () => {
  it('are our own, never the same twice, and keep the header as source and label', async () => {
    const headers = [
      'Monthly Income (CNY)',
      'monthlyIncome',
      'monthly_income',
      '余额',
      '1st balance',
      'ÉTÉ',
      '额度 limit',
    ];
    const described = await draft(
      Object.fromEntries(headers.map((header) => [header, (row: number) => (row * 37) % 50])),
    );
    const { dictionary } = described;
    const names = dictionary.columns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    for (const header of headers) expect(columnOf(described, header).label).toEqual({ zh: header, en: header });
    expect(columnOf(described, 'Monthly Income (CNY)').name).toBe('monthly_income_cny');
    expect(columnOf(described, 'monthlyIncome').name).toBe('monthly_income');
    expect(columnOf(described, '余额').name).toMatch(/^column_\d+$/);
  });

  it.each([
    'sex',
    'SEX',
    'Gender',
    'age',
    'customer_age',
    'ageYears',
    'date_of_birth',
    'MaritalStatus',
    'marriage',
    'education_level',
    'ethnicity',
    'nationality',
    '性别',
    '客户年龄',
    '婚姻状况',
    '学历',
    '教育程度',
    '民族',
    'Alter',
    'Geburtsdatum',
    'Staatsangehörigkeit',
    'État civil',
    'edad',
  ])('tell protected columns: %s', async (header) => {
    const described = await draft({ [header]: cycle([21, 22, 23, 24, 25]) });
    expect(columnOf(described, header)).toMatchObject({ role: 'feature', protected: true });
    expect(described.notes.some(({ column, note }) => column === header && note.en.includes('protected'))).toBe(true);
  });

  it.each(['usage', 'average', 'mortgage', 'percentage', 'trace_count', 'message_rate', 'package', '余额', '账龄月数'])(
    'do not take others for protected: %s',
    async (header) => {
      const described = await draft({ [header]: cycle([21, 22, 23, 24, 25]) });
      expect(columnOf(described, header)).toMatchObject({ role: 'feature', protected: false });
    },
  );
});

describe('the label', () => {
  const withLabel = (good: string, bad: string, request: { bad?: string } = {}) =>
    draft({}, { path: writeTable({ ...base, y: (row) => (isBad[row] ? bad : good) }), bad: request.bad });

  it.each([
    ['0', '1'],
    ['good', 'bad'],
    ['GOOD', 'BAD'],
    ['no', 'yes'],
    ['N', 'Y'],
    ['false', 'true'],
    ['Fully Paid', 'Charged Off'],
    ['好', '坏'],
    ['正常', '违约'],
    ['否', '是'],
    ['paid', 'default'],
  ])('%s and %s: the second is guessed to be bad, and a note says so', async (good, bad) => {
    const { dictionary, notes } = await withLabel(good, bad);
    expect(dictionary.target).toMatchObject({ column: 'y', bad: [bad], good: [good] });
    expect(notes.some(({ column, note }) => column === 'y' && note.zh.includes(bad) && note.en.includes('--bad'))).toBe(
      true,
    );
  });

  it('is read as it was told, without a note', async () => {
    const { dictionary, notes } = await withLabel('1', '2', { bad: '2' });
    expect(dictionary.target).toMatchObject({ bad: ['2'], good: ['1'] });
    expect(notes.some(({ column }) => column === 'y')).toBe(false);
    expect((await withLabel('1', '0', { bad: '0' })).dictionary.target).toMatchObject({ bad: ['0'], good: ['1'] });
  });

  it.each<[string, (row: number) => string | number, string | undefined, RegExp]>([
    ['three values', (row) => row % 3, undefined, /3.*0, 1, 2/],
    ['one value', () => 1, undefined, /1: 1/],
    ['missing values', (row) => at(['0', '1', ''], row % 3), undefined, /200 of 600 rows have no label/],
    ['a bad value that it never has', (row) => row % 2, '7', /7/],
    ['numbers', (row) => (row * 37) % 501, undefined, /501/],
  ])('is refused with %s', async (_, cell, bad, words) => {
    const fault = await faultOf(() => draft({}, { path: writeTable({ ...base, y: cell }), bad }));
    expect(fault.code).toBe('bad_dictionary');
    expect(fault.values).toMatchObject({ place: 'y' });
    expect(fault.message).toMatch(words);
  });

  it('is refused where there is no such column', async () => {
    const fault = await faultOf(() => draft({}, { label: 'z' }));
    expect(fault.code).toBe('bad_header');
    expect(fault.message).toMatch(/t\.csv.*z/);
  });
});

/** Trains on a file by its draft, as `train --label` does. */
const trainOn = async (columns: Columns) => {
  const path = writeTable({ ...columns, ...base, ...label }, { name: 'train.csv' });
  const { dictionary } = await draft({}, { path });
  const frame = labelledRows(await loadFrame(dictionary, path));
  const { model } = await fitModel({
    frame,
    settings: defaultSettings,
    includeProtected: false,
    withInterval: false,
    name: 'made-up',
    learner: 'scorecard',
    onProgress: () => undefined,
  });
  return { dictionary, frame, model };
};

describe('a drafted dictionary', () => {
  const everything: Columns = {
    id: (row) => row,
    same: () => 1,
    'Monthly Income': (row) => (row % 20 === 0 ? '' : `${5_000 + ((row * 37) % 5_003)}.50`),
    余额: (row) => (isBad[row] ? 5_000 : 2_000) + ((row * 37) % 2_503),
    职业: (row) => (isBad[row] && row % 3 > 0 ? '个体' : at(['受薪', '学生', '个体'], row % 3)),
    late: withCode(-1, (row) => (isBad[row] ? row % 5 : row % 2)),
    age: cycle(whole(20, 60)),
    opened: (row) => `2024-0${(row % 9) + 1}-1${row % 7}`,
    'remark, "quoted"': (row) => `a, "b" ${row % 300}`,
  };

  it('is valid, resolves and names every column but the label', async () => {
    const { dictionary } = await draft(everything);
    expect(Dictionary.parse(JSON.parse(JSON.stringify(dictionary)))).toEqual(dictionary);
    expect(dictionary.columns.map(({ source }) => source)).toEqual([...Object.keys(everything), 'x']);
    const { features } = resolveFeatures(dictionary);
    expect(features.length).toBe(dictionary.columns.filter(({ role }) => role === 'feature').length);
    expect(dictionary.groups.length).toBe(features.length);
  });

  it('loads the file it was drafted from and trains on it', async () => {
    const { frame, model, dictionary } = await trainOn(everything);
    expect(frame.rows).toBe(ROWS);
    expect(findModelFaults(model)).toEqual([]);
    expect(model.inputs.length).toBeGreaterThanOrEqual(3);
    expect(model.inputs.every((input) => !input.protected)).toBe(true);
    const plan = createDecisionPlan({
      model,
      policy: createPolicy({ dictionary: dictionary.name, models: { default: model.name, segments: {} } }),
      policyFingerprint: '',
      dictionary: null,
    });
    const fields = Object.fromEntries(model.columns.map(({ source }) => [source, null]));
    const assessment = createAssessment(plan);
    assessment.row.set(readRow(plan, fields, new Set()).row);
    expect(Number.isSafeInteger(scoreRow(plan, assessment))).toBe(true);
  });

  it.each<[string, (row: number) => string | number]>([
    ['numbers of eighteen digits', (row) => `11010119900307${String((row * 7_919) % 10_000).padStart(4, '0')}`],
    [
      'large amounts with many decimals',
      (row) => `${12_345_678 + row}.${String((row * 7_919) % 10 ** 9).padStart(10, '3')}`,
    ],
    ['tiny numbers in scientific notation', (row) => `${(row % 90) + 1}e-7`],
    ['huge numbers in scientific notation', (row) => `${(row % 90) + 1}e20`],
    ['numbers with a plus sign', (row) => `+${row % 50}`],
    ['numbers without a leading zero', (row) => `.${(row % 90) + 10}`],
    ['numbers and a few words', (row) => (row % 50 === 0 ? 'unknown' : row % 40)],
    ['padded categories', (row) => at([' a', 'a ', 'a', 'b '], row % 4)],
    ['words for nothing', cycle(['NA', 'null', 'NaN', '1', '2', '3', '4', '5'])],
    ['a category called like a missing value elsewhere', cycle(['none', 'some', '-'])],
  ])('lets training succeed on a file that also has %s', async (_, cell) => {
    const { model, frame } = await trainOn({ odd: cell });
    expect(frame.rows).toBe(ROWS);
    expect(findModelFaults(model)).toEqual([]);
  });

  it('reads other separators and encodings', async () => {
    const path = writeTable({ ...everything, ...base, ...label }, { name: 'semicolon.csv', separator: ';' });
    const { dictionary } = await draft({}, { path, separator: ';' });
    expect(dictionary.file.separator).toBe(';');
    expect((await loadFrame(dictionary, path)).rows).toBe(ROWS);
    const lines = [Buffer.from('x,y,'), Buffer.from([0xd0, 0xd5, 0xc3, 0xfb]), Buffer.from('\n')];
    const rows = Array.from({ length: 60 }, (_, row) => Buffer.from(`${row % 17},${row % 2},${row % 3}\n`));
    const gb = files.write('gb.csv', Buffer.concat([...lines, ...rows]));
    const read = await draft({}, { path: gb, encoding: 'gb18030' });
    expect(columnOf(read, '姓名').role).toBe('feature');
  });

  it('drafts the same columns whatever the labels are: nothing in it is learnt from them', async () => {
    const of = async (labels: (row: number) => number) => {
      const path = writeTable({ ...everything, ...base, y: labels }, { name: 'draft.csv' });
      const { dictionary } = await draft({}, { path });
      return { ...dictionary, target: null };
    };
    const told = await of((row) => (isBad[row] ? 1 : 0));
    expect(await of((row) => (isBad[row] ? 0 : 1))).toEqual(told);
    expect(await of((row) => row % 2)).toEqual(told);
  });

  it('is the same for the same file', async () => {
    expect(await draft(everything)).toEqual(await draft(everything));
  });
});

describe('nameOf', () => {
  it.each([
    ['data/UCI_Credit_Card.csv', 'uci-credit-card'],
    ['a b.csv.gz', 'a-b'],
    ['german.data', 'german'],
    ['Crédits_Août.csv', 'credits-aout'],
    ['a b.CSV.gz', 'a-b'],
    ['.csv', 'data'],
  ])('of %s is %s', (path, name) => {
    expect(nameOf(path)).toBe(name);
  });

  it('of names in other letters is a name for each of them, the same wherever the file lies', () => {
    const paths = ['贷款.csv', '信用卡.csv', 'кредиты.csv', '2024 贷款 v2.csv', '2024 存款 v2.csv', 'Straße.csv'];
    const names = paths.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{6}$/);
    expect(nameOf('elsewhere/贷款.csv.gz')).toBe(nameOf('贷款.csv'));
    expect(nameOf('2024 贷款 v2.csv')).toMatch(/^2024-v2-/);
  });
});
