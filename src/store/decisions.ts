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
  const standings = await readStandings(client, [...new Set(pending.map(({ customerId }) => customerId))].sort());
  const made = pending.map(({ decisionId, customerId, decide }) => {
    const { ref, state } = standings.get(customerId) as Standing;
    const decision = decide(ref, state);
    if (decision.nextState) standings.set(customerId, { ref, state: decision.nextState });
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

/** Bytes of a customer reference. */
const REF_BYTES = 16;

/** A customer's reference and the model tier it stands in. */
interface Standing {
  readonly ref: string;
  readonly state: PreviousTier | null;
}

/** Makes references of new customers and reads where the others stand; whoever writes either holds the chain. */
const STANDINGS = `WITH asked AS (
  SELECT * FROM unnest($1::text[], $2::text[]) AS t(customer_id, fresh_ref)
), known AS (
  SELECT asked.*, customer_ref FROM asked LEFT JOIN customers USING (customer_id)
), fresh AS (
  INSERT INTO customers (customer_id, customer_ref) SELECT customer_id, fresh_ref FROM known WHERE customer_ref IS NULL
)
SELECT customer_id, COALESCE(customer_ref, fresh_ref) AS customer_ref, model_tier, since
FROM known LEFT JOIN customer_state USING (customer_ref)`;

interface StandingRow {
  readonly customer_id: string;
  readonly customer_ref: string;
  readonly model_tier: string | null;
  readonly since: Date | null;
}

const readStandings = async (client: PoolClient, ids: readonly string[]): Promise<Map<string, Standing>> => {
  const random = randomBytes(REF_BYTES * ids.length).toString('hex');
  const fresh = ids.map((_, index) => random.slice(2 * REF_BYTES * index, 2 * REF_BYTES * (index + 1)));
  const { rows } = await client.query<StandingRow>(STANDINGS, [ids, fresh]);
  return new Map(
    rows.map(({ customer_id, customer_ref, model_tier, since }) => {
      const state = model_tier !== null && since ? { tier: Tier.parse(model_tier), since: since.toISOString() } : null;
      return [customer_id, { ref: customer_ref, state }];
    }),
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
