import type { EventContent, EventType } from '../domain/event.ts';
import type { Queryable } from './transaction.ts';

/** Which of a customer's events are asked for. */
export interface TimelineWanted {
  readonly customerRef: string;
  readonly asOf: Date;
  /** From when on and until before when they happened; null = without a limit. */
  readonly from: Date | null;
  readonly to: Date | null;
  /** Of these types; empty = any. */
  readonly types: readonly EventType[];
  /** Whether those that had been corrected or taken back by then are left out, and what took them back too. */
  readonly isStanding: boolean;
  readonly limit: number;
  /** Only those before this event; null = from the newest. */
  readonly before: string | null;
}

/** An event as of an instant. */
export interface TimelineEvent {
  readonly content: EventContent;
  readonly knownAt: string;
  readonly recordedAt: string;
  readonly isBackfilled: boolean;
  readonly supersededBy: string | null;
}

interface TimelineRow {
  readonly content: EventContent;
  readonly text: string;
  readonly known_at: Date;
  readonly superseded_by: string | null;
}

/** Events with what had corrected each by an instant ($2). */
const VISIBLE = `FROM events e LEFT JOIN events s ON s.supersedes = e.event_id AND s.known_at <= $2
  WHERE e.customer_ref = $1 AND e.known_at <= $2`;

const STANDING = `s.event_id IS NULL AND e.type <> 'retraction'`;

const PAGE = `WITH page AS (
    SELECT e.event_id, e.seq, e.position, e.occurred_at, e.known_at, s.event_id AS superseded_by ${VISIBLE}
      AND ($3::timestamptz IS NULL OR e.occurred_at >= $3) AND ($4::timestamptz IS NULL OR e.occurred_at < $4)
      AND (cardinality($5::text[]) = 0 OR e.type = ANY($5)) AND (NOT $6 OR (${STANDING}))
      AND ($7::text IS NULL OR (e.occurred_at, e.event_id) <
        (SELECT b.occurred_at, b.event_id FROM events b WHERE b.event_id = $7 AND b.customer_ref = $1))
    ORDER BY e.occurred_at DESC, e.event_id DESC LIMIT $8
  )
  SELECT p.content::json -> page.position AS content, r.text, page.known_at, page.superseded_by
  FROM page JOIN records r ON r.seq = page.seq JOIN personal_parts p ON p.seq = page.seq AND p.section = 'events'
  ORDER BY page.occurred_at DESC, page.event_id DESC`;

/** Reads a customer's events as of an instant, by when they happened, newest first. */
export const readTimeline = async (
  client: Queryable,
  { customerRef, asOf, from, to, types, isStanding, limit, before }: TimelineWanted,
): Promise<TimelineEvent[]> => {
  const { rows } = await client.query<TimelineRow>(PAGE, [
    ...[customerRef, asOf, from, to],
    ...[types, isStanding, before, limit],
  ]);
  return rows.map(({ content, text, known_at, superseded_by: supersededBy }) => {
    const { recordedAt, isBackfilled } = JSON.parse(text) as { recordedAt: string; isBackfilled: boolean };
    return { content, knownAt: known_at.toISOString(), recordedAt, isBackfilled, supersededBy };
  });
};

/** How many events of a type stand, and when the first and the last happened. */
export interface TypeCount {
  readonly type: EventType;
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
}

/** Counts a customer's events that stand as of an instant. */
export const countStanding = async (client: Queryable, customerRef: string, asOf: Date): Promise<TypeCount[]> => {
  const { rows } = await client.query<TypeCount>(
    `SELECT e.type, count(*)::integer AS count, min(e.occurred_at) AS first, max(e.occurred_at) AS last ${VISIBLE}
     AND ${STANDING} GROUP BY e.type ORDER BY e.type`,
    [customerRef, asOf],
  );
  return rows;
};

/** The ids of customers by their references; those that were erased are not among them. */
export const readCustomerIds = async (
  client: Queryable,
  customerRefs: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await client.query<{ customer_ref: string; customer_id: string }>(
    'SELECT customer_ref, customer_id FROM customers WHERE customer_ref = ANY($1)',
    [customerRefs],
  );
  return new Map(rows.map(({ customer_ref, customer_id }) => [customer_ref, customer_id]));
};
