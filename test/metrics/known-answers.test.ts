import { describe, expect, it } from 'vitest';
import { brier, expectedCalibrationError, logLoss } from '../../src/metrics/calibration.ts';
import { pearson, spearman } from '../../src/metrics/correlation.ts';
import { listCutOffs, pickCutOff } from '../../src/metrics/cost.ts';
import { auc, ks } from '../../src/metrics/discrimination.ts';
import { correctHolm } from '../../src/metrics/multiple-tests.ts';
import { betaCdf, betaQuantile, chiSquareAbove, logGamma, normalAbove } from '../../src/metrics/probability.ts';
import { shareDifference, shareRatio } from '../../src/metrics/proportions.ts';
import { createRanking } from '../../src/metrics/ranking.ts';
import { createReliability, hosmerLemeshow, testBand } from '../../src/metrics/reliability.ts';
import { informationValue, populationStability } from '../../src/metrics/stability.ts';

const probabilities = [0.05, 0.1, 0.1, 0.2, 0.25, 0.3, 0.4, 0.4, 0.6, 0.8, 0.15, 0.35];
const labels = [0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0];
const ones = new Uint8Array(labels.length).fill(1);

const near = (value: number | null, wanted: number) => expect(value).toBeCloseTo(wanted, 10);

describe('distributions give what SciPy 1.17 gives', () => {
  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [3.7, 1.428072326665388],
    [120.25, 454.2209873833582],
  ])('log gamma of %d', (x, wanted) => near(logGamma(x), wanted));

  it.each([
    [0.1, 3.5, 20.5, 0.28849185368642793],
    [0.02, 10.5, 490.5, 0.47937760020979236],
    [0.5, 0.5, 0.5, 0.5],
    [0.9, 1200.5, 150.5, 0.9116968224132219],
  ])('beta distribution at %d with %d and %d', (x, a, b, wanted) => near(betaCdf(x, a, b), wanted));

  it.each([
    [0.025, 3.5, 20.5, 0.03814675538033274],
    [0.975, 10.5, 490.5, 0.03518687406165042],
  ])('beta quantile at %d with %d and %d', (share, a, b, wanted) => near(betaQuantile(share, a, b), wanted));

  it.each([
    [3.84, 1, 0.05004352124870519],
    [18.3, 10, 0.050109061411462506],
    [2.5, 10, 0.9908757207816047],
    [60, 8, 4.661032000779303e-10],
  ])('chi-square above %d with %d degrees', (x, degrees, wanted) => near(chiSquareAbove(x, degrees), wanted));

  it.each([
    [-1.3, 0.9031995154143897],
    [0, 0.5],
    [1.96, 0.024997895148220435],
    [5, 2.866515718791933e-7],
  ])('normal above %d', (z, wanted) => near(normalAbove(z), wanted));
});

describe('figures give what scikit-learn 1.8 and SciPy give', () => {
  it('in discrimination', () => {
    const ranking = createRanking(probabilities, labels).measure(ones);
    near(ranking.auc, 0.7714285714285715);
    near(auc(probabilities, labels), 0.7714285714285715);
    near(ranking.ks, 0.5142857142857142);
    near(ks(probabilities, labels), 0.5142857142857142);
  });

  it('in calibration', () => {
    const nearness = createReliability(probabilities, labels).measure(ones);
    near(nearness.logLoss, 0.5773687256201604);
    near(nearness.brier, 0.19);
    near(logLoss(probabilities, labels), 0.5773687256201604);
    near(brier(probabilities, labels), 0.19);
  });

  it('in calibration and information of one probability for all, the bad rows first', () => {
    const same = {
      p: new Array<number>(100).fill(0.3),
      y: Array.from({ length: 100 }, (_, row) => (row < 30 ? 1 : 0)),
    };
    const reliability = createReliability(same.p, same.y);
    near(reliability.measure(same.p.map(() => 1)).ece, 0);
    near(expectedCalibrationError(same.p, same.y), 0);
    expect(reliability.listBands()).toHaveLength(1);
    expect(reliability.listBands()).toMatchObject([{ rows: 100, bads: 30, least: 0.3, most: 0.3 }]);
  });

  it('in the Jeffreys test of a band', () => {
    const band = testBand({ rows: 500, bads: 30, meanProbability: 0.05 });
    near(band.pUnderestimated, 0.1524714310180454);
    near(band.pTwoSided, 0.3049428620360908);
    expect(band.lower).toBeCloseTo(0.04167682, 8);
    expect(band.upper).toBeCloseTo(0.08339419, 8);
    near(band.effect, 0.04390731454463309);
  });

  it('in the Hosmer-Lemeshow statistic', () => {
    const bands = [
      { rows: 100, bads: 3, meanProbability: 0.02 },
      { rows: 100, bads: 9, meanProbability: 0.08 },
      { rows: 100, bads: 25, meanProbability: 0.3 },
    ];
    const { statistic, pValue, degrees } = hosmerLemeshow(bands);
    expect(degrees).toBe(3);
    near(statistic, 1.8365498373262348);
    near(pValue, 0.6070137632245862);
  });

  it('in stability and information value', () => {
    near(populationStability([250, 250, 500], [20, 30, 50]), 0.02027325540540821);
    near(informationValue([20, 30, 50], [250, 250, 500]), 0.02027325540540821);
  });

  it('in a ratio of shares (relative risk, Katz interval)', () => {
    const ratio = shareRatio({ hits: 30, rows: 200 }, { hits: 40, rows: 400 });
    near(ratio.value, 1.5);
    near(ratio.lower, 0.9642224559755334);
    near(ratio.upper, 2.3334864128668373);
  });
});

it('the interval of a difference of shares is that published by Newcombe (1998, table II, example a)', () => {
  const difference = shareDifference({ hits: 56, rows: 70 }, { hits: 48, rows: 80 });
  expect(difference.value).toBeCloseTo(0.2, 10);
  expect(difference.lower).toBeCloseTo(0.0524, 4);
  expect(difference.upper).toBeCloseTo(0.3339, 4);
});

it('the correction of Holm gives back the worked example', () => {
  const corrected = correctHolm([0.01, 0.04, 0.03, 0.005]);
  for (const [place, wanted] of [0.03, 0.06, 0.06, 0.02].entries()) near(corrected[place] as number, wanted);
});

describe('the cost curve', () => {
  it('counts what every cut-off loses', () => {
    const cutOffs = listCutOffs([0.9, 0.5, 0.5, 0.1], [1, 0, 1, 0], { missedBad: 5, falseAlarm: 1, review: 0 });
    expect(cutOffs).toEqual([
      { probability: null, share: 0, caught: 0, loss: 2.5 },
      { probability: 0.9, share: 0.25, caught: 0.5, loss: 1.25 },
      { probability: 0.5, share: 0.75, caught: 1, loss: 0.25 },
      { probability: 0.1, share: 1, caught: 1, loss: 0.5 },
    ]);
    expect(pickCutOff(cutOffs)?.probability).toBe(0.5);
    expect(pickCutOff(cutOffs, 0.5)?.probability).toBe(0.9);
    expect(pickCutOff(cutOffs, 0.1)?.probability).toBeNull();
    expect(pickCutOff([])).toBeNull();
  });
});

describe('correlation', () => {
  it('is that worked out by hand, ties sharing their mean rank', () => {
    expect(pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12);
    expect(spearman([1, 2, 3, 4, 500], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12);
    expect(spearman([1, 2, 2, 3], [10, 30, 20, 40])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
    expect(spearman([3, 2, 1], [1, 2, 3])).toBeCloseTo(-1, 12);
  });

  it('is none where one side does not vary', () => {
    expect([pearson([1, 1], [1, 2]), spearman([], [])]).toEqual([null, null]);
  });
});
