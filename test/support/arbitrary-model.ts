import fc from 'fast-check';
import type { Input, Model, ModelColumn } from '../../src/domain/model.ts';
import { countBins, createEncodeRow } from '../../src/model/bins.ts';
import { createScoringTables } from '../../src/model/score.ts';
import { sealModel } from '../../src/model/seal.ts';
import { createCode, createInput, createModel, createModelColumn } from '../factories/model.ts';
import { termOver } from './arbitrary-term.ts';

const TRAINING_ROWS = 40;

/** Values that numbers are drawn from: all edges and codes lie among them. */
const numbers = fc.oneof(fc.integer({ min: -6, max: 12 }), fc.constant(Number.NaN));
/** Values that categories are drawn from; no model names the last. */
const words = ['a', 'b', 'c', 'd', 'never named'] as const;

const codes = fc.uniqueArray(
  fc.record({
    value: fc.integer({ min: -6, max: 12 }),
    orderedAs: fc.option(fc.integer({ min: -3, max: 9 })),
  }),
  { maxLength: 3, selector: ({ value }) => value },
);

const withCounts = (input: Input, count: number): Input => ({
  ...input,
  counts: Array.from({ length: countBins(input) }, (_, bin) => (bin === 0 ? count : 1)),
});

const numberInput = (name: string): fc.Arbitrary<Input> =>
  fc.record({ edges: fc.uniqueArray(fc.integer({ min: -4, max: 10 }), { maxLength: 4 }), codes }).map((drawn) =>
    createInput({
      name,
      source: { column: name },
      edges: drawn.edges.sort((a, b) => a - b),
      codes: drawn.codes.map((code) => createCode(code)),
    }),
  );

const categoryInput = (name: string): fc.Arbitrary<Input> =>
  fc.subarray(words.slice(0, -1), { minLength: 1 }).chain((named) =>
    fc.array(fc.nat(2), { minLength: named.length, maxLength: named.length }).map((drawn) => {
      const groups = [...new Set(drawn)].sort();
      const categories = named.map((value, place) => ({ value, bin: groups.indexOf(drawn[place] as number) }));
      return createInput({ name, source: { column: name }, edges: null, categories });
    }),
  );

const columnOf = ({ name, codes: ownCodes, categories }: Input): ModelColumn =>
  createModelColumn({
    name,
    source: name.toUpperCase(),
    codes: ownCodes,
    categories: categories && words.slice(0, -1).map((value) => ({ value, count: 1 })),
  });

/** A model over some of two numbers and a category, each with bins of its own, with terms over one to three of them. */
export const arbitraryModel = (name: string): fc.Arbitrary<Model> =>
  fc
    .tuple(numberInput('number_0'), numberInput('number_1'), categoryInput('work'))
    .chain((all) => fc.shuffledSubarray([...all], { minLength: 1 }))
    .map((inputs) => inputs.map((input) => withCounts(input, TRAINING_ROWS)))
    .chain((inputs) =>
      fc
        .record({
          terms: fc.array(termOver(inputs.map(countBins), 900_000), { minLength: 1, maxLength: 5 }),
          intercept: fc.integer({ min: -3_000_000, max: 3_000_000 }),
          means: fc.array(fc.integer({ min: -900_000, max: 900_000 }), { minLength: 10, maxLength: 10 }),
        })
        .map(({ terms, intercept, means }) =>
          sealModel(
            createModel({
              name,
              version: '1',
              columns: inputs.map(columnOf),
              inputs,
              terms,
              intercept: { microLogits: intercept, se: 0 },
              references: [
                { rows: 13, microLogits: terms.map((_, term) => means[term] as number) },
                { rows: 7, microLogits: terms.map((_, term) => means[term + 5] as number) },
              ],
            }),
          ),
        ),
    );

/** A raw row for any of these models: values of both numbers, and a category's text or null. */
export const arbitraryRow = fc.record({
  number_0: numbers,
  number_1: numbers,
  work: fc.option(fc.constantFrom(...words)),
});

export type DrawnRow = typeof arbitraryRow extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** How the service scores a drawn row: bins, the cell of each term, and the score. */
export const scoreDrawn = (model: Model, row: DrawnRow) => {
  const encode = createEncodeRow(
    model.inputs.map((input) => ({ input, categoryValues: input.categories ? [...words] : null })),
  );
  const values = Float64Array.from(model.inputs, ({ name }) => {
    const value = row[name as keyof DrawnRow];
    if (typeof value === 'string') return words.indexOf(value);
    return value ?? Number.NaN;
  });
  const bins = new Int32Array(model.inputs.length);
  const cells = new Float64Array(model.terms.length);
  encode(values, bins);
  return { bins, cells, microLogits: createScoringTables(model).score(bins, cells) };
};
