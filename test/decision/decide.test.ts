import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { findFlip } from '../../src/decision/flip.ts';
import { createDecisionPlan, type DecisionPlan } from '../../src/decision/plan.ts';
import { type RawFields, readRow } from '../../src/decision/row.ts';
import { Decision } from '../../src/domain/decision.ts';
import { actionRank, Tier, tierRank } from '../../src/domain/ordered.ts';
import type { Policy, Rule } from '../../src/domain/policy.ts';
import { AppError } from '../../src/errors.ts';
import { readDictionary } from '../../src/store/dictionaries.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { findModel, readModel } from '../../src/store/models.ts';
import { findPolicy } from '../../src/store/policies.ts';
import { createDecisionInputs } from '../factories/decision.ts';
import { createOverride, createRule } from '../factories/policy.ts';
import { at } from '../reference/exact.ts';
import { divideScore } from '../reference/reasons.ts';
import { arbitraryFields } from '../support/arbitrary-fields.ts';

const model = readModel(findModel('taiwan-card', modelFolders(undefined)).path);
const { policy } = findPolicy('taiwan-card', '2026-06-01');
const dictionary = readDictionary('taiwan-credit-card');

const bind = (changes: Partial<Policy> = {}): DecisionPlan =>
  createDecisionPlan({ model, policy: { ...policy, ...changes }, policyFingerprint: 'f', dictionary });

const plan = bind();
const fields = arbitraryFields(plan);
const previous = fc.option(
  fc.record({
    tier: fc.constantFrom(...Tier.options),
    since: fc.constantFrom('2026-05-25T00:00:00.000Z', '2025-01-01T00:00:00.000Z'),
  }),
);
const purpose = fc.constantFrom('application' as const, 'monitoring' as const);

/** The first few rules of the policy, so that adding one can be tried. */
const someRules = fc.subarray([...policy.rules]);

describe('decide, over the champion and its policy', () => {
  it('gives contributions that add up to the score from its reference, exactly, for any input', () => {
    fc.assert(
      fc.property(fields, previous, purpose, (row, before, why) => {
        const { score, edge, tier } = decide(plan, createDecisionInputs(plan, row, { previous: before, purpose: why }));
        if (!score) throw new Error('no score');
        const sum = score.contributions.reduce((total, part) => total + part, score.referenceMicroLogits);
        expect(sum).toBe(score.microLogits);
        expect(score.references.reduce((total, part) => total + part, model.intercept.microLogits)).toBe(
          score.referenceMicroLogits,
        );
        expect(score.referenceMicroLogits).toBe(
          score.tier === 'low' ? score.cutOffMicroLogits : score.cutOffMicroLogits - 1,
        );
        expect(score.lowerMicroLogits).toBeLessThanOrEqual(score.microLogits);
        expect(score.upperMicroLogits - score.microLogits).toBe(score.microLogits - score.lowerMicroLogits);
        for (const boundary of edge)
          expect(boundary.distanceMicroLogits).toBe(score.microLogits - boundary.cutOffMicroLogits);
        expect(tierRank(tier.model ?? 'low')).toBeGreaterThanOrEqual(tierRank(score.tier));
      }),
      { numRuns: 500 },
    );
  });

  it('is a complete Decision by its schema, and the same to the last bit every time', () => {
    fc.assert(
      fc.property(fields, previous, (row, before) => {
        const inputs = createDecisionInputs(plan, row, { previous: before, purpose: 'monitoring' });
        const decision = decide(plan, inputs);
        expect(Decision.parse(decision)).toEqual(decision);
        expect(JSON.stringify(decide(bind(), inputs))).toBe(JSON.stringify(decision));
      }),
      { numRuns: 100 },
    );
  });

  it('never gives a milder outcome for one more rule', () => {
    fc.assert(
      fc.property(fields, someRules, fc.nat(), (row, rules, which) => {
        const added = policy.rules[which % policy.rules.length] as Rule;
        const outcomeOf = (list: Rule[]) => {
          const bound = bind({ rules: list });
          const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
          const needed = Object.fromEntries(
            bound.features.columns.map(({ name }) => [name, { ...blank, ...row }[name] ?? null]),
          );
          return decide(bound, createDecisionInputs(bound, needed));
        };
        const before = outcomeOf(rules.filter((rule) => rule !== added));
        const after = outcomeOf([...rules.filter((rule) => rule !== added), added]);
        expect(tierRank(after.tier.final)).toBeGreaterThanOrEqual(tierRank(before.tier.final));
        expect(actionRank(after.action)).toBeGreaterThanOrEqual(actionRank(before.action));
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of the rules', () => {
    const shuffled = fc.shuffledSubarray([...policy.rules], { minLength: policy.rules.length });
    fc.assert(
      fc.property(fields, shuffled, (row, rules) => {
        const other = bind({ rules });
        expect(decide(other, createDecisionInputs(other, row))).toEqual(decide(plan, createDecisionInputs(plan, row)));
      }),
      { numRuns: 40 },
    );
  });

  it('fires no rule on what is not known, and lists it', () => {
    const unknown = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
    const { rules } = decide(plan, createDecisionInputs(plan, unknown));
    expect(rules.hits.map(({ id }) => id)).toEqual(['status-unknown']);
    expect(rules.notEvaluable.map(({ id }) => id)).toContain('two-months-behind');
    fc.assert(
      fc.property(fields, (row) => {
        const outcome = decide(plan, createDecisionInputs(plan, row)).rules;
        for (const { seen, id } of outcome.hits) {
          if (!['status-unknown', 'uncertain-near-high'].includes(id))
            expect(seen.some(({ value }) => value !== null)).toBe(true);
        }
        for (const { unknown: names } of outcome.notEvaluable) expect(names.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it('never lowers the score when a model input rises in its direction of risk', () => {
    const directed = model.inputs.flatMap((input, place) => (input.direction && input.edges ? [{ input, place }] : []));
    const bins = fc.tuple(...model.inputs.map(({ counts }) => fc.nat(counts.length - 1)));
    fc.assert(
      fc.property(bins, fc.constantFrom(...directed), fc.nat(), fc.nat(), (others, { input, place }, a, b) => {
        const ordered = (input.edges?.length ?? 0) + 1;
        const [low, high] = [Math.min(a % ordered, b % ordered), Math.max(a % ordered, b % ordered)];
        const scoreAt = (bin: number) =>
          plan.tables.score(
            Int32Array.from(others, (other, index) => (index === place ? bin : other)),
            new Float64Array(model.terms.length),
          );
        const rise = scoreAt(high) - scoreAt(low);
        expect(input.direction === 'increasing' ? rise : -rise).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds a single change that really flips the tier, never of a protected column', () => {
    fc.assert(
      fc.property(fields, (row) => {
        const read = readRow(plan, row, new Set());
        const flip = findFlip(plan, read.row, -1);
        if (!flip) return;
        const column = model.columns.find(({ name }) => name === flip.column);
        expect(column?.protected).toBe(false);
        const natural = typeof flip.to === 'number' ? flip.to / 10 ** (column?.decimals ?? 0) : flip.to;
        const tierOf = (changed: RawFields) => decide(plan, createDecisionInputs(plan, changed)).score?.tier;
        expect(tierOf({ ...row, [flip.column]: natural })).toBe(flip.tier);
        expect(flip.tier).not.toBe(tierOf(row));
        expect(flip.share).toBeGreaterThanOrEqual(0);
        expect(flip.share).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('holds a fall of the model tier until the minimum stay is over, and says so first', () => {
    fc.assert(
      fc.property(fields, (row) => {
        const at = (since: string) =>
          decide(plan, createDecisionInputs(plan, row, { purpose: 'monitoring', previous: { tier: 'high', since } }));
        const [young, old] = [at('2026-05-20T00:00:00.000Z'), at('2025-01-01T00:00:00.000Z')];
        expect(young.tier.model).toBe('high');
        expect(old.tier.model).toBe(old.score?.tier);
        if (young.score?.tier !== 'high') expect(young.reasons.map(({ kind }) => kind)).toContain('held');
      }),
      { numRuns: 100 },
    );
  });

  it('gives an application no tier to fall from', () => {
    fc.assert(
      fc.property(fields, (row) => {
        const before = { tier: 'high' as const, since: '2026-05-31T00:00:00.000Z' };
        const decision = decide(plan, createDecisionInputs(plan, row, { previous: before }));
        expect(decision.previous).toBeNull();
        expect(decision.tier.model).toBe(decision.score?.tier);
      }),
      { numRuns: 50 },
    );
  });

  it('names at most four reasons, score reasons with positive sums, and only where the score was adverse or nothing else fixed it', () => {
    fc.assert(
      fc.property(fields, (row) => {
        const { reasons, mitigating, score } = decide(plan, createDecisionInputs(plan, row));
        expect(reasons.length).toBeLessThanOrEqual(4);
        for (const reason of reasons) if (reason.kind === 'score') expect(reason.microLogits).toBeGreaterThan(0);
        for (const reason of mitigating) expect(reason.microLogits).toBeLessThan(0);
        const kinds = reasons.map(({ kind }) => kind);
        if (score?.tier === 'low' && kinds.some((kind) => kind !== 'score')) expect(kinds).not.toContain('score');
      }),
      { numRuns: 300 },
    );
  });

  it('neutralising the first score reason takes at least its sum off the score', () => {
    fc.assert(
      fc.property(fields, (row) => {
        const { reasons, score } = decide(plan, createDecisionInputs(plan, row));
        const first = reasons.find(({ kind }) => kind === 'score');
        if (!first || !score) return;
        const { references, contributions } = score;
        const cells = contributions.map((contribution, term) => contribution + at(references, term));
        const shares = divideScore({ model, cells, references }).groups;
        const neutral = model.groups.reduce(
          (sum, { code }, group) => sum + (code === first.code ? 0 : at(shares, group)),
          references.reduce((sum, reference) => sum + reference, model.intercept.microLogits),
        );
        expect(score.microLogits - neutral).toBe(first.microLogits);
      }),
      { numRuns: 200 },
    );
  });

  it('decides without a score where there is none: at least the floor, rules still raise, nothing of a score', () => {
    fc.assert(
      fc.property(fields, fc.constantFrom('degraded' as const, 'defaulted' as const), (row, state) => {
        const decision = decide(plan, createDecisionInputs(plan, row, { state }));
        expect(decision).toMatchObject({
          state,
          score: null,
          tier: { model: null },
          edge: [],
          mitigating: [],
        });
        expect(decision.versions.model === null).toBe(state === 'degraded');
        expect(tierRank(decision.tier.final)).toBeGreaterThanOrEqual(tierRank(policy.unscored[state].tier));
        expect(actionRank(decision.action)).toBeGreaterThanOrEqual(actionRank(policy.unscored[state].action));
        expect(decision.reasons.some(({ code }) => code === state)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('gives the person as the only reason where a person lowered', () => {
    const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
    const seen = decide(plan, createDecisionInputs(plan, blank));
    const saw = {
      modelTier: seen.tier.model ?? 'high',
      hits: seen.rules.hits.map(({ id, tier, action }) => ({ id, tier, action })),
    };
    const lowered = decide(plan, createDecisionInputs(plan, blank, { override: createOverride({ saw }) }));
    expect(lowered.tier.final).toBe('low');
    expect(lowered.reasons).toEqual([{ kind: 'override', code: 'o1', microLogits: null, input: null }]);
  });

  it('records what became of an override', () => {
    const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
    const outcomeOf = (override: ReturnType<typeof createOverride>) =>
      decide(plan, createDecisionInputs(plan, blank, { override })).override?.outcome;
    expect(outcomeOf(createOverride({ kind: 'raise', tier: 'high' }))).toBe('applied');
    expect(outcomeOf(createOverride({ kind: 'raise', tier: 'high', until: '2026-01-01T00:00:00.000Z' }))).toBe(
      'expired',
    );
    expect(outcomeOf(createOverride({ kind: 'lower', tier: 'low' }))).toBe('suspended');
  });
});

describe('the policy that ships', () => {
  it('asks for a check by hand where the interval reaches the cut-off of high risk', () => {
    const rule = policy.rules.find(({ id }) => id === 'uncertain-near-high');
    expect(JSON.stringify(rule?.when)).toContain(`{"var":"score.upperMicroLogits"},${plan.cutOffs.enter[2]}]`);
    expect(JSON.stringify(rule?.when)).toContain(`{"var":"score.probability"},${policy.tiers.high.enter}]`);
  });
});

describe('reading a row', () => {
  const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
  const faultOf = (row: RawFields): string => {
    try {
      readRow(plan, row, new Set(['sex']));
    } catch (fault) {
      if (fault instanceof AppError) return `${fault.code} ${JSON.stringify(fault.values)}`;
    }
    return 'none';
  };

  it('takes our names and the source names, and what is accepted but not needed', () => {
    const { repayment_status_1: _, ...rest } = blank;
    expect(faultOf({ ...rest, PAY_0: 2 })).toBe('none');
    expect(faultOf({ ...blank, sex: '1' })).toBe('none');
  });

  it('names an absent field, an unknown field, a wrong type and a value out of bounds', () => {
    const { repayment_status_1: _, ...rest } = blank;
    expect(faultOf(rest)).toContain('field_missing {"field":"repayment_status_1"}');
    expect(faultOf({ ...blank, nonsense: 1 })).toContain('field_unknown {"field":"nonsense"}');
    expect(faultOf({ ...blank, repayment_status_1: 'two' })).toContain('bad_value');
    expect(faultOf({ ...blank, repayment_status_1: 77 })).toContain('"field":"repayment_status_1"');
  });

  it('warns of a value beyond what training saw', () => {
    const { warnings } = readRow(plan, { ...blank, bill_amount_1: 99_000_000 }, new Set());
    expect(warnings).toEqual([{ code: 'out_of_range', field: 'bill_amount_1' }]);
  });
});

describe('a policy is checked when it is bound', () => {
  const faultOf = (rule: Partial<Rule>): string => {
    try {
      bind({ rules: [createRule({ id: 'odd-rule', ...rule })] });
    } catch (fault) {
      if (fault instanceof AppError) return `${fault.code}: ${fault.values.rule}: ${fault.message}`;
    }
    return 'none';
  };

  it.each([
    ['an unknown field', { when: { '>': [{ var: 'features.nonsense' }, 1] } }, 'no field features.nonsense'],
    ['a wrong type', { when: { '>': [{ var: 'features.credit_limit' }, 'much'] } }, 'where a'],
    [
      'a constant finer than the field',
      { when: { '>': [{ var: 'features.bill_amount_1' }, 0.5] } },
      'finer than its field',
    ],
    [
      'units that differ',
      { when: { '>': [{ var: 'features.bill_amount_1' }, { var: 'features.repayment_status_1' }] } },
      'TWD is compared with month',
    ],
    ['contradictory dates', { from: '2026-02-01', to: '2026-01-01' }, 'no day at all'],
    ['a level that there is not', { when: { '>=': [{ var: 'signals.late' }, 'purple'] } }, 'purple'],
  ])('%s names the rule', (_, rule, problem) => {
    const fault = faultOf(rule);
    expect(fault).toContain('bad_policy: odd-rule');
    expect(fault).toContain(problem);
  });
});
