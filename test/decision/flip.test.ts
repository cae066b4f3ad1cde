import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAssessment, scoreRow } from '../../src/decision/assess.ts';
import { findFlip } from '../../src/decision/flip.ts';
import { createDecisionPlan, type DecisionPlan } from '../../src/decision/plan.ts';
import type { Expression } from '../../src/domain/derivation.ts';
import type { Code, Input, Model, ModelColumn } from '../../src/domain/model.ts';
import { createPlausibility } from '../../src/features/column.ts';
import { countBins } from '../../src/model/bins.ts';
import { reachedRank, tierOf } from '../../src/policy/tiers.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { createCode, createInput, createModel, createModelColumn } from '../factories/model.ts';
import { createPolicy } from '../factories/policy.ts';
import { at } from '../reference/exact.ts';
import { type Change, shareBetween, smallestChange } from '../reference/flip.ts';
import { columnNames, derivationOf, small } from '../support/arbitrary-derivation.ts';
import { termOver } from '../support/arbitrary-term.ts';
import { readGolden } from '../support/golden.ts';

const seen = fc.integer({ min: -20, max: 30 });

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

/** Quantiles with runs and gaps. */
const quantiles = fc
  .array(seen, { minLength: 1, maxLength: 8 })
  .map(sorted)
  .map((values) =>
    Array.from({ length: 101 }, (_, share) => at(values, Math.floor((share * (values.length - 1)) / 100))),
  );

const codes = fc.constantFrom<readonly Code[]>(
  [],
  [createCode({ value: -2, orderedAs: -2, countsAs: 0 }), createCode({ value: 0, orderedAs: 0, countsAs: 0 })],
  [createCode({ value: -99, orderedAs: 4, countsAs: 1 }), createCode({ value: 98, countsAs: 4 })],
  [createCode({ value: 3, countsAs: 7 })],
);

const numberColumn = (name: string): fc.Arbitrary<ModelColumn> =>
  fc
    .record({
      codes,
      quantiles: fc.option(quantiles, { freq: 20 }),
      protected: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    })
    .map((parts) => createModelColumn({ name, ...parts, codes: [...parts.codes] }));

const category: ModelColumn = createModelColumn({
  name: 'kind',
  categories: [
    { value: 'a', count: 50 },
    { value: 'b', count: 30 },
    { value: 'c', count: 20 },
  ],
});

const edges = fc.uniqueArray(fc.integer({ min: -60, max: 90 }), { minLength: 1, maxLength: 6 }).map(sorted);

const inputOver = (columns: readonly ModelColumn[]): fc.Arbitrary<Input> =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...columns.filter(({ categories }) => !categories)), edges)
      .map(([column, cuts]) => createInput({ source: { column: column.name }, codes: column.codes, edges: cuts })),
    fc
      .tuple(derivationOf(small, 2), edges)
      .map(([derivation, cuts]) => createInput({ source: { derivation }, edges: cuts })),
    fc.constant(
      createInput({
        source: { column: category.name },
        edges: null,
        categories: ['a', 'b', 'c'].map((value, bin) => ({ value, bin })),
      }),
    ),
  );

/** Small models of every kind of input and term, their scores around the cut-offs. */
const models: fc.Arbitrary<Model> = fc
  .tuple(...columnNames.map(numberColumn))
  .map((columns) => [...columns, category])
  .chain((columns) =>
    fc.array(inputOver(columns), { minLength: 1, maxLength: 5 }).map((inputs) => ({
      columns,
      inputs: inputs.map((input, place) => ({ ...input, name: `input_${place}` })),
    })),
  )
  .chain(({ columns, inputs }) =>
    fc.array(termOver(inputs.map(countBins), 900_000), { minLength: 1, maxLength: 5 }).map((terms) =>
      createModel({
        columns,
        inputs,
        terms,
        intercept: { microLogits: -1_500_000, se: 0 },
        references: [{ rows: 1, microLogits: terms.map(() => 0) }],
      }),
    ),
  );

const rowOf = ({ columns }: Model): fc.Arbitrary<Float64Array> =>
  fc
    .tuple(
      ...columns.map((column) =>
        column.categories
          ? fc.integer({ min: -1, max: 2 })
          : fc.oneof(
              { arbitrary: fc.integer({ min: -30, max: 40 }), weight: 12 },
              { arbitrary: fc.constantFrom(Number.NaN, ...column.codes.map(({ value }) => value)), weight: 4 },
            ),
      ),
    )
    .map((values) => Float64Array.from(values));

const cases = models.chain((model) => fc.record({ model: fc.constant(model), row: rowOf(model) }));
const previous = fc.integer({ min: -1, max: 2 });

/** Lets ordinary values of the number columns be no lower and no higher. */
const limit = (plan: DecisionPlan, bounds: { minimum: number | null; maximum: number | null }): DecisionPlan => ({
  ...plan,
  features: { ...plan.features, columns: plan.features.columns.map((column) => ({ ...column, ...bounds })) },
});

const bind = (model: Model): DecisionPlan =>
  createDecisionPlan({ model, policy: createPolicy(), policyFingerprint: 'f', dictionary: null });

const rankAt = (plan: DecisionPlan, row: Float64Array, previousRank: number) => {
  const assessment = createAssessment(plan);
  return (place: number, value: number): number => {
    assessment.row.set(row);
    assessment.row[place] = value;
    return reachedRank(plan.cutOffs, scoreRow(plan, assessment), previousRank);
  };
};

const expected = (plan: DecisionPlan, row: Float64Array, previousRank: number): Change | null =>
  smallestChange({
    columns: plan.model.columns,
    boundsOf: ({ name }) => at(plan.features.columns, plan.features.indexOfColumn(name)),
    row,
    rankAt: rankAt(plan, row, previousRank),
  });

/** What a flip says, the category by its place. */
const found = (plan: DecisionPlan, row: Float64Array, previousRank: number): Change | null => {
  const flip = findFlip(plan, row, previousRank);
  if (!flip) return null;
  const { column, to, share } = flip;
  const place = category.categories?.findIndex(({ value }) => value === to);
  return { column, to: typeof to === 'number' ? to : (place ?? -1), share };
};

describe('the smallest single change that flips the tier', () => {
  it('is the one that trying every integer, code and category finds', () => {
    fc.assert(
      fc.property(cases, previous, ({ model, row }, previousRank) => {
        const plan = bind(model);
        expect(found(plan, row, previousRank)).toEqual(expected(plan, row, previousRank));
      }),
      { numRuns: 3000 },
    );
  });

  it('is a value the dictionary allows', () => {
    const bounds = fc.record({
      minimum: fc.option(fc.integer({ min: -25, max: 5 })),
      maximum: fc.option(fc.integer({ min: 6, max: 35 })),
    });
    fc.assert(
      fc.property(cases, bounds, previous, ({ model, row }, ends, previousRank) => {
        const plan = limit(bind(model), ends);
        const change = found(plan, row, previousRank);
        expect(change).toEqual(expected(plan, row, previousRank));
        const column = plan.features.columns.find(({ name }) => name === change?.column);
        if (change && column && !column.categories) expect(createPlausibility(column)(change.to)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('names the tier it gives, and no amount of change where a code outside the order has no quantity', () => {
    fc.assert(
      fc.property(cases, previous, ({ model, row }, previousRank) => {
        const plan = bind(model);
        const flip = findFlip(plan, row, previousRank);
        if (!flip) return;
        const place = plan.features.indexOfColumn(flip.column);
        const column = at(model.columns, place);
        const change = found(plan, row, previousRank);
        expect(flip.tier).toBe(tierOf(rankAt(plan, row, previousRank)(place, change?.to ?? Number.NaN)));
        const isUnordered = (value: unknown) =>
          column.codes.some((code) => code.value === value && code.orderedAs === null);
        const hasNoAmount = column.categories !== null || isUnordered(flip.from) || isUnordered(flip.to);
        expect(flip.change).toBe(hasNoAmount ? null : Number(flip.to) - Number(flip.from));
      }),
      { numRuns: 500 },
    );
  });

  it('is found where a feature turns and turns back between two quantiles, in a range of a million million', () => {
    const [far, peak] = [10 ** 12, 123_456_789];
    const column = createModelColumn({
      name: 'amount',
      quantiles: Array.from({ length: 101 }, (_, share) => (share * far) / 100),
    });
    const amount: Expression = { column: 'amount' };
    const beyond: Expression = { larger: [{ subtract: [amount, peak] }, { subtract: [peak, amount] }] };
    const bump: Expression = { subtract: [7, beyond] };
    const model = createModel({
      columns: [column],
      inputs: [createInput({ source: { derivation: { decimals: 0, numerator: bump } }, edges: [7] })],
      terms: [{ inputs: [0], shape: [3], microLogits: [-3_000_000, 0, 0], se: [0, 0, 0] }],
      references: [{ rows: 1, microLogits: [0] }],
    });
    expect(findFlip(bind(model), Float64Array.of(far), -1)).toMatchObject({ to: peak, tier: 'high' });
  });
});

describe('the smallest flip of the champion', () => {
  const { plan } = openPlan({
    model: 'taiwan-card',
    modelFolders: modelFolders(undefined),
    policy: undefined,
    day: '2026-06-01',
  });
  const STEPS = 12;

  /** Integers between neighbouring quantiles, in even steps. */
  const valuesOf = (numbers: readonly number[]): number[] =>
    numbers.flatMap((low, share) => {
      const gap = (numbers[share + 1] ?? low) - low;
      return Array.from({ length: STEPS }, (_, step) => low + Math.round((gap * step) / STEPS));
    });

  it('is never beaten by values tried densely between the quantiles', () => {
    const rows = readGolden(plan).filter((_, index) => index % 8 === 0);
    for (const row of rows) {
      const smallest = findFlip(plan, row, -1)?.share ?? Number.POSITIVE_INFINITY;
      const rank = rankAt(plan, row, -1);
      for (const [place, column] of plan.model.columns.entries()) {
        const from = at(row, place);
        if (Number.isNaN(from)) continue;
        const here = rank(place, from);
        const nearer = valuesOf(column.quantiles ?? []).filter((to) => shareBetween(column, from, to) < smallest);
        expect(nearer.filter((to) => rank(place, to) !== here)).toEqual([]);
      }
    }
  });
});
