import type { PreviousTier } from '../domain/decision.ts';
import type { Database } from './database.ts';
import { claimKeys, type Idempotency, type KeyUsed } from './idempotency.ts';
import { appendRecords, type ChainTransaction, type NewRecord, withChain, writeBehind } from './records.ts';
import {
  askStandings,
  createKnowledge,
  type OfCustomer,
  readStandings,
  type Standing,
  writeCustomers,
  writeStates,
} from './standings.ts';

/** A decision to be stored: made inside the commit, from the customer's state as it then stands. */
export interface PendingDecision extends OfCustomer {
  readonly decisionId: string;
  /** Makes the decision for a customer as it stands. */
  readonly decide: (standing: Standing) => StorableDecision;
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

/** Stores submissions in one transaction, all of it or nothing. @throws database_unavailable */
export type DecisionWriter = (submissions: readonly Submission[], now: Date) => Promise<Committed[]>;

/**
 * Stores decisions in the order of DEFINITIONS 7: the chain, the keys, the customers and their states, then what the
 * winners decide. Where customers stand changes only with the chain's head, so what was read at one head holds for as long
 * as nobody else moves it: then a batch is decided before it takes the chain, and is one round trip. Where somebody did,
 * nothing was written, and it is decided anew from what is read while the chain is held, in two.
 */
export const createDecisionWriter = ({ pool }: Pick<Database, 'pool'>): DecisionWriter => {
  const known = createKnowledge();
  const stored = (submissions: readonly Submission[]): Committed[] => submissions.map(() => ({ outcome: 'stored' }));

  const storeBehind = async (pending: readonly PendingDecision[]): Promise<boolean> => {
    const recalled = known.recall(pending);
    if (!recalled) return false;
    const { records, moved } = decideAll(pending, recalled.standings);
    const { statement, head } = appendRecords(recalled.head, records);
    const isStored = await writeBehind(pool, [statement, ...writeStates(moved)]);
    if (isStored) known.advance(head, moved);
    else known.forget();
    return isStored;
  };
  /** Decides and writes within a transaction that holds the chain, from what its customers' rows say. */
  const storeHeld = (
    { head, append, write }: ChainTransaction,
    pending: readonly PendingDecision[],
    rows: readonly unknown[],
  ): void => {
    const { standings, added } = readStandings(pending, rows);
    known.meet(head(), standings);
    const { records, moved } = decideAll(pending, standings);
    for (const statement of [...writeCustomers(added), ...writeStates(moved)]) write(statement);
    append(records);
    known.advance(head(), moved);
  };
  const storeKeyed = (submissions: readonly Submission[], now: Date): Promise<Committed[]> =>
    withChain(pool, async (transaction) => {
      const used = await claimKeys(transaction.client, submissions, now);
      const winners = submissions.flatMap(({ pending }, index) => (used.has(index) ? [] : pending));
      if (winners.length > 0) {
        const { rows } = await transaction.client.query(askStandings(winners));
        storeHeld(transaction, winners, rows);
      }
      return submissions.map((_, index) => used.get(index) ?? { outcome: 'stored' });
    });

  return async (submissions, now) => {
    try {
      if (submissions.some(({ idempotency }) => idempotency)) return await storeKeyed(submissions, now);
      const pending = submissions.flatMap((submission) => submission.pending);
      if (await storeBehind(pending)) return stored(submissions);
      const work = (transaction: ChainTransaction) => storeHeld(transaction, pending, transaction.opened[0] ?? []);
      await withChain(pool, work, [askStandings(pending)]);
      return stored(submissions);
    } catch (fault) {
      known.forget();
      throw fault;
    }
  };
};

/** What is to be put on the chain, and the states customers stand in afterwards, by their ids. */
interface Decided {
  readonly records: readonly NewRecord[];
  readonly moved: ReadonlyMap<string, Standing>;
}

/** Decides one after the other, so that a customer's second decision starts from where the first left it. */
const decideAll = (pending: readonly PendingDecision[], standings: ReadonlyMap<string, Standing>): Decided => {
  const moved = new Map<string, Standing>();
  const records = pending.map(({ decisionId, customerId, decide }): NewRecord => {
    const standing = moved.get(customerId) ?? (standings.get(customerId) as Standing);
    const { ref } = standing;
    const { record, sections, nextState } = decide(standing);
    if (nextState) moved.set(customerId, { ...standing, state: nextState });
    return { kind: 'decision', record, sections, decisionId, customerRef: ref };
  });
  return { records, moved };
};
