import type { HistoricEvent } from '../domain/event.ts';
import { type Lately, type LateRow, READ_LATELY, toLately } from './events.ts';
import { type CustomerRow, READ_INDUSTRY_HEAD, toHistory } from './histories.ts';
import { toArray, toRows } from './rows-text.ts';
import { type Queryable, queryAll } from './transaction.ts';

/** A history that was read as far as one of its records; '0' = nothing of it yet. */
export interface ReadHistory {
  readonly customerRef: string;
  readonly after: string;
}

/** What stands behind that, and the last record that was read now. */
export interface Behind {
  readonly events: readonly HistoricEvent[];
  readonly after: string;
  /** Whether there are more than are read at most: then none is given. */
  readonly isTooLong: boolean;
}

/** Behind this record there is nothing. */
export const LAST_RECORD = '9223372036854775807';

/** Who is followed: customers by their ids, and histories that were read already. */
export interface FollowedWanted {
  readonly customerIds: readonly string[];
  readonly held: readonly ReadHistory[];
  /** Most events of one customer that are read at once. */
  readonly mostEvents: number;
}

/** What is stored by now of those who are followed. */
export interface Followed {
  /** All of them who are known; who was erased is not among them. */
  readonly customers: readonly { readonly customerId: string; readonly customerRef: string }[];
  /** What was added, by reference; who has nothing new is not among them. */
  readonly behind: ReadonlyMap<string, Behind>;
  readonly lately: Lately;
  /** By which to tell whether anything was added to what is about no customer. */
  readonly industryHead: string;
}

/** Records of one customer that are read at once; each holds up to 1,000 events. */
const PAGE = 200;

/** Reads all that deciding for customers needs, in one round trip unless a history is long. */
export const readFollowed = async (client: Queryable, wanted: FollowedWanted): Promise<Followed> => {
  const refs = wanted.held.map(({ customerRef }) => customerRef);
  const whose = `customers WHERE customer_id = ANY (${toArray(wanted.customerIds)}) OR customer_ref = ANY (${toArray(refs)})`;
  const statements = [
    `SELECT customer_id, customer_ref FROM ${whose}`,
    READ_LATELY,
    READ_INDUSTRY_HEAD,
    selectBehind(
      `SELECT customer_ref, coalesce(after, '0') AS after FROM (SELECT customer_ref FROM ${whose}) c
       LEFT JOIN (SELECT * FROM ${toReadRows(wanted.held)}) t USING (customer_ref)`,
    ),
  ];
  const [customers, late, heads, records] = (await queryAll(client, statements)) as [
    CustomerRow[],
    LateRow[],
    { seq: string | null }[],
    KeptBehind[],
  ];
  return {
    customers: customers.map(({ customer_id: customerId, customer_ref: customerRef }) => ({ customerId, customerRef })),
    behind: await completeBehind(client, records, wanted.mostEvents),
    lately: toLately(late),
    industryHead: heads[0]?.seq ?? '',
  };
};

/**
 * What was added to histories behind what was read of them before: a customer's records are appended in order, so that none
 * comes between them later.
 * @returns by reference; who has nothing new is not among them
 */
export const readBehind = async (
  client: Queryable,
  { held, mostEvents }: Pick<FollowedWanted, 'held' | 'mostEvents'>,
): Promise<Followed['behind']> => {
  if (held.length === 0) return new Map();
  const { rows } = await client.query<KeptBehind>(selectBehind(`SELECT * FROM ${toReadRows(held)}`));
  return completeBehind(client, rows, mostEvents);
};

/** Every event of a customer, what was corrected too, in the order in which they were recorded; none where it was erased. */
export const readHistory = async (client: Queryable, customerRef: string): Promise<readonly HistoricEvent[]> =>
  (await readBehind(client, { held: [{ customerRef, after: '0' }], mostEvents: Number.POSITIVE_INFINITY })).get(
    customerRef,
  )?.events ?? [];

const toReadRows = (held: readonly ReadHistory[]): string =>
  toRows({ customer_ref: held.map(({ customerRef }) => customerRef), after: held.map(({ after }) => after) });

interface KeptBehind {
  readonly customer_ref: string;
  readonly seq: string;
  readonly text: string;
  readonly content: string | null;
}

/** Each customer's records by themselves, so that they are found by the index of customers. */
const selectBehind = (wanted: string): string =>
  `SELECT w.customer_ref, r.seq, r.text, p.content FROM (${wanted}) w
   CROSS JOIN LATERAL (
     SELECT seq, text FROM records
     WHERE customer_ref = w.customer_ref AND kind = 'events' AND seq > w.after::bigint ORDER BY seq LIMIT ${PAGE}
   ) r LEFT JOIN personal_parts p ON p.seq = r.seq AND p.section = 'events' ORDER BY r.seq`;

/** Takes a first page of each history, and reads on where one was full. */
const completeBehind = async (
  client: Queryable,
  first: readonly KeptBehind[],
  mostEvents: number,
): Promise<Followed['behind']> => {
  const found = new Map<string, { events: HistoricEvent[]; after: string; isTooLong: boolean }>();
  for (let rows = first; rows.length > 0; ) {
    const counts = new Map<string, number>();
    for (const { customer_ref: customerRef, seq, text, content } of rows) {
      const behind = found.get(customerRef) ?? { events: [], after: seq, isTooLong: false };
      found.set(customerRef, behind);
      if (behind.isTooLong) continue;
      for (const event of content === null ? [] : toHistory({ text, content })) behind.events.push(event);
      behind.after = seq;
      counts.set(customerRef, (counts.get(customerRef) ?? 0) + 1);
      if (behind.events.length > mostEvents)
        found.set(customerRef, { events: [], after: LAST_RECORD, isTooLong: true });
    }
    const cut = [...counts].flatMap(([customerRef, count]) => {
      const { after = '0', isTooLong = false } = found.get(customerRef) ?? {};
      return count < PAGE || isTooLong ? [] : [{ customerRef, after }];
    });
    rows =
      cut.length === 0 ? [] : (await client.query<KeptBehind>(selectBehind(`SELECT * FROM ${toReadRows(cut)}`))).rows;
  }
  return found;
};
