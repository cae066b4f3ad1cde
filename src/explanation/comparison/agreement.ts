import { toProbability } from '../../arithmetic.ts';
import type { RowsComparison } from '../../domain/comparison.ts';
import { Action, Tier } from '../../domain/ordered.ts';
import { pearson, spearman } from '../../metrics/correlation.ts';
import { countOutcomes, hasOutcomes, type PairedScores, weighRows } from './compared-rows.ts';

/** How well the scores of two models agree. */
export const measureAgreement = ({ a, b }: PairedScores): RowsComparison['agreement'] => {
  const rows = a.microLogits.length;
  let [sumA, sumB, distance, largest] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const [ofA, ofB] = [toProbability(a.microLogits[row] as number), toProbability(b.microLogits[row] as number)];
    sumA += ofA;
    sumB += ofB;
    distance += Math.abs(ofB - ofA);
    largest = Math.max(largest, Math.abs(ofB - ofA));
  }
  const all = Math.max(1, rows);
  return {
    rows,
    evidence: weighRows(rows),
    spearman: spearman(a.microLogits, b.microLogits),
    pearson: pearson(a.microLogits, b.microLogits),
    meanProbability: { a: sumA / all, b: sumB / all },
    meanDistance: distance / all,
    largestDistance: largest,
  };
};

/** Rows by the tier each model puts them into. */
export const countTierMoves = (rows: PairedScores): RowsComparison['tiers'] =>
  countMoves(rows, Tier.options, { a: rows.a.tiers, b: rows.b.tiers });

/** Rows by the action each model leads to. */
export const countActionMoves = (rows: PairedScores): RowsComparison['actions'] =>
  countMoves(rows, Action.options, { a: rows.a.actions, b: rows.b.actions });

const countMoves = <Step extends string>(
  compared: PairedScores,
  steps: readonly Step[],
  { a, b }: { readonly a: Uint8Array; readonly b: Uint8Array },
) => {
  const isKnown = hasOutcomes(compared);
  const rows = Array.from(a.keys());
  const count = (moves: (row: number) => boolean) => rows.reduce((sum, row) => sum + (moves(row) ? 1 : 0), 0);
  const pairs = steps.flatMap((from, rankA) => steps.map((to, rankB) => ({ from, to, rankA, rankB })));
  return {
    matrix: pairs.flatMap(({ from, to, rankA, rankB }) => {
      const inside = rows.filter((row) => a[row] === rankA && b[row] === rankB);
      if (inside.length === 0) return [];
      return [{ a: from, b: to, rows: inside.length, outcomes: countOutcomes(compared, inside, isKnown) }];
    }),
    up: count((row) => (b[row] as number) > (a[row] as number)),
    down: count((row) => (b[row] as number) < (a[row] as number)),
    same: count((row) => b[row] === a[row]),
  };
};
