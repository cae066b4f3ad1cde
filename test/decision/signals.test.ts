import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { joinDecision, splitDecision } from '../../src/decision/parts.ts';
import { createDecisionPlan } from '../../src/decision/plan.ts';
import type { OpenSignal, SeenSignal } from '../../src/domain/decision.ts';
import { Action, actionRank, Tier, tierRank } from '../../src/domain/ordered.ts';
import { SignalLevel } from '../../src/domain/signal.ts';
import { createDecisionInputs } from '../factories/decision.ts';
import { createModel } from '../factories/model.ts';
import { createOverride, createPolicy, createRule } from '../factories/policy.ts';

const kinds = ['arrears', 'contagion', 'enforcement'] as const;
const label = { zh: '信号', en: 'signal' };

const open = fc.record({
  kind: fc.constantFrom(...kinds),
  level: fc.constantFrom(...SignalLevel.options),
  signalId: fc.uuid(),
  label: fc.constant(label),
  tier: fc.option(fc.constantFrom(...Tier.options)),
  action: fc.option(fc.constantFrom(...Action.options)),
});
const quiet = fc.record({ kind: fc.constantFrom(...kinds), level: fc.constant('none' as const) });
const signals = fc
  .uniqueArray(fc.oneof(open, quiet), { selector: ({ kind }) => kind })
  .map((seen): SeenSignal[] => [...seen].sort((a, b) => (a.kind < b.kind ? -1 : 1)));
const isOpen = (signal: SeenSignal): signal is OpenSignal => signal.level !== 'none';
const score = fc.integer({ min: -5_000_000, max: 2_000_000 });

const planOf = (microLogits: number, when: unknown = false) =>
  createDecisionPlan({
    model: createModel({ intercept: { microLogits, se: 0 } }),
    policy: createPolicy({
      rules: [createRule({ id: 'over-signals', when: when as never, atLeast: { tier: 'high', action: 'restrict' } })],
    }),
    policyFingerprint: 'f',
    dictionary: null,
  });
const decideWith = (plan: ReturnType<typeof planOf>, seen: readonly SeenSignal[], more: object = {}) =>
  decide(plan, createDecisionInputs(plan, {}, { signals: seen, ...more }));

describe('a decision and the signals that are open', () => {
  it('is what model and rules say, raised to the strictest that any open signal asks for, and never lower', () => {
    fc.assert(
      fc.property(score, signals, (microLogits, seen) => {
        const plan = planOf(microLogits);
        const [without, made] = [decideWith(plan, []), decideWith(plan, seen)];
        const asked = seen.filter(isOpen);
        const tier = Math.max(tierRank(without.tier.final), ...asked.map((each) => tierRank(each.tier ?? 'low')));
        expect(tierRank(made.tier.final)).toBe(tier);
        const least = actionRank(plan.policy.actions[Tier.options[tier] as Tier]);
        expect(actionRank(made.action)).toBe(
          Math.max(least, actionRank(without.action), ...asked.map(({ action }) => actionRank(action ?? 'pass'))),
        );
        expect(made.score).toEqual(without.score);
        expect(made.tier.model).toBe(without.tier.model);
      }),
    );
  });

  it('names as its first reasons the signals that fixed the tier, and none that did not', () => {
    fc.assert(
      fc.property(score, signals, (microLogits, seen) => {
        const made = decideWith(planOf(microLogits), seen);
        const named = made.reasons.filter(({ kind }) => kind === 'signal').map(({ code }) => code);
        const fixing = seen.filter(isOpen).filter(({ tier }) => tier === made.tier.final);
        if (made.tier.final !== made.tier.model) {
          expect(made.reasons[0]).toMatchObject({ kind: 'signal', code: fixing[0]?.kind });
          expect(named).toEqual(expect.arrayContaining(fixing.map(({ kind }) => kind).slice(0, 4)));
        }
        for (const kind of named) expect(seen.filter(isOpen).map((signal) => signal.kind)).toContain(kind);
      }),
    );
  });

  it('keeps ids in its record and what they say in its personal part, and is the same put together again', () => {
    fc.assert(
      fc.property(score, signals, (microLogits, seen) => {
        const made = decideWith(planOf(microLogits), seen);
        const parts = JSON.parse(JSON.stringify(splitDecision(made, null)));
        expect(joinDecision(parts)).toEqual(made);
        expect(parts.record.signals).toEqual(seen.filter(isOpen).map(({ signalId }) => signalId));
        for (const { kind } of seen) expect(JSON.stringify(parts.record)).not.toContain(kind);
      }),
    );
  });

  it('lets rules ask for a level: what nobody looked for is unknown, and fires nothing', () => {
    const plan = planOf(-4_000_000, { '>=': [{ var: 'signals.arrears' }, 'orange'] });
    const seen = (level: SignalLevel): SeenSignal[] => [
      { kind: 'arrears', level, signalId: 's', label, tier: null, action: null },
    ];
    const hitsOf = (signals: readonly SeenSignal[]) => decideWith(plan, signals).rules;
    expect(hitsOf(seen('red')).hits).toMatchObject([
      { id: 'over-signals', seen: [{ field: 'signals.arrears', value: 'red' }] },
    ]);
    expect(hitsOf(seen('orange')).hits).toHaveLength(1);
    expect(hitsOf(seen('yellow'))).toMatchObject({ hits: [], notEvaluable: [] });
    expect(hitsOf([{ kind: 'arrears', level: 'none' }])).toMatchObject({ hits: [], notEvaluable: [] });
    expect(hitsOf([])).toMatchObject({
      hits: [],
      notEvaluable: [{ id: 'over-signals', unknown: ['signals.arrears'] }],
    });
  });

  it('is suspended from a lowering by a signal that the officer had not seen', () => {
    const plan = planOf(-1_000_000);
    const signal: SeenSignal = {
      kind: 'arrears',
      level: 'red',
      signalId: 's',
      label,
      tier: 'high',
      action: 'review',
    };
    const saw = (hits: readonly object[]) =>
      createOverride({ kind: 'lower', tier: 'low', action: null, saw: { modelTier: 'high', hits: hits as never } });
    const unseen = decideWith(plan, [signal], { override: saw([]) });
    expect(unseen).toMatchObject({ tier: { final: 'high' }, override: { outcome: 'suspended' } });
    const hits = [{ id: 'signals.arrears', tier: 'high', action: 'review' }];
    expect(decideWith(plan, [signal], { override: saw(hits) })).toMatchObject({
      tier: { final: 'low' },
      override: { outcome: 'applied' },
    });
  });
});
