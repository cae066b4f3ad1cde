import type { EventContent, EventType } from '../domain/event.ts';
import type { Database } from './database.ts';
import { writeReceivedTypes } from './received-types.ts';
import type { NewRecord } from './records.ts';
import { type ChainTransaction, withChain } from './records.ts';
import { toArray, toRows } from './rows-text.ts';
import type { Queryable } from './transaction.ts';

/** Most events of one record. */
const MOST_EVENTS = 1_000;

/** A customer as it is known before events are added. */
export interface KnownCustomer {
  readonly customerRef: string;
  /** Of its amounts; null before the first. */
  readonly currency: string | null;
}

/** What is kept of an event beside the chain. */
export interface StandingEvent {
  /** Null for what is about no customer. */
  readonly customerRef: string | null;
  readonly type: EventType;
  readonly occurredAt: string;
  /** SHA-256 (hex) of whom it is about and what it says. */
  readonly digest: string;
}

/** Which customers and events are asked for before some are added. */
export interface EventsWanted {
  readonly customerIds: readonly string[];
  /** Ids that are to be added. */
  readonly eventIds: readonly string[];
  /** Ids that these correct. */
  readonly corrected: readonly string[];
}

/** What is known of these. */
export interface EventsFound {
  readonly customers: ReadonlyMap<string, KnownCustomer>;
  readonly events: ReadonlyMap<string, StandingEvent>;
  /** Which event corrects another, by the id of that one. */
  readonly correctedBy: ReadonlyMap<string, string>;
  /** What the chain says last of the book date and of events. */
  readonly lately: Lately;
}

/** The last record of where the book starts, and the last of events since. */
export interface Lately {
  readonly book: string | null;
  readonly events: string | null;
}

/** An event to be stored, with what is kept of it beside the chain. */
export interface ChosenEvent extends StandingEvent {
  readonly content: EventContent;
  readonly knownAt: string;
}

/** What is to be stored at once, all or nothing. */
export interface ChosenEvents {
  readonly events: readonly ChosenEvent[];
  /** Customers that are new, and those whose currency is. */
  readonly customers: ReadonlyMap<string, KnownCustomer>;
  /** What every record says of its events beside them. */
  readonly record: {
    readonly actor: string;
    readonly recordedAt: string;
    readonly isBackfilled: boolean;
    readonly simulated?: true;
  };
}

/**
 * Puts events on the chain that are chosen from what stands, so that two instances never store the same twice: one record
 * for each customer of at most 1,000 events, which are its personal part.
 * @throws database_unavailable, and what choosing throws; nothing was written then
 */
export const appendEvents = (
  { pool }: Pick<Database, 'pool'>,
  wanted: EventsWanted,
  choose: (found: EventsFound) => ChosenEvents,
): Promise<void> =>
  withChain(pool, (transaction) => write(transaction, choose(toFound(transaction.opened))), [
    READ_LATELY,
    findCustomers(wanted),
    findEvents(wanted),
  ]);

const write = ({ head, append, write: send }: ChainTransaction, { events, customers, record }: ChosenEvents): void => {
  if (events.length === 0) return;
  const batches = gather(events);
  const first = head().seq + 1n;
  if (customers.size > 0) send(writeCustomers(customers));
  append(batches.map((batch) => toRecord(batch, record)));
  send(writePlaces(batches, first));
  send(writeReceivedTypes(events, record.simulated === true));
};

/** The events of each customer together, in the order in which they came. */
const gather = (events: readonly ChosenEvent[]): ChosenEvent[][] => {
  const batches: ChosenEvent[][] = [];
  const open = new Map<string | null, ChosenEvent[]>();
  for (const event of events) {
    const batch = open.get(event.customerRef);
    if (batch && batch.length < MOST_EVENTS) batch.push(event);
    else {
      const added = [event];
      open.set(event.customerRef, added);
      batches.push(added);
    }
  }
  return batches;
};

/** Its keys stand in their canonical order, which spares writing them anew. */
const toRecord = (
  batch: readonly ChosenEvent[],
  { actor, isBackfilled, recordedAt, simulated }: ChosenEvents['record'],
): NewRecord => {
  const customerRef = batch[0]?.customerRef ?? null;
  return {
    kind: 'events',
    record: {
      actor,
      count: batch.length,
      customerRef,
      isBackfilled,
      kind: 'events',
      recordedAt,
      schema: 1,
      ...(simulated ? { simulated } : {}),
    },
    sections: { events: batch.map(({ content }) => content) },
    decisionId: null,
    customerRef,
  };
};

const writePlaces = (batches: readonly (readonly ChosenEvent[])[], first: bigint): string => {
  const rows = batches.flatMap((batch, index) =>
    batch.map((event, position) => ({ ...event, position, seq: String(first + BigInt(index)) })),
  );
  return `INSERT INTO events (event_id, customer_ref, seq, position, type, occurred_at, known_at, supersedes, digest)
    SELECT event_id, customer_ref, seq::bigint, position::integer, type, occurred_at::timestamptz, known_at::timestamptz,
      supersedes, decode(digest, 'hex')
    FROM ${toRows({
      event_id: rows.map(({ content }) => content.eventId),
      customer_ref: rows.map(({ customerRef }) => customerRef ?? ''),
      seq: rows.map(({ seq }) => seq),
      position: rows.map(({ position }) => String(position)),
      type: rows.map(({ type }) => type),
      occurred_at: rows.map(({ occurredAt }) => occurredAt),
      known_at: rows.map(({ knownAt }) => knownAt),
      supersedes: rows.map(({ content }) => content.supersedes ?? ''),
      digest: rows.map(({ digest }) => digest),
    })}`;
};

const writeCustomers = (customers: ReadonlyMap<string, KnownCustomer>): string =>
  `INSERT INTO customers (customer_id, customer_ref, currency)
   SELECT customer_id, customer_ref, currency FROM ${toRows({
     customer_id: [...customers.keys()],
     customer_ref: [...customers.values()].map(({ customerRef }) => customerRef),
     currency: [...customers.values()].map(({ currency }) => currency ?? ''),
   })}
   ON CONFLICT (customer_ref) DO UPDATE SET currency = EXCLUDED.currency`;

const findCustomers = ({ customerIds }: EventsWanted): string =>
  `SELECT customer_id, customer_ref, currency FROM customers WHERE customer_id = ANY (${toArray(customerIds)})`;

/** One look into the index for each: a list of thousands would be looked for in the whole of a table that grows. */
const findEvents = ({ eventIds, corrected }: EventsWanted): string =>
  [findBy('event_id', [...eventIds, ...corrected]), findBy('supersedes', corrected)].join(' UNION ALL ');

const findBy = (column: string, ids: readonly string[]): string =>
  `SELECT event_id, customer_ref, type, occurred_at, encode(digest, 'hex') AS digest, supersedes
   FROM unnest(${toArray(ids)}) AS wanted (id) JOIN events ON ${column} = wanted.id COLLATE "C"`;

interface CustomerRow {
  readonly customer_id: string;
  readonly customer_ref: string;
  readonly currency: string | null;
}

const toFound = (opened: readonly (readonly unknown[])[]): EventsFound => {
  const [late = [], customers = [], events = []] = opened as [LateRow[], CustomerRow[], EventRow[]];
  return {
    customers: new Map(
      customers.map(({ customer_id, customer_ref: customerRef, currency }) => [customer_id, { customerRef, currency }]),
    ),
    events: new Map(events.map((row) => [row.event_id, toStanding(row)])),
    correctedBy: new Map(
      events.flatMap(({ event_id, supersedes }) => (supersedes === null ? [] : [[supersedes, event_id]])),
    ),
    lately: toLately(late),
  };
};

interface EventRow {
  readonly event_id: string;
  readonly customer_ref: string | null;
  readonly type: EventType;
  readonly occurred_at: Date;
  readonly digest: string;
  readonly supersedes: string | null;
}

const toStanding = ({ customer_ref: customerRef, type, occurred_at, digest }: EventRow): StandingEvent => ({
  customerRef,
  type,
  occurredAt: occurred_at.toISOString(),
  digest,
});

/** A record that tells of the book date. */
export interface LateRow {
  readonly kind: 'book' | 'events';
  readonly seq: string;
  readonly text: string;
}

/** Asks for the last record of where the book starts, and the last of events. Events are the last of their kind by the index of what is no decision. */
export const READ_LATELY = ['book', 'events']
  .map(
    (kind) =>
      `(SELECT kind, seq, text FROM records WHERE kind = '${kind}' AND kind <> 'decision' ORDER BY seq DESC LIMIT 1)`,
  )
  .join(' UNION ALL ');

/** Reads what was asked: events only where they stand behind the start. */
export const toLately = (rows: readonly LateRow[]): Lately => {
  const [book, events] = (['book', 'events'] as const).map((kind) => rows.find((row) => row.kind === kind));
  const isSince = events && (!book || BigInt(events.seq) > BigInt(book.seq));
  return { book: book?.text ?? null, events: isSince ? events.text : null };
};

/** The last record of where the book starts, and the last of events since. */
export const readLately = async (client: Queryable): Promise<Lately> =>
  toLately((await client.query<LateRow>(READ_LATELY)).rows);
