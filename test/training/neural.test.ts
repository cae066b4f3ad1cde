import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc } from '../../src/metrics/discrimination.ts';
import { proveMonotone } from '../../src/model/proof.ts';
import type { Sample } from '../../training/binning/bin-feature.ts';
import { preBin } from '../../training/binning/prebin.ts';
import { assignFolds } from '../../training/dataset/folds.ts';
import { computeFeatures, type Frame } from '../../training/dataset/frame.ts';
import { fitModel } from '../../training/fit.ts';
import { createMinimiser } from '../../training/learners/neural/bounded.ts';
import { rankPairs } from '../../training/learners/neural/choose.ts';
import { binCurve, priceCurves, toCurve } from '../../training/learners/neural/curves.ts';
import { fitParts } from '../../training/learners/neural/newton.ts';
import { toAxis, toPair } from '../../training/learners/neural/pairs.ts';
import { createConstant, expand, expandAll, type Part, scoreParts } from '../../training/learners/neural/part.ts';
import { learnNeural } from '../../training/learners/neural.ts';
import { type Backend, loadBackend } from '../../training/learners/tensorflow.ts';
import { defaultSettings, TrainingSettings } from '../../training/settings.ts';
import { scoreFrame } from '../../training/validation/score-frame.ts';
import { createFrame, createNumberColumn } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { createRandom } from '../support/random.ts';

type Direction = 'increasing' | 'decreasing' | null;

interface Drawn {
  readonly seed: number;
  readonly rows: number;
  readonly directions: readonly Direction[];
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  seed: fc.nat(1e6),
  rows: fc.integer({ min: 200, max: 500 }),
  directions: fc.array(fc.constantFrom<Direction>('increasing', 'decreasing', null), { minLength: 1, maxLength: 4 }),
});

/** Numbers, and a label that follows the first with the second turning it around. */
const draw = ({ seed, rows, directions }: Drawn): Frame => {
  const random = createRandom(seed);
  const columns = directions.map((direction, place) => ({
    column: createNumberColumn({ name: `x${place}`, direction }),
    values: Array.from({ length: rows }, () => (random.uniform() < 0.1 ? null : random.whole(0, 99))),
  }));
  const labels = Array.from({ length: rows }, (_, row) => {
    const [one = 0, two = 0] = columns.map(({ values }) => ((values[row] ?? 50) - 50) / 25);
    return random.uniform() < 1 / (1 + Math.exp(1 - one * (1 + two))) ? 1 : 0;
  });
  return createFrame(columns, labels);
};

const sampleOf = ({ labels }: Frame): Sample => ({ labels, weights: new Float64Array(labels.length).fill(1) });

const curvesOf = (frame: Frame, sample = sampleOf(frame)) =>
  computeFeatures(frame, frame.featureSet.features)
    .map((feature) => toCurve(binCurve(preBin(feature, defaultSettings.binning), sample, defaultSettings), 30))
    .filter(({ part }) => part.width > 0);

const partsOf = (frame: Frame, smoothness = 20): Part[] => [
  createConstant(frame.rows),
  ...priceCurves(curvesOf(frame), { smoothness, level: 10 }),
];

const widthOf = (parts: readonly Part[]): number => parts.reduce((sum, { width }) => sum + width, 0);

const fitOn = (frame: Frame, settings = defaultSettings) =>
  fitModel({
    frame,
    settings,
    name: 'made-up',
    learner: 'neural',
    includeProtected: false,
    withInterval: false,
    onProgress: () => undefined,
  });

describe('the exact finish', () => {
  it('reaches the same weights from any start', () => {
    fc.assert(
      fc.property(drawn, fc.nat(1e6), (data, seed) => {
        const frame = draw(data);
        const parts = partsOf(frame);
        const random = createRandom(seed);
        const far = Float64Array.from({ length: widthOf(parts) }, () => random.bell());
        const one = fitParts(parts, sampleOf(frame), new Float64Array(far.length));
        const two = fitParts(parts, sampleOf(frame), far);
        for (const [place, weight] of one.entries()) expect(Math.abs(weight - at(two, place))).toBeLessThan(1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('takes a row that counts twice for two rows, and one that counts 0 times for none', () => {
    fc.assert(
      fc.property(drawn, (data) => {
        const frame = draw(data);
        const parts = partsOf(frame);
        const weights = Float64Array.from(frame.labels, (_, row) => row % 3);
        const rows = Array.from(weights.keys()).flatMap((row) => new Array<number>(at(weights, row)).fill(row));
        const repeated = parts.map((part) => ({
          ...part,
          cells: Uint16Array.from(rows, (row) => at(part.cells, row)),
        }));
        const sample = sampleOf({ ...frame, labels: Uint8Array.from(rows, (row) => at(frame.labels, row)) });
        const start = new Float64Array(widthOf(parts));
        const counted = fitParts(parts, { labels: frame.labels, weights }, start);
        const spelled = fitParts(repeated, sample, start);
        for (const [place, weight] of counted.entries()) expect(weight).toBeCloseTo(at(spelled, place), 9);
      }),
      { numRuns: 20 },
    );
  });

  it('ends where no weight may move and lower the loss', () => {
    fc.assert(
      fc.property(drawn, (data) => {
        const frame = draw(data);
        const parts = partsOf(frame);
        const lossAt = (weights: Float64Array): number => {
          const scores = scoreParts(parts, weights, frame);
          const costs = parts.flatMap(({ penalty }) => Array.from(penalty));
          const cost = costs.reduce((sum, each, place) => sum + (each / 2) * at(weights, place) ** 2, 0);
          return scores.reduce((sum, z, row) => sum + Math.log1p(Math.exp(z)) - at(frame.labels, row) * z, cost);
        };
        const fitted = fitParts(parts, sampleOf(frame), new Float64Array(widthOf(parts)));
        const least = lossAt(fitted);
        const bounded = parts.flatMap((part) => Array.from(part.bounded));
        for (const [place, weight] of fitted.entries()) {
          if (bounded[place] === 1) expect(weight).toBeGreaterThanOrEqual(0);
          for (const step of [-1e-4, 1e-4]) {
            if (bounded[place] === 1 && weight + step < 0) continue;
            expect(lossAt(fitted.map((value, other) => (other === place ? value + step : value)))).toBeGreaterThan(
              least,
            );
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('minimising under bounds', () => {
  it('leaves free coordinates level, and those at 0 uphill', () => {
    const sizes = fc.record({ size: fc.integer({ min: 1, max: 8 }), seed: fc.nat(1e6) });
    fc.assert(
      fc.property(sizes, ({ size, seed }) => {
        const random = createRandom(seed);
        const root = Float64Array.from({ length: size * size }, () => random.bell());
        const curvature = Float64Array.from({ length: size * size }, (_, cell) => {
          const [row, column] = [Math.floor(cell / size), cell % size];
          const products = Array.from(
            { length: size },
            (_, k) => at(root, row * size + k) * at(root, column * size + k),
          );
          return products.reduce((sum, value) => sum + value, row === column ? 0.1 : 0);
        });
        const slope = Float64Array.from({ length: size }, () => random.bell());
        const bounded = Uint8Array.from({ length: size }, () => random.whole(0, 1));
        const target = createMinimiser({ curvature, bounded })({ point: new Float64Array(size), slope });
        for (const [place, value] of target.entries()) {
          const line = curvature.subarray(place * size, (place + 1) * size);
          const uphill = line.reduce((sum, bend, other) => sum + bend * at(target, other), -at(slope, place));
          if (at(bounded, place) === 1) expect(value).toBeGreaterThanOrEqual(0);
          if (at(bounded, place) === 1 && value === 0) expect(uphill).toBeGreaterThan(-1e-6);
          else expect(Math.abs(uphill)).toBeLessThan(1e-6);
        }
      }),
    );
  });
});

describe('curves', () => {
  it('keep directions of risk whatever the data says', () => {
    fc.assert(
      fc.property(drawn, (data) => {
        const frame = draw(data);
        const parts = partsOf(frame, 1);
        const fitted = fitParts(parts, sampleOf(frame), new Float64Array(widthOf(parts)));
        const values = expandAll(parts, fitted).slice(1);
        for (const [place, { feature, steps }] of curvesOf(frame).entries()) {
          const { direction } = feature.pre.feature.definition;
          const sign = direction === 'decreasing' ? -1 : 1;
          const curve = at(values, place);
          for (let bin = 0; bin < steps && direction; bin++) {
            expect(sign * (at(curve, bin + 1) - at(curve, bin))).toBeGreaterThanOrEqual(-1e-12);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are the smoother the more a step costs', () => {
    fc.assert(
      fc.property(drawn, (data) => {
        const frame = draw(data);
        const isStep = [
          false,
          ...curvesOf(frame).flatMap(({ part, steps }) => Array.from(part.penalty, (_, place) => place < steps)),
        ];
        const roughness = [2, 20, 200, 2_000].map((smoothness) => {
          const parts = partsOf(frame, smoothness);
          const fitted = fitParts(parts, sampleOf(frame), new Float64Array(widthOf(parts)));
          return fitted.reduce((sum, value, place) => (isStep[place] ? sum + value * value : sum), 0);
        });
        for (const [place, value] of roughness.slice(1).entries())
          expect(value).toBeLessThan(at(roughness, place) + 1e-3);
        expect(roughness.at(-1)).toBeLessThan(0.02);
      }),
      { numRuns: 15 },
    );
  });
});

describe('tables over two features', () => {
  it('keep both directions of risk for any weights that the bounds allow', () => {
    fc.assert(
      fc.property(drawn, ({ seed, ...data }) => {
        const frame = draw({ seed, ...data, directions: [...data.directions, 'increasing'] });
        const [x, y] = curvesOf(frame)
          .slice(-2)
          .map(({ feature }) => toAxis(feature, 5));
        if (!x || !y) return;
        const random = createRandom(seed);
        const part = toPair(x, y, 1);
        const weights = Float64Array.from(part.bounded, (isBounded) => (isBounded ? random.uniform() : random.bell()));
        const cells = expand(part, weights);
        const cellAt = (a: number, b: number) => at(cells, a * (y.count + 1) + b);
        for (let a = 0; a < x.count; a++) {
          for (let b = 0; b < y.count; b++) {
            if (a > 0) expect(x.sign * (cellAt(a, b) - cellAt(a - 1, b))).toBeGreaterThanOrEqual(-1e-12);
            if (b > 0) expect(y.sign * (cellAt(a, b) - cellAt(a, b - 1))).toBeGreaterThanOrEqual(-1e-12);
          }
          expect(cellAt(a, y.count)).toBe(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are chosen where two features tell more together, and not where they do not', () => {
    const random = createRandom(5);
    const rows = 4_000;
    const values = Array.from({ length: 4 }, () => Array.from({ length: rows }, () => random.whole(0, 9)));
    const labels = Array.from({ length: rows }, (_, row) => {
      const [a = 0, b = 0, c = 0] = values.map((column) => (at(column, row) - 4.5) / 3);
      return random.uniform() < 1 / (1 + Math.exp(1 - a * b - c)) ? 1 : 0;
    });
    const frame = createFrame(
      values.map((column, place) => ({ column: createNumberColumn({ name: `x${place}` }), values: column })),
      labels,
    );
    const sample = sampleOf(frame);
    const folds = assignFolds('pairs', frame, 5);
    const parts = partsOf(frame);
    const unseen = [0, 1, 2, 3, 4].map((fold) => {
      const weights = Float64Array.from(folds, (own) => (own === fold ? 0 : 1));
      const fitted = fitParts(parts, { ...sample, weights }, new Float64Array(widthOf(parts)));
      return { fold, scores: scoreParts(parts, fitted, frame) };
    });
    const axes = curvesOf(frame).map(({ feature }) => toAxis(feature, 6));
    const [first, ...rest] = rankPairs(axes, { sample, folds }, unseen);
    expect(first?.inputs).toEqual([0, 1]);
    expect(first?.gain).toBeGreaterThan(20);
    for (const { gain } of rest) expect(gain).toBeLessThan(defaultSettings.neural.pairs.leastGain);
  });
});

describe('the neural learner', () => {
  const data: Drawn = { seed: 3, rows: 3_000, directions: ['increasing', null, 'decreasing'] };

  it('gives the same cells on every backend there is', async () => {
    const frame = draw(data);
    const features = computeFeatures(frame, frame.featureSet.features).map((feature) =>
      preBin(feature, defaultSettings.binning),
    );
    const learnOn = async (backend: Backend) => {
      const { fit, notes } = await learnNeural(
        {
          set: 'made-up',
          features,
          sample: sampleOf(frame),
          settings: defaultSettings,
          onFit: () => undefined,
          onCalibrate: () => undefined,
        },
        backend,
      );
      return { notes, cells: fit.terms.flatMap(({ logOdds }) => Array.from(logOdds)) };
    };
    const fastest = await loadBackend();
    const expected = await learnOn(fastest);
    expect(expected.notes.neural?.pairs).toBeGreaterThan(0);
    const own = tf.getBackend();
    for (const name of ['wasm', 'cpu'] as const) {
      await tf.setBackend(name);
      const found = await learnOn({ tf, name });
      expect(found.notes).toEqual(expected.notes);
      expect(found.cells.length).toBe(expected.cells.length);
      for (const [place, cell] of found.cells.entries()) {
        expect(Math.abs(cell - at(expected.cells, place))).toBeLessThan(1e-9);
      }
    }
    await tf.setBackend(own);
  });

  it('proves what it gives, tables included, and ranks unseen rows better by them', async () => {
    const frame = draw(data);
    const { model, notes } = await fitOn(frame);
    expect(model.terms.filter(({ inputs }) => inputs.length === 2).length).toBe(notes.neural?.pairs);
    expect(notes.neural?.pairs).toBeGreaterThan(0);
    for (const { leastStep, exact } of proveMonotone(model))
      expect({ down: leastStep < 0, exact }).toEqual({ down: false, exact: true });
    const alone = await fitOn(frame, TrainingSettings.parse({ neural: { pairs: { most: 0 } } }));
    expect(alone.model.terms.every(({ inputs }) => inputs.length === 1)).toBe(true);
    const fresh = draw({ ...data, seed: 4 });
    const found = (own: typeof model) => auc(scoreFrame(own, fresh), fresh.labels) ?? Number.NaN;
    expect(found(model)).toBeGreaterThan(found(alone.model) + 0.005);
  });
});
