import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { findFlip } from '../../src/decision/flip.ts';
import { joinDecision, splitDecision } from '../../src/decision/parts.ts';
import { createDecisionPlan, type DecisionPlan } from '../../src/decision/plan.ts';
import type { Adjustment } from '../../src/domain/adjustment.ts';
import { Decision } from '../../src/domain/decision.ts';
import type { Model } from '../../src/domain/model.ts';
import { Tier, tierRank } from '../../src/domain/ordered.ts';
import { drawWaterfall } from '../../src/explanation/waterfall.ts';
import { wordReason } from '../../src/explanation/wording.ts';
import { toCanonicalJson } from '../../src/fingerprint.ts';
import { toAdjustmentTerms } from '../../src/model/adjustments.ts';
import { reachedRank } from '../../src/policy/tiers.ts';
import { createAdjustment } from '../factories/adjustment.ts';
import { createDecisionInputs } from '../factories/decision.ts';
import { createPolicy } from '../factories/policy.ts';
import { at } from '../reference/exact.ts';
import { addedBy, arbitraryAdjustments } from '../support/arbitrary-adjustment.ts';
import { arbitraryModel, arbitraryRow, type DrawnRow, scoreDrawn } from '../support/arbitrary-model.ts';
import { tiny } from '../support/tiny-models.ts';

const policy = createPolicy();

const bind = (model: Model, adjustments?: readonly Adjustment[]): DecisionPlan =>
  createDecisionPlan({
    model,
    policy,
    policyFingerprint: 'f',
    dictionary: null,
    ...(adjustments ? { adjustments } : {}),
  });

const cases = arbitraryModel('model').chain((model) =>
  fc.record({ model: fc.constant(model), adjustments: arbitraryAdjustments(model), row: arbitraryRow }),
);

/** The columns a model reads of a drawn row. */
const fieldsOf = (model: Model, row: DrawnRow) =>
  Object.fromEntries(
    model.columns.map(({ name }) => {
      const value = row[name as keyof DrawnRow];
      return [name, typeof value === 'number' && Number.isNaN(value) ? null : value];
    }),
  );

const decideFor = (plan: DecisionPlan, row: DrawnRow, change = {}) =>
  decide(plan, createDecisionInputs(plan, fieldsOf(plan.model, row), change));

/** A model that scores by itself what another one scores with adjustments. */
const absorb = (model: Model, adjustments: readonly Adjustment[]): Model => {
  const terms = adjustments.flatMap((adjustment) => toAdjustmentTerms(model, adjustment));
  const constants = terms.filter(({ inputs }) => inputs.length === 0);
  const added = constants.reduce((sum, { microLogits }) => sum + at(microLogits, 0), 0);
  const tables = [...model.terms, ...terms.filter(({ inputs }) => inputs.length > 0)];
  const zeros = tables.slice(model.terms.length).map(() => 0);
  return {
    ...model,
    terms: tables,
    intercept: { ...model.intercept, microLogits: model.intercept.microLogits + added },
    references: model.references.map(({ rows, microLogits }) => ({ rows, microLogits: [...microLogits, ...zeros] })),
  };
};

describe('a decision with adjustments in force', () => {
  it('has reference + contributions + adjustments = score, in integers, on any model with any adjustments', () => {
    fc.assert(
      fc.property(cases, ({ model, adjustments, row }) => {
        const { score, adjustments: applied } = decideFor(bind(model, adjustments), row);
        if (!score) throw new Error('no score');
        const { bins, microLogits } = scoreDrawn(model, row);
        const added = adjustments.map((adjustment) => addedBy(model, adjustment, bins));
        expect(applied.map((each) => each.microLogits)).toEqual(added);
        expect(applied.map(({ name }) => name)).toEqual(adjustments.map(({ name }) => name));
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        expect(score.microLogits).toBe(microLogits + sum(added));
        expect(score.referenceMicroLogits + sum(score.contributions) + sum(added)).toBe(score.microLogits);
        expect(score.contributions.length).toBe(model.terms.length);
        expect(score.references.length).toBe(model.terms.length);
      }),
      { numRuns: 500 },
    );
  });

  it('has the tier, the edges and the interval of the sum, the interval as wide as without them', () => {
    fc.assert(
      fc.property(cases, fc.option(fc.constantFrom(...Tier.options)), ({ model, adjustments, row }, tier) => {
        const previous = tier && { tier, since: '2026-01-01T00:00:00.000Z' };
        const inputs = { previous, purpose: 'monitoring' as const };
        const plan = bind(model, adjustments);
        const [adjusted, alone] = [decideFor(plan, row, inputs), decideFor(bind(model), row, inputs)];
        if (!adjusted.score || !alone.score) throw new Error('no score');
        const { microLogits, upperMicroLogits, tier: reached } = adjusted.score;
        const rank = reachedRank(plan.cutOffs, microLogits, tier ? tierRank(tier) : -1);
        expect(tierRank(reached)).toBe(rank);
        expect(upperMicroLogits - microLogits).toBe(alone.score.upperMicroLogits - alone.score.microLogits);
        for (const { cutOffMicroLogits, distanceMicroLogits } of adjusted.edge) {
          expect(distanceMicroLogits).toBe(microLogits - cutOffMicroLogits);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is what it was before, to the byte, where there are none', () => {
    fc.assert(
      fc.property(cases, ({ model, row }) => {
        const decision = decideFor(bind(model), row);
        expect(decideFor(bind(model, []), row)).toEqual(decision);
        const { record, sections } = splitDecision(decision, null);
        expect(record.adjustments).toEqual([]);
        expect(Object.keys(sections.assessment)).toEqual(['edge', 'mitigating', 'reasons', 'rules', 'score']);
      }),
      { numRuns: 100 },
    );
  });

  it('comes together again from its parts, and the record does not say what an adjustment added', () => {
    fc.assert(
      fc.property(cases, ({ model, adjustments, row }) => {
        const decision = decideFor(bind(model, adjustments), row);
        const parts = splitDecision(decision, null);
        expect(joinDecision(JSON.parse(JSON.stringify(parts)))).toEqual(decision);
        expect(Decision.parse(decision)).toEqual(decision);
        expect(parts.record.adjustments.flatMap((each) => Object.keys(each))).toEqual(
          adjustments.flatMap(() => ['fingerprint', 'name']),
        );
        for (const part of [parts.record, parts.sections.assessment]) {
          expect(JSON.stringify(part)).toBe(toCanonicalJson(part));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('names each adjustment that adds risk among the reasons, and one that lowers it as mitigating, by its own text', () => {
    fc.assert(
      fc.property(cases, ({ model, adjustments, row }) => {
        const { reasons, mitigating, adjustments: applied } = decideFor(bind(model, adjustments), row);
        const said = new Map(
          [...reasons, ...mitigating].flatMap((each) => (each.kind === 'adjustment' ? [[each.code, each]] : [])),
        );
        for (const { name, microLogits } of applied) {
          const found = said.get(name);
          if (found) expect(found).toEqual({ code: name, input: null, kind: 'adjustment', microLogits });
          if (microLogits < 0) expect(mitigating.some(({ code }) => code === name)).toBe(true);
          if (microLogits === 0) expect(found).toBeUndefined();
          if (microLogits > 0) {
            const above = reasons.filter((each) => (each.microLogits ?? 0) >= microLogits);
            expect(found !== undefined || above.length === 4).toBe(true);
          }
          if (found)
            expect(wordReason(found, { model, policy, adjustments, signals: [] })).toEqual({
              zh: '利率上升',
              en: 'Rates have risen',
            });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is flipped by what flips a model that has the same tables as terms of its own', () => {
    fc.assert(
      fc.property(cases, ({ model, adjustments, row }) => {
        const plan = bind(model, adjustments);
        const { read } = createDecisionInputs(plan, fieldsOf(model, row));
        expect(findFlip(plan, read.row, -1)).toEqual(findFlip(bind(absorb(model, adjustments)), read.row, -1));
      }),
      { numRuns: 500 },
    );
  });

  it('draws each as a step behind the groups, and the steps sum to the score', () => {
    fc.assert(
      fc.property(cases, ({ model, adjustments, row }) => {
        const decision = decideFor(bind(model, adjustments), row);
        const drawn = drawWaterfall({ decision, flip: null, model, policy, adjustments, mostInputs: 5 }, 'en');
        const steps = drawn.split('\n').flatMap((line) => {
          const [, amount] = /^ *([+-]?\d+) {2}[ +-]{24} {2}/.exec(line) ?? [];
          return amount === undefined ? [] : [Number(amount)];
        });
        const score = steps.pop();
        expect(score).toBe(decision.score?.microLogits);
        expect(steps.reduce((sum, step) => sum + step, 0)).toBe(score);
        for (const { name, microLogits } of decision.adjustments) {
          expect(drawn.includes(`Adjustment: Rates have risen (${name}, owner head of risk, until 2026-07-01)`)).toBe(
            microLogits !== 0,
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has none where nothing is scored', () => {
    const model = tiny();
    const plan = bind(model, [createAdjustment(model)]);
    const decision = decide(plan, createDecisionInputs(plan, { column_0: 1 }, { state: 'degraded' }));
    expect(decision).toMatchObject({ score: null, adjustments: [] });
  });
});
