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
  const { hits, override } = inputs;
  const tier = strictestTier(inputs.tier, ...hits.flatMap((hit) => hit.tier ?? []));
  const hitAction = strictestAction(inputs.action, ...hits.flatMap((hit) => hit.action ?? []));
  const base = { tier, action: strictestAction(actions[tier], hitAction) };
  if (!override) return { ...base, base, override: null };
  if (Date.parse(override.until) <= Date.parse(inputs.decidedAt)) return { ...base, base, override: 'expired' };
  const raised = override.kind === 'raise';
  if (!raised && !isCovered(inputs, override)) return { ...base, base, override: 'suspended' };
  const settled = raised ? raise(base, override, actions) : lower({ base, hitAction }, override, actions);
  const changed = settled.tier !== base.tier || settled.action !== base.action;
  return { ...settled, base, override: changed ? 'applied' : 'without_effect' };
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
  return { tier, action: strictestAction(base.action, actions[tier], ...(action ? [action] : [])) };
};

const lower = (
  { base, hitAction }: { base: Outcome['base']; hitAction: Action },
  { tier: to, action }: Override,
  actions: Policy['actions'],
): Outcome['base'] => {
  const tier = tierRank(to) < tierRank(base.tier) ? to : base.tier;
  const full = strictestAction(actions[tier], hitAction);
  return { tier, action: action !== null && actionRank(action) < actionRank(full) ? action : full };
};
