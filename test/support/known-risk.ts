import type { Frame } from '../../training/dataset/frame.ts';
import { createFrame, createNumberColumn } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { createRandom } from './random.ts';

/** Rows whose probability of default is known. */
export interface KnownRisk {
  readonly frame: Frame;
  /** The true probability of each row, from which its label was drawn. */
  readonly probabilities: Float64Array;
}

/**
 * Customers whose log-odds of default are additive in three numbers, a straight line, a curve and a step, but for one
 * interaction: lateness counts double where the limit is used up. A fourth number says nothing.
 */
export const drawKnownRisk = (rows: number, seed: number): KnownRisk => {
  const random = createRandom(seed);
  const drawn = Array.from({ length: rows }, () => ({
    late: random.whole(0, 6),
    used: random.whole(0, 100),
    months: random.whole(1, 120),
    noise: random.whole(0, 999),
  }));
  const probabilities = Float64Array.from(drawn, ({ late, used, months }) => {
    const isUsedUp = used > 80 ? 1 : 0;
    const logOdds = -2 + 0.3 * late + 0.3 * late * isUsedUp + 0.008 * used - 0.9 * Math.log10(months);
    return 1 / (1 + Math.exp(-logOdds));
  });
  const labels = Array.from(probabilities, (probability) => (random.uniform() < probability ? 1 : 0));
  const names = ['late', 'used', 'months', 'noise'] as const;
  const columns = names.map((name) => ({
    column: createNumberColumn({ name, direction: name === 'late' ? 'increasing' : null }),
    values: drawn.map((_, row) => at(drawn, row)[name]),
  }));
  return { frame: createFrame(columns, labels), probabilities };
};
