import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { useFolder } from '../support/folder.ts';

const folder = useFolder();
let database: Database;
beforeAll(async () => {
  database = await openDatabase({ url: undefined, home: folder.folder() });
});
afterAll(() => database.close());

/** Different statements that take the same parameters, so that one in the place of another would not be refused. */
const statements = Array.from({ length: 8 }, (_, index) => `SELECT $1::text || '-${index}' AS text`);

describe('the embedded database', () => {
  it('keeps the statements of its connections apart, whatever runs at once', async () => {
    const asked = Array.from({ length: 3_000 }, (_, index) => ({
      statement: statements[(index * 7) % statements.length] as string,
      expected: `${index}-${(index * 7) % statements.length}`,
      index,
    }));
    const found = await Promise.all(
      asked.map(async ({ statement, index }) => {
        const { rows } = await database.pool.query<{ text: string }>(statement, [String(index)]);
        return rows[0]?.text;
      }),
    );
    expect(found).toEqual(asked.map(({ expected }) => expected));
  });

  it('goes on after statements that fail, for the connection that sent them and for the others', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 400 }, (_, index) =>
        index % 3 === 0
          ? database.pool.query('SELECT 1 / $1::int AS value', [0])
          : database.pool.query('SELECT $1::int AS value', [index]),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      expect(answer.status).toBe(index % 3 === 0 ? 'rejected' : 'fulfilled');
      if (answer.status === 'fulfilled') expect(answer.value.rows).toEqual([{ value: index }]);
    }
  });

  it('serves the others where a connection dies in the middle of a transaction', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('CREATE TABLE half_done (value int)');
    const others = Array.from({ length: 20 }, () => database.pool.query('SELECT $1::int AS value', [1]));
    client.release(new Error('dies'));
    await expect(Promise.all(others)).resolves.toHaveLength(20);
    await expect(database.pool.query('SELECT * FROM half_done')).rejects.toThrow('half_done');
  });

  it('knows how many rows its tables have, and again once they grew', async () => {
    const { pool } = database;
    const sendMuch = () => pool.query(`SELECT length('${'x'.repeat(4_300_000)}')`);
    const countKnown = async () => {
      const { rows } = await pool.query<{ rows: number }>(
        `SELECT reltuples::integer AS rows FROM pg_class WHERE relname = 'grown'`,
      );
      return rows[0]?.rows;
    };
    await pool.query('CREATE TABLE grown AS SELECT generate_series(1, 50000) AS value');
    expect(await countKnown()).toBe(-1);
    await sendMuch();
    expect(await countKnown()).toBe(50_000);
    await pool.query('INSERT INTO grown SELECT generate_series(1, 5000)');
    await sendMuch();
    expect(await countKnown()).toBe(50_000);
    await pool.query('INSERT INTO grown SELECT generate_series(1, 20000)');
    await sendMuch();
    expect(await countKnown()).toBe(75_000);
  });
});
