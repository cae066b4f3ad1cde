import { randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { PreviousTier } from '../domain/decision.ts';
import { Tier } from '../domain/ordered.ts';
import type { Database } from './database.ts';
import { claimKeys, type Idempotency, type KeyUsed } from './idempotency.ts';
import { type AppendRecords, withChain } from './records.ts';

/** A decision to be stored: made inside the commit, from the customer's state as it then stands. */
export interface PendingDecision {
  readonly decisionId: string;
  readonly customerId: string;
  /** Makes the decision for a customer reference and its previous model tier. */
  readonly decide: (customerRef: string, previous: PreviousTier | null) => StorableDecision;
}

/** What of a decision is a record, what is personal, and what tier the customer stands in afterwards (null = unchanged). */
export interface StorableDecision {
  readonly record: object;
  readonly sections: object;
  readonly nextState: PreviousTier | null;
}

/** Decisions that are stored all or none, and the key under which the request may be sent again. */
export interface Submission {
  readonly pending: readonly PendingDecision[];
  readonly idempotency: Idempotency | null;
}

/** What became of a submission: stored now, or its key was used before. */
export type Committed = { readonly outcome: 'stored' } | KeyUsed;

/**
 * Stores submissions in one transaction, in the order of DEFINITIONS 7: the chain, the keys, the customers and their
 * states in id order, then what the winners decide; all of it or nothing.
 */
export const commitSubmissions = async (
  { pool }: Database,
  submissions: readonly Submission[],
  now: Date,
): Promise<Committed[]> =>
  withChain(pool, async (client, append) => {
    const used = await claimKeys(client, submissions, now);
    const winners = submissions.flatMap(({ pending }, index) => (used.has(index) ? [] : pending));
    if (winners.length > 0) await commitDecisions({ client, append }, winners);
    return submissions.map((_, index) => used.get(index) ?? { outcome: 'stored' });
  });

interface Transaction {
  readonly client: PoolClient;
  readonly append: AppendRecords;
}

const commitDecisions = async ({ client, append }: Transaction, pending: readonly PendingDecision[]): Promise<void> => {
  const refs = await referCustomers(client, [...new Set(pending.map(({ customerId }) => customerId))].sort());
  const states = await readStates(client, [...refs.values()].sort());
  const made = pending.map(({ decisionId, customerId, decide }) => {
    const ref = refs.get(customerId) as string;
    const decision = decide(ref, states.get(ref) ?? null);
    if (decision.nextState) states.set(ref, decision.nextState);
    return { decisionId, ref, decision };
  });
  await append(
    made.map(({ decisionId, ref, decision: { record, sections } }) => ({
      kind: 'decision',
      record,
      sections,
      decisionId,
      customerRef: ref,
    })),
  );
  await writeStates(client, made);
};

/** The random reference of each customer, made where there is none yet. */
const referCustomers = async (client: PoolClient, ids: readonly string[]): Promise<Map<string, string>> => {
  const fresh = ids.map(() => randomBytes(16).toString('hex'));
  await client.query(
    'INSERT INTO customers (customer_ref, customer_id) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
    [fresh, ids],
  );
  const { rows } = await client.query<{ customer_id: string; customer_ref: string }>(
    'SELECT customer_id, customer_ref FROM customers WHERE customer_id = ANY($1)',
    [ids],
  );
  return new Map(rows.map((row) => [row.customer_id, row.customer_ref]));
};

const readStates = async (client: PoolClient, refs: readonly string[]): Promise<Map<string, PreviousTier>> => {
  const { rows } = await client.query<{ customer_ref: string; model_tier: string; since: Date }>(
    'SELECT customer_ref, model_tier, since FROM customer_state WHERE customer_ref = ANY($1) ORDER BY customer_ref FOR UPDATE',
    [refs],
  );
  return new Map(
    rows.map((row) => [row.customer_ref, { tier: Tier.parse(row.model_tier), since: row.since.toISOString() }]),
  );
};

interface Made {
  readonly ref: string;
  readonly decision: StorableDecision;
}

const writeStates = async (client: PoolClient, made: readonly Made[]): Promise<void> => {
  const last = new Map(
    made.flatMap(({ ref, decision }) => (decision.nextState ? [[ref, decision.nextState] as const] : [])),
  );
  if (last.size === 0) return;
  await client.query(
    `INSERT INTO customer_state (customer_ref, model_tier, since)
     SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
     ON CONFLICT (customer_ref) DO UPDATE SET model_tier = EXCLUDED.model_tier, since = EXCLUDED.since`,
    [[...last.keys()], [...last.values()].map(({ tier }) => tier), [...last.values()].map(({ since }) => since)],
  );
};
