import type { Adjustment } from '../domain/adjustment.ts';
import type { Reason, RuleHit } from '../domain/decision.ts';
import type { Model } from '../domain/model.ts';
import { type Action, actionRank, type Tier, tierRank } from '../domain/ordered.ts';
import type { Attribution } from './attribution.ts';
import { leadingInput, MOST_REASONS, rankAdding, rankLowering } from './ranking.ts';

/** The score's own reasons: the groups that add risk against the reference, and apart those that lower it. */
export interface ScoreReasons {
  readonly reasons: Reason[];
  readonly mitigating: Reason[];
}

/**
 * Names the groups of an attribution, each with the input that has the largest part in it (DEFINITIONS 4), and the
 * adjustments among them.
 * @param adjustments those on top of the model
 */
export const nameScoreReasons = (
  { groups, inputs }: Pick<Model, 'groups' | 'inputs'>,
  attribution: Attribution,
  adjustments: readonly Pick<Adjustment, 'name'>[] = [],
): ScoreReasons => {
  const named = { groups, inputs, adjustments };
  const ranked = new Int32Array(MOST_REASONS);
  const found = rankAdding(attribution.groups, ranked);
  return {
    reasons: Array.from(ranked.subarray(0, found), (group) => toReason(named, attribution, { group, sign: 1 })),
    mitigating: rankLowering(attribution.groups).map((group) => toReason(named, attribution, { group, sign: -1 })),
  };
};

interface Named extends Pick<Model, 'groups' | 'inputs'> {
  readonly adjustments: readonly Pick<Adjustment, 'name'>[];
}

const toReason = (
  { groups, inputs, adjustments }: Named,
  attribution: Attribution,
  { group, sign }: { group: number; sign: 1 | -1 },
): Reason => {
  const adjustment = adjustments[group - groups.length];
  if (adjustment) {
    return { code: adjustment.name, input: null, kind: 'adjustment', microLogits: attribution.groups[group] as number };
  }
  const leading = leadingInput(attribution.parts, attribution.members[group] ?? [], sign);
  return {
    code: groups[group]?.code ?? '',
    input: leading === null ? null : (inputs[leading]?.name ?? null),
    kind: 'score',
    microLogits: attribution.groups[group] as number,
  };
};

/** A rule that fired or a signal that was open, and the least outcome it asks for. */
export interface FixingHit extends Pick<RuleHit, 'tier' | 'action'> {
  readonly kind: 'rule' | 'signal';
  readonly code: string;
}

/** What fixed an outcome. */
export interface FixedBy {
  readonly state: 'scored' | 'defaulted' | 'degraded';
  /** The tier the score itself reached; null without a score. */
  readonly scoreTier: Tier | null;
  /** The model tier after any minimum stay, or what stands for it without a score. */
  readonly modelTier: Tier;
  /** The action the model tier alone asks for. */
  readonly modelAction: Action;
  /** What model and rules come to. */
  readonly base: { readonly tier: Tier; readonly action: Action };
  /** What rules and open signals asked for: rules by id, then signals by kind. */
  readonly hits: readonly FixingHit[];
  readonly override: { readonly id: string; readonly kind: 'raise' | 'lower'; readonly applied: boolean } | null;
}

/**
 * The reasons of a decision, at most four: what fixed it first (a person, rules and signals, a held fall, the lack of a score); a
 * person who lowered is the only reason; the score's reasons join only if the score alone was adverse, or if nothing else fixed it.
 */
export const listReasons = (fixed: FixedBy, score: readonly Reason[]): Reason[] => {
  const { override } = fixed;
  const person = override?.applied ? [unscoredReason('override', override.id)] : [];
  if (override?.applied && override.kind === 'lower') return person;
  const fixing = [...person, ...listFixing(fixed)];
  const adverse = fixed.scoreTier !== null && tierRank(fixed.scoreTier) > 0;
  return [...fixing, ...(fixing.length === 0 || adverse ? score : [])].slice(0, MOST_REASONS);
};

const unscoredReason = (kind: Reason['kind'], code: string): Reason => ({ code, input: null, kind, microLogits: null });

/** What fixed the tier, then what fixed the action alone; rules by id, then signals, within each. */
const listFixing = ({ state, scoreTier, modelTier, modelAction, base, hits }: FixedBy): Reason[] => {
  const tier = tierRank(base.tier) > tierRank(modelTier) ? base.tier : null;
  const action = actionRank(base.action) > actionRank(modelAction) ? base.action : null;
  const reasons: Reason[] = [];
  for (const hit of hits) if (tier !== null && hit.tier === tier) reasons.push(unscoredReason(hit.kind, hit.code));
  if (state !== 'scored') reasons.push(unscoredReason('unscored', state));
  if (scoreTier !== null && scoreTier !== modelTier) reasons.push(unscoredReason('held', 'minimum_stay'));
  for (const hit of hits) {
    const fixesTier = tier !== null && hit.tier === tier;
    if (action !== null && hit.action === action && !fixesTier) reasons.push(unscoredReason(hit.kind, hit.code));
  }
  return reasons;
};
