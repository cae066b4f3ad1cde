import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { creditCatalogue } from '../../src/features/catalogue/catalogue.ts';
import { toFeatureSource } from '../../src/features/catalogue/dictionary.ts';
import { openEventFile } from '../../src/usecases/event-book.ts';
import { readFeatureRows } from '../../src/usecases/feature-rows.ts';
import { simulateIndustries, simulatePortfolio } from '../../training/simulator/portfolio.ts';
import { linesOf, type Ran, runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';
import { holdHome } from '../support/home.ts';

const files = useFolder();
holdHome(join(files.path, 'home'));
const vigil = (...args: string[]): Promise<Ran> => runVigil(args, { cwd: files.path, env: { VIGIL_HOME: 'home' } });
const settings = { customers: 40, months: 18, seed: 5, scenario: 'recession', start: '2023-01' } as const;
const asOf = ['--as-of', '2023-09-30', '--as-of', '2024-02-29'];

/** The lines of a CSV file by customer and day. */
const rowsOf = (file: string): Map<string, string> =>
  new Map(
    linesOf(readFileSync(join(files.path, file), 'utf8'))
      .slice(1)
      .map((line) => [line.split(',').slice(0, 2).join(' '), line]),
  );

beforeAll(() => {
  const events = [
    ...simulateIndustries(settings),
    ...[...simulatePortfolio(settings)].flatMap((each) => [...each.events]),
  ];
  writeFileSync(join(files.path, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
});

describe('vigil features', () => {
  it('writes what the catalogue computes, the same from a file of events as from the database', async () => {
    const fromFile = await vigil('features', '--events', 'events.ndjson', ...asOf, '--out', 'file.csv', '--json');
    expect(fromFile.code, fromFile.stderr).toBe(0);
    const stored = await vigil('events', 'events.ndjson', '--simulated');
    expect(stored.code, stored.stderr).toBe(0);
    const fromStore = await vigil('features', ...asOf, '--out', 'store.csv');
    expect(fromStore.code, fromStore.stderr).toBe(0);
    const rows = rowsOf('file.csv');
    expect(rowsOf('store.csv')).toEqual(rows);
    expect(JSON.parse(fromFile.stdout)).toEqual({ rows: rows.size, features: 105, tooLarge: 0, out: 'file.csv' });
    const wanted = { features: creditCatalogue, asOf: ['2024-02-29T15:59:59.999Z'], once: false, windowDays: null };
    const book = openEventFile(join(files.path, 'events.ndjson'));
    for await (const { customerId, values } of readFeatureRows(book, { ...wanted, timeZone: 'Asia/Shanghai' })) {
      const cells = (rows.get(`${customerId} 2024-02-29`) ?? '').split(',').slice(2);
      const scaled = creditCatalogue.map(({ decimals }, place) =>
        cells[place] === '' ? Number.NaN : Math.round(Number(cells[place]) * 10 ** decimals),
      );
      expect(scaled).toEqual([...values]);
    }
  });

  it('writes Parquet with what became of each, one row a customer where asked', async () => {
    const told = ['--window', '90', '--once', '--out', 'once.parquet'];
    expect((await vigil('features', '--events', 'events.ndjson', ...asOf, ...told)).code).toBe(0);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const read = await connection.runAndReadAll(`SELECT * FROM '${join(files.path, 'once.parquet')}'`);
    const rows = read.getRowObjectsJS();
    connection.closeSync();
    expect(new Set(rows.map(({ customer_id: id }) => id)).size).toBe(rows.length);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'customer_id',
      'as_of',
      ...creditCatalogue.map(toFeatureSource),
      'outcome',
    ]);
    const outcomes = ['bad', 'good', 'indeterminate', 'excluded', 'defaulted', 'immature', 'unknown'];
    expect(rows.filter(({ outcome }) => !outcomes.includes(String(outcome)))).toEqual([]);
    expect(rows.filter(({ outcome }) => outcome === 'good').length).toBeGreaterThan(10);
    expect(readdirSync(files.path).filter((name) => /unfinished|rows-/.test(name))).toEqual([]);
  });

  it.each([
    ['a day that is none', ['--as-of', '2024-02-30', '--out', 'bad.csv'], /--as-of takes a day/],
    ['a folder that is not there', [...asOf, '--events', 'events.ndjson', '--out', 'no/bad.csv'], /no\/bad\.csv/],
    [
      'customers that do not stand together',
      [...asOf, '--events', 'mixed.ndjson', '--out', 'bad.csv'],
      /row \d+.*together/,
    ],
  ])('refuses %s, in one line, and writes nothing', async (_, args, words) => {
    const lines = linesOf(readFileSync(join(files.path, 'events.ndjson'), 'utf8'));
    writeFileSync(
      join(files.path, 'mixed.ndjson'),
      `${[...lines, lines.find((line) => line.includes('SIM-000001'))].join('\n')}\n`,
    );
    const ran = await vigil('features', ...args);
    expect(ran.code).not.toBe(0);
    expect(linesOf(ran.stderr).at(-1)).toMatch(words);
    expect(existsSync(join(files.path, 'bad.csv'))).toBe(false);
  });
});
