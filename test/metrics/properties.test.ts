import fc from 'fast-check';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../src/metrics/bootstrap.ts';
import { brier, expectedCalibrationError, logLoss } from '../../src/metrics/calibration.ts';
import { listCutOffs, pickCutOff } from '../../src/metrics/cost.ts';
import { auc, ks } from '../../src/metrics/discrimination.ts';
import { correctHolm } from '../../src/metrics/multiple-tests.ts';
import { betaCdf, betaQuantile } from '../../src/metrics/probability.ts';
import { shareDifference, shareRatio } from '../../src/metrics/proportions.ts';
import { createRanking } from '../../src/metrics/ranking.ts';
import { createReliability, testBand } from '../../src/metrics/reliability.ts';
import { createLossParts, judgeSlice, type LossSums } from '../../src/metrics/slice-loss.ts';
import { populationStability } from '../../src/metrics/stability.ts';
import { createRandom } from '../support/random.ts';

/** Scored rows, ties likely, and how often each counts. */
const scored = fc.array(
  fc.record({
    p: fc.integer({ min: 1, max: 19 }).map((twentieths) => twentieths / 20),
    y: fc.integer({ min: 0, max: 1 }),
    w: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 60 },
);
type Scored = readonly { p: number; y: number; w: number }[];
const split = (rows: Scored) => ({ p: rows.map(({ p }) => p), y: rows.map(({ y }) => y), w: rows.map(({ w }) => w) });
/** Every row as often as it counts. */
const repeat = (rows: Scored) => rows.flatMap((row) => new Array<Scored[number]>(row.w).fill(row));

const isNear = (value: number | null, wanted: number | null) =>
  wanted === null ? expect(value).toBeNull() : expect(value).toBeCloseTo(wanted, 9);

describe('one pass over ranked rows', () => {
  it('measures weights as if the rows stood there as often', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const { p, y, w } = split(rows);
        const whole = split(repeat(rows));
        const ranking = createRanking(p, y).measure(w);
        isNear(ranking.auc, auc(whole.p, whole.y));
        isNear(ranking.ks, ks(whole.p, whole.y));
        isNear(ranking.lift, createRanking(whole.p, whole.y).measure(whole.p.map(() => 1)).lift);
        const nearness = createReliability(p, y).measure(w);
        if (whole.p.length === 0) {
          expect(nearness.brier).toBeNull();
          return;
        }
        isNear(nearness.brier, brier(whole.p, whole.y));
        isNear(nearness.logLoss, logLoss(whole.p, whole.y));
        isNear(nearness.ece, expectedCalibrationError(whole.p, whole.y));
      }),
    );
  });

  it('gives the calibration error of the definition where every row counts once', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const { p, y } = split(rows);
        isNear(createReliability(p, y).measure(p.map(() => 1)).ece, expectedCalibrationError(p, y));
      }),
    );
  });

  it('traces from nobody to everybody, never backward', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const { p, y } = split(rows);
        const points = createRanking(p, y).trace(100);
        expect(points[0]).toEqual({ share: 0, goods: 0, bads: 0 });
        expect(points.at(-1)?.share).toBe(1);
        for (const [place, point] of points.slice(1).entries()) {
          expect(point.bads).toBeGreaterThanOrEqual(points[place]?.bads as number);
          expect(point.goods).toBeGreaterThanOrEqual(points[place]?.goods as number);
        }
      }),
    );
  });

  it('says of equal probabilities the same in whatever order their rows stand', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const bads = split([...rows].sort((a, b) => b.y - a.y));
        const goods = split([...rows].sort((a, b) => a.y - b.y));
        const ones = rows.map(() => 1);
        const [one, other] = [bads, goods].map(({ p, y }) => createReliability(p, y));
        expect(one?.listBands().map((band) => band.bads)).toEqual(other?.listBands().map((band) => band.bads));
        isNear(one?.measure(ones).ece as number, other?.measure(ones).ece as number);
        isNear(expectedCalibrationError(bads.p, bads.y), expectedCalibrationError(goods.p, goods.y));
      }),
    );
  });

  it('puts every row into one band, in rising order', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const { p, y } = split(rows);
        const bands = createReliability(p, y).listBands();
        expect(bands.reduce((sum, band) => sum + band.rows, 0)).toBe(rows.length);
        expect(bands.reduce((sum, band) => sum + band.bads, 0)).toBe(y.filter((label) => label === 1).length);
        for (const band of bands) {
          const { rate, lower, upper } = testBand(band);
          expect(lower).toBeLessThanOrEqual(rate);
          expect(upper).toBeGreaterThanOrEqual(rate);
        }
      }),
    );
  });
});

describe('the bootstrap', () => {
  const mean = (values: readonly number[]) => (weights: ArrayLike<number>) => {
    const count = values.reduce((sum, _, row) => sum + (weights[row] as number), 0);
    return [values.reduce((sum, value, row) => sum + value * (weights[row] as number), 0) / count];
  };
  const draw = (values: readonly number[], seed: number, replicates = 400) => {
    const generator = xoroshiro128plus(seed);
    const random = (most: number) => uniformInt(generator, 0, most);
    return bootstrap({ rows: values.length, replicates, random }, mean(values))[0];
  };

  it('is the same for the same seed', () => {
    const values = Array.from({ length: 50 }, (_, row) => row % 7);
    expect(draw(values, 3)).toEqual(draw(values, 3));
    expect(draw(values, 3)).not.toEqual(draw(values, 4));
  });

  it('covers the mean of the population about as often as it says', () => {
    const random = createRandom(11);
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const values = Array.from({ length: 100 }, () => random.bell());
      const { lower, upper } = draw(values, trial, 200) ?? {};
      if ((lower as number) <= 0 && (upper as number) >= 0) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.88);
    expect(covered / 200).toBeLessThanOrEqual(1);
  });

  const drawOf = (customers: readonly number[] | undefined, rows: number, seed: number) => {
    const generator = xoroshiro128plus(seed);
    const samples: number[][] = [];
    const plan = { rows, customers, replicates: 20, random: (most: number) => uniformInt(generator, 0, most) };
    bootstrap(plan, (weights) => {
      samples.push([...weights]);
      return [1];
    });
    return samples.slice(1);
  };

  it('draws customers with all their rows, as many as there are, and rows where each is its own', () => {
    const arbitrary = fc.array(fc.nat(4), { minLength: 1, maxLength: 30 }).map((drawn) => {
      const order = [...new Set(drawn)];
      return drawn.map((each) => order.indexOf(each));
    });
    fc.assert(
      fc.property(arbitrary, fc.nat(1_000), (customers, seed) => {
        for (const weights of drawOf(customers, customers.length, seed)) {
          const times = new Map(customers.map((customer, row) => [customer, weights[row] ?? 0]));
          expect(weights).toEqual(customers.map((customer) => times.get(customer)));
          expect([...times.values()].reduce((sum, each) => sum + each, 0)).toBe(times.size);
        }
        const own = [...customers.keys()];
        expect(drawOf(own, own.length, seed)).toEqual(drawOf(undefined, own.length, seed));
      }),
    );
  });

  it('has no interval where the statistic is mostly not to be had', () => {
    const [estimate] = bootstrap({ rows: 10, replicates: 100, random: () => 0 }, (weights) => [
      weights[0] === 1 ? 1 : null,
    ]);
    expect(estimate).toEqual({ value: 1, lower: null, upper: null });
  });
});

describe('shares', () => {
  const proportion = fc
    .record({ rows: fc.integer({ min: 1, max: 500 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ rows, share }) => ({ rows, hits: Math.round(rows * share) }));

  it('have intervals around their value, turned around when the groups are', () => {
    fc.assert(
      fc.property(proportion, proportion, (one, other) => {
        const [there, back] = [shareDifference(one, other), shareDifference(other, one)];
        expect(there.value).toBeCloseTo(-(back.value as number), 12);
        expect(there.lower).toBeCloseTo(-(back.upper as number), 12);
        expect(there.lower as number).toBeLessThanOrEqual((there.value as number) + 1e-12);
        expect(there.upper as number).toBeGreaterThanOrEqual((there.value as number) - 1e-12);
        const ratio = shareRatio(one, other);
        if (ratio.lower !== null) expect(ratio.lower).toBeLessThanOrEqual((ratio.value as number) + 1e-12);
      }),
    );
  });
});

describe('distributions', () => {
  it('turn a quantile of the beta distribution back into its share', () => {
    const parameter = fc.double({ min: 0.5, max: 2000, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), parameter, parameter, (share, a, b) => {
        expect(betaCdf(betaQuantile(share, a, b), a, b)).toBeCloseTo(share, 6);
      }),
    );
  });
});

describe('stability', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 20 });

  it('is 0 for the same distribution at any size, symmetric and never negative', () => {
    fc.assert(
      fc.property(counts, counts, (one, two) => {
        const length = Math.min(one.length, two.length);
        const [a, b] = [one.slice(0, length), two.slice(0, length)];
        const psi = populationStability(a, b);
        if (psi === null) return;
        expect(psi).toBeGreaterThanOrEqual(0);
        expect(psi).toBeCloseTo(populationStability(b, a) as number, 12);
        if (a.every((count) => count > 0)) {
          const same = a.map((count) => 3 * count);
          expect(populationStability(a, same)).toBeCloseTo(0, 12);
        }
      }),
    );
  });
});

describe('many tests', () => {
  it('never get a smaller p-value, stay in order and never exceed 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (pValues) => {
        const corrected = correctHolm(pValues);
        for (const [place, p] of pValues.entries()) {
          expect(corrected[place]).toBeGreaterThanOrEqual(p);
          expect(corrected[place]).toBeLessThanOrEqual(1);
          for (const [other, q] of pValues.entries())
            if (q < p) expect(corrected[other]).toBeLessThanOrEqual(corrected[place] as number);
        }
      }),
    );
  });
});

describe('slices', () => {
  const sumUp = (parts: ReturnType<typeof createLossParts>, labels: readonly number[], rows: readonly number[]) =>
    rows.reduce<LossSums>(
      (sums, row) => ({
        rows: sums.rows + 1,
        bads: sums.bads + (labels[row] as number),
        loss: sums.loss + (parts.loss[row] as number),
        squares: sums.squares + (parts.loss[row] as number) ** 2,
        promised: sums.promised + (parts.promised[row] as number),
        variance: sums.variance + (parts.variance[row] as number),
      }),
      { rows: 0, bads: 0, loss: 0, squares: 0, promised: 0, variance: 0 },
    );

  it('with right probabilities are harder where the risk is nearer to a half, but not wrong', () => {
    const random = createRandom(5);
    const p = Array.from({ length: 4000 }, (_, row) => (row < 2000 ? 0.4 : 0.05));
    const y = p.map((chance) => (random.uniform() < chance ? 1 : 0));
    const parts = createLossParts(p, y);
    const rows = p.map((_, row) => row);
    const judged = judgeSlice(sumUp(parts, y, rows.slice(0, 2000)), sumUp(parts, y, rows));
    expect(judged.pHarder).toBeLessThan(1e-6);
    expect(judged.pWrong).toBeGreaterThan(0.01);
    expect(judged.logLoss).toBeCloseTo(logLoss(p.slice(0, 2000), y.slice(0, 2000)), 10);
  });

  it('with probabilities far off are wrong', () => {
    const random = createRandom(6);
    const y = Array.from({ length: 2000 }, () => (random.uniform() < 0.4 ? 1 : 0));
    const p = y.map(() => 0.1);
    const parts = createLossParts(p, y);
    const all = sumUp(
      parts,
      y,
      y.map((_, row) => row),
    );
    expect(
      judgeSlice(all, { ...all, rows: 2 * all.rows, loss: 1.5 * all.loss, squares: 2 * all.squares }).pWrong,
    ).toBeLessThan(1e-9);
  });
});

describe('the cost curve', () => {
  it('never finds a better cut-off under a tighter limit, and acts on no more than it', () => {
    const money = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(
        scored,
        money,
        money,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, missedBad, falseAlarm, most) => {
          const { p, y } = split(rows);
          const cutOffs = listCutOffs(p, y, { missedBad, falseAlarm, review: 0 });
          const [free, bound] = [pickCutOff(cutOffs), pickCutOff(cutOffs, most)];
          expect(bound?.share).toBeLessThanOrEqual(most);
          expect(bound?.loss).toBeGreaterThanOrEqual(free?.loss as number);
          expect(cutOffs[0]?.loss).toBeCloseTo((missedBad * y.filter((label) => label === 1).length) / y.length, 9);
        },
      ),
    );
  });
});
