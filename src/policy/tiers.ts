import { toLogOdds } from '../arithmetic.ts';
import { Tier, tierRank } from '../domain/ordered.ts';
import type { Policy } from '../domain/policy.ts';

/** Cut-offs in micro-logits, by rank of tier; the lowest tier has none. */
export interface CutOffs {
  readonly enter: readonly number[];
  readonly leave: readonly number[];
}

/** Turns the PD cut-offs of a policy into micro-logits: the least integer that is not below the log-odds. */
export const toCutOffs = ({ medium, high }: Policy['tiers']): CutOffs => {
  const cutOff = (probability: number) => Math.ceil(toLogOdds(probability)) + 0;
  return {
    enter: [Number.NEGATIVE_INFINITY, cutOff(medium.enter), cutOff(high.enter)],
    leave: [Number.NEGATIVE_INFINITY, cutOff(medium.leave), cutOff(high.leave)],
  };
};

/** The cut-off that applies to a tier: to leave it where the previous model tier was at least as high, else to enter it. */
export const appliedCutOff = ({ enter, leave }: CutOffs, rank: number, previousRank: number): number =>
  (previousRank >= rank ? leave[rank] : enter[rank]) ?? Number.POSITIVE_INFINITY;

/** Rank of the tier a score reaches by itself: the highest whose applied cut-off it meets (DEFINITIONS 5). */
export const reachedRank = (cutOffs: CutOffs, microLogits: number, previousRank: number): number => {
  for (let rank = cutOffs.enter.length - 1; rank > 0; rank--) {
    if (microLogits >= appliedCutOff(cutOffs, rank, previousRank)) return rank;
  }
  return 0;
};

/** The tier of a rank. */
export const tierOf = (rank: number): Tier => Tier.options[rank] ?? 'high';

/** A fall of the model tier waits until the previous tier has stood `minimumStayDays`; everything else holds at once. */
export const holdFall = (
  reached: number,
  previous: { readonly rank: number; readonly stoodDays: number } | null,
  minimumStayDays: number,
): number => (previous && reached < previous.rank && previous.stoodDays < minimumStayDays ? previous.rank : reached);

/**
 * The score a refused customer is measured against: the worst of the next better tier, so one below the applied cut-off;
 * for the lowest tier the cut-off upward (DEFINITIONS 4).
 */
export const targetScore = (cutOffs: CutOffs, rank: number, previousRank: number): number =>
  rank === 0 ? appliedCutOff(cutOffs, 1, previousRank) : appliedCutOff(cutOffs, rank, previousRank) - 1;

/** Every target score the policy can ask for, so that references can be prepared once. */
export const allTargets = (cutOffs: CutOffs): number[] => {
  const ranks = Tier.options.map(tierRank);
  return [...new Set(ranks.flatMap((rank) => ranks.map((previous) => targetScore(cutOffs, rank, previous))))];
};
