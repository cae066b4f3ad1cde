import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toProbability } from '../../src/arithmetic.ts';
import { toPoints } from '../../src/model/scale.ts';
import { createScoringTables, leastHalfWidth } from '../../src/model/score.ts';
import { compileRules, evaluateRules } from '../../src/policy/rules.ts';
import { scoreFields } from '../../src/policy/vocabulary.ts';
import { createPolicy, createRule } from '../factories/policy.ts';
import { floorQuotient } from '../reference/exact.ts';
import { bracketLogOdds } from '../reference/log-odds.ts';
import { cellFor } from '../reference/monotone.ts';
import { termOver } from '../support/arbitrary-term.ts';

const scored = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }).chain((counts) =>
  fc.record({
    terms: fc.array(termOver(counts), { maxLength: 6 }),
    intercept: fc.record({
      microLogits: fc.integer({ min: -100_000_000, max: 100_000_000 }),
      se: fc.integer({ min: 0, max: 10_000_000 }),
    }),
    intervalMilli: fc.integer({ min: 0, max: 10_000 }),
    bins: fc.tuple(...counts.map((count) => fc.integer({ min: 0, max: count - 1 }))),
  }),
);

/** Whether h is enough, in exact integers. */
const isEnough = (h: number, variance: bigint, intervalMilli: number): boolean =>
  (1000n * BigInt(h)) ** 2n >= variance * BigInt(intervalMilli) ** 2n;

const expectLeast = (h: number, variance: bigint, intervalMilli: number): void => {
  expect(Number.isInteger(h) && h >= 0).toBe(true);
  expect(isEnough(h, variance, intervalMilli)).toBe(true);
  if (h > 0) expect(isEnough(h - 1, variance, intervalMilli)).toBe(false);
};

describe('createScoringTables', () => {
  it('scores the intercept plus one cell of each term, found by plain indexing', () => {
    fc.assert(
      fc.property(scored, ({ bins, ...model }) => {
        const expected = model.terms.map((term) => cellFor(term, bins));
        const written = new Float64Array(model.terms.length);
        const score = createScoringTables(model).score(Int32Array.from(bins), written);
        expect([...written]).toEqual(expected);
        expect(score).toBe(expected.reduce((sum, cell) => sum + cell, model.intercept.microLogits));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the least half-width that covers the standard errors of the intercept and the cells used', () => {
    fc.assert(
      fc.property(scored, ({ bins, ...model }) => {
        const errors = model.terms.map((term) => cellFor({ ...term, microLogits: term.se }, bins));
        const variance = [model.intercept.se, ...errors].reduce((sum, se) => sum + BigInt(se) ** 2n, 0n);
        const half = createScoringTables(model).halfWidth(Int32Array.from(bins));
        expectLeast(half, variance, model.intervalMilli);
      }),
      { numRuns: 500 },
    );
  });

  it('stays exact where the squared errors together pass 2^53', () => {
    fc.assert(
      fc.property(fc.integer({ min: 9_500_000, max: 10_000_000 }), fc.integer({ min: 0, max: 1 }), (se, own) => {
        const terms = Array.from({ length: 100 }, () => ({ inputs: [0], shape: [1], microLogits: [0], se: [se] }));
        const model = { terms, intercept: { microLogits: 0, se: own }, intervalMilli: 1000 };
        expect(createScoringTables(model).halfWidth(Int32Array.of(0))).toBe(10 * se + own);
      }),
      { numRuns: 100 },
    );
  });
});

describe('leastHalfWidth', () => {
  it('is the least integer that is enough', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 17n }),
        fc.integer({ min: 0, max: 20_000 }),
        (variance, interval) => {
          expectLeast(leastHalfWidth(variance, interval), variance, interval);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is the least integer where the exact root lies at an integer or just beside it', () => {
    const least = fc.record({
      half: fc.integer({ min: 1, max: 10_000_000_000 }),
      interval: fc.integer({ min: 1, max: 20_000 }),
    });
    fc.assert(
      fc.property(least, fc.bigInt({ min: -1n, max: 2n }), ({ half, interval }, beside) => {
        const variance = (1000n * BigInt(half)) ** 2n / BigInt(interval) ** 2n + beside;
        fc.pre(variance >= 0n);
        expectLeast(leastHalfWidth(variance, interval), variance, interval);
      }),
      { numRuns: 1000 },
    );
  });

  it('is exactly the root where the root is an integer, and one more just above it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100_000_000 }), (root) => {
        const square = BigInt(root) ** 2n;
        expect(leastHalfWidth(square, 1000)).toBe(root);
        expect(leastHalfWidth(square + 1n, 1000)).toBe(root + 1);
        expect(leastHalfWidth(square - 1n, 1000)).toBe(root);
      }),
      { numRuns: 500 },
    );
  });
});

describe('toPoints', () => {
  it('is the floor of the exact quotient', () => {
    const scale = fc.record({
      offsetMilli: fc.integer({ min: -10_000_000, max: 10_000_000 }),
      factorMilli: fc.integer({ min: 1, max: 1_000_000 }),
    });
    const score = fc.oneof(
      fc.integer({ min: -20_000_000, max: 20_000_000 }),
      fc.maxSafeInteger().map((value) => value % 30_000_000_000),
    );
    fc.assert(
      fc.property(scale, score, ({ offsetMilli, factorMilli }, microLogits) => {
        const numerator = BigInt(offsetMilli) * 10n ** 6n - BigInt(factorMilli) * BigInt(microLogits) + 5n * 10n ** 8n;
        expect(toPoints(microLogits, { offsetMilli, factorMilli })).toBe(Number(floorQuotient(numerator, 10n ** 9n)));
      }),
      { numRuns: 1000 },
    );
  });

  it('is exact at the edge between two points, on either side', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -1, max: 1 }), (points, beside) => {
        const microLogits = -1_000_000 * points + 500_000 + beside;
        expect(toPoints(microLogits, { offsetMilli: 0, factorMilli: 1000 })).toBe(beside > 0 ? points - 1 : points);
      }),
      { numRuns: 300 },
    );
  });

  it('never rises with the score', () => {
    const score = fc.integer({ min: -20_000_000, max: 20_000_000 });
    fc.assert(
      fc.property(score, fc.nat(1_000_000), (microLogits, more) => {
        const scale = { offsetMilli: 501_862, factorMilli: 28_854 };
        expect(toPoints(microLogits + more, scale)).toBeLessThanOrEqual(toPoints(microLogits, scale));
      }),
      { numRuns: 300 },
    );
  });
});

describe('toProbability', () => {
  const score = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -30_000_000, max: 30_000_000 }));

  it('lies between 0 and 1 and has nine decimals', () => {
    fc.assert(
      fc.property(score, (microLogits) => {
        const probability = toProbability(microLogits);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
        expect(Number(probability.toFixed(9))).toBe(probability);
      }),
      { numRuns: 500 },
    );
  });

  it('never falls as the score rises, and is within nine decimals of the probability the score stands for', () => {
    fc.assert(
      fc.property(score, fc.nat(1_000_000), (microLogits, more) => {
        expect(toProbability(microLogits + more)).toBeGreaterThanOrEqual(toProbability(microLogits));
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), (millionths) => {
        const { floor, ceil } = bracketLogOdds(millionths / 1_000_000);
        expect(toProbability(floor)).toBeLessThanOrEqual(millionths / 1_000_000 + 1e-9);
        expect(toProbability(ceil)).toBeGreaterThanOrEqual(millionths / 1_000_000 - 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a rule over score.probability', () => {
  const vocabulary = new Map(scoreFields.map((field) => [field.name, field]));
  const probability = fc.oneof(
    fc.integer({ min: 1, max: 999 }).map((share) => share / 1000),
    fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
  );

  it('fires exactly where the score passes ceil(L) for >= and <, floor(L) for > and <=', () => {
    fc.assert(
      fc.property(probability, fc.integer({ min: -2, max: 2 }), (p, offset) => {
        const { floor, ceil } = bracketLogOdds(p);
        const microLogits = floor + offset;
        const fires = (operator: string): boolean => {
          const when = { [operator]: [{ var: 'score.probability' }, p] };
          const rules = compileRules(createPolicy({ rules: [createRule({ when })] }), vocabulary);
          const facts = {
            features: new Float64Array(0),
            microLogits,
            lowerMicroLogits: 0,
            upperMicroLogits: 0,
            modelTier: 0,
            signals: new Float64Array(0),
          };
          return evaluateRules(rules, facts).hits.length === 1;
        };
        expect({
          '>=': fires('>='),
          '<': fires('<'),
          '>': fires('>'),
          '<=': fires('<='),
        }).toEqual({
          '>=': microLogits >= ceil,
          '<': microLogits < ceil,
          '>': microLogits > floor,
          '<=': microLogits <= floor,
        });
      }),
      { numRuns: 500 },
    );
  });
});
