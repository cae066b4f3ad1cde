import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { factorise, inverseDiagonal, solveFactorised } from '../../training/learners/linear.ts';
import { fitLogistic, fitNonNegative, type LogisticData, startLogistic } from '../../training/learners/logistic.ts';
import { at } from '../reference/exact.ts';
import { createRandom } from '../support/random.ts';

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

interface Drawn {
  readonly data: LogisticData;
  readonly ridge: number;
}

/** Rows whose labels follow some of their regressors; `twins` regressors are copies of others, `weighted` rows count 0 to 3 times. */
const draw = ({
  seed = 1,
  rows = 300,
  width = 4,
  ridge = 5,
  strength = 1,
  twins = 0,
  weighted = false,
}: {
  seed?: number;
  rows?: number;
  width?: number;
  ridge?: number;
  strength?: number;
  twins?: number;
  weighted?: boolean;
}): Drawn => {
  const random = createRandom(seed);
  const slopes = Array.from({ length: width }, (_, place) => strength * (place % 3 === 2 ? -0.5 : random.uniform()));
  const design = new Float64Array(rows * width);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    let logOdds = -1;
    for (let place = 0; place < width; place++) {
      const twin = place >= width - twins && place > 0;
      const value = twin ? at(design, row * width) : random.bell();
      design[row * width + place] = value;
      logOdds += value * at(slopes, place);
    }
    labels[row] = random.uniform() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  }
  labels.set([0, 1]);
  const weights = Float64Array.from({ length: rows }, (_, row) => (weighted ? row % 4 : 1));
  return { data: { design, width, labels, weights }, ridge };
};

/** Downhill gradient of the penalised log loss, worked out column by column and summed from the smallest term up. */
const gradientOf = ({ data, ridge }: Drawn, coefficients: Float64Array): number[] => {
  const { design, width, labels, weights } = data;
  const residuals = Array.from(labels, (label, row) => {
    const terms = Array.from(
      { length: width },
      (_, place) => at(design, row * width + place) * at(coefficients, place + 1),
    );
    const p = 1 / (1 + Math.exp(-sum([at(coefficients, 0), ...terms])));
    return at(weights, row) * (label - p);
  });
  const careful = (values: number[]) => sum(values.sort((a, b) => Math.abs(a) - Math.abs(b)));
  return [
    careful([...residuals]),
    ...Array.from(
      { length: width },
      (_, place) =>
        careful(residuals.map((residual, row) => residual * at(design, row * width + place))) -
        ridge * at(coefficients, place + 1),
    ),
  ];
};

const drawnArbitrary = fc
  .record({
    seed: fc.integer(),
    rows: fc.integer({ min: 20, max: 400 }),
    width: fc.integer({ min: 0, max: 8 }),
    ridge: fc.constantFrom(0.5, 5, 50),
    strength: fc.constantFrom(0, 0.5, 2),
    twins: fc.constantFrom(0, 0, 2),
    weighted: fc.boolean(),
  })
  .map((settings) => draw(settings))
  .filter(({ data }) => new Set([...data.labels].filter((_, row) => at(data.weights, row) > 0)).size === 2);

const zero = ({ data }: Drawn) => new Float64Array(data.width + 1);

describe('fitLogistic', () => {
  it('stops where the mean gradient is below 1e-10', () => {
    fc.assert(
      fc.property(drawnArbitrary, (drawn) => {
        const { coefficients } = fitLogistic(drawn.data, drawn.ridge, zero(drawn));
        const total = sum(drawn.data.weights);
        for (const slope of gradientOf(drawn, coefficients)) expect(Math.abs(slope) / total).toBeLessThan(1e-10);
      }),
      { numRuns: 100 },
    );
  });

  it('comes to the same micro-logits from any start nearby', () => {
    fc.assert(
      fc.property(drawnArbitrary, fc.integer(), (drawn, seed) => {
        const random = createRandom(seed);
        const start = () => zero(drawn).map(() => 2 * random.uniform() - 1);
        const first = fitLogistic(drawn.data, drawn.ridge, zero(drawn)).coefficients;
        for (const from of [start(), start(), first, first.map((value) => value + 1e-7 * random.bell())]) {
          const { coefficients } = fitLogistic(drawn.data, drawn.ridge, from);
          for (const [place, value] of coefficients.entries()) {
            expect(Math.abs(value - at(first, place))).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
            expect(Math.round(1e6 * value) + 0).toBe(Math.round(1e6 * at(first, place)) + 0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves what it is given as it was', () => {
    const drawn = draw({});
    const before = { ...drawn.data, design: drawn.data.design.slice(), weights: drawn.data.weights.slice() };
    const start = zero(drawn);
    fitLogistic(drawn.data, drawn.ridge, start);
    expect(drawn.data).toEqual(before);
    expect(start).toEqual(zero(drawn));
  });

  it('gives the log-odds of the bad rate where there is nothing else, with its textbook error', () => {
    const labels = Uint8Array.from({ length: 500 }, (_, row) => (row < 100 ? 1 : 0));
    const data = { design: new Float64Array(0), width: 0, labels, weights: new Float64Array(500).fill(1) };
    const { coefficients, errors } = fitLogistic(data, 5, new Float64Array(1));
    expect(at(coefficients, 0)).toBeCloseTo(Math.log(100 / 400), 12);
    expect(at(errors, 0)).toBeCloseTo(Math.sqrt(1 / (500 * 0.2 * 0.8)), 12);
  });

  it('gives errors that are the roots of the diagonal of the inverse information', () => {
    const drawn = draw({ width: 1, ridge: 3 });
    const { data, ridge } = drawn;
    const { coefficients, errors } = fitLogistic(data, ridge, zero(drawn));
    let [a, b, c] = [0, 0, ridge];
    for (const x of data.design) {
      const p = 1 / (1 + Math.exp(-(at(coefficients, 0) + x * at(coefficients, 1))));
      a += p * (1 - p);
      b += p * (1 - p) * x;
      c += p * (1 - p) * x * x;
    }
    expect(at(errors, 0)).toBeCloseTo(Math.sqrt(c / (a * c - b * b)), 10);
    expect(at(errors, 1)).toBeCloseTo(Math.sqrt(a / (a * c - b * b)), 10);
  });

  it('counts a row of weight k as k rows, and one of weight 0 as none', () => {
    const drawn = draw({ weighted: true, rows: 200 });
    const { design, width, labels, weights } = drawn.data;
    const copies = [...weights].flatMap((weight, row) => new Array<number>(weight).fill(row));
    const repeated: LogisticData = {
      width,
      design: Float64Array.from(copies.flatMap((row) => [...design.subarray(row * width, (row + 1) * width)])),
      labels: Uint8Array.from(copies, (row) => at(labels, row)),
      weights: new Float64Array(copies.length).fill(1),
    };
    const once = fitLogistic(drawn.data, 5, zero(drawn)).coefficients;
    const again = fitLogistic(repeated, 5, zero(drawn)).coefficients;
    for (const [place, value] of once.entries()) expect(value).toBeCloseTo(at(again, place), 12);
  });

  it.each([0.001, 0.1, 5])('converges on classes that a line separates, with a ridge of %d', (ridge) => {
    const labels = Uint8Array.from({ length: 100 }, (_, row) => (row < 50 ? 0 : 1));
    const design = Float64Array.from({ length: 100 }, (_, row) => (row < 50 ? row - 60 : row - 40) / 10);
    const data = { design, width: 1, labels, weights: new Float64Array(100).fill(1) };
    const { coefficients } = fitLogistic(data, ridge, new Float64Array(2));
    expect(coefficients.every(Number.isFinite)).toBe(true);
    expect(at(coefficients, 1)).toBeGreaterThan(0);
    for (const slope of gradientOf({ data, ridge }, coefficients)) expect(Math.abs(slope) / 100).toBeLessThan(1e-10);
  });
});

describe('fitNonNegative', () => {
  it('meets the conditions of an optimum under the bound (Karush-Kuhn-Tucker)', () => {
    fc.assert(
      fc.property(drawnArbitrary, (drawn) => {
        const coefficients = fitNonNegative(drawn.data, drawn.ridge, zero(drawn));
        const total = sum(drawn.data.weights);
        for (const [place, downhill] of gradientOf(drawn, coefficients).entries()) {
          const value = at(coefficients, place);
          if (place > 0) expect(value).toBeGreaterThanOrEqual(0);
          if (place === 0 || value > 0) expect(Math.abs(downhill) / total).toBeLessThan(1e-6);
          else expect(downhill / total).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('holds at zero what would turn a curve around, and only that', () => {
    const drawn = draw({ width: 3, rows: 2_000, strength: 2 });
    const free = fitLogistic(drawn.data, drawn.ridge, zero(drawn)).coefficients;
    const bounded = fitNonNegative(drawn.data, drawn.ridge, zero(drawn));
    expect(at(free, 3)).toBeLessThan(0);
    expect(at(bounded, 3)).toBe(0);
    expect(Math.min(at(bounded, 1), at(bounded, 2))).toBeGreaterThan(0);
  });

  it('is the free fit where nothing is negative', () => {
    const drawn = draw({ width: 2, rows: 2_000, strength: 2 });
    const free = fitLogistic(drawn.data, drawn.ridge, zero(drawn)).coefficients;
    const bounded = fitNonNegative(drawn.data, drawn.ridge, zero(drawn));
    for (const [place, value] of free.entries()) expect(at(bounded, place)).toBeCloseTo(value, 6);
  });

  it('does not depend on its start', () => {
    fc.assert(
      fc.property(drawnArbitrary, fc.integer(), (drawn, seed) => {
        const random = createRandom(seed);
        const near = fitNonNegative(drawn.data, drawn.ridge, zero(drawn));
        const far = fitNonNegative(
          drawn.data,
          drawn.ridge,
          zero(drawn).map(() => 2 * random.uniform() - 1),
        );
        for (const [place, value] of near.entries()) expect(Math.abs(value - at(far, place))).toBeLessThan(1e-5);
      }),
      { numRuns: 40 },
    );
  });
});

describe('startLogistic', () => {
  beforeAll(async () => {
    expect(await tf.setBackend('wasm')).toBe(true);
  });

  it('comes on WebAssembly within 1e-3 of the fit in float64', async () => {
    await fc.assert(
      fc.asyncProperty(
        drawnArbitrary.filter(({ data }) => data.width > 0),
        async (drawn) => {
          expect(tf.getBackend()).toBe('wasm');
          const start = await startLogistic({ tf, name: 'wasm' }, drawn.data, drawn.ridge);
          const { coefficients } = fitLogistic(drawn.data, drawn.ridge, zero(drawn));
          for (const [place, value] of coefficients.entries()) {
            expect(Math.abs(value - at(start, place))).toBeLessThan(1e-3);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('leads to the same micro-logits as a start from nothing', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const drawn = draw({ seed, rows: 2_000, width: 6 });
      const start = await startLogistic({ tf, name: 'wasm' }, drawn.data, drawn.ridge);
      const fromStart = fitLogistic(drawn.data, drawn.ridge, start).coefficients;
      const fromZero = fitLogistic(drawn.data, drawn.ridge, zero(drawn)).coefficients;
      expect([...fromStart].map((value) => Math.round(1e6 * value))).toEqual(
        [...fromZero].map((value) => Math.round(1e6 * value)),
      );
    }
  });

  it('keeps no tensors', async () => {
    const drawn = draw({});
    await startLogistic({ tf, name: 'wasm' }, drawn.data, drawn.ridge);
    const before = tf.memory().numTensors;
    await startLogistic({ tf, name: 'wasm' }, drawn.data, drawn.ridge);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the linear algebra underneath', () => {
  const positiveDefinite = fc
    .record({ seed: fc.integer(), size: fc.integer({ min: 1, max: 8 }) })
    .map(({ seed, size }) => {
      const random = createRandom(seed);
      const factor = Float64Array.from({ length: size * size }, () => random.bell());
      const matrix = Float64Array.from({ length: size * size }, (_, cell) => {
        const [row, column] = [Math.floor(cell / size), cell % size];
        const product = sum(
          Array.from({ length: size }, (__, k) => at(factor, row * size + k) * at(factor, column * size + k)),
        );
        return product + (row === column ? 0.5 : 0);
      });
      return { matrix, size, vector: Float64Array.from({ length: size }, () => random.bell()) };
    });

  const times = (matrix: Float64Array, vector: Float64Array): number[] =>
    [...vector.keys()].map((row) =>
      sum(vector.map((value, column) => value * at(matrix, row * vector.length + column))),
    );

  it('solves what it is given', () => {
    fc.assert(
      fc.property(positiveDefinite, ({ matrix, size, vector }) => {
        const solution = solveFactorised(factorise(matrix, size), vector);
        for (const [row, value] of times(matrix, solution).entries()) expect(value).toBeCloseTo(at(vector, row), 8);
      }),
    );
  });

  it('gives the diagonal of the inverse', () => {
    fc.assert(
      fc.property(positiveDefinite, ({ matrix, size }) => {
        const lower = factorise(matrix, size);
        const diagonal = inverseDiagonal(lower, size);
        for (let place = 0; place < size; place++) {
          const unit = Float64Array.from({ length: size }, (_, other) => (other === place ? 1 : 0));
          expect(at(diagonal, place)).toBeCloseTo(at(solveFactorised(lower, unit), place), 10);
        }
      }),
    );
  });
});
