import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawFields } from '../../src/decision/row.ts';
import type { ExportLayout } from '../../src/export/layout.ts';
import { toSql } from '../../src/export/sql.ts';
import { toPoints } from '../../src/model/scale.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { drawRows, type ExportCase, expectedOf, exportCases } from '../support/exports.ts';

const ROWS = 1000;
const options = { table: 'raw.applications', keep: ['customer_id'], contributions: true };

const quoted = (value: number | string | null): string =>
  value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;

/** Statements that make the table and fill it. */
const fill = ({ plan }: ExportCase, rows: readonly RawFields[], asText: boolean): string[] => {
  const { columns } = plan.model;
  const kinds = columns.map(
    ({ name, categories }) => `"${name}" ${categories || asText ? 'VARCHAR' : 'DOUBLE PRECISION'}`,
  );
  const values = rows.map((fields, id) => {
    const cells = columns.map(({ name }) =>
      quoted(asText && fields[name] !== null ? String(fields[name]) : (fields[name] ?? null)),
    );
    return `(${[id, ...cells].join(', ')})`;
  });
  return [
    'CREATE SCHEMA IF NOT EXISTS raw',
    'DROP TABLE IF EXISTS raw.applications',
    `CREATE TABLE raw.applications (customer_id INTEGER, ${kinds.join(', ')})`,
    `INSERT INTO raw.applications VALUES ${values.join(', ')}`,
  ];
};

type Answer = Readonly<Record<string, unknown>>;

const expectEqual = (of: ExportCase, rows: readonly RawFields[], answers: readonly Answer[]): void => {
  const found = [...answers].sort((a, b) => Number(a.customer_id) - Number(b.customer_id));
  const wanted = rows.map((fields) => expectedOf(of.plan, fields));
  expect(
    found.map((row) => ({
      microLogits: Number(row.micro_logits),
      points: Number(row.points),
      tier: row.tier,
      reference: Number(row.reference_micro_logits),
      contributions: of.plan.model.terms.map((_, term) => Number(row[`contribution_${term + 1}`])),
    })),
  ).toEqual(
    wanted.map(({ microLogits, points, tier, reference, contributions }) => ({
      microLogits,
      points,
      tier,
      reference,
      contributions,
    })),
  );
  for (const [index, row] of found.entries()) {
    expect(Math.abs(Number(row.probability) - (wanted[index]?.probability ?? Number.NaN))).toBeLessThan(2e-9);
  }
  expect(new Set(wanted.map(({ tier }) => tier)).size).toBe(3);
};

/** A score beyond what 32 bits hold and what has an exponential: 25 terms whose every cell is the largest there may be. */
const createFar = (sign: 1 | -1): ExportLayout => {
  const { layout } = exportCases.champion;
  const { model } = layout;
  const [term] = model.terms;
  if (!term) throw new Error('there is no term');
  const cells = term.microLogits.map(() => sign * 100_000_000);
  const terms = Array.from({ length: 25 }, () => ({ ...term, microLogits: cells }));
  return { ...layout, model: { ...model, terms, intercept: { microLogits: 0, se: 0 } } };
};

/** Runs statements, then a last one, whose rows it answers. */
type Ask = (statements: readonly string[], select: string) => Promise<readonly Answer[]>;

const cases = Object.entries(exportCases).flatMap(([name, of]) =>
  [true, false].map((asText) => ({ name, of, asText, held: asText ? 'text' : 'numbers' })),
);

const testOn = (ask: Ask): void => {
  it.each(cases)('gives what the service gives on 1,000 rows of $held: $name', async ({ of, asText }) => {
    const rows = drawRows(of, ROWS);
    expectEqual(of, rows, await ask(fill(of, rows, asText), toSql(of.layout, options)));
  });

  it('tells its score from a kept column of the same name', async () => {
    const of = exportCases.champion;
    const [fields = {}] = drawRows(of, 1);
    const rename = 'ALTER TABLE raw.applications RENAME COLUMN customer_id TO micro_logits';
    const select = toSql(of.layout, { ...options, keep: ['micro_logits'] });
    const [answer] = await ask([...fill(of, [fields], false), rename], select);
    const { points, tier } = expectedOf(of.plan, fields);
    expect({ points: Number(answer?.points), tier: answer?.tier }).toEqual({ points, tier });
  });

  it.each([1, -1] as const)('gives a score of %d x 2,500 log-odds as it is', async (sign) => {
    const of = exportCases.champion;
    const layout = createFar(sign);
    const [answer] = await ask(
      fill(of, drawRows(of, 1), false),
      toSql(layout, { ...options, keep: [], contributions: false }),
    );
    const microLogits = sign * 2_500_000_000;
    expect([answer?.micro_logits, answer?.probability, answer?.points].map(Number)).toEqual([
      microLogits,
      sign > 0 ? 1 : 0,
      toPoints(microLogits, layout.model.scale),
    ]);
  });
};

describe('the SELECT of a model on DuckDB', () => {
  testOn(async (statements, select) => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    for (const statement of statements) await connection.run(statement);
    const result = await connection.runAndReadAll(select);
    connection.closeSync();
    return result.getRowObjects().map((row) => ({ ...row, probability: Number(String(row.probability)) }));
  });
});

describe.skipIf(process.env.VIGIL_TEST_DATABASE_URL === undefined)('the SELECT of a model on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  testOn(async (statements, select) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
      return (await client.query(select)).rows;
    } finally {
      await client.end();
    }
  });
});
