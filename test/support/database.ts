import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of a test's own in the PostgreSQL of `VIGIL_TEST_DATABASE_URL`; none where that is not set. */
export interface TestDatabase {
  readonly url: string | undefined;
  drop(): Promise<void>;
}

/** Makes it. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const server = process.env.VIGIL_TEST_DATABASE_URL;
  if (server === undefined) return { url: undefined, drop: async () => undefined };
  const name = `vigil_test_${randomBytes(8).toString('hex')}`;
  await run(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(server, `DROP DATABASE ${name} WITH (FORCE)`) };
};

const run = async (connectionString: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
