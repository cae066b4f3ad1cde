import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Dictionary } from '../../src/domain/dictionary.ts';
import { linesOf, type Ran, runVigil } from '../support/cli.ts';
import { toCsv } from '../support/csv.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const nowhere = { DATABASE_URL: 'postgres://127.0.0.1:1/none' };
const vigil = (...args: string[]): Promise<Ran> =>
  runVigil([...args, '--locale', 'en'], { cwd: files.path, env: nowhere });
const mapping = fileURLToPath(new URL('../../data/credit-card-approval/mapping.json', import.meta.url));
const book = ['--events', 'credit_record.csv', '--mapping', mapping];

/** Thirty customers: two fall behind in the second year, and every third has its account for the first year only. */
const rows = Array.from({ length: 30 }, (_, customer) =>
  Array.from({ length: 24 }, (_, month) => {
    const isOver = customer % 3 === 1 && month < 12;
    const late = customer % 10 === 0 && month < 12 ? String(Math.min(5, 11 - month)) : 'C';
    return isOver ? [] : [[String(customer), String(-month), late]];
  }).flat(),
);
files.write('credit_record.csv', toCsv([['ID', 'MONTHS_BALANCE', 'STATUS'], ...rows.flat()]));

const read = (name: string): string => readFileSync(join(files.path, name), 'utf8');
const parse = (name: string): string[][] =>
  linesOf(read(name))
    .slice(1)
    .map((line) => line.split(','));

describe("another system's rows with their mapping", () => {
  const asOf = ['--as-of', '2018-12-31', '--as-of', '2019-06-30', '--window', '180'];

  it('give rows of features without a database: silence is unknown, and left out where asked', async () => {
    expect((await vigil('features', ...book, ...asOf, '--out', 'all.csv')).code).toBe(0);
    const all = parse('all.csv');
    expect(all).toHaveLength(60);
    const unknown = all.filter((cells) => cells.at(-1) === 'unknown').map(([id, day]) => `${id} ${day}`);
    const ended = rows.flatMap((_, at) => (at % 3 === 1 ? [`cca-${at} 2019-06-30`] : []));
    expect(unknown).toEqual(ended);
    expect((await vigil('features', ...book, ...asOf, '--told-within', '62', '--out', 'told.csv')).code).toBe(0);
    expect(parse('told.csv').some((cells) => cells.at(-1) === 'unknown')).toBe(false);
  });

  it('fall into shares that have no customer in common, and get the dictionary that says whose they are', async () => {
    const parts = await Promise.all(
      ['0-50', '50-100'].map(async (share) => {
        const out = `part-${share}.csv`;
        const ran = await vigil(
          'features',
          ...book,
          ...asOf,
          '--share',
          share,
          '--out',
          out,
          '--dictionary',
          `part-${share}.json`,
        );
        expect(ran.code, ran.stderr).toBe(0);
        return new Set(parse(out).map(([id]) => id));
      }),
    );
    const [one, other] = parts as [Set<string>, Set<string>];
    expect(one.size + other.size).toBe(30);
    expect([...one].filter((id) => other.has(id))).toEqual([]);
    const dictionary = Dictionary.parse(JSON.parse(read('part-0-50.json')));
    expect(dictionary).toMatchObject({ name: 'part-0-50', customer: 'customer_id', source: { synthetic: false } });
    expect(dictionary.target).toMatchObject({ horizonDays: 180, event: { en: 'Default within 180 days' } });
  });

  it('are watched for early warning, and what was observed of nobody is called that', async () => {
    const span = ['--from', '2018-06-30', '--to', '2020-03-31', '--told-within', '62'];
    const ran = await vigil('signals', 'evaluate', ...book, ...span, '--out', 'warning.json');
    expect(ran.code, ran.stderr).toBe(0);
    const { facts, unobserved, customers, spells, gains } = JSON.parse(read('warning.json'));
    expect({ customers, spells }).toEqual({ customers: 30, spells: 2 });
    expect(facts).toMatchObject({ toldWithinDays: '62', simulated: '0' });
    expect(unobserved).toMatchObject({ 'late-repayment': 0, 'funds-flow': 1 });
    expect(ran.stdout).toContain('Abnormal flow of funds: not observed of anybody');
    expect(ran.stdout).toMatch(/Late or irregular repayment: recall/);
    for (const { strategy, verdict } of gains)
      expect(verdict).toBe(unobserved[strategy.name] === 1 ? 'unobserved' : 'insufficient_evidence');
  });

  it.each([
    ['a mapping of nothing', ['--mapping', mapping], /--mapping needs the file of rows/],
    ['a share that is none', [...book, '--share', '50-40'], /--share takes hundredths such as 0-40/],
    ['a dictionary without a target', [...book, '--dictionary', 'd.json'], /--dictionary needs --window/],
  ])('are refused with %s', async (_, args, words) => {
    const ran = await vigil('features', '--as-of', '2019-06-30', '--out', 'no.csv', ...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(words);
  });
});
