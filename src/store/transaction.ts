import type { Pool, PoolClient } from 'pg';

/** What a statement can be sent to: the pool, or the connection of a transaction. */
export type Queryable = Pick<PoolClient, 'query'>;

/** How a transaction begins: to write, or to read one state of everything. */
export const beginnings = {
  write: 'BEGIN',
  snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
} as const;

/** A lost connection fails the statement under way; said between two statements, it would end the process. */
const ignore = (): void => undefined;

/** Runs some work in one transaction; all of it is kept or none. */
export const withTransaction = async <Result>(
  pool: Pool,
  kind: keyof typeof beginnings,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect();
  client.on('error', ignore);
  try {
    await client.query(beginnings[kind]);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw cause;
  } finally {
    client.off('error', ignore);
    client.release();
  }
};
