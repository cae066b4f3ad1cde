import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFolds } from '../../training/dataset/folds.ts';
import { selectRows, takeRows } from '../../training/dataset/frame.ts';
import { digestFrame, fitModel } from '../../training/fit.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { countCells, countChosen } from '../../training/validation/cell-rows.ts';
import { chooseRows, TrainedOn } from '../../training/validation/choose-rows.ts';
import { at } from '../reference/exact.ts';
import { arbitraryModel, arbitraryRow, scoreDrawn } from '../support/arbitrary-model.ts';
import { drawKnownRisk } from '../support/known-risk.ts';

const settings = TrainingSettings.parse({ boosted: { mostRepeats: 1, mostTrees: 80 } });
const { frame } = drawKnownRisk(3_000, 7);

describe('rows in the cells of terms', () => {
  it('are counted once in each term over several inputs, in the cell that scores them', () => {
    fc.assert(
      fc.property(arbitraryModel('one'), fc.array(arbitraryRow, { minLength: 1, maxLength: 30 }), (model, drawn) => {
        const rows = drawn.map((row) => [...scoreDrawn(model, row).bins]);
        const counts = countCells(model, Int32Array.from(rows.flat()));
        for (const [place, { inputs, shape, microLogits }] of model.terms.entries()) {
          if (inputs.length === 1) expect(at(counts, place)).toBeNull();
          else {
            const expected = microLogits.map(
              (_, cell) =>
                rows.filter((bins) => {
                  let rest = cell;
                  return [...inputs.keys()].reverse().every((axis) => {
                    const bin = rest % at(shape, axis);
                    rest = (rest - bin) / at(shape, axis);
                    return at(bins, at(inputs, axis)) === bin;
                  });
                }).length,
            );
            expect(at(counts, place)).toEqual(expected);
          }
        }
      }),
    );
  });

  it('are those of training where they are at hand, else those that were measured', async () => {
    const folds = assignFolds(frame.dictionary.set, frame);
    const fitted = takeRows(
      frame,
      selectRows(frame, (row) => folds[row] !== 0),
    );
    const { model, draft } = await fitModel({
      frame: fitted,
      settings,
      includeProtected: false,
      withInterval: false,
      name: 'made-up',
      learner: 'boosted',
      onProgress: () => undefined,
    });
    expect(model.terms.some(({ inputs }) => inputs.length > 1)).toBe(true);
    const lineage = TrainedOn.parse({ settings, data: { trainingDigest: digestFrame(fitted), holdout: { fold: 0 } } });
    const own = countChosen(model, await chooseRows({ frame, file: 'x' }, model, lineage));
    expect(own).toEqual({ of: 'training', counts: countCells(model, draft.bins) });
    const { frame: stranger } = drawKnownRisk(500, 8);
    const other = countChosen(model, await chooseRows({ frame: stranger, file: 'x' }, model, lineage));
    expect(other.of).toBe('other');
    for (const counts of other.counts) {
      if (counts) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500);
    }
  });
});
