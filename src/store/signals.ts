import { type OpenSignal, SeenSignal } from '../domain/decision.ts';
import { SignalEvent, type SignalLevel, type SignalsObserved } from '../domain/signal.ts';
import type { Database } from './database.ts';
import { type NewRecord, withChain } from './records.ts';
import { toArray, toLiteral, toRows } from './rows-text.ts';
import { askSimulated } from './simulated.ts';
import { type Queryable, queryAll } from './transaction.ts';

/** What is known of one customer's signals. */
export interface CustomerSignals {
  /** All that happened to them, oldest first. */
  readonly events: readonly SignalEvent[];
  /** The kinds that could be looked for, and when; null where nobody looked yet. */
  readonly watch: Watch | null;
}

/** The kinds of signals that could be looked for at some moment. */
export interface Watch {
  readonly observed: readonly string[];
  readonly at: string;
}

/** What happens to one customer's signals at once, and what decisions see of them from then on. */
export interface SignalChange {
  readonly customerRef: string;
  /** Each follows on what stands. */
  readonly events: readonly SignalEvent[];
  /** Where what could be looked for is another than before; null = the same. */
  readonly observed: SignalsObserved | null;
  readonly watch: Watch;
  readonly seen: readonly SeenSignal[];
}

/**
 * Puts on the chain what is chosen from how the signals of some customers stand, so that two instances never do the same
 * twice; all of it or nothing.
 * @param choose what happens; customers that are not among those handed over were erased
 * @throws database_unavailable, and what choosing throws
 */
export const changeSignals = (
  { pool }: Pick<Database, 'pool'>,
  customerRefs: readonly string[],
  choose: (found: ReadonlyMap<string, CustomerSignals>) => readonly SignalChange[],
): Promise<void> =>
  withChain(pool, async ({ client, head, append, write }) => {
    const changes = choose(await readSignals(client, customerRefs)).filter(
      ({ events, observed }) => events.length > 0 || observed !== null,
    );
    if (changes.length === 0) return;
    const first = head().seq + 1n;
    const records = changes.flatMap(({ customerRef, events, observed }) => [
      ...events.map((event) => toRecord(customerRef, event)),
      ...(observed ? [toObservedRecord(observed)] : []),
    ]);
    append(records);
    let seq = first;
    for (const { events, observed } of changes) {
      for (const event of events) {
        write(event.event === 'raised' ? insertSignal(event, seq) : moveSignal(event));
        seq += 1n;
      }
      if (observed) seq += 1n;
    }
    write(writeSeen(changes));
  });

const toRecord = (customerRef: string, { schema, event, signalId, actor, at, ...said }: SignalEvent): NewRecord => {
  const { customerRef: _, ...section } = { customerRef, ...said };
  return {
    kind: 'signal',
    record: { actor, at, customerRef, event, kind: 'signal', schema, signalId },
    sections: { signal: section },
    decisionId: null,
    customerRef,
  };
};

const toObservedRecord = ({ kinds, customerRef, ...said }: SignalsObserved): NewRecord => ({
  kind: 'signal',
  record: { customerRef, kind: 'signal', ...said },
  sections: { signal: { kinds } },
  decisionId: null,
  customerRef,
});

const insertSignal = (
  { signalId, customerRef, kind, level, at, dueAt }: Extract<SignalEvent, { event: 'raised' }>,
  seq: bigint,
): string =>
  `INSERT INTO signals (signal_id, seq, customer_ref, kind, level, state, raised_at, due_at)
   SELECT signal_id, ${seq}, customer_ref, kind, level, 'raised', raised_at::timestamptz, due_at::timestamptz FROM ${toRows(
     {
       signal_id: [signalId],
       customer_ref: [customerRef],
       kind: [kind],
       level: [level],
       raised_at: [at],
       due_at: [dueAt],
     },
   )}`;

const moveSignal = (event: Exclude<SignalEvent, { event: 'raised' }>): string => {
  const moved = toRows({ id: [event.signalId], value: [event.event === 'snoozed' ? event.until : event.event] });
  const set = event.event === 'snoozed' ? 'snoozed_until = value::timestamptz' : 'state = value';
  return `UPDATE signals SET ${set} FROM ${moved} WHERE signal_id = id`;
};

const writeSeen = (changes: readonly SignalChange[]): string =>
  `INSERT INTO signal_states (customer_ref, seen, observed, watched_at)
   SELECT customer_ref, seen, observed, watched_at::timestamptz FROM ${toRows({
     customer_ref: changes.map(({ customerRef }) => customerRef),
     seen: changes.map(({ seen }) => JSON.stringify(seen)),
     observed: changes.map(({ watch }) => JSON.stringify(watch.observed)),
     watched_at: changes.map(({ watch }) => watch.at),
   })}
   ON CONFLICT (customer_ref) DO UPDATE
   SET seen = EXCLUDED.seen, observed = EXCLUDED.observed, watched_at = EXCLUDED.watched_at`;

interface StateRow {
  readonly customer_ref: string;
  readonly observed: string | null;
  readonly watched_at: Date | null;
}

interface EventRow {
  readonly customer_ref: string;
  readonly text: string;
  readonly content: string;
}

/** Notes that customers were looked at; answers what is known of their signals. */
export const noteWatched = async (
  client: Queryable,
  customerRefs: readonly string[],
  at: string,
): Promise<Map<string, CustomerSignals>> => {
  const touch = `UPDATE signal_states s SET watched_at = ${toLiteral(at)} FROM ${toWanted(customerRefs)} WHERE s.customer_ref = w.ref`;
  return toSignals((await queryAll(client, [touch, ...askSignals(customerRefs)])).slice(1));
};

/** What is known of the signals of customers; who was erased is not among them. */
export const readSignals = async (
  client: Queryable,
  customerRefs: readonly string[],
): Promise<Map<string, CustomerSignals>> => toSignals(await queryAll(client, askSignals(customerRefs)));

const toWanted = (customerRefs: readonly string[]): string => `unnest(${toArray(customerRefs)}) AS w (ref)`;

const askSignals = (customerRefs: readonly string[]): string[] => [
  `SELECT c.customer_ref, s.observed, s.watched_at FROM ${toWanted(customerRefs)}
   JOIN customers c ON c.customer_ref = w.ref LEFT JOIN signal_states s ON s.customer_ref = c.customer_ref`,
  `SELECT r.customer_ref, r.text, p.content FROM ${toWanted(customerRefs)}
   JOIN records r ON r.customer_ref = w.ref AND r.kind = 'signal'
   JOIN personal_parts p ON p.seq = r.seq AND p.section = 'signal' AND p.content IS NOT NULL
   ORDER BY r.customer_ref, r.seq`,
];

const toSignals = (answers: readonly (readonly unknown[])[]): Map<string, CustomerSignals> => {
  const [states = [], rows = []] = answers as [StateRow[], EventRow[]];
  const events = new Map<string, SignalEvent[]>();
  for (const row of rows) {
    const event = toEvent(row);
    if (event) events.set(row.customer_ref, [...(events.get(row.customer_ref) ?? []), event]);
  }
  return new Map(
    states.map(({ customer_ref: ref, observed, watched_at: at }) => [
      ref,
      {
        events: events.get(ref) ?? [],
        watch: observed === null || at === null ? null : { observed: JSON.parse(observed), at: at.toISOString() },
      },
    ]),
  );
};

/** What decisions see of signals, as it is kept with the customer. */
export const parseSeen = (seen: string): SeenSignal[] => SeenSignal.array().parse(JSON.parse(seen));

/** The signals of a customer that are open, as decisions see them, by kind. */
export const readOpenSignals = async (client: Queryable, customerRef: string): Promise<OpenSignal[]> => {
  const { rows } = await client.query<{ seen: string }>('SELECT seen FROM signal_states WHERE customer_ref = $1', [
    customerRef,
  ]);
  return (rows[0] ? parseSeen(rows[0].seen) : []).filter((signal) => signal.level !== 'none');
};

/** An event as it was before it was taken apart; null for what is no event of one signal. */
const toEvent = ({ text, content }: EventRow): SignalEvent | null => {
  const { kind: _, digests: __, customerRef, ...record } = JSON.parse(text);
  if (record.event === 'observed') return null;
  const whose = record.event === 'raised' ? { customerRef } : {};
  return SignalEvent.parse({ ...record, ...whose, ...JSON.parse(content) });
};

/** Which signals are asked for. */
export interface SignalsWanted {
  readonly customerRef: string | null;
  readonly states: readonly string[];
  readonly level: SignalLevel | null;
  readonly kind: string | null;
  /** Only those that should have been confirmed or cleared by then, and were not; null = any. */
  readonly overdueAt: string | null;
  readonly limit: number;
  /** Only those raised before the one of this place; null = from the newest. */
  readonly before: string | null;
}

/** Where a signal is, and whose it is. */
export interface SignalPlace {
  readonly signalId: string;
  readonly customerRef: string;
  readonly customerId: string;
  /** Its place among all that were raised. */
  readonly seq: string;
  readonly isSimulated: boolean;
}

interface PlaceRow {
  readonly signal_id: string;
  readonly customer_ref: string;
  readonly customer_id: string;
  readonly seq: string;
  readonly simulated: boolean;
}

const PLACES = `SELECT s.signal_id, s.customer_ref, c.customer_id, s.seq::text AS seq, ${askSimulated('s.customer_ref')} AS simulated
  FROM signals s JOIN customers c ON c.customer_ref = s.customer_ref`;

const toPlace = (row: PlaceRow): SignalPlace => ({
  signalId: row.signal_id,
  customerRef: row.customer_ref,
  customerId: row.customer_id,
  seq: row.seq,
  isSimulated: row.simulated,
});

/** Nobody confirmed or cleared it in time, as of an instant, and it does not sleep. */
const isOverdueAt = (at: string): string =>
  `s.state = 'raised' AND s.due_at < ${at}::timestamptz AND coalesce(s.snoozed_until, s.due_at) < ${at}::timestamptz`;

/** A page of signals, the newest first. */
export const listSignalPlaces = async (client: Queryable, wanted: SignalsWanted): Promise<SignalPlace[]> => {
  const { customerRef, states, level, kind, overdueAt, limit, before } = wanted;
  const { rows } = await client.query<PlaceRow>(
    `${PLACES} WHERE ($1::text IS NULL OR s.customer_ref = $1) AND s.state = ANY($2)
     AND ($3::text IS NULL OR s.level = $3) AND ($4::text IS NULL OR s.kind = $4)
     AND ($5::timestamptz IS NULL OR (${isOverdueAt('$5')}))
     AND ($6::bigint IS NULL OR s.seq < $6) ORDER BY s.seq DESC LIMIT $7`,
    [customerRef, states, level, kind, overdueAt, before, limit],
  );
  return rows.map(toPlace);
};

/** Where one signal is; null where there is none, or its customer was erased. */
export const findSignalPlace = async (client: Queryable, signalId: string): Promise<SignalPlace | null> => {
  const { rows } = await client.query<PlaceRow>(`${PLACES} WHERE s.signal_id = $1`, [signalId]);
  return rows[0] ? toPlace(rows[0]) : null;
};

/** Which customers are asked for. */
export interface UnwatchedWanted {
  /** Nobody looked at them since this instant. */
  readonly before: string;
  /** Only references behind this one. */
  readonly after: string;
  readonly limit: number;
}

/** Customers with events at which nobody looked lately, by their references. */
export const listUnwatched = async (
  client: Queryable,
  { before, after, limit }: UnwatchedWanted,
): Promise<{ readonly customerRef: string; readonly customerId: string }[]> => {
  const { rows } = await client.query<{ customer_ref: string; customer_id: string }>(
    `SELECT c.customer_ref, c.customer_id FROM customers c LEFT JOIN signal_states s ON s.customer_ref = c.customer_ref
     WHERE c.customer_ref > $1 AND (s.watched_at IS NULL OR s.watched_at <= $2)
     AND EXISTS (SELECT 1 FROM events e WHERE e.customer_ref = c.customer_ref) ORDER BY c.customer_ref LIMIT $3`,
    [after, before, limit],
  );
  return rows.map(({ customer_ref: customerRef, customer_id: customerId }) => ({ customerRef, customerId }));
};

/** How many signals of a level are open, and how many of these somebody should have confirmed or cleared by now. */
export interface OpenSignals {
  readonly level: string;
  readonly open: number;
  readonly overdue: number;
}

/** Counts open signals by level; levels without any are not listed. */
export const countOpenSignals = async (client: Queryable, at: string): Promise<OpenSignals[]> => {
  const { rows } = await client.query<OpenSignals>(
    `SELECT level, count(*)::integer AS open, (count(*) FILTER (WHERE ${isOverdueAt('$1')}))::integer AS overdue
     FROM signals s WHERE state <> 'cleared' GROUP BY level`,
    [at],
  );
  return rows;
};
