import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../src/domain/dictionary.ts';
import { createIgnoredColumn } from '../factories/frame.ts';
import { runVigil, runVigilEach } from '../support/cli.ts';
import { toCsv } from '../support/csv.ts';
import { useFolder } from '../support/folder.ts';
import { createRandom } from '../support/random.ts';

const files = useFolder();
const random = createRandom(8);

type Row = readonly [income: string, home: string, quarter: string, outcome: string];

const header = ['income', 'home', 'quarter', 'outcome'];
const rows: Row[] = Array.from({ length: 400 }, (_, row) => {
  const risk = random.bell();
  const outcome = random.uniform() < 1 / (1 + Math.exp(1 - risk)) ? 'bad' : 'good';
  return [
    String(Math.round(3000 - 500 * risk + 400 * random.bell())),
    row % 3 ? 'own' : 'rent',
    String(1 + (row % 6)),
    outcome,
  ];
});

const write = (name: string, data: readonly (readonly string[])[], names: readonly string[] = header): string =>
  files.write(name, toCsv([names, ...data]));
const book = write('book.csv', rows);
const change = (cell: (row: Row, index: number) => Partial<Record<number, string>>): string[][] =>
  rows.map((row, index) => row.map((own, place) => cell(row, index)[place] ?? own));

const draftBook = async (): Promise<Dictionary> => {
  const path = join(files.path, 'drafted.json');
  const ran = await runVigil(['data', 'describe', book, '--out', path], { cwd: files.path });
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(readFileSync(path, 'utf8'));
};

const withPeriods = (drafted: Dictionary, fitTo: number, calibrateTo: number) => ({
  ...drafted,
  periods: { column: 'quarter', fitTo, calibrateTo },
  groups: drafted.groups.filter(({ name }) => name !== 'quarter'),
  columns: drafted.columns.map((column) =>
    column.name === 'quarter'
      ? { name: 'quarter', source: 'quarter', role: 'ignored', label: column.label, why: column.label }
      : column,
  ),
});

const withDates = (drafted: Dictionary) => ({
  ...drafted,
  dates: { observed: 'observed_on', outcome: 'outcome_on' },
  columns: [...drafted.columns, createIgnoredColumn('observed_on'), createIgnoredColumn('outcome_on')],
});

describe('data from which no honest model can come', () => {
  it('end in one clear error in each language, naming column or row, and nothing is written', async () => {
    const drafted = await draftBook();
    const dictionaryOf = (name: string, changed: unknown) => files.write(name, JSON.stringify(changed));
    const plain = dictionaryOf('plain.json', drafted);
    const by = (data: string, dictionary: string) => ['--data', data, '--dictionary', dictionary];
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [
        by(
          write(
            'unknown.csv',
            change((_, row) => (row === 6 ? { 3: 'maybe' } : {})),
          ),
          plain,
        ),
        /7.*outcome.*maybe/,
      ],
      [
        by(
          write(
            'good.csv',
            change(() => ({ 3: 'good' })),
          ),
          plain,
        ),
        /outcome.*400.*good.*bad/,
      ],
      [by(write('few.csv', rows.slice(0, 199)), plain), /outcome.*199.*200|199.*outcome.*200/],
      [
        by(
          write(
            'leak.csv',
            change((row) => ({ 0: row[3] === 'bad' ? '1' : '9' })),
          ),
          plain,
        ),
        /income \(AUC 1\.0000\).*--allow-leak income/,
      ],
      [
        [
          '--data',
          write(
            'one.csv',
            change(() => ({ 3: 'good' })),
          ),
          '--label',
          'outcome',
        ],
        /outcome.*1.*good/,
      ],
      [
        [
          '--data',
          write(
            'three.csv',
            change((_, row) => (row === 6 ? { 3: 'maybe' } : {})),
          ),
          '--label',
          'outcome',
        ],
        /outcome.*3.*maybe/,
      ],
      [['--data', book, '--label', 'result'], /result.*income, home, quarter, outcome/],
      [
        by(
          write(
            'absent.csv',
            rows.map((row) => row.slice(1)),
            header.slice(1),
          ),
          plain,
        ),
        /income.*home, quarter, outcome/,
      ],
      [
        by(
          write(
            'more.csv',
            rows.map((row) => [...row, '1']),
            [...header, 'extra'],
          ),
          plain,
        ),
        /extra.*book/,
      ],
      [
        by(
          write(
            'typed.csv',
            change((_, row) => (row === 9 ? { 0: 'much' } : {})),
          ),
          plain,
        ),
        /10.*income.*much/,
      ],
      [
        by(
          write(
            'cut.csv',
            rows.map((row, index) => (index === 4 ? row.slice(0, 2) : row)),
          ),
          plain,
        ),
        /5/,
      ],
      [by(book, dictionaryOf('order.json', withPeriods(drafted, 4, 3))), /periods.*calibrateTo.*fitTo/],
      [by(book, dictionaryOf('late.json', withPeriods(drafted, 4, 6))), /quarter.*6/],
      [by(book, dictionaryOf('early.json', withPeriods(drafted, 0, 3))), /quarter.*0/],
      [
        by(
          write(
            'quarters.csv',
            change((_, row) => (row === 2 ? { 2: 'Q3' } : {})),
          ),
          dictionaryOf('q.json', withPeriods(drafted, 2, 4)),
        ),
        /3.*quarter.*Q3/,
      ],
      [
        by(
          write(
            'dates.csv',
            rows.map((row, index) => [...row, '2026-01-01', index === 11 ? '2025-12-31' : '2026-02-01']),
            [...header, 'observed_on', 'outcome_on'],
          ),
          dictionaryOf('dates.json', withDates(drafted)),
        ),
        /12.*(outcome_on.*observed_on|observed_on.*outcome_on)/,
      ],
      [
        by(
          book,
          dictionaryOf('label.json', {
            ...drafted,
            target: { ...drafted.target, column: 'paid' },
          }),
        ),
        /paid.*income/,
      ],
    ];
    const out = files.folder();
    const before = readdirSync(files.path).length;
    for (const locale of ['en', 'zh']) {
      const commands = cases.map(([args]) => ['train', ...args, '--out', out, '--locale', locale]);
      const results = await runVigilEach(commands, { cwd: files.path });
      for (const [index, { code, stdout, stderr }] of results.entries()) {
        const lines = stderr.split('\n').filter((line) => line !== '' && !/^\S+: .*%$/.test(line));
        expect({ args: commands[index]?.join(' '), code: code === 2 || code === 5, stdout, lines }).toEqual({
          args: commands[index]?.join(' '),
          code: true,
          stdout: '',
          lines: [expect.stringMatching(cases[index]?.[1] ?? /$^/)],
        });
      }
    }
    expect(readdirSync(out)).toEqual([]);
    expect(readdirSync(files.path)).toHaveLength(before);
  }, 120_000);
});

describe('a population without any row', () => {
  it('has no figures, and training says so in each language and in the card', async () => {
    const drafted = await draftBook();
    const nobody = { name: 'nobody', label: { zh: '无人', en: 'Nobody' }, where: [{ column: 'income', atMost: 0 }] };
    const dictionary = files.write('nobody.json', JSON.stringify({ ...drafted, populations: [nobody] }));
    const config = files.write('quick.json', JSON.stringify({ intervalRefits: 2, coverageRefits: 1 }));
    const out = files.folder();
    const train = ['train', '--data', book, '--dictionary', dictionary, '--config', config, '--out', out];
    const [en, zh] = await runVigilEach(
      [
        [...train, '--locale', 'en'],
        [...train, '--locale', 'zh'],
      ],
      { cwd: files.path },
    );
    expect(en?.stdout, en?.stderr).toContain('Nobody: no rows among the untouched ones');
    expect(zh?.stdout, zh?.stderr).toContain('无人：未参与训练的样本中没有任何行');
    const [name = ''] = readdirSync(out);
    const read = (file: string) => readFileSync(join(out, name, '1', file), 'utf8');
    expect(read('card.md').match(/\| Nobody \|.*/g)).toEqual(['| Nobody | 0 | 0 | - | - | - | - | - | no rows |']);
    expect(JSON.parse(read('lineage.json')).figures[1].figures).toMatchObject({ rows: 0, logLoss: null, ece: null });
    for (const text of [en?.stdout, zh?.stdout, read('card.md'), read('report.html')])
      expect(text).not.toContain('NaN');
  }, 60_000);
});
