import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../src/arithmetic.ts';
import { countBins, createEncode } from '../../src/model/bins.ts';
import { createScoringTables } from '../../src/model/score.ts';
import { createScoreBounds } from '../../src/model/score-bounds.ts';
import { createCode, createInput, createModel } from '../factories/model.ts';
import { at } from '../reference/exact.ts';
import { termOver } from '../support/arbitrary-term.ts';

const value = fc.integer({ min: -12, max: 12 });

const input = fc
  .record({
    edges: fc.uniqueArray(value, { minLength: 1, maxLength: 5 }).map((edges) => edges.sort((a, b) => a - b)),
    codes: fc.uniqueArray(fc.record({ value, orderedAs: fc.option(value) }), {
      maxLength: 3,
      selector: (code) => code.value,
    }),
  })
  .map(({ edges, codes }) => createInput({ edges, codes: codes.map(createCode) }));

const model = fc.array(input, { minLength: 2, maxLength: 4 }).chain((inputs) =>
  fc.record({
    model: fc
      .array(termOver(inputs.map(countBins)), { maxLength: 5 })
      .map((terms) => createModel({ inputs, terms, intercept: { microLogits: 77, se: 0 } })),
    held: fc.array(fc.option(value, { nil: Number.NaN }), { minLength: inputs.length, maxLength: inputs.length }),
  }),
);

/** Bounds of a number, or certainly missing, and everything the number may be. */
const known: fc.Arbitrary<{ bounds: Bounds; values: number[] }> = fc
  .record({ least: value, width: fc.integer({ min: 0, max: 6 }), perhapsMissing: fc.boolean(), none: fc.boolean() })
  .map(({ least, width, perhapsMissing, none }) => {
    if (none) return { bounds: { least: Number.NaN, most: Number.NaN, perhapsMissing }, values: [Number.NaN] };
    const numbers = Array.from({ length: width + 1 }, (_, place) => least + place);
    return {
      bounds: { least, most: least + width, perhapsMissing },
      values: perhapsMissing ? [...numbers, Number.NaN] : numbers,
    };
  });

describe('the bounds of the score while two inputs move', () => {
  it('hold every score they allow, and are the score where both are certain', () => {
    fc.assert(
      fc.property(model, known, known, ({ model: { inputs, terms, intercept }, held }, first, second) => {
        const encoders = inputs.map((one) => createEncode(one, null));
        const scoreOf = (values: readonly number[]) =>
          createScoringTables({ terms, intercept, intervalMilli: 0 }).score(
            Int32Array.from(values, (one, place) => at(encoders, place)(one)),
            new Float64Array(terms.length),
          );
        const bins = Int32Array.from(held, (one, place) => at(encoders, place)(one));
        const bounds = createScoreBounds({ inputs, terms, intercept })(bins, [1, 0])([second.bounds, first.bounds]);
        const scores = first.values.flatMap((a) => second.values.map((b) => scoreOf(held.with(0, a).with(1, b))));
        expect(bounds.least).toBeLessThanOrEqual(Math.min(...scores));
        expect(bounds.most).toBeGreaterThanOrEqual(Math.max(...scores));
        if (scores.length === 1) expect(bounds).toEqual({ least: scores[0], most: scores[0] });
      }),
      { numRuns: 1000 },
    );
  });
});
