import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { aucError, detectableChange, detectableEffect, detectableStability } from '../../src/metrics/power.ts';
import { chiSquareAbove } from '../../src/metrics/probability.ts';
import { populationStability } from '../../src/metrics/stability.ts';

const generator = xoroshiro128plus(7);
const draw = (): number => uniformInt(generator, 0, 2 ** 30 - 1) / 2 ** 30;

/** Rows drawn into classes with some chances. */
const drawCounts = (chances: readonly number[], rows: number): number[] => {
  const ends = chances.map((_, place) => chances.slice(0, place + 1).reduce((sum, chance) => sum + chance, 0));
  const counts = chances.map(() => 0);
  for (let row = 0; row < rows; row++) {
    const drawn = draw();
    const place = Math.min(ends.filter((end) => end <= drawn).length, chances.length - 1);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
};

describe('what some rows can show', () => {
  it('gives the standard error of Hanley and McNeil (1982), whose example has 0.032', () => {
    expect(aucError(0.893, 51, 58)).toBeCloseTo(0.0325, 3);
    expect(aucError(0.7, 0, 10)).toBe(Number.POSITIVE_INFINITY);
  });

  it('asks for the 785 rows that Cohen (1988) has for h = 0.1 with 80% power at 5%', () => {
    expect(detectableEffect(785)).toBeCloseTo(0.1, 4);
    expect(detectableChange(1)).toBeCloseTo(2.8016, 4);
  });

  it('is smaller for more rows', () => {
    expect(detectableStability(1_000, 2_000, 10)).toBeLessThan(detectableStability(1_000, 1_000, 10));
    expect(aucError(0.7, 200, 2_000)).toBeLessThan(aucError(0.7, 100, 1_000));
  });

  it('names an index that a test finds in about 80% of samples', () => {
    const [rows, classes, samples] = [1_000, 10, 600];
    const wanted = detectableStability(rows, rows, classes);
    const even = Array.from({ length: classes }, () => 1 / classes);
    /** A tilt of even classes whose true index is the wanted one, found by halving. */
    let [least, most] = [0, 0.9];
    const tilt = (by: number) => even.map((chance, place) => chance * (1 + by * ((2 * place) / (classes - 1) - 1)));
    for (let step = 0; step < 60; step++) {
      const middle = (least + most) / 2;
      if (
        (populationStability(
          even.map((p) => p * 1e9),
          tilt(middle).map((p) => p * 1e9),
        ) ?? 0) < wanted
      )
        least = middle;
      else most = middle;
    }
    const factor = (rows * rows) / (2 * rows);
    let found = 0;
    for (let sample = 0; sample < samples; sample++) {
      const index = populationStability(drawCounts(even, rows), drawCounts(tilt(least), rows)) ?? 0;
      if (chiSquareAbove(index * factor, classes - 1) < 0.05) found++;
    }
    expect(found / samples).toBeGreaterThan(0.75);
    expect(found / samples).toBeLessThan(0.86);
  });
});
