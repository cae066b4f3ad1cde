import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Dictionary } from '../../src/domain/dictionary.ts';
import type { Frame } from '../../training/dataset/frame.ts';
import { type LoadedFrame, loadFrame } from '../../training/dataset/load.ts';
import { splitAt } from '../../training/dataset/split.ts';
import { TrainingSettings } from '../../training/settings.ts';
import type { Trained } from '../../training/train.ts';
import { chooseRows, TrainedOn } from '../../training/validation/choose-rows.ts';
import { validateModel } from '../../training/validation/validate.ts';
import { createDictionary, createNumberColumn } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { createRandom } from '../support/random.ts';
import { trainSample } from '../support/sample.ts';

const files = useFolder();
const dictionary: Dictionary = createDictionary({
  periods: { column: 'quarter', fitTo: 4, calibrateTo: 6 },
  columns: [
    createNumberColumn({ name: 'x' }),
    {
      name: 'quarter',
      source: 'quarter',
      label: { zh: '季度', en: 'Quarter' },
      role: 'ignored',
      why: { zh: '日历', en: 'the calendar' },
    },
  ],
});

/** Ten periods of 400 rows; from period 5 on twice as many go bad at the same x. */
const writeRows = (
  name: string,
  change: (cells: (string | number)[]) => (string | number)[] = (cells) => cells,
): string => {
  const random = createRandom(9);
  const rows = Array.from({ length: 4000 }, (_, row) => {
    const quarter = 1 + (row % 10);
    const x = random.whole(0, 9);
    const chance = (0.02 + 0.03 * x) * (quarter > 4 ? 2 : 1);
    return change([x, quarter, random.uniform() < chance ? 1 : 0]);
  });
  const path = join(files.path, name);
  writeFileSync(path, toCsv([['x', 'quarter', 'y'], ...rows.map((cells) => cells.map(String))]));
  return path;
};

const trainOn = (frame: LoadedFrame, holdout: 'later' | 0): Promise<Trained> =>
  trainSample(frame, {
    name: 'made-up',
    settings: TrainingSettings.parse({ intervalRefits: 2, coverageRefits: 1, validation: { replicates: 20 } }),
    holdout,
  });

let frame: LoadedFrame;
let trained: Trained;
beforeAll(async () => {
  frame = await loadFrame(dictionary, writeRows('rows.csv'));
  trained = await trainOn(frame, 'later');
});

const periodsOf = (rows: Uint32Array, { periods }: Frame) =>
  [...new Set(Array.from(rows, (row) => periods?.[row]))].sort((a, b) => Number(a) - Number(b));

describe('a dictionary with periods', () => {
  it('parts rows by time, and by fold where that is asked for', () => {
    const later = splitAt(frame, new Uint8Array(frame.rows), 'later');
    expect(periodsOf(later.fitted, frame)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(periodsOf(later.held, frame)).toEqual([7, 8, 9, 10]);
    expect(splitAt(frame, new Uint8Array(frame.rows), 0).held).toHaveLength(frame.rows);
    expect(splitAt(frame, new Uint8Array(frame.rows), null).held).toHaveLength(0);
  });

  it('must have the calibration after the fit', () => {
    expect(
      Dictionary.safeParse({ ...dictionary, periods: { column: 'quarter', fitTo: 6, calibrateTo: 6 } }).success,
    ).toBe(false);
  });

  it('names the place of a period that is none', async () => {
    const path = writeRows('bad.csv', ([x = 0, quarter = 0, y = 0]) => [x, quarter === 3 ? 'Q3' : quarter, y]);
    const fault = await faultOf(() => loadFrame(dictionary, path));
    expect(fault.code).toBe('bad_cell');
    expect(fault.detail('en')).toContain('row 3, column quarter, value "Q3"');
  });
});

describe('a model trained by periods', () => {
  it('takes its level from the periods it is calibrated on, not from those it is fitted on', () => {
    const { calibration, periods } = trained.validation;
    const [all] = calibration;
    expect(Math.abs((all?.meanProbability as number) - (all?.badRate as number))).toBeLessThan(0.02);
    expect(periods.map(({ period }) => period)).toEqual([7, 8, 9, 10]);
    expect(trained.validation.data.kind).toBe('later');
    expect(trained.lineage.data).toMatchObject({
      holdout: { periods: { column: 'quarter', fitTo: 4, calibrateTo: 6 }, rows: 1600 },
    });
    expect(trained.card).toContain('periods after those');
  });

  it('never sees the calendar, nor the later rows', async () => {
    expect(trained.model.columns.map(({ name }) => name)).toEqual(['x']);
    const labels = frame.labels.map((label, row) => (at(frame.periods ?? [], row) > 6 ? 1 - label : label));
    const turned = await trainOn({ ...frame, labels }, 'later');
    expect(turned.model).toEqual(trained.model);
  });

  it('is validated again on the same later rows', async () => {
    const lineage = TrainedOn.parse(JSON.parse(JSON.stringify(trained.lineage)));
    const again = validateModel({
      ...(await chooseRows({ frame, file: 'x' }, trained.model, lineage)),
      model: trained.model,
      file: frame.file,
      rawMonotone: null,
      policy: null,
      settings: lineage.settings.validation,
      seed: lineage.settings.seed,
    });
    expect(again).toEqual(trained.validation);
  });
});
