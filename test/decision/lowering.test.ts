import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { createDecisionPlan } from '../../src/decision/plan.ts';
import { Action, actionRank, Tier, tierRank } from '../../src/domain/ordered.ts';
import { createModel } from '../factories/model.ts';
import { createOverride, createPolicy } from '../factories/policy.ts';

describe('decide', () => {
  it('leaves the action to the lowered tier where the officer names none', () => {
    const risingActions = fc
      .uniqueArray(fc.constantFrom(...Action.options), { minLength: 3, maxLength: 3 })
      .map((three) => three.sort((a, b) => actionRank(a) - actionRank(b)))
      .map(([low = 'pass', medium = 'pass', high = 'pass']) => ({ low, medium, high }));
    fc.assert(
      fc.property(
        risingActions,
        fc.integer({ min: -4_000_000, max: 1_000_000 }),
        fc.constantFrom(...Tier.options),
        (actions, microLogits, to) => {
          const plan = createDecisionPlan({
            model: createModel({ intercept: { microLogits, se: 0 } }),
            policy: createPolicy({ actions }),
            policyFingerprint: '',
            dictionary: null,
          });
          const decision = decide(plan, {
            decisionId: 'd1',
            customerRef: 'c1',
            purpose: 'monitoring',
            segment: null,
            asOf: '2026-06-01T00:00:00.000Z',
            decidedAt: '2026-06-01T00:00:00.000Z',
            timeZone: 'Asia/Shanghai',
            state: 'scored',
            read: { row: new Float64Array(0), columns: [], warnings: [] },
            previous: null,
            override: createOverride({ tier: to, action: null }),
            signals: [],
          });
          const modelTier = decision.tier.model ?? 'high';
          const expected = tierRank(to) < tierRank(modelTier) ? to : modelTier;
          expect({ tier: decision.tier.final, action: decision.action }).toEqual({
            tier: expected,
            action: actions[expected],
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});
