import { Tier } from '../domain/ordered.ts';
import type { Database } from './database.ts';
import { orDatabaseFault } from './database-fault.ts';

/** What one challenger made of one decided request. */
export interface ChallengerScore {
  readonly decisionId: string;
  /** Of the challenger. */
  readonly fingerprint: string;
  readonly customerRef: string;
  readonly microLogits: number;
  readonly tier: Tier;
  /** What it read beside the columns that the decision keeps; null = nothing. */
  readonly furtherValues: object | null;
}

/** Waits for erasures under way, so that nothing is kept of a customer who is being erased. */
const INSERT = `INSERT INTO challenger_scores
  (decision_id, fingerprint, customer_ref, micro_logits, tier, further_values, scored_at)
SELECT t.decision_id, t.fingerprint, t.customer_ref, t.micro_logits, t.tier, t.further_values, $7::timestamptz
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[])
  AS t(decision_id, fingerprint, customer_ref, micro_logits, tier, further_values)
JOIN customers c USING (customer_ref) FOR KEY SHARE OF c
ON CONFLICT DO NOTHING`;

/** Stores scores of challengers; those of customers who were erased meanwhile are left out. @throws database_unavailable */
export const insertChallengerScores = (
  { pool }: Pick<Database, 'pool'>,
  scores: readonly ChallengerScore[],
  at: Date,
): Promise<unknown> =>
  orDatabaseFault(
    pool.query(INSERT, [
      scores.map(({ decisionId }) => decisionId),
      scores.map(({ fingerprint }) => fingerprint),
      scores.map(({ customerRef }) => customerRef),
      scores.map(({ microLogits }) => microLogits),
      scores.map(({ tier }) => tier),
      scores.map(({ furtherValues }) => furtherValues && JSON.stringify(furtherValues)),
      at,
    ]),
  );

/** A stored score with the version that made it. */
export interface StoredChallengerScore {
  readonly model: { readonly name: string; readonly version: string; readonly fingerprint: string };
  readonly microLogits: number;
  readonly tier: Tier;
  readonly scoredAt: Date;
}

const OF_DECISION = `SELECT a.name, a.version, s.fingerprint, s.micro_logits, s.tier, s.scored_at
FROM challenger_scores s JOIN artifacts a USING (fingerprint) WHERE s.decision_id = $1 ORDER BY a.version, s.fingerprint`;

/** What challengers made of one decided request. @throws database_unavailable */
export const readChallengerScores = async (
  { pool }: Pick<Database, 'pool'>,
  decisionId: string,
): Promise<StoredChallengerScore[]> => {
  const { rows } = await orDatabaseFault(pool.query(OF_DECISION, [decisionId]));
  return rows.map(({ name, version, fingerprint, micro_logits, tier, scored_at }) => ({
    model: { name, version, fingerprint },
    microLogits: Number(micro_logits),
    tier: Tier.parse(tier),
    scoredAt: scored_at,
  }));
};
