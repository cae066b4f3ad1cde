import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { auc } from '../../src/metrics/discrimination.ts';
import { assignFolds } from '../../training/dataset/folds.ts';
import { takeRows } from '../../training/dataset/frame.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { splitAtFold } from '../../training/dataset/split.ts';
import { fitModel } from '../../training/fit.ts';
import { defaultSettings } from '../../training/settings.ts';
import { scoreFrame } from '../../training/validation/score-frame.ts';
import { benchAccuracy } from '../bench/accuracy.ts';
import { createDictionary, createFrame, createNumberColumn } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { useFolder } from '../support/folder.ts';
import { createRandom } from '../support/random.ts';

const files = useFolder();
const home = process.cwd();
afterAll(() => process.chdir(home));

describe('splitAtFold', () => {
  it('puts every labelled row into exactly one part, by its fold among all rows of the file', () => {
    const labels = fc.array(fc.constantFrom(0, 0, 1, 2), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(labels, fc.option(fc.integer({ min: 0, max: 4 })), (of, fold) => {
        const frame = createFrame([{ column: createNumberColumn({ name: 'x' }), values: of.map(() => 1) }], of);
        const folds = assignFolds('made-up', frame);
        const { fitted, held } = splitAtFold(frame, folds, fold);
        const isHeld = (row: number) => fold !== null && folds[row] === fold;
        const labelled = [...of.keys()].filter((row) => of[row] !== 2);
        expect([...held]).toEqual(labelled.filter(isHeld));
        expect([...fitted]).toEqual(labelled.filter((row) => !isHeld(row)));
      }),
    );
  });
});

describe('bench accuracy', () => {
  it('takes its figures on the folds that training holds out, where rows without a label stand between', async () => {
    const random = createRandom(5);
    const labels = Array.from({ length: 600 }, () => at([0, 0, 1, 2], random.whole(0, 3)));
    const rows = labels.map((label) => [label * 10 + random.whole(0, 25), label]);
    process.chdir(files.folder());
    const dictionary = createDictionary({
      name: 'made',
      set: 'made',
      file: { ...createDictionary().file, path: 'made.csv' },
    });
    const target = { ...dictionary.target, indeterminate: ['2'] };
    mkdirSync(join('data', 'made'), { recursive: true });
    writeFileSync(join('data', 'made', 'dictionary.json'), JSON.stringify({ ...dictionary, target }));
    writeFileSync(join('data', 'made.csv'), toCsv([['x', 'y'], ...rows]));

    const frame = await loadFrame({ ...dictionary, target }, join('data', 'made.csv'));
    const folds = assignFolds('made', frame);
    const pooled: { score: number; label: number }[] = [];
    for (let fold = 0; fold < 5; fold++) {
      const split = splitAtFold(frame, folds, fold);
      const { model } = await fitModel({
        frame: takeRows(frame, split.fitted),
        name: 'made',
        learner: 'scorecard',
        settings: defaultSettings,
        includeProtected: true,
        withInterval: false,
        onProgress: () => undefined,
      });
      const held = takeRows(frame, split.held);
      for (const [row, score] of scoreFrame(model, held).entries()) pooled.push({ score, label: at(held.labels, row) });
    }
    expect(pooled.length).toBe(labels.filter((label) => label !== 2).length);
    const expected = auc(
      pooled.map(({ score }) => score),
      pooled.map(({ label }) => label),
    );
    const request = { sets: ['made'], learners: ['scorecard'], protected: 'include', population: 'all' } as const;
    const figures = [];
    for await (const line of benchAccuracy({ ...request, dataFolder: undefined })) figures.push(line);
    expect(figures).toMatchObject([{ set: 'made', auc: Number(expected?.toFixed(5)) }]);
  });
});
