import { randomBytes } from 'node:crypto';
import type { PreviousTier } from '../domain/decision.ts';
import { Tier } from '../domain/ordered.ts';
import { type ChainPosition, equalBytes } from '../ledger/chain.ts';
import type { Database } from './database.ts';
import { claimKeys, type Idempotency, type KeyUsed } from './idempotency.ts';
import { appendBehind, appendRecords, type ChainTransaction, type NewRecord, withChain } from './records.ts';
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
    const isStored = await appendBehind(pool, recalled.head, [statement, ...writeStates(moved)]);
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
      const work = (transaction: ChainTransaction) => storeHeld(transaction, pending, transaction.opened);
      await withChain(pool, work, askStandings(pending));
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
    const { ref, state } = moved.get(customerId) ?? (standings.get(customerId) as Standing);
    const { record, sections, nextState } = decide(ref, state);
    if (nextState) moved.set(customerId, { ref, state: nextState });
    return { kind: 'decision', record, sections, decisionId, customerRef: ref };
  });
  return { records, moved };
};

/** A customer's reference and the model tier it stands in. */
interface Standing {
  readonly ref: string;
  readonly state: PreviousTier | null;
}

/** Most customers whose standing is kept at hand. */
const MOST_KNOWN = 50_000;

/** Where customers stand at one head of the chain, as far as it was read. */
const createKnowledge = () => {
  const standings = new Map<string, Standing>();
  let head: ChainPosition | null = null;
  /** Whether nobody else wrote between the last two batches: only then is it worth while to rely on the head. */
  let isAlone = false;
  const add = (id: string, standing: Standing): void => {
    standings.delete(id);
    standings.set(id, standing);
  };
  const forget = (): void => {
    standings.clear();
    head = null;
    isAlone = false;
  };
  return {
    forget,
    /** The head and all customers of a batch; null where one of them is not known, or others write too. */
    recall(pending: readonly PendingDecision[]) {
      if (!head || !isAlone || !pending.every(({ customerId }) => standings.has(customerId))) return null;
      return { head, standings: standings as ReadonlyMap<string, Standing> };
    },
    /** Learns what was read while the chain was held at a head. */
    meet(found: ChainPosition, read: ReadonlyMap<string, Standing>): void {
      const isSame = head !== null && head.seq === found.seq && equalBytes(head.hash, found.hash);
      if (!isSame) forget();
      isAlone = isSame;
      head = found;
      for (const [id, standing] of read) add(id, standing);
      for (const id of standings.keys()) {
        if (standings.size <= MOST_KNOWN) break;
        standings.delete(id);
      }
    },
    /** Follows what was written, or is about to be while the chain is held. */
    advance(next: ChainPosition, moved: ReadonlyMap<string, Standing>): void {
      head = next;
      for (const [id, standing] of moved) if (standings.has(id)) add(id, standing);
    },
  };
};

/** Bytes of a customer reference. */
const REF_BYTES = 16;

/** Asks where customers stand; whoever writes it holds the chain. */
const askStandings = (pending: readonly PendingDecision[]): string => {
  const ids = [...new Set(pending.map(({ customerId }) => toLiteral(customerId)))];
  return `SELECT customer_id, customer_ref, model_tier, since FROM customers LEFT JOIN customer_state USING (customer_ref)
    WHERE customer_id IN (${ids.join(', ')})`;
};

interface StandingRow {
  readonly customer_id: string;
  readonly customer_ref: string;
  readonly model_tier: string | null;
  readonly since: Date | null;
}

/** Where the customers of a batch stand, those with new references among them. */
interface Standings {
  readonly standings: ReadonlyMap<string, Standing>;
  readonly added: ReadonlyMap<string, Standing>;
}

const readStandings = (pending: readonly PendingDecision[], rows: readonly unknown[]): Standings => {
  const standings = new Map<string, Standing>();
  for (const { customer_id, customer_ref: ref, model_tier, since } of rows as readonly StandingRow[]) {
    const state = model_tier !== null && since ? { tier: Tier.parse(model_tier), since: since.toISOString() } : null;
    standings.set(customer_id, { ref, state });
  }
  const added = new Map<string, Standing>();
  for (const { customerId } of pending) {
    if (standings.has(customerId)) continue;
    const standing = { ref: randomBytes(REF_BYTES).toString('hex'), state: null };
    standings.set(customerId, standing);
    added.set(customerId, standing);
  }
  return { standings, added };
};

const writeCustomers = (added: ReadonlyMap<string, Standing>): string[] => {
  if (added.size === 0) return [];
  const rows = [...added].map(([id, { ref }]) => `(${toLiteral(id)}, '${ref}')`);
  return [`INSERT INTO customers (customer_id, customer_ref) VALUES ${rows.join(', ')}`];
};

const writeStates = (moved: ReadonlyMap<string, Standing>): string[] => {
  const rows = [...moved.values()].flatMap(({ ref, state }) => (state ? [{ ref, ...state }] : []));
  if (rows.length === 0) return [];
  return [
    `INSERT INTO customer_state (customer_ref, model_tier, since)
     SELECT customer_ref, model_tier, since::timestamptz FROM ${toRows({
       customer_ref: rows.map(({ ref }) => ref),
       model_tier: rows.map(({ tier }) => tier),
       since: rows.map(({ since }) => since),
     })}
     ON CONFLICT (customer_ref) DO UPDATE SET model_tier = EXCLUDED.model_tier, since = EXCLUDED.since`,
  ];
};
