import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Override, RuleHit } from '../../src/domain/decision.ts';
import { Action, actionRank, Tier, tierRank } from '../../src/domain/ordered.ts';
import { Policy } from '../../src/domain/policy.ts';
import { type OutcomeInputs, settleOutcome } from '../../src/policy/outcome.ts';
import { createOverride, createPolicy } from '../factories/policy.ts';
import { settlePlainly } from '../reference/tiers.ts';

type Hit = Pick<RuleHit, 'id' | 'tier' | 'action'>;

const DECIDED_AT = '2026-06-01T00:00:00.000Z';

const tier = fc.constantFrom(...Tier.options);
const action = fc.constantFrom(...Action.options);

const hit = (id: fc.Arbitrary<string>): fc.Arbitrary<Hit> =>
  fc
    .record({ id, tier: fc.option(tier, { freq: 3 }), action: fc.option(action, { freq: 3 }) })
    .filter((one) => one.tier !== null || one.action !== null);

const hitsOf = (ids: readonly string[]): fc.Arbitrary<Hit[]> =>
  fc.uniqueArray(hit(fc.constantFrom(...ids)), { selector: ({ id }) => id, maxLength: ids.length });

const hits = hitsOf(['r1', 'r2', 'r3']);

/** A policy whose actions do not get milder as the tier rises. */
const actions: fc.Arbitrary<Policy['actions']> = fc
  .tuple(action, action, action)
  .map((three) => three.sort((a, b) => actionRank(a) - actionRank(b)))
  .map(([low = 'pass', medium = 'pass', high = 'pass']) => ({ low, medium, high }));

const override: fc.Arbitrary<Override> = fc
  .record({
    kind: fc.constantFrom('raise', 'lower', 'lower'),
    tier,
    action: fc.option(action, { freq: 2 }),
    until: fc.constantFrom(
      '2026-06-01T00:00:00.001Z',
      '2027-01-01T00:00:00.000Z',
      DECIDED_AT,
      '2026-05-31T23:59:59.999Z',
    ),
    saw: fc.record({ modelTier: fc.oneof(tier, fc.constant<Tier>('high')), hits }),
  })
  .map(createOverride);

const inputs: fc.Arbitrary<OutcomeInputs> = fc.record({
  tier,
  action: fc.oneof(fc.constant<Action>('pass'), action),
  hits,
  override: fc.option(override, { freq: 4 }),
  decidedAt: fc.constant(DECIDED_AT),
});

const isAtLeast = (left: { tier: Tier; action: Action }, right: { tier: Tier; action: Action }): boolean =>
  tierRank(left.tier) >= tierRank(right.tier) && actionRank(left.action) >= actionRank(right.action);

describe('settleOutcome', () => {
  it('settles tier, action and what became of the override as the definition says', () => {
    fc.assert(
      fc.property(inputs, actions, (situation, byTier) => {
        const { base, ...settled } = settleOutcome(situation, byTier);
        expect(settled).toEqual(settlePlainly(situation, byTier));
        const { override: _, ...withoutOverride } = settlePlainly({ ...situation, override: null }, byTier);
        expect(base).toEqual(withoutOverride);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the strictest tier of model and hits, and at least the action of every one of them', () => {
    fc.assert(
      fc.property(inputs, actions, (situation, byTier) => {
        const { base } = settleOutcome(situation, byTier);
        const tiers = [situation.tier, ...situation.hits.flatMap((one) => one.tier ?? [])];
        expect(tierRank(base.tier)).toBe(Math.max(...tiers.map(tierRank)));
        const asked = [byTier[base.tier], situation.action, ...situation.hits.flatMap((one) => one.action ?? [])];
        expect(actionRank(base.action)).toBe(Math.max(...asked.map(actionRank)));
      }),
      { numRuns: 500 },
    );
  });

  it('never lowers tier or action when a rule hit is added', () => {
    fc.assert(
      fc.property(inputs, hit(fc.constant('r9')), actions, (situation, added, byTier) => {
        const before = settleOutcome(situation, byTier);
        const after = settleOutcome({ ...situation, hits: [...situation.hits, added] }, byTier);
        expect(isAtLeast(after, before)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('never lowers tier or action when a rule hit is added, under any actions that a policy may name', () => {
    const anyActions = fc.record({ low: action, medium: action, high: action });
    fc.assert(
      fc.property(tier, hits, hit(fc.constant('r9')), anyActions, (modelTier, some, added, byTier) => {
        fc.pre(Policy.safeParse(createPolicy({ actions: byTier })).success);
        const situation: OutcomeInputs = {
          tier: modelTier,
          action: 'pass',
          hits: some,
          override: null,
          decidedAt: DECIDED_AT,
        };
        const before = settleOutcome(situation, byTier);
        const after = settleOutcome({ ...situation, hits: [...some, added] }, byTier);
        expect(isAtLeast(after, before)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('never depends on the order of the hits, now or as the officer saw them', () => {
    const shuffled = inputs.chain((situation) =>
      fc.record({
        situation: fc.constant(situation),
        now: fc.shuffledSubarray([...situation.hits], { minLength: situation.hits.length }),
        seen: fc.shuffledSubarray(situation.override?.saw.hits ?? [], {
          minLength: situation.override?.saw.hits.length ?? 0,
        }),
      }),
    );
    fc.assert(
      fc.property(shuffled, actions, ({ situation, now, seen }, byTier) => {
        const reordered = situation.override && {
          ...situation.override,
          saw: { ...situation.override.saw, hits: seen },
        };
        expect(settleOutcome({ ...situation, hits: now, override: reordered }, byTier)).toEqual(
          settleOutcome(situation, byTier),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('never falls below model and rules by a raise, and below them by a lowering only where it is applied', () => {
    fc.assert(
      fc.property(inputs, actions, (situation, byTier) => {
        const settled = settleOutcome(situation, byTier);
        if (isAtLeast(settled, settled.base)) return;
        expect(situation.override?.kind).toBe('lower');
        expect(settled.override).toBe('applied');
      }),
      { numRuns: 500 },
    );
  });

  /** An officer saw exactly what is there, and lowers. */
  const lowered = fc
    .record({
      tier,
      hits,
      to: tier,
      action: fc.option(action, { freq: 2 }),
    })
    .map(
      (seen): OutcomeInputs => ({
        tier: seen.tier,
        action: 'pass',
        hits: seen.hits,
        decidedAt: DECIDED_AT,
        override: createOverride({
          tier: seen.to,
          action: seen.action,
          saw: { modelTier: seen.tier, hits: seen.hits },
        }),
      }),
    );

  it('lowers to the named tier where the officer saw all there is', () => {
    fc.assert(
      fc.property(lowered, actions, (situation, byTier) => {
        const settled = settleOutcome(situation, byTier);
        expect(['applied', 'without_effect']).toContain(settled.override);
        const to = situation.override?.tier ?? 'high';
        expect(tierRank(settled.tier)).toBe(Math.min(tierRank(to), tierRank(settled.base.tier)));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves the action to the lowered tier and the hits where the lowering names none', () => {
    fc.assert(
      fc.property(lowered, actions, (situation, byTier) => {
        if (!situation.override) return;
        const settled = settleOutcome({ ...situation, override: { ...situation.override, action: null } }, byTier);
        const asked = [byTier[settled.tier], ...situation.hits.flatMap((one) => one.action ?? [])];
        expect(actionRank(settled.action)).toBe(Math.max(...asked.map(actionRank)));
      }),
      { numRuns: 500 },
    );
  });

  /** Something stricter than what the officer saw, and above what they lowered to. */
  const stricter = (situation: OutcomeInputs): fc.Arbitrary<OutcomeInputs> => {
    const to = situation.override?.tier ?? 'high';
    const toAction = situation.override?.action ?? null;
    const tiersAbove = Tier.options.filter((one) => tierRank(one) > tierRank(to));
    const actionsAbove = Action.options.filter((one) => toAction !== null && actionRank(one) > actionRank(toAction));
    const worseModel = Tier.options
      .filter((one) => tierRank(one) > tierRank(situation.tier))
      .map((worse): OutcomeInputs => ({ ...situation, tier: worse }));
    const newHits = [
      ...tiersAbove.map((one): Hit => ({ id: 'r9', tier: one, action: null })),
      ...actionsAbove.map((one): Hit => ({ id: 'r9', tier: null, action: one })),
    ].map((added): OutcomeInputs => ({ ...situation, hits: [...situation.hits, added] }));
    const worseHits = situation.hits.flatMap((seen, place) =>
      [
        ...tiersAbove
          .filter((one) => seen.tier === null || tierRank(one) > tierRank(seen.tier))
          .map((one): Hit => ({ ...seen, tier: one })),
        ...actionsAbove
          .filter((one) => seen.action === null || actionRank(one) > actionRank(seen.action))
          .map((one): Hit => ({ ...seen, action: one })),
      ].map((worse): OutcomeInputs => ({ ...situation, hits: situation.hits.with(place, worse) })),
    );
    const all = [...worseModel, ...newHits, ...worseHits];
    return all.length === 0 ? fc.constant(situation) : fc.constantFrom(...all);
  };

  it('is suspended, and lowers nothing, when anything stricter comes than the officer saw', () => {
    const pairs = lowered.chain((before) => fc.record({ before: fc.constant(before), after: stricter(before) }));
    fc.assert(
      fc.property(pairs, actions, ({ before, after }, byTier) => {
        fc.pre(after !== before);
        const { base, ...settled } = settleOutcome(after, byTier);
        expect(settled).toEqual({ ...base, override: 'suspended' });
      }),
      { numRuns: 1000 },
    );
  });

  it('stays in force when something milder comes, or a rule no longer hits', () => {
    const pairs = lowered.chain((before) =>
      fc.record({ before: fc.constant(before), hits: fc.subarray([...before.hits]), model: tier }),
    );
    fc.assert(
      fc.property(pairs, actions, (pair, byTier) => {
        fc.pre(tierRank(pair.model) <= tierRank(pair.before.tier));
        const settled = settleOutcome({ ...pair.before, tier: pair.model, hits: pair.hits }, byTier);
        expect(['applied', 'without_effect']).toContain(settled.override);
      }),
      { numRuns: 500 },
    );
  });

  it('does nothing from its end date on', () => {
    fc.assert(
      fc.property(inputs, actions, override, (situation, byTier, ended) => {
        const expired = { ...ended, until: DECIDED_AT };
        const { base, ...settled } = settleOutcome({ ...situation, override: expired }, byTier);
        expect(settled).toEqual({ ...base, override: 'expired' });
      }),
      { numRuns: 200 },
    );
  });
});
