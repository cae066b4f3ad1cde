import type { Override, RuleHit } from '../domain/decision.ts';
import { type Action, actionRank, strictestAction, strictestTier, type Tier, tierRank } from '../domain/ordered.ts';
import type { Policy } from '../domain/policy.ts';

/** Tier and action that follow from model, rules and a person. */
export interface Outcome {
  readonly tier: Tier;
  readonly action: Action;
  /** What model and rules alone come to. */
  readonly base: { readonly tier: Tier; readonly action: Action };
  readonly override: 'applied' | 'without_effect' | 'suspended' | 'expired' | null;
}

/** What an outcome is settled from. */
export interface OutcomeInputs {
  /** The model tier, or what stands for it where there is no score. */
  readonly tier: Tier;
  /** The least action beside those of tier and hits. */
  readonly action: Action;
  readonly hits: readonly Pick<RuleHit, 'id' | 'tier' | 'action'>[];
  readonly override: Override | null;
  readonly decidedAt: string;
}

/**
 * Settles tier and action (DEFINITIONS 5): the strictest of model and rules; a person's raise adds to it; a lowering
 * holds only if nothing stricter came since the officer looked.
 */
export const settleOutcome = (inputs: OutcomeInputs, actions: Policy['actions']): Outcome => {
  const { override } = inputs;
  const base = baseOutcome(inputs, actions);
  if (!override) return { ...base, base, override: null };
  if (Date.parse(override.until) <= Date.parse(inputs.decidedAt)) return { ...base, base, override: 'expired' };
  const raised = override.kind === 'raise';
  if (!raised && !isCovered(inputs, override)) return { ...base, base, override: 'suspended' };
  const settled = raised ? raise(base, override, actions) : lower(base, { override, inputs }, actions);
  const changed = settled.tier !== base.tier || settled.action !== base.action;
  return { ...settled, base, override: changed ? 'applied' : 'without_effect' };
};

/** Whether one more hit would give another outcome: without a person only what is stricter would. */
export const wouldChange = (
  settled: { readonly inputs: OutcomeInputs; readonly outcome: Outcome },
  hit: OutcomeInputs['hits'][number],
  actions: Policy['actions'],
): boolean => {
  const { inputs, outcome } = settled;
  if (inputs.override) {
    const { tier, action } = settleOutcome({ ...inputs, hits: [...inputs.hits, hit] }, actions);
    return tier !== outcome.tier || action !== outcome.action;
  }
  return (
    (hit.tier !== null && tierRank(hit.tier) > tierRank(outcome.tier)) ||
    (hit.action !== null && actionRank(hit.action) > actionRank(outcome.action))
  );
};

/** What model and rules alone come to: the strictest tier, and the strictest of its action and the hits'. */
export const baseOutcome = (
  { tier, action, hits }: Pick<OutcomeInputs, 'tier' | 'action' | 'hits'>,
  actions: Policy['actions'],
): Outcome['base'] => {
  const strict = strictestHitTier(tier, hits);
  return { tier: strict, action: strictestHitAction(strictestAction(actions[strict], action), hits) };
};

type Hits = OutcomeInputs['hits'];

const strictestHitTier = (least: Tier, hits: Hits): Tier => {
  let strict = least;
  for (const { tier } of hits) if (tier !== null) strict = strictestTier(strict, tier);
  return strict;
};

const strictestHitAction = (least: Action, hits: Hits): Action => {
  let strict = least;
  for (const { action } of hits) if (action !== null) strict = strictestAction(strict, action);
  return strict;
};

/** Whether the officer who lowered saw everything that is stricter than what they lowered to. */
const isCovered = ({ tier, hits }: OutcomeInputs, override: Override): boolean =>
  tierRank(tier) <= tierRank(override.saw.modelTier) &&
  hits.every((hit) => !isAbove(hit, override) || wasSeen(hit, override));

const isAbove = (hit: OutcomeInputs['hits'][number], { tier, action }: Override): boolean =>
  (hit.tier !== null && tierRank(hit.tier) > tierRank(tier)) ||
  (hit.action !== null && action !== null && actionRank(hit.action) > actionRank(action));

const wasSeen = (hit: OutcomeInputs['hits'][number], { saw }: Override): boolean =>
  saw.hits.some(
    (seen) =>
      seen.id === hit.id &&
      (hit.tier === null || (seen.tier !== null && tierRank(seen.tier) >= tierRank(hit.tier))) &&
      (hit.action === null || (seen.action !== null && actionRank(seen.action) >= actionRank(hit.action))),
  );

const raise = (base: Outcome['base'], { tier: to, action }: Override, actions: Policy['actions']): Outcome['base'] => {
  const tier = strictestTier(base.tier, to);
  return { tier, action: strictestAction(strictestAction(base.action, actions[tier]), action ?? 'pass') };
};

const lower = (
  base: Outcome['base'],
  { override: { tier: to, action }, inputs }: { override: Override; inputs: OutcomeInputs },
  actions: Policy['actions'],
): Outcome['base'] => {
  const tier = tierRank(to) < tierRank(base.tier) ? to : base.tier;
  const full = strictestHitAction(strictestAction(actions[tier], inputs.action), inputs.hits);
  return { tier, action: action !== null && actionRank(action) < actionRank(full) ? action : full };
};
