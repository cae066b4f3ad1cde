import fc from 'fast-check';
import type { Adjustment, AdjustmentTable } from '../../src/domain/adjustment.ts';
import type { Model } from '../../src/domain/model.ts';
import { createAdjustment } from '../factories/adjustment.ts';
import { at } from '../reference/exact.ts';
import { countAllBins } from '../reference/monotone.ts';

/** A table over none to three of a model's inputs, its cells up to `most` from 0. */
const tableOver = ({ inputs }: Pick<Model, 'inputs'>, most: number): fc.Arbitrary<AdjustmentTable> =>
  fc.shuffledSubarray([...inputs.keys()], { maxLength: Math.min(3, inputs.length) }).chain((places) => {
    const cells = places.reduce((product, place) => product * countAllBins(at(inputs, place)), 1);
    return fc
      .array(fc.integer({ min: -most, max: most }), { minLength: cells, maxLength: cells })
      .map((microLogits) => ({ inputs: places.map((place) => at(inputs, place).name), microLogits }));
  });

/** Adjustments of a model, up to `count` of them, each of up to three tables over different inputs. */
export const arbitraryAdjustments = (model: Model, { count = 3, most = 900_000 } = {}): fc.Arbitrary<Adjustment[]> =>
  fc
    .array(
      fc.uniqueArray(tableOver(model, most), {
        minLength: 1,
        maxLength: 3,
        selector: ({ inputs }) => [...inputs].sort().join(' '),
      }),
      { maxLength: count },
    )
    .map((all) => all.map((tables, place) => createAdjustment(model, { name: `adjustment-${place}`, tables })));

/** What an adjustment adds to the score of some bins, by walking its tables. */
export const addedBy = (
  { inputs }: Pick<Model, 'inputs'>,
  { tables }: Pick<Adjustment, 'tables'>,
  bins: ArrayLike<number>,
): number =>
  tables.reduce((sum, table) => {
    let cell = 0;
    for (const wanted of table.inputs) {
      const place = inputs.findIndex(({ name }) => name === wanted);
      cell = cell * countAllBins(at(inputs, place)) + (bins[place] as number);
    }
    return sum + at(table.microLogits, cell);
  }, 0);
