import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc } from '../../src/metrics/discrimination.ts';
import { otherBin } from '../../src/model/bins.ts';
import { binFeature, fittedBins } from '../../training/binning/bin-feature.ts';
import { crossFit } from '../../training/binning/cross-fit.ts';
import { preBin } from '../../training/binning/prebin.ts';
import { computeFeatures, selectRows, takeRows } from '../../training/dataset/frame.ts';
import { fitModel } from '../../training/fit.ts';
import { type LearnerName, learnerNames } from '../../training/learners/names.ts';
import { defaultSettings, TrainingSettings } from '../../training/settings.ts';
import { scoreFrame, toProbabilities } from '../../training/validation/score-frame.ts';
import { createCategoryColumn, createFrame, createNumberColumn, type FilledColumn } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { createRandom } from '../support/random.ts';

const few = TrainingSettings.parse({ boosted: { mostRepeats: 1, refitBags: 1, mostTrees: 150 } });

interface Drawn {
  readonly rows: number;
  /** Values of the wide column. */
  readonly values: number;
  /** Standard deviation of the log-odds over its values; 0 is noise. */
  readonly effect: number;
  readonly seed?: number;
}

/** Rows with a number that follows the risk, and a category of many values. */
const draw = ({ rows, values, effect, seed = 1 }: Drawn) => {
  const random = createRandom(seed);
  const effects = Array.from({ length: values }, () => effect * random.bell());
  const drawn = Array.from({ length: rows }, () => {
    const place = random.whole(0, values - 1);
    const risk = random.bell();
    const isBad = random.uniform() < 1 / (1 + Math.exp(1.6 - risk - at(effects, place)));
    return { place: `v${place}`, x: Math.round(100 * risk + 60 * random.bell()), label: isBad ? 1 : 0 };
  });
  const labels = drawn.map(({ label }) => label);
  const number: FilledColumn = { column: createNumberColumn({ name: 'x' }), values: drawn.map(({ x }) => x) };
  const categories = Array.from({ length: values }, (_, place) => ({
    value: `v${place}`,
    label: { zh: '值', en: 'v' },
  }));
  const wide: FilledColumn = {
    column: createCategoryColumn({ name: 'wide', categories: categories.slice(0, 5) }),
    values: drawn.map(({ place }) => place),
  };
  return { labels, number, wide };
};

/** AUC on every fifth row of a model fitted on the others. */
const heldAuc = async (columns: readonly FilledColumn[], labels: readonly number[], learner: LearnerName) => {
  const frame = createFrame(columns, labels);
  const part = (isHeld: boolean) =>
    takeRows(
      frame,
      selectRows(frame, (row) => (row % 5 === 4) === isHeld),
    );
  const { model } = await fitModel({
    frame: part(false),
    settings: few,
    includeProtected: false,
    withInterval: false,
    name: 'wide',
    learner,
    onProgress: () => undefined,
  });
  const held = part(true);
  return { auc: auc(toProbabilities(scoreFrame(model, held)), held.labels) ?? 0, model };
};

/** Held-out AUC without and with the wide column. */
const compare = async (shape: Drawn, learner: LearnerName) => {
  const { labels, number, wide } = draw(shape);
  return { without: await heldAuc([number], labels, learner), beside: await heldAuc([number, wide], labels, learner) };
};

describe('a category of many values', () => {
  it.each<[string, LearnerName, Omit<Drawn, 'effect'>]>([
    ['2,000 values of about 35 rows in a scorecard', 'scorecard', { rows: 70_000, values: 2_000 }],
    ['2,000 values of about 10 rows in a scorecard', 'scorecard', { rows: 20_000, values: 2_000 }],
    ['18 values of about 110 rows in a scorecard', 'scorecard', { rows: 2_000, values: 18 }],
    ['150 values of about 50 rows in a scorecard', 'scorecard', { rows: 7_500, values: 150 }],
    ['100 values of about 40 rows in trees', 'boosted', { rows: 4_000, values: 100 }],
    ['150 values of about 50 rows in trees', 'boosted', { rows: 7_500, values: 150 }],
    ['18 values of about 110 rows in neural curves', 'neural', { rows: 2_000, values: 18 }],
    ['150 values of about 50 rows in neural curves', 'neural', { rows: 7_500, values: 150 }],
  ])(
    'lowers no held-out AUC by more than 0.005 where it is noise: %s',
    async (_, learner, shape) => {
      const { without, beside } = await compare({ ...shape, effect: 0 }, learner);
      expect(beside.auc).toBeGreaterThan(without.auc - 0.005);
    },
    120_000,
  );

  it.each(learnerNames)(
    'helps the %s learner where it tells good from bad',
    async (learner) => {
      const { without, beside } = await compare({ rows: 8_000, values: 120, effect: 0.8 }, learner);
      expect(beside.auc).toBeGreaterThan(without.auc + 0.03);
      const input = beside.model.inputs.find(({ name }) => name === 'wide');
      expect(input?.counts[otherBin(input) ?? -1]).toBeDefined();
      expect(beside.model.columns.find(({ name }) => name === 'wide')?.categories?.length).toBeLessThanOrEqual(120);
    },
    120_000,
  );

  it('leaves no rare text in a model', async () => {
    const { labels, number, wide } = draw({ rows: 6_000, values: 40, effect: 1 });
    const names = wide.values.map((value, row) => (row % 10 === 3 ? `person ${row}` : value));
    const { model } = await heldAuc([number, { ...wide, values: names }], labels, 'scorecard');
    expect(model.inputs.map(({ name }) => name)).toContain('wide');
    expect(JSON.stringify(model)).not.toContain('person');
  }, 60_000);

  it('stands, row by row, where the rows of other folds put its value; the model where all rows do', () => {
    const value = fc.record({ value: fc.nat(5), label: fc.nat(1), weight: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), (drawn) => {
        const labels = Uint8Array.from(drawn, ({ label }) => label);
        const weights = Float64Array.from(drawn, ({ weight }) => weight);
        const settings = { ...defaultSettings.binning, minimumRows: 1, crossFitAbove: 0 };
        const frame = createFrame(
          [{ column: createCategoryColumn({ name: 'c' }), values: drawn.map(({ value }) => `v${value}`) }],
          [...labels],
        );
        const [feature] = computeFeatures(frame, frame.featureSet.features);
        if (!feature) throw new Error('no feature');
        const pre = preBin(feature, settings);
        const turns = drawn.map(
          ({ label }, row) => drawn.slice(0, row).filter((each) => each.label === label).length % 5,
        );
        const rate = (value: number | null, isIn: (row: number) => boolean) => {
          const rows = drawn.flatMap((each, row) => ((value ?? each.value) === each.value && isIn(row) ? [each] : []));
          const total = rows.reduce((sum, { weight }) => sum + weight, 0);
          return { total, bad: rows.reduce((sum, { weight, label }) => sum + weight * label, 0) };
        };
        const shrunk = (value: number, isIn: (row: number) => boolean) => {
          const [own, all] = [rate(value, isIn), rate(null, isIn)];
          const overall = all.bad / Math.max(1, all.total);
          return (own.bad + settings.categoryShrinkage * overall) / (own.total + settings.categoryShrinkage);
        };
        const { rowRates } = crossFit(pre, { labels, weights }, settings);
        for (const [row, { value, weight }] of drawn.entries()) {
          const isKnown = rate(value, () => true).total >= 1;
          const expected = shrunk(value, (other) => weight === 0 || turns[other] !== turns[row]);
          if (isKnown) expect(rowRates[row]).toBeCloseTo(expected, 12);
          else expect(rowRates[row]).toBeNaN();
        }
        const joined = binFeature(pre, { labels, weights }, settings);
        const last = Math.max(...joined.toFinal);
        for (const bin of fittedBins(joined)) expect(bin).toBeLessThanOrEqual(last);
        expect(joined.woe).toHaveLength(last + 1);
      }),
      { numRuns: 300 },
    );
  });
});
