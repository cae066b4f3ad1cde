import { createHash, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { appError } from '../errors.ts';
import { readText } from './json.ts';
import { type Queryable, withTransaction } from './transaction.ts';

const folder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** Held while migrations run, so that two instances never run them at once. */
const MIGRATION_LOCK = 72_707_369;

/** Prisma's own table, so that its tools know what has been applied. */
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** Applies the migrations that the database does not have yet, in order, all or none. @throws database_newer */
export const migrate = (pool: Pool): Promise<void> =>
  withTransaction(pool, 'write', async (client) => {
    await holdMigrations(client);
    await applyMissing(client, listMigrations());
  });

/** Keeps others from migrating until the transaction ends. */
export const holdMigrations = (client: Queryable): Promise<unknown> =>
  client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);

/** The migrations this code knows, in order. */
export const listMigrations = (): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort();

/** Applies those of some migrations that are missing. @throws database_newer where it has one that we do not know */
export const applyMissing = async (client: Queryable, names: readonly string[]): Promise<void> => {
  await client.query(TABLE);
  const { rows } = await client.query<{ migration_name: string }>(
    'SELECT migration_name FROM "_prisma_migrations" ORDER BY migration_name',
  );
  const applied = new Set(rows.map((row) => row.migration_name));
  const known = listMigrations();
  const unknown = [...applied].find((name) => !known.includes(name));
  if (unknown !== undefined) throw appError('database_newer', { migration: unknown });
  for (const name of names.filter((each) => !applied.has(each))) await applyOne(client, name);
};

const applyOne = async (client: Queryable, name: string): Promise<void> => {
  const sql = readText(join(folder, name, 'migration.sql'));
  const checksum = createHash('sha256').update(sql).digest('hex');
  await client.query(sql);
  await client.query(
    'INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)',
    [randomUUID(), checksum, name],
  );
};
