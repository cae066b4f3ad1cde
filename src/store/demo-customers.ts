import { Tier } from '../domain/ordered.ts';
import type { Queryable } from './transaction.ts';

/** Who puts a demo's customers on the chain; no key and no label of local work can be called so. */
export const DEMO_ACTOR = 'local, demo';

/** Whether a demo loaded a customer, or it was imported as simulated. */
const OF_DEMO = `EXISTS (SELECT 1 FROM records e WHERE e.customer_ref = c.customer_ref AND e.kind = 'events'
  AND (e.text::json ->> 'simulated' = 'true' OR e.text::json ->> 'actor' = '${DEMO_ACTOR}'))`;

/** Whether a customer is known as the other party of a relation, and by nothing else. */
const IS_NAMED_ONLY = 'NOT EXISTS (SELECT 1 FROM records r WHERE r.customer_ref = c.customer_ref)';

/** A customer that a demo may have brought. */
export interface DemoCustomer {
  readonly customerId: string;
  /** Whether it is known only because another is related to it. */
  readonly isNamedOnly: boolean;
}

/** Customers that a demo brought, and those that are only named, in the order of their ids: one page after an id. */
export const listDemoCustomers = async (client: Queryable, after: string, most: number): Promise<DemoCustomer[]> => {
  const { rows } = await client.query<{ customer_id: string; is_named_only: boolean }>(
    `SELECT c.customer_id, ${IS_NAMED_ONLY} AS is_named_only FROM customers c
     WHERE c.customer_id > $1 AND (${OF_DEMO} OR ${IS_NAMED_ONLY}) ORDER BY c.customer_id LIMIT ${most}`,
    [after],
  );
  return rows.map((row) => ({ customerId: row.customer_id, isNamedOnly: row.is_named_only }));
};

/** The ids of customers that a demo loaded. */
export const readLoaded = async (client: Queryable): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ customer_id: string }>(
    `SELECT c.customer_id FROM customers c WHERE ${OF_DEMO}`,
  );
  return new Set(rows.map(({ customer_id }) => customer_id));
};

/** Whether there is a customer that no demo brought. */
export const hasOthers = async (client: Queryable): Promise<boolean> => {
  const { rows } = await client.query(
    `SELECT 1 FROM customers c WHERE NOT ${OF_DEMO} AND NOT (${IS_NAMED_ONLY}) LIMIT 1`,
  );
  return rows.length > 0;
};

/** Whether nobody is known and nothing was decided yet. */
export const isUntouched = async (client: Queryable): Promise<boolean> => {
  const { rows } = await client.query<{ is_used: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM customers) OR EXISTS (SELECT 1 FROM records WHERE kind = 'decision') AS is_used`,
  );
  return rows[0]?.is_used === false;
};

/** Customers of a demo for whom nothing was decided, in the order of their ids. */
export const listUndecided = async (client: Queryable): Promise<string[]> => {
  const { rows } = await client.query<{ customer_id: string }>(
    `SELECT c.customer_id FROM customers c WHERE ${OF_DEMO} AND NOT EXISTS
     (SELECT 1 FROM records r WHERE r.customer_ref = c.customer_ref AND r.kind = 'decision') ORDER BY c.customer_id`,
  );
  return rows.map(({ customer_id }) => customer_id);
};

/** What was decided first for a customer. */
export interface FirstDecision {
  readonly customerId: string;
  /** Null where the customer was in default, or what was made of it was erased. */
  readonly microLogits: number | null;
  readonly tier: Tier;
}

/** The first decision for each customer of a demo. */
export const readFirstDecisions = async (client: Queryable): Promise<FirstDecision[]> => {
  const { rows } = await client.query<{ customer_id: string; micro_logits: string | null; tier: string }>(
    `SELECT DISTINCT ON (c.customer_id) c.customer_id, p.content::json -> 'score' ->> 'microLogits' AS micro_logits,
       r.text::json -> 'tier' ->> 'final' AS tier
     FROM customers c JOIN records r ON r.customer_ref = c.customer_ref AND r.kind = 'decision'
     LEFT JOIN personal_parts p ON p.seq = r.seq AND p.section = 'assessment'
     WHERE ${OF_DEMO} ORDER BY c.customer_id, r.seq`,
  );
  return rows.map(({ customer_id: customerId, micro_logits, tier }) => ({
    customerId,
    microLogits: micro_logits === null ? null : Number(micro_logits),
    tier: Tier.parse(tier),
  }));
};
