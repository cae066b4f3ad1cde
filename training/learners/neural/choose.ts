import type { Sample } from '../../binning/bin-feature.ts';
import { pull } from './newton.ts';
import { type Axis, countCells } from './pairs.ts';

/** Two features, by their places, and the log loss that their table would take from rows it was not fitted on. */
export interface RankedPair {
  readonly inputs: readonly [number, number];
  readonly gain: number;
}

/** Log-odds of every row by a fit that left an inner fold out. */
export interface Unseen {
  readonly fold: number;
  readonly scores: Float64Array;
}

/** Information (the sum of p (1 - p)) of rows at 0 added to each cell before its step. */
const SHRINKAGE = 20;

/**
 * Ranks pairs of features by what a table over them would add to curves alone: each cell takes one Newton step on the rows
 * a fit was fitted on, and is paid by the rows it left out. Pairs that gain, most first.
 */
export const rankPairs = (
  axes: readonly Axis[],
  { sample, folds }: { readonly sample: Sample; readonly folds: Uint8Array },
  unseen: readonly Unseen[],
): RankedPair[] => {
  const pulls = unseen.map(({ fold, scores }) => ({ fold, ...pull(scores, sample) }));
  const ranked: RankedPair[] = [];
  for (const [first, x] of axes.entries()) {
    for (let second = first + 1; second < axes.length; second++) {
      const y = axes[second] as Axis;
      if (x.count < 2 || y.count < 2) continue;
      const gain = pulls.reduce((sum, each) => sum + gainOf([x, y], folds, each), 0);
      if (gain > 0) ranked.push({ inputs: [first, second], gain });
    }
  }
  return ranked.sort((a, b) => b.gain - a.gain || a.inputs[0] - b.inputs[0] || a.inputs[1] - b.inputs[1]);
};

interface Pull {
  readonly fold: number;
  readonly residuals: Float64Array;
  readonly spreads: Float64Array;
}

const gainOf = ([x, y]: readonly [Axis, Axis], folds: Uint8Array, { fold, residuals, spreads }: Pull): number => {
  const cells = countCells(x, y);
  const slopes = new Float64Array(2 * cells);
  const bends = new Float64Array(2 * cells);
  const [rows, columns, stride] = [x.rows, y.rows, y.count + 1];
  for (let row = 0; row < folds.length; row++) {
    const cell = (rows[row] as number) * stride + (columns[row] as number) + (folds[row] === fold ? cells : 0);
    slopes[cell] = (slopes[cell] as number) + (residuals[row] as number);
    bends[cell] = (bends[cell] as number) + (spreads[row] as number);
  }
  let gain = 0;
  for (let a = 0; a < x.count; a++) {
    for (let b = 0; b < y.count; b++) {
      const cell = a * stride + b;
      const step = (slopes[cell] as number) / ((bends[cell] as number) + SHRINKAGE);
      gain += step * ((slopes[cells + cell] as number) - (step / 2) * (bends[cells + cell] as number));
    }
  }
  return gain;
};
