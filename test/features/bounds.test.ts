import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../src/arithmetic.ts';
import type { Derivation, Expression } from '../../src/domain/derivation.ts';
import type { ColumnDefinition } from '../../src/features/column.ts';
import { createFeaturePlan, type FeaturePlan } from '../../src/features/plan.ts';
import { at } from '../reference/exact.ts';
import {
  columnNames,
  createColumn,
  derivationOf,
  large,
  operation,
  rowOf,
  small,
} from '../support/arbitrary-derivation.ts';

const planOf = (columns: readonly ColumnDefinition[], derivation: Derivation): FeaturePlan =>
  createFeaturePlan(columns, [
    { name: 'raw', source: { column: 'c0' } },
    { name: 'derived', source: { derivation } },
  ]);

/** The derived feature where column c0 holds `value`; NaN = missing. */
const valueAt = (plan: FeaturePlan, row: Float64Array, value: number): number => {
  const values = new Float64Array(2);
  plan.compute(row.with(0, value), values);
  return at(values, 1);
};

/** Its bounds while c0 runs from `low` to `high`; null where c0 does not change it. */
const boundsOver = (plan: FeaturePlan, row: Float64Array, low: number, high: number): Bounds | null => {
  const bounds = plan.bound(row)(0);
  const place = bounds.places.indexOf(1);
  return place < 0 ? null : at(bounds.over(low, high), place);
};

const isWithin = ({ least, most, perhapsMissing }: Bounds, value: number): boolean =>
  Number.isNaN(value) ? perhapsMissing || Number.isNaN(least) : value >= least && value <= most;

const isCode = (columns: readonly ColumnDefinition[], value: number): boolean =>
  at(columns, 0).codes.some((code) => code.value === value);

const integers = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, place) => low + place);

const span = fc.integer({ min: 0, max: 25 });

describe('the bounds of a derived feature while one column runs over a range', () => {
  it('hold every value it takes, missing included', () => {
    fc.assert(
      fc.property(derivationOf(small, 3), rowOf(small, 1), small, span, (derivation, { columns, held }, low, width) => {
        const plan = planOf(columns, derivation);
        const bounds = boundsOver(plan, held, low, low + width);
        for (const value of integers(low, low + width).filter((integer) => !isCode(columns, integer))) {
          const derived = valueAt(plan, held, value);
          if (bounds) expect({ derived, bounds, within: isWithin(bounds, derived) }).toMatchObject({ within: true });
          else expect(derived).toBe(valueAt(plan, held, low));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('hold them too where intermediates reach 2^53', () => {
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(
        derivationOf(large, 2),
        rowOf(large, 0),
        fc.tuple(large, large),
        places,
        (derivation, { columns, held }, ends, shares) => {
          const plan = planOf(columns, derivation);
          const [low, high] = [Math.min(...ends), Math.max(...ends)];
          const bounds = boundsOver(plan, held, low, high);
          const inside = shares.map((share) => Math.round(low * (1 - share) + high * share));
          const tried = [low, high, low + 1, high - 1, 0, ...inside].filter((value) => value >= low && value <= high);
          for (const value of tried.filter((integer) => !isCode(columns, integer))) {
            const derived = valueAt(plan, held, value);
            if (bounds) expect({ derived, bounds, within: isWithin(bounds, derived) }).toMatchObject({ within: true });
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('are the value itself over a single integer', () => {
    const any = fc.oneof(
      fc.tuple(derivationOf(small, 3), rowOf(small, 1)),
      fc.tuple(derivationOf(large, 2), rowOf(large, 0)),
    );
    fc.assert(
      fc.property(any, fc.oneof(small, large), ([derivation, { columns, held }], value) => {
        fc.pre(!isCode(columns, value));
        const plan = planOf(columns, derivation);
        const bounds = boundsOver(plan, held, value, value);
        const derived = valueAt(plan, held, value) + 0;
        if (bounds) expect(bounds).toEqual({ least: derived, most: derived, perhapsMissing: false });
      }),
      { numRuns: 2000 },
    );
  });

  const literal = fc.integer({ min: -9, max: 9 });
  const columns = fc.array(fc.constantFrom(...columnNames), { minLength: 2, maxLength: 5 });
  /** Expressions that are a x + b in each column, one column perhaps named several times. */
  const linear: fc.Arbitrary<Expression> = fc.oneof(
    columns.map((names): Expression => ({ sum: { columns: names } })),
    columns.map((names): Expression => ({ trend: { columns: names } })),
    fc.tuple(columns, literal, fc.constantFrom(...columnNames)).map(
      ([names, factor, name]): Expression => ({
        subtract: [
          { multiply: [factor, { column: name }] },
          operation(
            'add',
            names.map((column) => ({ column })),
          ),
        ],
      }),
    ),
  );

  it('are the very extremes of what goes straight, and of the quotient of two such', () => {
    fc.assert(
      fc.property(
        linear,
        fc.option(linear),
        rowOf(small, 0),
        fc.tuple(small, span),
        (numerator, denominator, { held }, [low, width]) => {
          const derivation = { decimals: 2, numerator, ...(denominator === null ? {} : { denominator }) };
          const plan = planOf(
            columnNames.map((name) => createColumn(name)),
            derivation,
          );
          const derived = integers(low, low + width).map((value) => valueAt(plan, held, value));
          const bounds = boundsOver(plan, held, low, low + width);
          fc.pre(bounds !== null && !bounds.perhapsMissing && !Number.isNaN(bounds.least));
          expect(bounds).toMatchObject({ least: Math.min(...derived) + 0, most: Math.max(...derived) + 0 });
        },
      ),
      { numRuns: 1000 },
    );
  });
});
