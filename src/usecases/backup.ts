import { bytesToHex } from '@noble/hashes/utils.js';
import type { PoolClient } from 'pg';
import type { AuditOptions } from '../ledger/audit.ts';
import { type BackupTrailer, backupProblems, badBackup, FORMAT } from '../store/backup-format.ts';
import { type OpenedBackup, openBackup } from '../store/backup-reader.ts';
import { writeBackup } from '../store/backup-writer.ts';
import type { Database } from '../store/database.ts';
import { listMigrations } from '../store/migrate.ts';
import { readHead } from '../store/records.ts';
import { fillTables, finishTables, isBadRow, prepareTables } from '../store/restore.ts';
import { type Row, readLedgerRows } from '../store/rows.ts';
import { readAllLines } from '../store/tables.ts';
import { withTransaction } from '../store/transaction.ts';
import { auditRows, type Verified } from './audit-rows.ts';
import { toChainFault } from './checkpoints.ts';
import { countTo, type LongWork, unwatched, watchPages } from './long-work.ts';

/**
 * Writes everything that is kept into one file, as it stood at one moment; what was erased is not in it.
 * @throws file_unwritable, cancelled; no file is left behind then
 */
export const backupDatabase = (
  { pool }: Database,
  { file, now }: { readonly file: string; readonly now: () => Date },
  work: LongWork = unwatched,
): Promise<BackupTrailer> =>
  withTransaction(pool, 'snapshot', async (client) => {
    await client.query("SET LOCAL TimeZone = 'UTC'");
    const { seq, hash } = await readHead(client);
    const head = { seq: Number(seq), hash: bytesToHex(hash) };
    return writeBackup(file, {
      header: { vigil: 'backup', format: FORMAT, madeAt: now().toISOString(), migrations: listMigrations() },
      pages: watchPages(readAllLines(client), work, countTo(head.seq, countRecords)),
      head,
      signal: work.signal,
    });
  });

const countRecords = (lines: readonly string[]): number => lines.filter((line) => line.startsWith('{"records"')).length;

/**
 * Fills an empty database from a backup, also one of an older version, in one transaction; the chain is verified before
 * any of it counts, and goes on behind the last record.
 * @throws bad_backup, database_not_empty, chain_broken, cancelled; the database stays empty then
 */
export const restoreBackup = async (
  { pool }: Database,
  file: string,
  work: LongWork = unwatched,
): Promise<BackupTrailer> => {
  const backup = await openBackup(file);
  const restore = async (client: PoolClient): Promise<BackupTrailer> => {
    await prepareTables(client, backup.header.migrations);
    for await (const page of watchBackup(backup, work)) {
      await fillTables(client, page).catch((cause) => {
        throw isBadRow(cause) ? badBackup(file, backupProblems.damaged, cause) : cause;
      });
    }
    await finishTables(client);
    const verified = await auditRows(readLedgerRows(client), {});
    if (!verified.holds) throw toChainFault(verified.broken);
    return holdAgainstTrailer(file, backup, verified);
  };
  return withTransaction(pool, 'write', restore).finally(backup.close);
};

/** Whether a file begins as a backup that this code can restore. @throws file_missing, bad_backup */
export const checkBackup = async (file: string): Promise<void> => {
  const backup = await openBackup(file);
  await backup.close();
};

/** Verifies a backup file as `verifyLedger` does a database; needs none. @throws bad_backup, cancelled */
export const verifyBackup = async (
  file: string,
  options: AuditOptions = {},
  work: LongWork = unwatched,
): Promise<Verified> => {
  const backup = await openBackup(file);
  const verified = await auditRows(watchBackup(backup, work), options);
  if (verified.holds) holdAgainstTrailer(file, backup, verified);
  return verified;
};

const watchBackup = ({ pages, bytesRead, size }: OpenedBackup, work: LongWork): AsyncGenerator<Row[]> =>
  watchPages(pages, work, () => [bytesRead(), size]);

const holdAgainstTrailer = (
  file: string,
  { trailer }: OpenedBackup,
  { records, head }: Extract<Verified, { holds: true }>,
): BackupTrailer => {
  const said = trailer();
  if (said.head.seq === Number(records) && said.head.hash === bytesToHex(head)) return said;
  throw badBackup(file, backupProblems.damaged);
};
