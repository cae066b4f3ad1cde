import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitReferences, interpolateReference } from '../../src/model/reference.ts';
import { createTerm } from '../factories/model.ts';
import { at } from '../reference/exact.ts';
import { fitGrid, type Grid, interpolateGrid } from '../reference/reference-grid.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Rows of cells that tie often, and rows that do not. */
const rowsOf = (most: number) =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, 3, 1000, 1_000_000)).chain(([terms, range]) =>
    fc.record({
      terms: fc.constant(terms),
      rows: fc.array(fc.array(fc.integer({ min: -range, max: range }), { minLength: terms, maxLength: terms }), {
        minLength: 1,
        maxLength: most,
        size: 'max',
      }),
    }),
  );

const fitWindows = ({ rows, terms }: { rows: number[][]; terms: number }, intercept = 0) =>
  fitReferences(
    rows.map((row) => intercept + sum(row)),
    rows.flat(),
    terms,
  );

describe('fitReferences', () => {
  it('forms exactly the windows of the definition, whatever ties', () => {
    fc.assert(
      fc.property(rowsOf(250), (training) => {
        expect(fitWindows(training)).toEqual(fitGrid(training.rows, training.terms));
      }),
      { numRuns: 200 },
    );
  });

  it('forms exactly the windows of the definition on several rows a window', () => {
    fc.assert(
      fc.property(rowsOf(1500), (training) => {
        expect(fitWindows(training)).toEqual(fitGrid(training.rows, training.terms));
      }),
      { numRuns: 15 },
    );
  });

  it('holds every row once, in windows whose scores strictly rise, whatever the intercept', () => {
    fc.assert(
      fc.property(rowsOf(400), fc.integer({ min: -1_000_000, max: 1_000_000 }), (training, intercept) => {
        const windows = fitWindows(training, intercept);
        expect(windows).toEqual(fitWindows(training));
        expect(sum(windows.map(({ rows }) => rows))).toBe(training.rows.length);
        expect(windows.length).toBeLessThanOrEqual(101);
        const scores = windows.map(({ microLogits }) => sum(microLogits));
        for (const [place, score] of scores.slice(1).entries()) expect(score).toBeGreaterThan(at(scores, place));
      }),
      { numRuns: 200 },
    );
  });
});

/** Strictly rising windows: each one's step is bent until it rises. */
const gridOf = (terms: number, most: number): fc.Arbitrary<Grid> => {
  const vector = fc.array(fc.integer({ min: -most, max: most }), { minLength: terms, maxLength: terms });
  return fc.record({
    intercept: fc.integer({ min: -most, max: most }),
    windows: fc.tuple(vector, fc.array(vector, { maxLength: 6 })).map(([start, steps]) => {
      const windows = [start];
      for (const step of steps) {
        const rising = sum(step) > 0 ? step : step.map((part) => -part);
        const bent = sum(rising) > 0 ? rising : rising.with(0, at(rising, 0) + 1);
        windows.push(at(windows, windows.length - 1).map((part, term) => part + at(bent, term)));
      }
      return windows;
    }),
  });
};

const grids = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(2, 10, 1000, 100_000_000));

const toModel = ({ intercept, windows }: Grid) => ({
  intercept: { microLogits: intercept, se: 0 },
  references: windows.map((microLogits) => ({ rows: 1, microLogits: [...microLogits] })),
  terms: at(windows, 0).map(() => createTerm({ microLogits: [0] })),
});

/** Targets at a window, between two, and outside; `place` 0 = first window, 1 = last. */
const targetOf = ({ intercept, windows }: Grid, place: number): number => {
  const scores = windows.map((window) => intercept + sum(window));
  const [low, high] = [at(scores, 0), at(scores, scores.length - 1)];
  return Math.round(low + (high - low + 1) * place) + 0;
};

const cases = grids.chain(([terms, most]) =>
  gridOf(terms, most).chain((grid) =>
    fc.record({
      grid: fc.constant(grid),
      target: fc.oneof(
        { arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((place) => targetOf(grid, place)), weight: 4 },
        { arbitrary: fc.double({ min: -1, max: 2, noNaN: true }).map((place) => targetOf(grid, place)), weight: 1 },
        {
          arbitrary: fc.constantFrom(...grid.windows).map((window) => grid.intercept + sum(window)),
          weight: 1,
        },
      ),
    }),
  ),
);

describe('interpolateReference', () => {
  it('is exact interpolation, floored, mended by largest remainder with ties by term order; outside, the gap in equal parts', () => {
    fc.assert(
      fc.property(cases, ({ grid, target }) => {
        const { parts, outside } = interpolateGrid(grid, target);
        expect(interpolateReference(toModel(grid), target)).toEqual({
          target,
          microLogits: parts,
          outsideGrid: outside,
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('sums with the intercept to exactly the target, inside the grid and far outside it', () => {
    const far = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    fc.assert(
      fc.property(cases, far, ({ grid, target }, offset) => {
        for (const wanted of [target, target + offset]) {
          const { microLogits } = interpolateReference(toModel(grid), wanted);
          expect(grid.intercept + sum(microLogits)).toBe(wanted);
          expect(microLogits.every(Number.isSafeInteger)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('breaks equal remainders by the order of the terms', () => {
    const grid = {
      intercept: 5,
      windows: [
        [0, 0, 0, 0],
        [2, 2, 2, 2],
      ],
    };
    const parts = [1, 2, 3, 4, 5, 6, 7].map((step) => interpolateReference(toModel(grid), 5 + step).microLogits);
    expect(parts).toEqual([
      [1, 0, 0, 0],
      [1, 1, 0, 0],
      [1, 1, 1, 0],
      [1, 1, 1, 1],
      [2, 1, 1, 1],
      [2, 2, 1, 1],
      [2, 2, 2, 1],
    ]);
  });

  it('stands on a window that has exactly the target score, the ends included, without a warning', () => {
    fc.assert(
      fc.property(cases, ({ grid }) => {
        for (const window of grid.windows) {
          const { microLogits, outsideGrid } = interpolateReference(toModel(grid), grid.intercept + sum(window));
          expect({ microLogits, outsideGrid }).toEqual({ microLogits: window, outsideGrid: false });
        }
      }),
      { numRuns: 200 },
    );
  });
});
