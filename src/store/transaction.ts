import type { Pool, PoolClient, QueryResult } from 'pg';
import { toDatabaseFault } from './database-fault.ts';

/** What a statement can be sent to: the pool, or the connection of a transaction. */
export type Queryable = Pick<PoolClient, 'query'>;

/** Sends statements without parameters in one round trip. @returns the rows of each */
export const queryAll = async (
  client: Queryable,
  statements: readonly string[],
): Promise<readonly (readonly unknown[])[]> => {
  const answers = (await client.query(statements.join('; '))) as unknown as QueryResult[];
  return answers.map(({ rows }) => rows);
};

/** How a transaction begins: to write, or to read one state of everything. */
export const beginnings = {
  write: 'BEGIN',
  snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
} as const;

/** Runs some work over a connection that it has alone; where it fails, a transaction it left open is undone. */
export const withConnection = async <Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect();
  let isLost = false;
  try {
    return await work(client);
  } catch (cause) {
    isLost = toDatabaseFault(cause) !== cause || !(await rollBack(client));
    throw cause;
  } finally {
    client.release(isLost);
  }
};

/** Whether the connection can be used again; one whose database is not available is closed, which undoes it too. */
const rollBack = (client: PoolClient): Promise<boolean> =>
  client.query('ROLLBACK').then(
    () => true,
    () => false,
  );

/** Sends a text that may hold a transaction of its own; where it fails, that is undone and the connection goes on. */
export const queryUndoing = async (client: PoolClient, text: string, values?: unknown[]): Promise<QueryResult> => {
  try {
    return await client.query(text, values);
  } catch (cause) {
    await rollBack(client);
    throw cause;
  }
};

/** Runs some work in one transaction; all of it is kept or none. */
export const withTransaction = <Result>(
  pool: Pool,
  kind: keyof typeof beginnings,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> =>
  withConnection(pool, async (client) => {
    await client.query(beginnings[kind]);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  });
