import type { Pool, QueryResult } from 'pg';
import type { EventContent, HistoricEvent } from '../domain/event.ts';
import { withChain } from './records.ts';
import type { Queryable } from './transaction.ts';

/** All that is kept of one customer's events. */
export interface CustomerHistory {
  readonly customerRef: string;
  readonly customerId: string;
  /** In the order in which they were recorded. */
  readonly events: readonly HistoricEvent[];
}

/** Records that are read at once; each holds up to 1,000 events. */
const PAGE = 200;

/** A record of events as it is stored. */
interface Kept {
  readonly text: string;
  readonly content: string;
}

const EVENTS = `FROM records r JOIN personal_parts p ON p.seq = r.seq AND p.section = 'events' AND p.content IS NOT NULL`;

/** All that is about no customer: how industries do. */
export const readIndustryEvents = async (client: Queryable): Promise<HistoricEvent[]> => {
  const events: HistoricEvent[] = [];
  for (let after = '0'; ; ) {
    const { rows }: QueryResult<Kept & { readonly seq: string }> = await client.query(
      `SELECT r.seq, r.text, p.content ${EVENTS} WHERE r.kind = 'events' AND r.customer_ref IS NULL AND r.seq > $1
       ORDER BY r.seq LIMIT ${PAGE}`,
      [after],
    );
    const last = rows.at(-1);
    if (!last) return events;
    for (const kept of rows) for (const event of toHistory(kept)) events.push(event);
    after = last.seq;
  }
};

/** Asks for the last record about no customer, by which to tell whether any was added or erased; null where there is none. */
export const READ_INDUSTRY_HEAD = `SELECT max(seq)::text AS seq FROM records WHERE customer_ref IS NULL AND kind IN ('events', 'erasure')`;

/**
 * Erases what the simulator told of industries, which is about no customer; the erasure is a record of its own.
 * @returns how many events that were
 */
export const eraseSimulatedIndustries = (pool: Pool, at: Date): Promise<number> =>
  withChain(pool, async ({ client, append }) => {
    const { rows } = await client.query<{ seq: string }>(
      `UPDATE personal_parts p SET salt = NULL, content = NULL FROM records r WHERE r.seq = p.seq AND p.content IS NOT NULL
       AND r.customer_ref IS NULL AND r.kind = 'events' AND r.text::json ->> 'simulated' = 'true' RETURNING p.seq`,
    );
    if (rows.length === 0) return 0;
    const deleted = await client.query('DELETE FROM events WHERE seq = ANY ($1::bigint[])', [
      rows.map(({ seq }) => seq),
    ]);
    const events = deleted.rowCount ?? 0;
    const record = {
      kind: 'erasure',
      schema: 1,
      customerRef: null,
      decisions: 0,
      outcomes: 0,
      events,
      at: at.toISOString(),
    };
    append([{ kind: 'erasure', record, sections: {}, decisionId: null, customerRef: null }]);
    return events;
  });

/** Customers who are known, with events or without. */
export const countCustomers = async (client: Queryable): Promise<number> => {
  const { rows } = await client.query<{ count: string }>('SELECT count(*) AS count FROM customers');
  return Number(rows[0]?.count ?? 0);
};

/** A customer and what stands for it. */
export interface CustomerRow {
  readonly customer_ref: string;
  readonly customer_id: string;
}

/** What stands for a customer; null where nothing is known, or it was erased. */
export const findCustomerRef = async (client: Queryable, customerId: string): Promise<string | null> => {
  const { rows } = await client.query<Pick<CustomerRow, 'customer_ref'>>(
    'SELECT customer_ref FROM customers WHERE customer_id = $1',
    [customerId],
  );
  return rows[0]?.customer_ref ?? null;
};

interface KeptOfCustomer extends Kept, CustomerRow {
  readonly seq: string;
}

/**
 * The histories of all customers that have events, by their references. No more is held than a page of records and one
 * customer's history; whoever needs one state of all hands over a connection with a snapshot.
 */
export async function* readHistories(client: Queryable): AsyncGenerator<CustomerHistory> {
  let [customerRef, customerId, events]: [string, string, HistoricEvent[]] = ['', '', []];
  for await (const page of readRecords(client)) {
    for (const kept of page) {
      if (customerRef !== kept.customer_ref) {
        if (events.length > 0) yield { customerRef, customerId, events };
        [customerRef, customerId, events] = [kept.customer_ref, kept.customer_id, []];
      }
      for (const event of toHistory(kept)) events.push(event);
    }
  }
  if (events.length > 0) yield { customerRef, customerId, events };
}

async function* readRecords(client: Queryable): AsyncGenerator<readonly KeptOfCustomer[]> {
  let [afterRef, afterSeq] = ['', '0'];
  for (;;) {
    const { rows }: QueryResult<KeptOfCustomer> = await client.query(
      `SELECT c.customer_ref, c.customer_id, r.seq, r.text, p.content ${EVENTS}
       JOIN customers c ON c.customer_ref = r.customer_ref
       WHERE r.kind = 'events' AND (r.customer_ref, r.seq) > ($1, $2) ORDER BY r.customer_ref, r.seq LIMIT ${PAGE}`,
      [afterRef, afterSeq],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    [afterRef, afterSeq] = [last.customer_ref, last.seq];
  }
}

/** The events of a record as they are seen: live ones from when they were recorded. */
export const toHistory = ({ text, content }: Kept): HistoricEvent[] => {
  const { recordedAt, simulated } = JSON.parse(text) as { recordedAt: string; simulated?: true };
  const events = JSON.parse(content) as (EventContent & Partial<HistoricEvent>)[];
  return events.map((event) =>
    Object.assign(event, {
      isBackfilled: event.knownAt !== undefined,
      knownAt: event.knownAt ?? recordedAt,
      recordedAt,
      ...(simulated ? { isSimulated: true as const } : {}),
    }),
  );
};
