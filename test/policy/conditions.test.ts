import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/domain/policy.ts';
import type { Text } from '../../src/domain/text.ts';
import { parseCondition } from '../../src/policy/condition.ts';
import { countToTurn, evaluate } from '../../src/policy/kleene.ts';
import { compileRules, evaluateRules, findNearest } from '../../src/policy/rules.ts';
import type { Facts } from '../../src/policy/vocabulary.ts';
import { createCode } from '../factories/model.ts';
import { createPolicy, createRule } from '../factories/policy.ts';
import { fewestTurns, judge, orderOf, stands, type Truth } from '../reference/conditions.ts';
import { at } from '../reference/exact.ts';
import {
  conditionOf,
  createNumberField,
  createStage,
  factsOf,
  plant,
  type Stage,
  stages,
} from './arbitrary-conditions.ts';

const refuse = (problem: Text): never => {
  throw new Error(`refused: ${problem.en}`);
};

const parse = (condition: Condition, { vocabulary }: Stage) => parseCondition(condition, { vocabulary, refuse });

const ask = (condition: Condition, stage: Stage, facts: Facts): Truth => evaluate(parse(condition, stage), facts);

const factsWith = (facts: Partial<Facts> = {}): Facts => ({
  features: new Float64Array(0),
  microLogits: 0,
  lowerMicroLogits: 0,
  upperMicroLogits: 0,
  modelTier: 0,
  signals: new Float64Array(0),
  ...facts,
});

const cases = stages.chain((stage) =>
  fc.record({ stage: fc.constant(stage), condition: conditionOf(stage), facts: factsOf(stage) }),
);

describe('parseCondition and evaluate', () => {
  it('accept every well-formed condition and answer true, false or unknown as the definition does', () => {
    fc.assert(
      fc.property(cases, ({ stage, condition, facts }) => {
        expect(ask(condition, stage, facts)).toBe(judge(condition, { vocabulary: stage.vocabulary, facts }));
      }),
      { numRuns: 3000 },
    );
  });

  it('answer a negated condition with the opposite, and what is unknown with unknown', () => {
    fc.assert(
      fc.property(cases, ({ stage, condition, facts }) => {
        const truth = ask(condition, stage, facts);
        expect(ask({ '!': condition }, stage, facts)).toBe(truth === null ? null : !truth);
      }),
      { numRuns: 500 },
    );
  });

  it('never change an answer when something unknown becomes known', () => {
    const learned = cases.chain((one) => fc.record({ one: fc.constant(one), full: factsOf(one.stage) }));
    fc.assert(
      fc.property(learned, ({ one: { stage, condition, facts }, full }) => {
        fc.pre(!asksWhatIsKnown(condition));
        const truth = ask(condition, stage, facts);
        fc.pre(truth !== null);
        const fill = (known: number, later: number) => (Number.isNaN(known) ? later : known);
        const filled = {
          features: facts.features.map((value, place) => fill(value, at(full.features, place))),
          microLogits: fill(facts.microLogits, full.microLogits),
          lowerMicroLogits: fill(facts.lowerMicroLogits, full.lowerMicroLogits),
          upperMicroLogits: fill(facts.upperMicroLogits, full.upperMicroLogits),
          modelTier: fill(facts.modelTier, full.modelTier),
          signals: facts.signals,
        };
        expect(ask(condition, stage, filled)).toBe(truth);
      }),
      { numRuns: 500 },
    );
  });

  describe('follow the tables of three-valued logic', () => {
    const stage = createStage([createNumberField(0), createNumberField(1)]);
    const facts = factsWith({ features: Float64Array.of(1, Number.NaN) });
    const written = new Map<Truth, Condition>([
      [true, { '==': [{ var: 'features.n0' }, 1] }],
      [false, { '==': [{ var: 'features.n0' }, 2] }],
      [null, { '==': [{ var: 'features.n1' }, 1] }],
    ]);
    const as = (truth: Truth): Condition => written.get(truth) ?? null;
    const table: [Truth, Truth, Truth, Truth][] = [
      [true, true, true, true],
      [true, false, false, true],
      [true, null, null, true],
      [false, true, false, true],
      [false, false, false, false],
      [false, null, false, null],
      [null, true, null, true],
      [null, false, false, null],
      [null, null, null, null],
    ];
    it.each(table)('%s with %s: and gives %s, or gives %s', (left, right, both, either) => {
      expect(ask({ and: [as(left), as(right)] }, stage, facts)).toBe(both);
      expect(ask({ or: [as(left), as(right)] }, stage, facts)).toBe(either);
      expect(ask({ '!': { and: [as(left), as(right)] } }, stage, facts)).toBe(both === null ? null : !both);
      expect(ask({ '!': { or: [as(left), as(right)] } }, stage, facts)).toBe(either === null ? null : !either);
    });

    it.each(['<', '<=', '>', '>=', '==', '!=', '===', '!=='])('%s with null is unknown, on either side', (operator) => {
      const unknown = { var: 'features.n1' };
      for (const other of [0, 1, { var: 'features.n0' }, { '+': [unknown, 1] }] as Condition[]) {
        expect(ask({ [operator]: [unknown, other] }, stage, facts)).toBe(null);
        expect(ask({ [operator]: [other, unknown] }, stage, facts)).toBe(null);
      }
    });

    it('in with null is unknown, and only known asks about null', () => {
      expect(ask({ in: [{ var: 'features.n1' }, [1, 2]] }, stage, facts)).toBe(null);
      expect(ask({ '!': { in: [{ var: 'features.n1' }, [1, 2]] } }, stage, facts)).toBe(null);
      expect(ask({ known: { var: 'features.n1' } }, stage, facts)).toBe(false);
      expect(ask({ known: { var: 'features.n0' } }, stage, facts)).toBe(true);
    });
  });

  describe('read a special code', () => {
    const codes = [createCode({ value: -99 }), createCode({ value: -98 })];
    const stage = createStage([createNumberField(0, { codes })]);
    const field = { var: 'features.n0' };
    const facts = factsWith({ features: Float64Array.of(-99) });

    it.each(['<', '<=', '>', '>=', '==', '!='])('as unknown where %s asks for a quantity', (operator) => {
      expect(ask({ [operator]: [field, 5] }, stage, facts)).toBe(null);
      expect(ask({ [operator]: [{ '*': [field, 0] }, 5] }, stage, facts)).toBe(null);
    });

    it('as itself where == != in name a code', () => {
      expect(ask({ '==': [field, -99] }, stage, facts)).toBe(true);
      expect(ask({ '!=': [field, -99] }, stage, facts)).toBe(false);
      expect(ask({ '==': [-99, field] }, stage, facts)).toBe(true);
      expect(ask({ in: [field, [5, -99]] }, stage, facts)).toBe(true);
      expect(ask({ in: [field, [-98]] }, stage, facts)).toBe(false);
      expect(ask({ in: [field, [5, -98]] }, stage, facts)).toBe(null);
    });
  });

  it('multiply by a constant of any fineness exactly, or refuse it', () => {
    const stage = createStage([createNumberField(0)]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 7, max: 12 }), (value, zeros) => {
        const factor = Number(`1e-${zeros}`);
        const isPositive = { '>': [{ '*': [{ var: 'features.n0' }, factor] }, 0] };
        let truth: Truth | 'refused' = 'refused';
        try {
          truth = ask(isPositive, stage, factsWith({ features: Float64Array.of(value) }));
        } catch {}
        expect(['refused', true]).toContain(truth);
      }),
      { numRuns: 200 },
    );
  });

  it('are exact or silent where numbers are too large for a double', () => {
    const large = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer({ min: -40, max: 40 }).map((offset) => 2 ** 52 + offset),
      fc.integer({ min: 1, max: 40 }).map((offset) => offset - 2 ** 53),
    );
    const field = fc.record({ decimals: fc.integer({ min: 0, max: 3 }), value: large });
    const operator = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 4, maxLength: 4 }),
        operator,
        fc.constantFrom('+', '-'),
        (fields, compare, sum) => {
          const stage = createStage(fields.map(({ decimals }, place) => createNumberField(place, { decimals })));
          const facts = factsWith({ features: Float64Array.from(fields, ({ value }) => value) });
          const exact = fields.map(({ value, decimals }) => BigInt(value) * 10n ** BigInt(3 - decimals));
          const sumOf = (a: number, b: number) => at(exact, a) + (sum === '+' ? at(exact, b) : -at(exact, b));
          const order = (left: bigint, right: bigint) => stands(compare, orderOf(left, right));
          const variable = (place: number) => ({ var: `features.n${place}` });
          const plain = ask({ [compare]: [variable(0), variable(1)] }, stage, facts);
          expect([null, order(at(exact, 0), at(exact, 1))]).toContain(plain);
          const added = ask(
            { [compare]: [{ [sum]: [variable(0), variable(1)] }, { [sum]: [variable(2), variable(3)] }] },
            stage,
            facts,
          );
          expect([null, order(sumOf(0, 1), sumOf(2, 3))]).toContain(added);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** `known` alone may answer differently once more is known. */
const asksWhatIsKnown = (condition: Condition): boolean => JSON.stringify(condition).includes('"known"');

describe('findNearest', () => {
  it('names, among silent rules that would change the outcome, the one with the fewest comparisons to turn, ties by id', () => {
    const ruled = stages.chain((stage) =>
      fc.record({
        stage: fc.constant(stage),
        rules: fc.array(fc.record({ when: conditionOf(stage), changes: fc.boolean() }), { minLength: 1, maxLength: 6 }),
        facts: factsOf(stage),
      }),
    );
    fc.assert(
      fc.property(ruled, ({ stage, rules, facts }) => {
        const named = rules.map((rule, index) => ({ ...rule, id: `r${(index * 5) % 7}` }));
        const changing = new Set(named.filter(({ changes }) => changes).map(({ id }) => id));
        const compiled = compileRules(
          createPolicy({ rules: named.map(({ id, when }) => createRule({ id, when })) }),
          stage.vocabulary,
        );
        const nearest = findNearest(evaluateRules(compiled, facts).silent, facts, ({ id }) => changing.has(id));
        const world = { vocabulary: stage.vocabulary, facts };
        const [expected] = named
          .filter(({ id, when }) => changing.has(id) && judge(when, world) === false)
          .map(({ id, when }) => ({ id, comparisons: fewestTurns(when, world) }))
          .filter(({ comparisons }) => Number.isFinite(comparisons))
          .sort((a, b) => a.comparisons - b.comparisons || a.id.localeCompare(b.id));
        expect(nearest && { id: nearest.id, comparisons: nearest.comparisons }).toEqual(expected ?? null);
      }),
      { numRuns: 500 },
    );
  });
});

describe('evaluateRules', () => {
  it('fires on true only, lists what is unknown, and keeps the rest silent', () => {
    const ruled = stages.chain((stage) =>
      fc.record({
        stage: fc.constant(stage),
        conditions: fc.array(conditionOf(stage), { minLength: 1, maxLength: 5 }),
        facts: factsOf(stage),
      }),
    );
    fc.assert(
      fc.property(ruled, ({ stage, conditions, facts }) => {
        const rules = conditions.map((when, index) => createRule({ id: `r${index}`, when }));
        const outcome = evaluateRules(compileRules(createPolicy({ rules }), stage.vocabulary), facts);
        const idsThat = (truth: Truth) =>
          rules
            .filter(({ when }) => judge(when, { vocabulary: stage.vocabulary, facts }) === truth)
            .map(({ id }) => id);
        expect(outcome.hits.map(({ id }) => id)).toEqual(idsThat(true));
        expect(outcome.notEvaluable.map(({ id }) => id)).toEqual(idsThat(null));
        expect(outcome.silent.map(({ rule }) => rule.id)).toEqual(idsThat(false));
      }),
      { numRuns: 500 },
    );
  });
});

describe('countToTurn', () => {
  it('counts the fewest comparisons to turn: and sum, or minimum, negation pushed inward', () => {
    fc.assert(
      fc.property(cases, ({ stage, condition, facts }) => {
        expect(countToTurn(parse(condition, stage), facts)).toBe(
          fewestTurns(condition, { vocabulary: stage.vocabulary, facts }),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is 0 exactly where the condition holds', () => {
    fc.assert(
      fc.property(cases, ({ stage, condition, facts }) => {
        expect(countToTurn(parse(condition, stage), facts) === 0).toBe(ask(condition, stage, facts) === true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a condition is refused at load', () => {
  /** Whole yuan, days with two decimals, a plain number with nine decimals, a plain whole number with a code. */
  const stage = createStage(
    [
      createNumberField(0, { unit: 'CNY' }),
      createNumberField(1, { unit: 'day', decimals: 2 }),
      createNumberField(2, { decimals: 9 }),
      createNumberField(3, { codes: [createCode({ value: -99 })] }),
    ],
    [{ kind: 'choice', name: 'features.c4', values: ['a', 'b'], ordered: false, read: () => 0 }],
  );
  const [yuan, days, fine, coded] = [0, 1, 2, 3].map((place) => ({ var: `features.n${place}` }));
  const choice = { var: 'features.c4' };
  const probability = { var: 'score.probability' };
  const comparator = fc.constantFrom('<', '<=', '>', '>=', '==', '!=', '===', '!==');
  const compared = (left: Condition | undefined, right: Condition | undefined): fc.Arbitrary<Condition> =>
    fc.tuple(comparator, fc.boolean()).map(
      ([operator, exchanged]): Condition => ({
        [operator]: exchanged ? [right ?? null, left ?? null] : [left ?? null, right ?? null],
      }),
    );
  const each = (...conditions: Condition[]): fc.Arbitrary<Condition> => fc.constantFrom(...conditions);
  const compareEach = (left: Condition | undefined, rights: readonly Condition[]): fc.Arbitrary<Condition> =>
    fc.constantFrom(...rights).chain((right) => compared(left, right));
  const holds: Condition = { '>': [yuan ?? null, 0] };

  const kinds: [string, fc.Arbitrary<Condition>][] = [
    ['names an unknown field', compared({ var: 'features.nope' }, 1)],
    ['asks whether an unknown field is known', each({ known: { var: 'features.nope' } })],
    ['reads a field with a default', compared({ var: ['features.n0', 0] }, 1)],
    [
      'uses an unknown operator',
      each({ xor: [holds, holds] }, { '!!': holds }, { if: [holds, true, false] }, { none: [holds] }, { '/': [1, 2] }),
    ],
    ['has two operators in one object', each({ and: [holds], or: [holds] }, {})],
    [
      'has an operand that is not Boolean where it must be',
      fc
        .tuple(
          fc.constantFrom('and', 'or'),
          fc.constantFrom<Condition>(1, 0, 'true', null, yuan ?? null, { '+': [yuan ?? null, 1] }, [], choice),
          fc.boolean(),
        )
        .map(([operator, operand, first]) => ({ [operator]: first ? [operand, holds] : [holds, operand] })),
    ],
    [
      'negates what is not Boolean',
      each({ '!': 1 }, { '!': 'a' }, { '!': yuan ?? null }, { '!': [holds, holds] }, { '!': [] }),
    ],
    ['joins nothing', each({ and: [] }, { or: [] })],
    ['compares a number with a Boolean', compareEach(yuan, [true, false, holds])],
    ['compares a number with null', compareEach(yuan, [null])],
    ['compares a number with a text', compareEach(yuan, ['1', 'a', ''])],
    ['compares a number with a choice', compareEach(yuan, [choice])],
    ['compares two constants', compareEach(1, [1, 2])],
    [
      'compares one operand or four',
      each({ '<': [yuan ?? null] }, { '==': [] }, { '<': [1, yuan ?? null, 3, 4] }, { '==': [1, yuan ?? null, 1] }),
    ],
    ['names a constant finer than its field', compareEach(yuan, [0.5, 1.01, -0.000_000_001])],
    ['names a constant finer than its field with two decimals', compareEach(days, [0.125, 1.001, 1e-9])],
    ['names a constant finer than nine decimals', compareEach(fine, [1e-10, 0.000_000_000_4, 0.123_456_789_1])],
    ['names a constant finer than its field that would round to a special code', compareEach(coded, [-98.6, -99.4])],
    ['adds a constant finer than its field', compareEach({ '+': [yuan ?? null, 0.5] }, [1])],
    [
      'looks among constants finer than their field',
      each({ in: [yuan ?? null, [1, 0.5]] }, { in: [days ?? null, [0.001]] }),
    ],
    ['names a constant too large to be exact', compareEach(yuan, [2 ** 53, 1e300])],
    ['compares fields of different units', compareEach(yuan, [days ?? null])],
    ['adds fields of different units', compareEach({ '+': [yuan ?? null, days ?? null] }, [1])],
    ['multiplies two fields with units', compareEach({ '*': [yuan ?? null, yuan ?? null] }, [1])],
    [
      'compares a sum with another unit, wherever the sum names its own',
      compareEach({ '+': [yuan ?? null, fine ?? null] }, [days ?? null]),
    ],
    [
      'compares a sum that begins with a plain number with another unit',
      compareEach({ '+': [fine ?? null, yuan ?? null] }, [days ?? null]),
    ],
    ['compares a product with another unit', compareEach({ '*': [fine ?? null, yuan ?? null] }, [days ?? null])],
    ['compares the probability with 0, 1 or what lies outside', compareEach(probability, [0, 1, -0.1, 1.1, 100])],
    [
      'compares the probability by equality',
      fc
        .tuple(fc.constantFrom('==', '!=', '===', '!=='), fc.boolean())
        .map(
          ([operator, exchanged]): Condition => ({ [operator]: exchanged ? [0.5, probability] : [probability, 0.5] }),
        ),
    ],
    ['compares the probability with a field', compareEach(probability, [fine ?? null, probability, choice])],
    ['compares the probability with null or a text', compareEach(probability, [null, '0.5'])],
    ['counts with the probability', compareEach({ '*': [probability, 100] }, [10])],
    ['looks for the probability among constants', each({ in: [probability, [0.1]] })],
    ['compares a choice with a text it cannot take', compareEach(choice, ['z', ''])],
    ['compares a choice with a number or null', compareEach(choice, [0, 1, null])],
    [
      'asks for the order of a choice that has none',
      fc.constantFrom('<', '<=', '>', '>=').map((operator): Condition => ({ [operator]: [choice, 'a'] })),
    ],
    ['looks for a text a choice cannot take', each({ in: [choice, ['a', 'z']] })],
    [
      'looks among nothing or what is no list',
      each({ in: [yuan ?? null, []] }, { in: [yuan ?? null, 1] }, { in: ['a', 'abc'] }),
    ],
    [
      'asks whether a constant is known',
      each({ known: 1 }, { known: [yuan ?? null, days ?? null] }, { known: { '+': [yuan ?? null, 1] } }),
    ],
  ];

  it.each(kinds)('where it %s, however deep it stands', (_, leaf) => {
    fc.assert(
      fc.property(
        leaf.chain((condition) => plant(stage, condition)),
        (condition) => {
          expect(() => parse(condition, stage)).toThrow('refused');
        },
      ),
      { numRuns: 60 },
    );
  });
});
