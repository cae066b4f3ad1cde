import { outcomeCodes, type PairedScores } from '../explanation/comparison/compared-rows.ts';
import { isKnown, type MonthRows } from './book.ts';
import type { JoinedTruth } from './truth.ts';

/** A score and the rank of the tier that it reached. */
interface Scored {
  readonly microLogits: number;
  readonly tier: number;
}

/** A decision that two versions scored: the one that made it, and a challenger. */
export interface Pair {
  readonly deciding: Scored;
  readonly challenger: Scored;
  /** Null where no window is known. */
  readonly truth: JoinedTruth | null;
  /** A number for each customer. */
  readonly customer: number;
}

/** The decisions that a challenger scored too, in the order of their months. @param fingerprint of the challenger */
export const listPairs = (months: readonly MonthRows[], fingerprint: string): Pair[] =>
  months.flatMap(({ microLogits, tiers, truths, customers, challengers }) => {
    const other = challengers.get(fingerprint);
    return (other?.rows ?? []).map((row, place) => ({
      deciding: { microLogits: microLogits[row] as number, tier: tiers[row] as number },
      challenger: { microLogits: other?.microLogits[place] as number, tier: other?.tiers[place] as number },
      truth: truths[row] ?? null,
      customer: customers[row] as number,
    }));
  });

/**
 * The same as columns: A decided, B is the challenger. An outcome counts once its window has passed.
 * @param actionOf rank of the action that a tier of a rank leads to
 */
export const toPairedScores = (pairs: readonly Pair[], actionOf: (tier: number) => number): PairedScores => {
  const read = (side: 'deciding' | 'challenger') => ({
    microLogits: Float64Array.from(pairs, (pair) => pair[side].microLogits),
    tiers: Uint8Array.from(pairs, (pair) => pair[side].tier),
    actions: Uint8Array.from(pairs, (pair) => actionOf(pair[side].tier)),
  });
  return {
    a: read('deciding'),
    b: read('challenger'),
    labels: Uint8Array.from(pairs, ({ truth }) => {
      if (!isKnown(truth)) return outcomeCodes.unknown;
      return truth.truth === 'bad' ? outcomeCodes.bad : outcomeCodes.good;
    }),
    customers: Uint32Array.from(pairs, ({ customer }) => customer),
  };
};

/** Mean of B's score minus A's, in micro-logits; null without rows. */
export const meanDifference = ({ a, b }: PairedScores): number | null => {
  const rows = a.microLogits.length;
  if (rows === 0) return null;
  return a.microLogits.reduce((sum, score, row) => sum + (b.microLogits[row] as number) - score, 0) / rows;
};
