import { appError } from '../errors.ts';
import type { AuditOptions } from '../ledger/audit.ts';
import { readCoveredTo } from '../store/checkpoints.ts';
import type { Database } from '../store/database.ts';
import { readHead, withChain } from '../store/records.ts';
import { type Row, readLedgerRows } from '../store/rows.ts';
import type { Table } from '../store/tables.ts';
import type { Queryable } from '../store/transaction.ts';
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
const ofCustomer: readonly Table[] = [
  'customer_state',
  'outcomes',
  'challenger_scores',
  'events',
  'reviews',
  'signals',
  'signal_states',
];

/** How many decisions, outcomes and events lost their personal part. */
export interface Erased {
  readonly decisions: number;
  readonly outcomes: number;
  readonly events: number;
}

/**
 * Erases a customer's personal data: salts and contents of every section, the state with what a reviewer raised it to, the
 * ids of outcomes and events, where its signals stand, what challengers made of it, its reviews and the name behind the
 * reference. The records stay, the erasure is a record itself, and the chain verifies as before.
 * @throws customer_missing
 */
export const eraseCustomer = async (database: Database, customerId: string, at: Date): Promise<Erased> => {
  const [erased] = await eraseCustomers(database, [customerId], at);
  if (!erased) throw appError('customer_missing', { customer: customerId });
  return erased;
};

/** Erases customers in one transaction, each as if alone. @returns what was erased of each that is known, in any order */
export const eraseCustomers = ({ pool }: Database, customerIds: readonly string[], at: Date): Promise<Erased[]> =>
  withChain(pool, async ({ client, append }) => {
    const { rows } = await client.query<{ customer_ref: string }>(
      'DELETE FROM customers WHERE customer_id = ANY ($1) RETURNING customer_ref',
      [customerIds],
    );
    const refs = rows.map(({ customer_ref }) => customer_ref);
    const events = await countEvents(client, refs);
    for (const table of ofCustomer) await client.query(`DELETE FROM ${table} WHERE customer_ref = ANY ($1)`, [refs]);
    const emptied = await client.query<Emptied>(
      `UPDATE personal_parts p SET salt = NULL, content = NULL FROM records r
       WHERE r.seq = p.seq AND r.customer_ref = ANY ($1) RETURNING r.customer_ref AS ref, r.kind, p.seq`,
      [refs],
    );
    const countRecords = tallyRecords(emptied.rows);
    const erased = refs.map((customerRef) => ({
      customerRef,
      decisions: countRecords(customerRef, 'decision'),
      outcomes: countRecords(customerRef, 'outcome'),
      events: events.get(customerRef) ?? 0,
    }));
    append(
      erased.map((each) => {
        const record = { kind: 'erasure', schema: 1, ...each, at: at.toISOString() };
        return { kind: 'erasure', record, sections: {}, decisionId: null, customerRef: each.customerRef };
      }),
    );
    return erased.map(({ customerRef: _, ...counts }) => counts);
  });

const countEvents = async (client: Queryable, refs: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await client.query<{ ref: string; count: string }>(
    'SELECT customer_ref AS ref, count(*) AS count FROM events WHERE customer_ref = ANY ($1) GROUP BY customer_ref',
    [refs],
  );
  return new Map(rows.map(({ ref, count }) => [ref, Number(count)]));
};

/** A section that was emptied: of whom, in which record. */
interface Emptied {
  readonly ref: string;
  readonly kind: string;
  readonly seq: string;
}

/** How many records of a kind lost a section, by customer. */
const tallyRecords = (emptied: readonly Emptied[]): ((ref: string, kind: string) => number) => {
  const records = new Map<string, Set<string>>();
  for (const { ref, kind, seq } of emptied) {
    const key = `${ref} ${kind}`;
    records.set(key, (records.get(key) ?? new Set()).add(seq));
  }
  return (ref, kind) => records.get(`${ref} ${kind}`)?.size ?? 0;
};
