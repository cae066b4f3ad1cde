import { DuckDBInstance } from '@duckdb/node-api';
import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCatalogueSql } from '../../src/export/catalogue-sql.ts';
import type { SqlDialect } from '../../src/export/source-sql.ts';
import { createCivilClock } from '../../src/features/civil-clock.ts';
import { type EventRow, toEventRow } from '../../src/features/event-row.ts';
import { AS_OF, arbitraryBook, type DrawnBook } from '../support/arbitrary-history.ts';
import { computer, surroundingsOf, TIME_ZONE, toNamed } from '../support/books.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const CREATE = `CREATE TABLE book (customer VARCHAR, event_id VARCHAR, type VARCHAR, moment BIGINT, known BIGINT, day INTEGER,
  minute INTEGER, supersedes VARCHAR, facility VARCHAR, amount BIGINT, payload JSON)`;

const quoted = (value: string | number | null): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value ?? 'NULL');

const rowsOf = ({ customers, industry }: DrawnBook): EventRow[] => [
  ...[...customers].flatMap(([id, events]) => computer.date(events).map((event) => toEventRow(id, event))),
  ...computer.date(industry).map((event) => toEventRow(null, event)),
];

const insert = (rows: readonly EventRow[]): string[] =>
  rows.length === 0
    ? []
    : [`INSERT INTO book VALUES ${rows.map((row) => `(${Object.values(row).map(quoted).join(', ')})`).join(', ')}`];

type Answer = Readonly<Record<string, unknown>>;
type Named = Readonly<Record<string, number | null>>;
/** Runs statements, then a last one, whose rows it answers. */
type Ask = (statements: readonly string[], select: string) => Promise<readonly Answer[]>;

const instant = Date.parse(AS_OF);
const day = createCivilClock(TIME_ZONE).dayOf(instant);

const selectFor = (dialect: SqlDialect): string =>
  toCatalogueSql(computer.plan, { dialect, table: 'book', instant, day });

const toNumbers = ({ customer: _, ...values }: Answer): Named =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? null : Number(value)]));

/** What TypeScript computes for every customer of whom something stands. */
const computeAll = (book: DrawnBook): Map<string, Named> => {
  const surroundings = surroundingsOf(book, AS_OF);
  const computed = [...book.customers].map(
    ([id, events]) => [id, toNamed(computer.compute(computer.date(events), AS_OF, surroundings).values)] as const,
  );
  return new Map(computed.filter(([, values]) => Object.values(values).some((value) => value !== null)));
};

const testOn = (dialect: SqlDialect, ask: Ask, numRuns: number): void => {
  it('gives the integers of TypeScript on any book', async () => {
    const select = selectFor(dialect);
    await fc.assert(
      fc.asyncProperty(arbitraryBook, async (book) => {
        const answers = await ask(['DROP TABLE IF EXISTS book', CREATE, ...insert(rowsOf(book))], select);
        const found = new Map(answers.map((answer) => [String(answer.customer), toNumbers(answer)]));
        const wanted = computeAll(book);
        for (const [id, values] of wanted) expect(found.get(id)).toEqual(values);
      }),
      { numRuns },
    );
  });
};

/** A PostgreSQL to test on; the others are tested where there is none. */
const server = process.env.VIGIL_TEST_DATABASE_URL;

describe.skipIf(server !== undefined)('a catalogue in SQL on DuckDB', () => {
  testOn(
    'duckdb',
    async (statements, select) => {
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      for (const statement of statements) await connection.run(statement);
      const rows = (await connection.runAndReadAll(select)).getRowObjectsJS();
      connection.closeSync();
      return rows;
    },
    10,
  );
});

describe.skipIf(server !== undefined)('a catalogue in SQL on the embedded database', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
  });
  afterAll(() => database.close());
  testOn(
    'postgresql',
    async (statements, select) => {
      for (const statement of statements) await database.query(statement);
      return (await database.query<Answer>(select)).rows;
    },
    10,
  );
});

describe.skipIf(server === undefined)('a catalogue in SQL on PostgreSQL', () => {
  let made: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    made = await createTestDatabase();
    client = new pg.Client(made.url);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await made.drop();
  });
  testOn(
    'postgresql',
    async (statements, select) => {
      for (const statement of statements) await client.query(statement);
      return (await client.query<Answer>(select)).rows;
    },
    10,
  );
});
