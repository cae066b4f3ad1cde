import { appError } from '../errors.ts';
import type { AuditOptions } from '../ledger/audit.ts';
import { readCoveredTo } from '../store/checkpoints.ts';
import type { Database } from '../store/database.ts';
import { readHead, withChain } from '../store/records.ts';
import { type Row, readLedgerRows } from '../store/rows.ts';
import type { Table } from '../store/tables.ts';
import { auditRows, type Verified } from './audit-rows.ts';
import { countTo, type LongWork, unwatched, watchPages } from './long-work.ts';

/**
 * Verifies everything that is kept: the chain, every section that is still there against its digest, erasures, stored
 * checkpoints, and with a checkpoint kept elsewhere whether records were cut off or rewritten since. Work goes on
 * meanwhile: checkpoints made after the start are left to the next time, since of two that are made between two pages
 * only the second would be seen.
 */
export const verifyLedger = async (
  { pool }: Database,
  options: AuditOptions = {},
  work: LongWork = unwatched,
): Promise<Verified> => {
  const covered = await readCoveredTo(pool);
  const { seq } = await readHead(pool);
  const isOld = ({ table, row }: Row) => table !== 'checkpoints' || !(Number((row as { seq?: unknown }).seq) > covered);
  const countRecords = (page: readonly Row[]) => page.filter(({ table }) => table === 'records').length;
  const pages = watchPages(readLedgerRows(pool), work, countTo(Number(seq), countRecords));
  return auditRows(keepRows(pages, isOld), options);
};

async function* keepRows(pages: AsyncIterable<readonly Row[]>, isKept: (row: Row) => boolean): AsyncGenerator<Row[]> {
  for await (const page of pages) yield page.filter(isKept);
}

/** What of a customer lies beside the chain. */
const ofCustomer: readonly Table[] = ['customer_state', 'outcomes', 'challenger_scores', 'events', 'reviews'];

/** How many decisions, outcomes and events lost their personal part. */
export interface Erased {
  readonly decisions: number;
  readonly outcomes: number;
  readonly events: number;
}

/**
 * Erases a customer's personal data: salts and contents of every section, the state with what a
 * reviewer raised it to, the ids of outcomes and events, what challengers made of it, its reviews and the name behind the
 * reference. The records stay, the erasure is a record itself, and the chain verifies as before.
 * @throws customer_missing
 */
export const eraseCustomer = ({ pool }: Database, customerId: string, at: Date): Promise<Erased> =>
  withChain(pool, async ({ client, append }) => {
    const { rows } = await client.query<{ customer_ref: string }>(
      'DELETE FROM customers WHERE customer_id = $1 RETURNING customer_ref',
      [customerId],
    );
    const customerRef = rows[0]?.customer_ref;
    if (customerRef === undefined) throw appError('customer_missing', { customer: customerId });
    const deleted = new Map<Table, number>();
    for (const table of ofCustomer) {
      const { rowCount } = await client.query(`DELETE FROM ${table} WHERE customer_ref = $1`, [customerRef]);
      deleted.set(table, rowCount ?? 0);
    }
    const emptied = await client.query<{ seq: string; kind: string }>(
      `UPDATE personal_parts p SET salt = NULL, content = NULL FROM records r
       WHERE r.seq = p.seq AND r.customer_ref = $1 RETURNING p.seq, r.kind`,
      [customerRef],
    );
    const count = (wanted: string) =>
      new Set(emptied.rows.flatMap(({ seq, kind }) => (kind === wanted ? [seq] : []))).size;
    const erased = { decisions: count('decision'), outcomes: count('outcome'), events: deleted.get('events') ?? 0 };
    const record = { kind: 'erasure', schema: 1, customerRef, ...erased, at: at.toISOString() };
    append([{ kind: 'erasure', record, sections: {}, decisionId: null, customerRef }]);
    return erased;
  });
