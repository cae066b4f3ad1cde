import { Outcome } from '../domain/outcome.ts';
import type { Database } from './database.ts';
import { type NewRecord, withChain } from './records.ts';
import { toRows } from './rows-text.ts';
import type { Queryable } from './transaction.ts';

/** What became of a customer, under the caller's id of it. */
export interface NamedOutcome {
  readonly outcomeId: string;
  readonly customerRef: string;
  readonly outcome: Outcome;
}

/** What stands of an outcome: the record that says it last. */
export interface StandingOutcome extends NamedOutcome {
  readonly seq: bigint;
}

/** How a caller names a customer. */
export type CustomerName = { readonly customerId: string } | { readonly customerRef: string };

/** What is read while the chain is held, before it is chosen what to write. */
export interface OutcomesFound {
  /** The reference of a customer; undefined where there is none, or it was erased. */
  refOf(name: CustomerName): string | undefined;
  /** What stands under an id. */
  standing(outcomeId: string): StandingOutcome | undefined;
}

/** What is wanted before outcomes are written. */
export interface OutcomesWanted {
  readonly customers: readonly CustomerName[];
  readonly outcomeIds: readonly string[];
}

/** Who reports, and when. */
export interface Reported {
  readonly actor: string;
  readonly at: Date;
}

/**
 * Puts outcomes on the chain that are chosen from what stands, so that two instances never record the same twice: a
 * record of who reported it, when, and what it supersedes, and a personal part of what became of whom.
 * @throws database_unavailable, and what choosing throws; nothing was written then
 */
export const appendOutcomes = (
  { pool }: Database,
  wanted: OutcomesWanted,
  { actor, at }: Reported,
  choose: (found: OutcomesFound) => readonly NamedOutcome[],
): Promise<void> =>
  withChain(pool, async ({ client, head, append, write }) => {
    const found = await findOutcomes(client, wanted);
    const chosen = choose(found);
    if (chosen.length === 0) return;
    const first = head().seq + 1n;
    append(
      chosen.map(({ outcomeId, customerRef, outcome }): NewRecord => {
        const supersedes = found.standing(outcomeId)?.seq;
        return {
          kind: 'outcome',
          record: {
            kind: 'outcome',
            schema: 1,
            customerRef,
            actor,
            recordedAt: at.toISOString(),
            supersedes: supersedes === undefined ? null : Number(supersedes),
          },
          sections: { outcome: { outcomeId, ...outcome } },
          decisionId: null,
          customerRef,
        };
      }),
    );
    write(`INSERT INTO outcomes (outcome_id, customer_ref, seq)
      SELECT outcome_id, customer_ref, seq::bigint FROM ${toRows({
        outcome_id: chosen.map(({ outcomeId }) => outcomeId),
        customer_ref: chosen.map(({ customerRef }) => customerRef),
        seq: chosen.map((_, index) => String(first + BigInt(index))),
      })}
      ON CONFLICT (outcome_id) DO UPDATE SET seq = EXCLUDED.seq`);
  });

const findOutcomes = async (client: Queryable, { customers, outcomeIds }: OutcomesWanted): Promise<OutcomesFound> => {
  const ids = customers.flatMap((name) => ('customerId' in name ? [name.customerId] : []));
  const refs = customers.flatMap((name) => ('customerRef' in name ? [name.customerRef] : []));
  const { rows } = await client.query<{ customer_id: string; customer_ref: string }>(
    'SELECT customer_id, customer_ref FROM customers WHERE customer_id = ANY($1) OR customer_ref = ANY($2)',
    [ids, refs],
  );
  const refOfId = new Map(rows.map(({ customer_id, customer_ref }) => [customer_id, customer_ref]));
  const known = new Set(rows.map(({ customer_ref }) => customer_ref));
  const standing = await readStanding(client, outcomeIds);
  const byId = new Map(standing.map((each) => [each.outcomeId, each]));
  return {
    refOf(name) {
      if ('customerId' in name) return refOfId.get(name.customerId);
      return known.has(name.customerRef) ? name.customerRef : undefined;
    },
    standing: (outcomeId) => byId.get(outcomeId),
  };
};

const readStanding = async (client: Queryable, outcomeIds: readonly string[]): Promise<StandingOutcome[]> => {
  const { rows } = await client.query<{ outcome_id: string; customer_ref: string; seq: string; content: string }>(
    `SELECT o.outcome_id, o.customer_ref, o.seq, p.content FROM outcomes o
     JOIN personal_parts p ON p.seq = o.seq AND p.section = 'outcome' WHERE o.outcome_id = ANY($1)`,
    [outcomeIds],
  );
  return rows.map(({ outcome_id: outcomeId, customer_ref: customerRef, seq, content }) => {
    const { outcomeId: _, ...outcome } = JSON.parse(content);
    return { outcomeId, customerRef, seq: BigInt(seq), outcome: Outcome.parse(outcome) };
  });
};
