import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Derivation, type Expression } from '../../src/domain/derivation.ts';
import { AppError } from '../../src/errors.ts';
import type { ColumnDefinition } from '../../src/features/column.ts';
import { createFeaturePlan } from '../../src/features/plan.ts';
import { derive } from '../reference/derivation.ts';
import { at } from '../reference/exact.ts';
import {
  createColumn,
  derivationOf,
  expressionOf,
  foldNames as folds,
  large,
  columnNames as names,
  operation,
  pairNames as pairs,
  rowOf,
  severalNames as several,
  small,
} from '../support/arbitrary-derivation.ts';

const COLUMNS = names.length;

const compute = (columns: readonly ColumnDefinition[], derivation: Derivation, held: Float64Array) => {
  const plan = createFeaturePlan(columns, [
    { name: 'raw', source: { column: 'c0' } },
    { name: 'derived', source: { derivation } },
  ]);
  const values = new Float64Array(2).fill(12_345);
  const overflow = plan.compute(held, values);
  return { raw: at(values, 0), derived: at(values, 1) + 0, overflow };
};

const numberOf = (value: bigint | null): number => (value === null ? Number.NaN : Number(value));

describe('a derived feature', () => {
  it('is the exact value of its expression, half away from zero, with codes counted as what they stand for', () => {
    fc.assert(
      fc.property(derivationOf(small, 3), rowOf(small, 1), (derivation, { columns, held, counted }) => {
        const { value, course } = derive(derivation, counted);
        fc.pre(!course.overflow && !course.perhaps);
        expect(compute(columns, derivation, held)).toEqual({ raw: held[0], derived: numberOf(value), overflow: false });
      }),
      { numRuns: 1500 },
    );
  });

  it('is exact, or missing with a warning where an intermediate reaches 2^53', () => {
    fc.assert(
      fc.property(derivationOf(large, 2), rowOf(large, 0), (derivation, { columns, held, counted }) => {
        const { value, course } = derive(derivation, counted);
        fc.pre(!course.missing && !course.perhaps);
        const { derived, overflow } = compute(columns, derivation, held);
        expect({ derived, overflow }).toEqual({ derived: numberOf(value), overflow: course.overflow });
      }),
      { numRuns: 1500 },
    );
  });

  it('is never inexact where only a running total within one operation passes 2^53', () => {
    const nearLimit = fc.nat(6).map((offset) => 2 ** 53 - 1 - offset);
    const extreme = fc.tuple(nearLimit, fc.boolean()).map(([value, negative]) => (negative ? -value : value));
    const values = fc.array(fc.oneof(extreme, small), { minLength: 3, maxLength: COLUMNS });
    fc.assert(
      fc.property(fc.constantFrom(...folds, 'add'), values, (operator, held) => {
        const used = names.slice(0, held.length);
        const parts = used.map((name): Expression => ({ column: name }));
        const numerator = operation(operator, operator === 'add' ? parts : { columns: used });
        const derivation = { decimals: 0, numerator };
        const counted = new Map(used.map((name, place) => [name, BigInt(at(held, place))]));
        const { value } = derive(derivation, counted);
        const { derived, overflow } = compute(
          used.map((name) => createColumn(name)),
          derivation,
          Float64Array.from(held),
        );
        if (overflow) expect(derived).toBeNaN();
        else expect(derived).toBe(numberOf(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('is missing where anything it names is missing, and says nothing of 2^53 where nothing came near it', () => {
    fc.assert(
      fc.property(derivationOf(small, 3), rowOf(small, 8), (derivation, { columns, held, counted }) => {
        const { course } = derive(derivation, counted);
        fc.pre(course.missing && !course.overflow && !course.perhaps);
        const { derived, overflow } = compute(columns, derivation, held);
        expect(derived).toBeNaN();
        expect(overflow).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('is never a negative zero, which JSON would not keep', () => {
    fc.assert(
      fc.property(derivationOf(small, 2), rowOf(small, 0), (derivation, { columns, held }) => {
        const plan = createFeaturePlan(columns, [{ name: 'derived', source: { derivation } }]);
        const values = new Float64Array(1);
        plan.compute(held, values);
        expect(Object.is(values[0], -0)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('is missing where its denominator is 0', () => {
    fc.assert(
      fc.property(small, fc.integer({ min: 0, max: 4 }), (value, decimals) => {
        const denominator: Expression = { subtract: [{ column: 'c1' }, { column: 'c1' }] };
        const derivation = { decimals, numerator: { column: 'c0' }, denominator };
        const columns = names.map((name) => createColumn(name));
        const { derived, overflow } = compute(columns, derivation, Float64Array.of(value, 5, 0, 0, 0));
        expect(derived).toBeNaN();
        expect(overflow).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on the other features of the plan', () => {
    const several = fc.array(derivationOf(small, 2), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(several, rowOf(small, 1), rowOf(small, 1), (derivations, { columns, held, counted }, other) => {
        const courses = derivations.map((derivation) => derive(derivation, counted));
        fc.pre(courses.every(({ course }) => !course.overflow && !course.perhaps));
        const plan = createFeaturePlan(
          columns,
          derivations.map((derivation, place) => ({ name: `d${place}`, source: { derivation } })),
        );
        const values = new Float64Array(derivations.length);
        plan.compute(other.held, values);
        plan.compute(held, values);
        expect([...values].map((value) => value + 0)).toEqual(courses.map(({ value }) => numberOf(value)));
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the row before, not even on its overflow', () => {
    const derivation: Derivation = { decimals: 0, numerator: { multiply: [{ column: 'c0' }, { column: 'c1' }] } };
    const plan = createFeaturePlan(
      names.map((name) => createColumn(name)),
      [{ name: 'derived', source: { derivation } }],
    );
    const values = new Float64Array(1);
    expect(plan.compute(Float64Array.of(2 ** 30, 2 ** 30, 0, 0, 0), values)).toBe(true);
    expect(values[0]).toBeNaN();
    expect(plan.compute(Float64Array.of(6, 7, 0, 0, 0), values)).toBe(false);
    expect(values[0]).toBe(42);
  });

  it('leaves raw columns, their codes included, as they stand', () => {
    fc.assert(
      fc.property(rowOf(small, 5), ({ columns, held }) => {
        const before = [...held];
        const plan = createFeaturePlan(
          columns,
          names.toReversed().map((name) => ({ name: `f_${name}`, source: { column: name } })),
        );
        const values = new Float64Array(COLUMNS);
        plan.compute(held, values);
        expect([...values]).toEqual(before.toReversed());
        expect([...held]).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it('has the slope that n (n^2 - 1) / 6 divides as its trend', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 2, max: COLUMNS }), small, (slope, n, level) => {
        const used = names.slice(0, n);
        const held = Float64Array.from(used, (_, newestFirst) => level - slope * newestFirst);
        const derivation: Derivation = {
          decimals: 0,
          numerator: { trend: { columns: used } },
          denominator: (n * (n * n - 1)) / 6,
        };
        const columns = used.map((name) => createColumn(name));
        expect(compute(columns, derivation, held).derived).toBe(slope);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the definition of a derived feature', () => {
  const refusal = (numerator: Expression, denominator?: Expression): string | null => {
    const derivation = Derivation.parse({
      decimals: 0,
      numerator,
      ...(denominator === undefined ? {} : { denominator }),
    });
    const columns = names.map((name) => createColumn(name));
    try {
      createFeaturePlan(columns, [{ name: 'feature', source: { derivation } }]);
      return null;
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  };

  const ofLength = (length: number, depth: number) => expressionOf({ literal: small, length, depth });

  it('accepts every well-formed expression', () => {
    fc.assert(
      fc.property(ofLength(0, 3), (numerator) => {
        expect(refusal(numerator)).toBe(null);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a list where a number must stand', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((length) => ofLength(length, 2)),
        (list) => {
          expect(refusal(list)).toBe('bad_derivation');
          expect(refusal(1, list)).toBe('bad_derivation');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a number where a list must stand', () => {
    fc.assert(
      fc.property(ofLength(0, 2), fc.constantFrom(...folds), (number, fold) => {
        expect(refusal(operation(fold, number))).toBe('bad_derivation');
      }),
      { numRuns: 200 },
    );
  });

  const joined = (shortest: number) =>
    fc
      .tuple(
        fc.integer({ min: shortest, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(...pairs, ...several),
      )
      .chain(([length, more, operator]) =>
        fc.tuple(ofLength(length, 1), ofLength(length + more, 1), fc.boolean()).map(([short, long, exchanged]) => ({
          sum: operation(operator, exchanged ? [long, short] : [short, long]),
        })),
      );

  it('refuses to join lists of different lengths', () => {
    fc.assert(
      fc.property(joined(2), (numerator) => {
        expect(refusal(numerator)).toBe('bad_derivation');
      }),
      { numRuns: 200 },
    );
  });

  it('refuses to join lists of different lengths even where one has a single element', () => {
    fc.assert(
      fc.property(joined(1), (numerator) => {
        expect(refusal(numerator)).toBe('bad_derivation');
      }),
      { numRuns: 200 },
    );
  });

  it('refuses an unknown column and an unresolved series wherever they stand', () => {
    const strangers = fc.constantFrom<Expression>(
      { column: 'nope' },
      { sum: { columns: ['c0', 'nope'] } },
      { sum: { series: 's' } },
    );
    fc.assert(
      fc.property(ofLength(0, 2), strangers, fc.constantFrom(...several), (beside, stranger, operator) => {
        expect(refusal(operation(operator, [beside, stranger]))).toBe('bad_derivation');
        expect(refusal(beside, stranger)).toBe('bad_derivation');
      }),
      { numRuns: 200 },
    );
  });
});

describe('createFeaturePlan', () => {
  it('refuses a feature that names a column that is not there', () => {
    const columns = [createColumn('c0')];
    const derivation: Derivation = { decimals: 0, numerator: { column: 'nope' } };
    expect(() => createFeaturePlan(columns, [{ name: 'f', source: { derivation } }])).toThrow(AppError);
    expect(() => createFeaturePlan(columns, [{ name: 'f', source: { column: 'nope' } }])).toThrow(AppError);
  });
});
