import type { Override, RuleHit } from '../../src/domain/decision.ts';
import type { Action, Tier } from '../../src/domain/ordered.ts';

/** The micro-logits at which a tier is entered, and below which it is left again. */
export interface Bounds {
  readonly enter: number;
  readonly leave: number;
}

export interface TierBounds {
  readonly medium: Bounds;
  readonly high: Bounds;
}

const TIERS = ['low', 'medium', 'high'] as const;
const ACTIONS = ['pass', 'monitor', 'review', 'restrict', 'reject'] as const;

const atLeast = (tier: Tier, other: Tier): boolean => TIERS.indexOf(tier) >= TIERS.indexOf(other);

/** leave[t] whenever the previous model tier is t or worse, else enter[t]. */
export const cutOffOf = (bounds: TierBounds, tier: 'medium' | 'high', previous: Tier | null): number =>
  previous !== null && atLeast(previous, tier) ? bounds[tier].leave : bounds[tier].enter;

/** The highest t with score >= enter[t], or previous model tier >= t and score >= leave[t]. */
export const tierReached = (bounds: TierBounds, score: number, previous: Tier | null): Tier => {
  const holds = (tier: 'medium' | 'high') =>
    score >= bounds[tier].enter || (previous !== null && atLeast(previous, tier) && score >= bounds[tier].leave);
  if (holds('high')) return 'high';
  return holds('medium') ? 'medium' : 'low';
};

/** The worst score of the next better tier; for the lowest tier, the cut-off it would have to reach to leave it upward. */
export const targetOf = (bounds: TierBounds, reached: Tier, previous: Tier | null): number =>
  reached === 'low' ? cutOffOf(bounds, 'medium', previous) : cutOffOf(bounds, reached, previous) - 1;

type Asked = Pick<RuleHit, 'id' | 'tier' | 'action'>;

export interface Situation {
  readonly tier: Tier;
  readonly action: Action;
  readonly hits: readonly Asked[];
  readonly override: Override | null;
  readonly decidedAt: string;
}

export interface Settled {
  readonly tier: Tier;
  readonly action: Action;
  readonly override: 'applied' | 'without_effect' | 'suspended' | 'expired' | null;
}

const worstTier = (tiers: readonly Tier[]): Tier => TIERS.filter((tier) => tiers.includes(tier)).at(-1) ?? 'low';
const worstAction = (actions: readonly Action[]): Action =>
  ACTIONS.filter((action) => actions.includes(action)).at(-1) ?? 'pass';

const severity = (action: Action | null): number => (action === null ? -1 : ACTIONS.indexOf(action));
const weight = (tier: Tier | null): number => (tier === null ? -1 : TIERS.indexOf(tier));

/** Strictest of model and hits; then a raise, or a lowering that saw everything above what it lowers to. */
export const settlePlainly = (situation: Situation, actions: Readonly<Record<Tier, Action>>): Settled => {
  const { hits, override } = situation;
  const base = worstTier([situation.tier, ...hits.flatMap(({ tier }) => (tier ? [tier] : []))]);
  const asked = [situation.action, ...hits.flatMap(({ action }) => (action ? [action] : []))];
  const actionFor = (tier: Tier) => worstAction([actions[tier], ...asked]);
  const unchanged = { tier: base, action: actionFor(base) };
  if (!override) return { ...unchanged, override: null };
  if (new Date(situation.decidedAt) >= new Date(override.until)) return { ...unchanged, override: 'expired' };
  const label = (settled: { tier: Tier; action: Action }): Settled => {
    const same = settled.tier === unchanged.tier && settled.action === unchanged.action;
    return { ...settled, override: same ? 'without_effect' : 'applied' };
  };
  if (override.kind === 'raise') {
    const tier = worstTier([base, override.tier]);
    const raised = [unchanged.action, actionFor(tier), ...(override.action ? [override.action] : [])];
    return label({ tier, action: worstAction(raised) });
  }
  if (!sawEverything(situation, override)) return { ...unchanged, override: 'suspended' };
  const tier = atLeast(override.tier, base) ? base : override.tier;
  const full = actionFor(tier);
  const lowers = override.action !== null && severity(override.action) < severity(full);
  return label({ tier, action: lowers ? (override.action ?? full) : full });
};

/** Model tier no worse than the one seen; each hit above the lowering seen with the same id and at least its strictness. */
const sawEverything = ({ tier, hits }: Situation, { saw, tier: to, action }: Override): boolean => {
  const isAbove = (hit: Asked) =>
    weight(hit.tier) > weight(to) || (action !== null && severity(hit.action) > severity(action));
  const wasSeen = (hit: Asked) =>
    saw.hits.some(
      (seen) =>
        seen.id === hit.id && weight(seen.tier) >= weight(hit.tier) && severity(seen.action) >= severity(hit.action),
    );
  return atLeast(saw.modelTier, tier) && hits.filter(isAbove).every(wasSeen);
};
