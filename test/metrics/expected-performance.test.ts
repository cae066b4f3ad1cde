import fc from 'fast-check';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { logLoss } from '../../src/metrics/calibration.ts';
import { auc } from '../../src/metrics/discrimination.ts';
import { expectPerformance } from '../../src/metrics/expected-performance.ts';

const shares = fc.array(
  fc.integer({ min: 1, max: 99 }).map((percent) => percent / 100),
  { minLength: 2, maxLength: 30 },
);

describe('performance estimated without labels', () => {
  it('is the share of weighted pairs in the right order, pair by pair', () => {
    fc.assert(
      fc.property(shares, (probabilities) => {
        let [right, all] = [0, 0];
        for (const p of probabilities) {
          for (const q of probabilities) {
            all += p * (1 - q);
            right += p * (1 - q) * (p > q ? 1 : p === q ? 0.5 : 0);
          }
        }
        expect(expectPerformance(probabilities)?.auc).toBeCloseTo(right / all, 10);
      }),
    );
  });

  it('counts a row of weight two as two rows, and knows no order of rows', () => {
    fc.assert(
      fc.property(shares, (probabilities) => {
        const twice = expectPerformance([...probabilities, ...probabilities].reverse());
        const weighted = expectPerformance(
          probabilities,
          probabilities.map(() => 2),
        );
        expect(weighted?.auc).toBeCloseTo(twice?.auc ?? 0, 10);
        expect(weighted?.logLoss).toBeCloseTo(twice?.logLoss ?? 0, 10);
        expect(weighted?.rate).toBeCloseTo(twice?.rate ?? 0, 10);
      }),
    );
  });

  it('is what is measured once labels fall as the probabilities say', () => {
    const generator = xoroshiro128plus(3);
    const draw = () => uniformInt(generator, 0, 2 ** 30 - 1) / 2 ** 30;
    const probabilities = Array.from({ length: 40_000 }, () => 0.02 + 0.6 * draw() ** 3);
    const labels = probabilities.map((p) => (draw() < p ? 1 : 0));
    const expected = expectPerformance(probabilities);
    expect(expected?.auc).toBeCloseTo(auc(probabilities, labels) ?? 0, 2);
    expect(expected?.logLoss).toBeCloseTo(logLoss(probabilities, labels), 2);
  });

  it('is nothing without rows', () => {
    expect(expectPerformance([])).toBeNull();
  });
});
