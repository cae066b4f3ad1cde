import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../src/domain/model.ts';
import { findHazard, nextHazardVersion, readHazard, writeHazard } from '../../src/store/hazards.ts';
import { toModelText, writeModel } from '../../src/store/models.ts';
import { drawCurve } from '../../src/usecases/hazard-curve.ts';
import { openHazard } from '../../src/usecases/open-hazard.ts';
import { assignFolds, FOLDS } from '../../training/dataset/folds.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { payoffFrame, withinFrame } from '../../training/hazard/frames.ts';
import { labelWithin, outcomes, type Panel, toPanel } from '../../training/hazard/panel.ts';
import { requirePanel, toReadingDictionary } from '../../training/hazard/panel-dictionary.ts';
import { type TrainedHazard, trainHazard } from '../../training/hazard/train.ts';
import { curveFrame } from '../../training/hazard/validate.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { createIgnoredColumn } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { slowWithin } from '../reference/hazard.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { drawnChances, drawPanel, panelDictionary, panelHeader } from '../support/panel.ts';

const files = useFolder();
const dictionary = requirePanel(panelDictionary);
const rows = drawPanel(4000, 5);

const loadPanel = async (cells: readonly (readonly string[])[], name: string): Promise<Panel> => {
  const path = files.write(name, toCsv([panelHeader, ...cells]));
  return toPanel(await loadFrame(toReadingDictionary(dictionary), path), dictionary);
};

/** The same panel in a file that tells the day of each row, on which periods are a day apart and so shorter than they are said to be. */
const loadDated = async (): Promise<Panel> => {
  const { columns, ...rest } = panelDictionary;
  const dated = requirePanel({
    ...rest,
    customer: 'loan',
    dates: { observed: 'day' },
    columns: [...columns, createIgnoredColumn('day')],
  });
  const cells = rows.map((row) => [...row, `2026-01-${String(row[1]).padStart(2, '0')}`]);
  const path = files.write('dated.csv', toCsv([[...panelHeader, 'day'], ...cells]));
  return toPanel(await loadFrame(toReadingDictionary(dated), path), dated);
};

const trainOn = (panel: Panel, tierPeriods: number | null): Promise<TrainedHazard> =>
  trainHazard({
    panel,
    name: 'made-up',
    chooseVersion: () => '1',
    chooseJoined: () => '1',
    learner: 'scorecard',
    settings: TrainingSettings.parse({ intervalRefits: 2, coverageRefits: 1, validation: { replicates: 20 } }),
    includeProtected: false,
    tierPeriods,
    allowLeaks: [],
    onProgress: () => undefined,
  });

let panel: Panel;
let trained: TrainedHazard;
beforeAll(async () => {
  panel = await loadPanel(rows, 'panel.csv');
  trained = await trainOn(panel, 4);
});

const modelOf = ({ tables }: TrainedHazard, place: number): Model => at(tables, place).trained.model;
const valuesOf = ({ frame }: Panel, name: string): Float64Array =>
  frame.columns.find(({ definition }) => definition.name === name)?.values ?? new Float64Array();

describe('a dictionary of a panel', () => {
  const faulty: readonly [place: string, change: Partial<typeof panelDictionary>][] = [
    ['hazard', { hazard: undefined }],
    ['periods', { periods: undefined }],
    ['hazard.customer', { hazard: { ...dictionary.hazard, customer: 'nobody' } }],
    [
      'hazard.payoff.column',
      { hazard: { ...dictionary.hazard, payoff: { ...dictionary.hazard.payoff, column: 'x' } } },
    ],
    ['customer', { customer: 'start' }],
    ['hazard.period.name', { hazard: { ...dictionary.hazard, period: { ...dictionary.hazard.period, name: 'x' } } }],
  ];

  it.each(faulty)('is refused by the place that is wrong: %s', async (place, change) => {
    const fault = await faultOf(() => requirePanel({ ...panelDictionary, ...change }));
    expect(fault.code).toBe('bad_dictionary');
    expect(fault.detail('en')).toContain(`at ${place}:`);
  });
});

describe('a panel', () => {
  it('counts whole periods since the start, and knows how each ended', () => {
    expect(panel.frame.rows).toBe(rows.length);
    const age = valuesOf(panel, 'age');
    for (const [row, [, quarter, start, , paid, defaulted]] of rows.entries()) {
      expect(age[row]).toBe(Number(quarter) - Number(start));
      const wanted = paid === 'yes' ? 'payoff' : 'survived';
      expect(panel.outcomes[row]).toBe(defaulted === '1' ? 'default' : wanted);
    }
    expect(panel.frame.columns.map(({ definition }) => definition.name)).toEqual(['x', 'age']);
  });

  it('is known to default within a horizon as the slow reference finds it, gaps and repeated rows and all', () => {
    const drawnRow = fc.record({
      customer: fc.nat(2),
      period: fc.integer({ min: 1, max: 6 }),
      outcome: fc.constantFrom(...outcomes),
    });
    fc.assert(
      fc.property(fc.array(drawnRow, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), (drawn, horizon) => {
        const labels = labelWithin(
          {
            customers: Float64Array.from(drawn, ({ customer }) => customer),
            periods: Float64Array.from(drawn, ({ period }) => period),
            outcomes: drawn.map(({ outcome }) => outcome),
          },
          horizon,
        );
        expect([...labels]).toEqual(drawn.map((row) => slowWithin(drawn, row, horizon)));
      }),
    );
  });

  it('looks at no outcome after the end of calibration for a horizon, nor counts such rows as later', () => {
    const { labels, dictionary: shifted } = withinFrame(panel, 4);
    expect(shifted.periods).toEqual({ column: 'quarter', fitTo: 3, calibrateTo: 5 });
    const used = new Set([...labels.keys()].filter((row) => labels[row] !== 2).map((row) => panel.periods[row]));
    expect([...used].sort((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 9]);
  });

  it('has no direction of risk for payoffs', () => {
    expect(payoffFrame(panel).featureSet.features.map(({ direction }) => direction)).toEqual([null, null]);
  });
});

describe('a trained hazard', () => {
  it('finds the chances the panel was drawn by, under both tables jointly', () => {
    const curves = curveFrame(
      { hazard: trained.hazard, default: modelOf(trained, 0), payoff: modelOf(trained, 1) },
      panel.frame,
    );
    const [x, age] = [valuesOf(panel, 'x'), valuesOf(panel, 'age')];
    let [offDefault, offPayoff] = [0, 0];
    for (const [row, curve] of curves.entries()) {
      const drawn = drawnChances(at(x, row), at(age, row));
      offDefault += Math.abs(at(curve, 0).chances.default - drawn.default) / curves.length;
      offPayoff += Math.abs(at(curve, 0).chances.payoff - drawn.payoff) / curves.length;
    }
    expect(offDefault).toBeLessThan(0.015);
    expect(offPayoff).toBeLessThan(0.03);
  });

  it('expects as many defaults and payoffs as came, where it was calibrated', () => {
    const { calibration } = trained.validation;
    for (const { observed, expected } of Object.values(calibration)) {
      expect(Math.abs(expected / observed - 1)).toBeLessThan(0.03);
    }
  });

  it('is measured on every later period, and on each horizon where it is known how it ended', () => {
    const { periods, horizons, default: later } = trained.validation;
    expect(periods.map(({ period }) => period)).toEqual([9, 10, 11, 12]);
    expect(periods.reduce((sum, { rows: count }) => sum + count, 0)).toBe(later.rows);
    expect(later.observed).toBe(rows.filter(([, quarter, , , , bad]) => Number(quarter) > 8 && bad === '1').length);
    expect(horizons.map(({ days }) => days)).toEqual([90, 180, 360]);
    expect(at(horizons, 0)).toMatchObject(later);
    for (const { observed, lower, upper } of [later, ...horizons]) {
      expect(observed).toBeGreaterThan(lower - (upper - lower));
      expect(observed).toBeLessThan(upper + (upper - lower));
    }
  });

  it('tells the gap of the table for tiers, in the mean and by tenths that add up to it', () => {
    const { tiers } = trained.validation;
    const { all, deciles } = tiers ?? { all: null, deciles: [] };
    expect(deciles).toHaveLength(10);
    const rowsInAll = deciles.reduce((sum, tenth) => sum + tenth.rows, 0);
    const gap = deciles.reduce((sum, tenth) => sum + tenth.rows * tenth.gap, 0) / rowsInAll;
    expect(rowsInAll).toBe(all?.rows);
    expect(gap).toBeCloseTo(all?.gap ?? Number.NaN, 12);
    for (const [place, { curve }] of deciles.entries()) {
      if (place > 0) expect(curve).toBeGreaterThanOrEqual(at(deciles, place - 1).curve);
    }
  });

  it('comes out the same whatever happens after calibration, and without a table for tiers where none is wanted', async () => {
    const turned = rows.map((cells) => (Number(cells[1]) > 8 ? [...cells.slice(0, 4), 'no', '0'] : cells));
    const again = await trainOn(await loadPanel(turned, 'turned.csv'), null);
    expect(modelOf(again, 0)).toEqual(modelOf(trained, 0));
    expect(modelOf(again, 1)).toEqual(modelOf(trained, 1));
    expect(again.hazard.tiers).toBeNull();
    expect(again.validation.tiers).toBeNull();
  });

  it('has all rows of a loan in one fold, in every table, and says whose they are in its dictionary', () => {
    for (const { frame } of trained.tables) {
      const folds = [...assignFolds(frame.dictionary.set, frame)];
      const foldOf = new Map(rows.map(([loan], row) => [loan, folds[row]]));
      expect(folds).toEqual(rows.map(([loan]) => foldOf.get(loan)));
      expect(new Set(folds).size).toBe(FOLDS);
      expect(frame.dictionary.customer).toBe('loan');
    }
  });

  it('is the same where rows tell their days: periods do not overlap, however long they are said to be', async () => {
    const dated = await trainOn(await loadDated(), null);
    expect(modelOf(dated, 0).terms).toEqual(modelOf(trained, 0).terms);
  });

  it('refuses a table for tiers beyond its curve', async () => {
    expect((await faultOf(() => trainOn(panel, 5))).code).toBe('horizon_unfit');
  });
});

describe('a stored hazard', () => {
  const store = (): string => {
    const folder = files.folder();
    for (const { trained: table } of trained.tables) {
      writeModel(folder, table.model, { 'model.json': toModelText(table.model) });
    }
    writeHazard(folder, trained.hazard, { 'validation.json': '{}' });
    return folder;
  };
  const place = (folder: string) => ({ reference: 'made-up', folders: [folder], day: '2026-01-01' });
  const contentOf = (version: string) => ({ ...trained.hazard, version });
  const asked = { days: undefined, now: '2026-01-01T00:00:00.000Z', timeZone: 'Asia/Shanghai' };

  it('is found by its name and version, and never overwritten', async () => {
    const folder = store();
    expect(readHazard(findHazard('made-up', [folder]).path)).toEqual(trained.hazard);
    expect(findHazard('made-up@1', [folder]).version).toBe('1');
    expect((await faultOf(() => findHazard('made-up@2', [folder]))).code).toBe('model_missing');
    expect(writeHazard(folder, trained.hazard, {}).isNew).toBe(false);
    expect(nextHazardVersion(folder, 'made-up', contentOf)).toBe('1');
    const other = (version: string) => ({ ...contentOf(version), horizons: [1] });
    expect(nextHazardVersion(folder, 'made-up', other)).toBe('2');
    expect((await faultOf(() => writeHazard(folder, other('1'), {}))).code).toBe('version_exists');
  });

  it('is refused where its file was changed, or a model is not the one it was made of', async () => {
    const changed = store();
    const file = join(changed, 'made-up', '1', 'hazard.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"days":90', '"days":30'));
    expect((await faultOf(() => openHazard(place(changed)))).code).toBe('fingerprint_mismatch');

    const swapped = files.folder();
    writeModel(swapped, trained.hazard.tables.default, { 'model.json': toModelText(modelOf(trained, 0)) });
    const { table } = trained.hazard.tiers ?? { table: trained.hazard.tables.payoff };
    writeModel(swapped, table, { 'model.json': toModelText(modelOf(trained, 2)) });
    writeHazard(swapped, trained.hazard, {});
    expect((await faultOf(() => openHazard(place(swapped)))).code).toBe('model_missing');
    const forged = {
      ...trained.hazard.tables,
      payoff: { ...trained.hazard.tables.default, fingerprint: 'f'.repeat(64) },
    };
    const { fingerprint: _, ...content } = { ...trained.hazard, tables: forged, version: '2' };
    const { sealHazard } = await import('../../src/model/hazard.ts');
    writeHazard(swapped, sealHazard(content), {});
    const fault = await faultOf(() => openHazard({ ...place(swapped), reference: 'made-up@2' }));
    expect(fault.code).toBe('bad_artifact');
    expect(fault.detail('en')).toContain('tables.payoff');
  });

  it('draws of one row the curve it has in its frame, with reasons that add up in every period', () => {
    const opened = openHazard(place(store()));
    const curves = curveFrame(
      { hazard: trained.hazard, default: modelOf(trained, 0), payoff: modelOf(trained, 1) },
      panel.frame,
    );
    for (let row = 0; row < 300; row++) {
      const fields = { x: at(valuesOf(panel, 'x'), row), age: at(valuesOf(panel, 'age'), row) };
      const drawn = drawCurve({ opened, fields, ...asked });
      const curve = at(curves, row);
      expect(drawn.horizons.map(({ days }) => days)).toEqual([90, 180, 360]);
      expect(at(drawn.horizons, 2).probability).toBeCloseTo(at(curve, 3).until.default, 8);
      for (const [place, period] of drawn.periods.entries()) {
        expect(period.until.default).toBeCloseTo(at(curve, place).until.default, 8);
        for (const { typicalMicroLogits, microLogits, groups } of [period.default, period.payoff]) {
          expect(groups.reduce((sum, group) => sum + group.microLogits, typicalMicroLogits)).toBe(microLogits);
        }
      }
      expect(drawn.tiers?.gap).toBeCloseTo((drawn.tiers?.probability ?? 0) - at(curve, 3).until.default, 8);
    }
  });

  it('lets the count of periods go on alone: each period is the first one of a customer that much older', () => {
    const opened = openHazard(place(store()));
    const [now, later] = [3, 5].map((age) => drawCurve({ opened, fields: { x: 4, age }, ...asked }).periods);
    expect(at(now ?? [], 2).default).toEqual(at(later ?? [], 0).default);
    expect(at(now ?? [], 2).payoff).toEqual(at(later ?? [], 0).payoff);
  });

  it('refuses a row without the count, and a horizon of part of a period', async () => {
    const opened = openHazard(place(store()));
    const fault = await faultOf(() => drawCurve({ opened, fields: { x: 4 }, ...asked }));
    expect([fault.code, fault.detail('en')]).toEqual(['field_missing', expect.stringContaining('age')]);
    const short = { ...asked, days: [30] };
    expect((await faultOf(() => drawCurve({ opened, fields: { x: 4, age: 3 }, ...short }))).code).toBe('horizon_unfit');
  });
});
