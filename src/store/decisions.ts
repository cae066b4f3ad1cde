import { randomBytes } from 'node:crypto';
import type { PreviousTier } from '../domain/decision.ts';
import { Tier } from '../domain/ordered.ts';
import type { Database } from './database.ts';
import { claimKeys, type Idempotency, type KeyUsed } from './idempotency.ts';
import { type ChainTransaction, type NewRecord, withChain } from './records.ts';
import { toLiteral, toRows } from './rows-text.ts';

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
 * states, then what the winners decide; all of it or nothing. Without keys that is two round trips.
 */
export const commitSubmissions = async (
  { pool }: Database,
  submissions: readonly Submission[],
  now: Date,
): Promise<Committed[]> => {
  if (submissions.some(({ idempotency }) => idempotency)) return commitKeyed(pool, submissions, now);
  const pending = submissions.flatMap((submission) => submission.pending);
  await withChain(
    pool,
    (transaction) => decideAll(transaction, pending, readStandings(transaction.opened)),
    askStandings(pending),
  );
  return submissions.map(() => ({ outcome: 'stored' }));
};

const commitKeyed = (pool: Database['pool'], submissions: readonly Submission[], now: Date): Promise<Committed[]> =>
  withChain(pool, async (transaction) => {
    const used = await claimKeys(transaction.client, submissions, now);
    const winners = submissions.flatMap(({ pending }, index) => (used.has(index) ? [] : pending));
    if (winners.length > 0) {
      const { rows } = await transaction.client.query(askStandings(winners));
      decideAll(transaction, winners, readStandings(rows));
    }
    return submissions.map((_, index) => used.get(index) ?? { outcome: 'stored' });
  });

/** Decides one after the other, so that a customer's second decision starts from where the first left it. */
const decideAll = (
  { append, write }: ChainTransaction,
  pending: readonly PendingDecision[],
  standings: Map<string, Standing>,
): void => {
  const moved = new Map<string, PreviousTier>();
  const records = pending.map(({ decisionId, customerId, decide }): NewRecord => {
    const { ref, state } = standings.get(customerId) as Standing;
    const { record, sections, nextState } = decide(ref, state);
    if (nextState) {
      standings.set(customerId, { ref, state: nextState });
      moved.set(ref, nextState);
    }
    return { kind: 'decision', record, sections, decisionId, customerRef: ref };
  });
  append(records);
  if (moved.size > 0) write(writeStates(moved));
};

/** Bytes of a customer reference. */
const REF_BYTES = 16;

/** A customer's reference and the model tier it stands in. */
interface Standing {
  readonly ref: string;
  readonly state: PreviousTier | null;
}

/** Makes references of new customers and asks where the others stand; whoever writes either holds the chain. */
const askStandings = (pending: readonly PendingDecision[]): string => {
  const ids = [...new Set(pending.map(({ customerId }) => customerId))].sort();
  const random = randomBytes(REF_BYTES * ids.length).toString('hex');
  const asked = ids.map((id, index) => [id, random.slice(2 * REF_BYTES * index, 2 * REF_BYTES * (index + 1))]);
  return `WITH asked AS (
    SELECT pair ->> 0 AS customer_id, pair ->> 1 AS fresh_ref
    FROM json_array_elements(${toLiteral(JSON.stringify(asked))}) AS pair
  ), known AS (
    SELECT asked.*, customer_ref FROM asked LEFT JOIN customers USING (customer_id)
  ), fresh AS (
    INSERT INTO customers (customer_id, customer_ref)
    SELECT customer_id, fresh_ref FROM known WHERE customer_ref IS NULL
  )
  SELECT customer_id, COALESCE(customer_ref, fresh_ref) AS customer_ref, model_tier, since
  FROM known LEFT JOIN customer_state USING (customer_ref)`;
};

interface StandingRow {
  readonly customer_id: string;
  readonly customer_ref: string;
  readonly model_tier: string | null;
  readonly since: Date | null;
}

const readStandings = (rows: readonly unknown[]): Map<string, Standing> =>
  new Map(
    (rows as readonly StandingRow[]).map(({ customer_id, customer_ref, model_tier, since }) => {
      const state = model_tier !== null && since ? { tier: Tier.parse(model_tier), since: since.toISOString() } : null;
      return [customer_id, { ref: customer_ref, state }];
    }),
  );

const writeStates = (moved: ReadonlyMap<string, PreviousTier>): string =>
  `INSERT INTO customer_state (customer_ref, model_tier, since)
   SELECT customer_ref, model_tier, since::timestamptz FROM ${toRows({
     customer_ref: [...moved.keys()],
     model_tier: [...moved.values()].map(({ tier }) => tier),
     since: [...moved.values()].map(({ since }) => since),
   })}
   ON CONFLICT (customer_ref) DO UPDATE SET model_tier = EXCLUDED.model_tier, since = EXCLUDED.since`;
