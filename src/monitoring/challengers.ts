import type { ArtifactRef } from '../domain/model.ts';
import type { Caught, ChallengerComparison } from '../domain/monitoring.ts';
import { createRanking, rankRows } from '../metrics/ranking.ts';
import { isFlagged, isKnown, type MonthRows, sumLosses } from './book.ts';
import { listPairs } from './pairs.ts';
import { countBads, drawBootstrap, type Measuring, unknown, weigh } from './performance.ts';
import type { JoinedTruth } from './truth.ts';

/** Decisions that two versions scored. */
interface Pairs {
  rows: number;
  same: number;
  milder: number;
  /** Of those of which it is known what became of them: both scores, and what became. */
  readonly deciding: number[];
  readonly challenger: number[];
  readonly truths: JoinedTruth[];
  readonly customers: number[];
  flagged: number;
}

const pair = (months: readonly MonthRows[], fingerprint: string): Pairs => {
  const known = { deciding: [], challenger: [], truths: [], customers: [] };
  const pairs: Pairs = { rows: 0, same: 0, milder: 0, ...known, flagged: 0 };
  for (const { deciding, challenger, truth, customer } of listPairs(months, fingerprint)) {
    pairs.rows++;
    if (challenger.tier === deciding.tier) pairs.same++;
    if (challenger.tier < deciding.tier) pairs.milder++;
    if (!isKnown(truth)) continue;
    pairs.deciding.push(deciding.microLogits);
    pairs.challenger.push(challenger.microLogits);
    pairs.truths.push(truth);
    pairs.customers.push(customer);
    if (isFlagged(deciding.tier)) pairs.flagged++;
  }
  return pairs;
};

/** Defaulters among so many of the riskiest, and their losses. */
const catchRiskiest = (scores: readonly number[], truths: readonly JoinedTruth[], most: number): Caught => {
  const order = rankRows(scores);
  const riskiest = most === 0 ? [] : [...order.subarray(-most)].map((row) => truths[row] as JoinedTruth);
  const bads = riskiest.filter(({ truth }) => truth === 'bad');
  const losses = bads.flatMap(({ defaults }) => defaults.flatMap(({ loss }) => (loss ? [loss] : [])));
  return { bads: bads.length, losses: sumLosses(losses) };
};

/**
 * A challenger against the version that decided, on the decisions that both scored. The difference in AUC has the
 * interval of a paired bootstrap: each sample measures both on the same customers (Efron and Tibshirani 1993, ch. 13). In money
 * both are held to as many of the riskiest as the deciding version put above the lowest tier.
 */
export const compareChallenger = async (
  months: readonly MonthRows[],
  model: ArtifactRef,
  measuring: Measuring,
): Promise<ChallengerComparison> => {
  const { rows, same, milder, flagged, ...known } = pair(months, model.fingerprint);
  const { deciding, challenger, truths, customers } = known;
  const labels = Uint8Array.from(truths, ({ truth }) => (truth === 'bad' ? 1 : 0));
  const [one, other] = [createRanking(deciding, labels), createRanking(challenger, labels)];
  const [ours = unknown, theirs = unknown, difference = unknown] = await drawBootstrap(
    customers,
    measuring,
    (weights) => {
      const [a, b] = [one.measure(weights).auc, other.measure(weights).auc];
      return [a, b, a === null || b === null ? null : b - a];
    },
  );
  const bads = countBads(labels);
  const share = (count: number): number | null => (rows === 0 ? null : count / rows);
  return {
    model,
    ...{ rows, same: share(same), milder: share(milder), stricter: share(rows - same - milder) },
    ...{ known: labels.length, bads, evidence: weigh(labels.length, bads, measuring.leastBads) },
    auc: { deciding: ours.value, challenger: theirs.value },
    difference,
    flagged,
    caught: {
      deciding: catchRiskiest(deciding, truths, flagged),
      challenger: catchRiskiest(challenger, truths, flagged),
    },
  };
};
