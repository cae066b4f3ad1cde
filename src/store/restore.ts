import { appError } from '../errors.ts';
import { applyMissing, holdMigrations, listMigrations } from './migrate.ts';
import { holdChain } from './records.ts';
import type { Row } from './rows.ts';
import { findFilled, insertRows, tables } from './tables.ts';
import type { Queryable } from './transaction.ts';

/** Makes the tables of an empty database as some of our migrations, in order, leave them. @throws database_not_empty */
export const prepareTables = async (client: Queryable, migrations: readonly string[]): Promise<void> => {
  await holdMigrations(client);
  await holdChain(client);
  const filled = await findFilled(client);
  if (filled) throw appError('database_not_empty', { table: filled });
  if (migrations.length === listMigrations().length) return;
  await client.query(`DROP TABLE ${tables.join(', ')}, "_prisma_migrations"`);
  await applyMissing(client, migrations);
};

/** Puts a page of rows into their tables. */
export const fillTables = async (client: Queryable, page: readonly Row[]): Promise<void> => {
  for (const table of tables) {
    const rows = page.flatMap((each) => (each.table === table ? [each.row] : []));
    if (rows.length > 0) await insertRows(client, table, rows);
  }
};

/** Brings filled tables up to date. */
export const finishTables = (client: Queryable): Promise<void> => applyMissing(client, listMigrations());

/** Whether the database refused a row for what is in it. */
export const isBadRow = (cause: unknown): boolean => /^2[23]/.test(String((cause as { code?: unknown }).code));
