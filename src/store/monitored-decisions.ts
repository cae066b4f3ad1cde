import { ScoreBlock } from '../domain/decision.ts';
import { Tier } from '../domain/ordered.ts';
import { Outcome } from '../domain/outcome.ts';
import type { ChallengerScore } from './challenger-scores.ts';
import type { Database } from './database.ts';
import { orDatabaseFault } from './database-fault.ts';
import { toLiteral } from './rows-text.ts';

/** A stored decision by one version, and what hangs on it. */
export interface StoredMonitored {
  readonly decisionId: string;
  readonly customerRef: string;
  readonly decidedAt: string;
  readonly timeZone: string;
  readonly purpose: string;
  readonly segment: string | null;
  /** Whether its customer is made up. */
  readonly isSimulated: boolean;
  /** Null where the personal part was erased. */
  readonly score: Pick<ScoreBlock, 'microLogits' | 'tier' | 'bins'> | null;
  /** What stands of its customer. */
  readonly outcomes: readonly Outcome[];
  readonly challengers: readonly Pick<ChallengerScore, 'fingerprint' | 'microLogits' | 'tier'>[];
}

/** Records that are looked through at once. */
const SPAN = 2_000n;

/**
 * Texts of records and sections are canonical: a decision names its version in one way, and the score is the last key of
 * its section, so that it can be cut out; the database would take four times as long to parse the whole of it.
 */
const pageOf = (fingerprint: string): string => `SELECT r.decision_id, r.customer_ref, r.text,
  substr(p.content, position('"score":' in p.content) + ${'"score":'.length}) AS score
FROM records r LEFT JOIN personal_parts p ON p.seq = r.seq AND p.section = 'assessment'
WHERE r.kind = 'decision' AND r.seq > $1 AND r.seq <= $2
  AND position(${toLiteral(`"model":{"fingerprint":"${fingerprint}"`)} in r.text) > 0
ORDER BY r.seq`;

const OUTCOMES = `SELECT o.customer_ref, p.content FROM outcomes o
JOIN personal_parts p ON p.seq = o.seq AND p.section = 'outcome' WHERE o.customer_ref = ANY($1)`;

const CHALLENGERS = `SELECT decision_id, fingerprint, micro_logits, tier FROM challenger_scores
WHERE decision_id = ANY($1) ORDER BY decision_id, fingerprint`;

/** Reads every decision by one version up to a record, in the order in which they were made, in pages. */
export async function* readMonitored(
  { pool }: Pick<Database, 'pool'>,
  { fingerprint, until }: { fingerprint: string; until: bigint },
): AsyncGenerator<StoredMonitored[]> {
  const ask = async <Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> =>
    (await orDatabaseFault(pool.query<Row>(sql, [...values]))).rows;
  for (let from = 0n; from < until; from += SPAN) {
    const decisions = await ask<DecisionRow>(pageOf(fingerprint), [String(from), String(from + SPAN)]);
    const refs = [...new Set(decisions.map(({ customer_ref }) => customer_ref))];
    const outcomes = await ask<{ customer_ref: string; content: string }>(OUTCOMES, [refs]);
    const scores = await ask<ScoreRow>(CHALLENGERS, [decisions.map(({ decision_id }) => decision_id)]);
    const outcomesOf = groupBy(outcomes, ({ customer_ref }) => customer_ref);
    const scoresOf = groupBy(scores, ({ decision_id }) => decision_id);
    yield decisions.map((row) => ({
      ...toDecision(row),
      outcomes: (outcomesOf.get(row.customer_ref) ?? []).map(({ content }) => toOutcome(content)),
      challengers: (scoresOf.get(row.decision_id) ?? []).map(({ fingerprint: print, micro_logits, tier }) => ({
        fingerprint: print,
        microLogits: Number(micro_logits),
        tier: Tier.parse(tier),
      })),
    }));
  }
}

interface DecisionRow {
  readonly decision_id: string;
  readonly customer_ref: string;
  readonly text: string;
  /** With the brace that ends its section. */
  readonly score: string | null;
}

interface ScoreRow {
  readonly decision_id: string;
  readonly fingerprint: string;
  readonly micro_logits: string;
  readonly tier: string;
}

const Score = ScoreBlock.pick({ microLogits: true, tier: true, bins: true }).strip();

const toDecision = (row: DecisionRow): Omit<StoredMonitored, 'outcomes' | 'challengers'> => {
  const { decidedAt, timeZone, purpose, segment, simulated } = JSON.parse(row.text);
  const score = row.score === null ? null : Score.nullable().parse(JSON.parse(row.score.slice(0, -1)));
  return {
    ...{ decisionId: row.decision_id, customerRef: row.customer_ref, decidedAt, timeZone, purpose, segment, score },
    isSimulated: simulated === true,
  };
};

const toOutcome = (content: string): Outcome => {
  const { outcomeId: _, ...outcome } = JSON.parse(content);
  return Outcome.parse(outcome);
};

const groupBy = <Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
};
