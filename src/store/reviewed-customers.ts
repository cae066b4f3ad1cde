import type { EventContent } from '../domain/event.ts';
import type { Action, Tier } from '../domain/ordered.ts';
import type { Queryable } from './transaction.ts';

/** Customers that have or had a facility, by their references, a page after a reference. */
export const listReviewable = async (client: Queryable, after: string, limit: number): Promise<string[]> => {
  const { rows } = await client.query<{ customer_ref: string }>(
    `SELECT DISTINCT customer_ref FROM events WHERE type = 'facility' AND customer_ref > $1
     ORDER BY customer_ref LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ customer_ref }) => customer_ref);
};

/** What an event says of a facility, and when it was recorded. */
export interface ToldFacility {
  readonly customerRef: string;
  readonly customerId: string;
  readonly content: Extract<EventContent, { type: 'facility' }>;
  readonly knownAt: Date;
  readonly recordedAt: string;
  readonly isBackfilled: boolean;
}

interface FacilityRow {
  readonly customer_ref: string;
  readonly customer_id: string;
  readonly content: ToldFacility['content'];
  readonly text: string;
  readonly known_at: Date;
}

/** What stands of the facilities of some customers as of an instant, in the order in which it happened. */
export const readFacilities = async (
  client: Queryable,
  customerRefs: readonly string[],
  asOf: Date,
): Promise<ToldFacility[]> => {
  const { rows } = await client.query<FacilityRow>(
    `SELECT e.customer_ref, c.customer_id, p.content::json -> e.position AS content, r.text, e.known_at
     FROM events e JOIN customers c ON c.customer_ref = e.customer_ref JOIN records r ON r.seq = e.seq
     JOIN personal_parts p ON p.seq = e.seq AND p.section = 'events'
     LEFT JOIN events s ON s.supersedes = e.event_id AND s.known_at <= $2
     WHERE e.customer_ref = ANY($1) AND e.type = 'facility' AND e.known_at <= $2 AND s.event_id IS NULL
     ORDER BY e.occurred_at, e.event_id`,
    [customerRefs, asOf],
  );
  return rows.map(({ customer_ref: customerRef, customer_id: customerId, content, text, known_at: knownAt }) => {
    const { recordedAt, isBackfilled } = JSON.parse(text) as { recordedAt: string; isBackfilled: boolean };
    return { customerRef, customerId, content, knownAt, recordedAt, isBackfilled };
  });
};

/** What was decided last of a customer that is watched. */
export interface LastDecision {
  readonly decisionId: string;
  readonly asOf: string;
  readonly tier: { readonly model: Tier | null; readonly final: Tier };
  readonly action: Action;
}

const MONITORING = `r.kind = 'decision' AND r.text::json ->> 'purpose' = 'monitoring'`;

/** The last monitoring decision of each of some customers that has one. */
export const readLastDecisions = async (
  client: Queryable,
  customerRefs: readonly string[],
): Promise<ReadonlyMap<string, LastDecision>> => {
  const { rows } = await client.query<{ customer_ref: string; text: string }>(
    `SELECT c.customer_ref, d.text FROM unnest($1::text[]) AS c(customer_ref)
     CROSS JOIN LATERAL (SELECT r.text FROM records r WHERE r.customer_ref = c.customer_ref AND ${MONITORING}
       ORDER BY r.seq DESC LIMIT 1) d`,
    [customerRefs],
  );
  return new Map(rows.map(({ customer_ref, text }) => [customer_ref, JSON.parse(text) as LastDecision]));
};

/** The date of knowledge of the first monitoring decision since which the final tier has been what it is. */
export const readTierSince = async (client: Queryable, customerRef: string, tier: Tier): Promise<string | null> => {
  const { rows } = await client.query<{ as_of: string }>(
    `SELECT r.text::json ->> 'asOf' AS as_of FROM records r WHERE r.customer_ref = $1 AND ${MONITORING}
       AND r.seq > coalesce((SELECT max(r.seq) FROM records r WHERE r.customer_ref = $1 AND ${MONITORING}
         AND r.text::json #>> '{tier,final}' <> $2), 0)
     ORDER BY r.seq LIMIT 1`,
    [customerRef, tier],
  );
  return rows[0]?.as_of ?? null;
};
