import type { BinCounts } from './prebin.ts';

/** How the bad rate may run over the ordered bins. */
export type BinShape = 'ascending' | 'descending' | 'peak' | 'valley';

/** What an optimal binning must keep to. */
export interface BinLimits {
  /** Least rows in a bin. */
  readonly leastRows: number;
  /** Least difference of the bad rates of neighbouring bins. */
  readonly leastDifference: number;
}

/** Half a row added to each side keeps the weight of evidence finite. */
const HALF = 0.5;

/** Weight of evidence of a bin as log-odds of bad against the total: ln((bad / all bad) / (good / all good)). */
export const weightOfEvidence = (good: number, bad: number, totals: { good: number; bad: number }): number =>
  Math.log((bad + HALF) / (totals.bad + HALF) / ((good + HALF) / (totals.good + HALF)));

/** A bin's part of the information value (Siddiqi 2006, ch. 6). */
export const binInformation = (good: number, bad: number, totals: { good: number; bad: number }): number =>
  (bad / Math.max(totals.bad, 1) - good / Math.max(totals.good, 1)) * weightOfEvidence(good, bad, totals);

/** A way to join pre-bins: the first pre-bin of each bin, and the information value it reaches. */
export interface OptimalBins {
  readonly starts: readonly number[];
  readonly information: number;
}

/**
 * The joining of neighbouring pre-bins with the most information value among all that keep to the limits and the shape,
 * by dynamic programming over (first, last pre-bin of the last bin, turned or not): exact, O(n^3) in the pre-bins.
 * A single bin where nothing else is allowed.
 */
export const findOptimalBins = (
  counts: BinCounts,
  totals: { readonly good: number; readonly bad: number },
  shape: BinShape,
  limits: BinLimits,
): OptimalBins => {
  const pre = counts.good.length;
  const good = cumulate(counts.good);
  const bad = cumulate(counts.bad);
  const turns = shape === 'peak' || shape === 'valley' ? 2 : 1;
  const rising = shape === 'ascending' || shape === 'peak';
  const size = (pre + 1) * (pre + 1);
  const best = Array.from({ length: turns }, () => new Float64Array(size).fill(Number.NEGATIVE_INFINITY));
  const from = Array.from({ length: turns }, () => new Int32Array(size).fill(-1));
  const rates = new Float64Array(size);
  for (let first = 0; first < pre; first++) {
    for (let end = first + 1; end <= pre; end++) {
      const goods = (good[end] as number) - (good[first] as number);
      const bads = (bad[end] as number) - (bad[first] as number);
      const cell = first * (pre + 1) + end;
      rates[cell] = goods + bads > 0 ? bads / (goods + bads) : Number.NaN;
      if (goods + bads < limits.leastRows || goods + bads === 0) continue;
      const information = binInformation(goods, bads, totals);
      if (first === 0) (best[0] as Float64Array)[cell] = information;
      for (let before = 0; before < first; before++) {
        const previous = before * (pre + 1) + first;
        const rise = (rates[cell] as number) - (rates[previous] as number);
        for (let turn = 0; turn < turns; turn++) {
          const reached = (best[turn] as Float64Array)[previous] as number;
          if (reached === Number.NEGATIVE_INFINITY) continue;
          const goesOn = (turn === 0) === rising ? rise >= limits.leastDifference : -rise >= limits.leastDifference;
          if (goesOn && rise !== 0) improve(best[turn], from[turn], cell, reached + information, previous * 2 + turn);
          const turned = rising ? -rise >= limits.leastDifference : rise >= limits.leastDifference;
          if (turn === 0 && turns === 2 && turned && rise !== 0) {
            improve(best[1], from[1], cell, reached + information, previous * 2);
          }
        }
      }
    }
  }
  return trace(best, from, pre);
};

const improve = (
  best: Float64Array | undefined,
  from: Int32Array | undefined,
  cell: number,
  information: number,
  origin: number,
): void => {
  if (!best || !from || information <= (best[cell] as number)) return;
  best[cell] = information;
  from[cell] = origin;
};

const cumulate = (values: Float64Array): Float64Array => {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index++)
    sums[index + 1] = (sums[index] as number) + (values[index] as number);
  return sums;
};

const trace = (best: readonly Float64Array[], from: readonly Int32Array[], pre: number): OptimalBins => {
  let information = Number.NEGATIVE_INFINITY;
  let state = -1;
  for (const [turn, values] of best.entries()) {
    for (let first = 0; first < pre; first++) {
      const cell = first * (pre + 1) + pre;
      if ((values[cell] as number) <= information) continue;
      information = values[cell] as number;
      state = cell * 2 + turn;
    }
  }
  if (state < 0) return { starts: [0], information: 0 };
  const starts: number[] = [];
  while (state >= 0) {
    const cell = state >> 1;
    starts.unshift(Math.floor(cell / (pre + 1)));
    state = (from[state & 1] as Int32Array)[cell] as number;
  }
  return { starts, information };
};

/** The best shape for a feature without a direction: monotone unless a peak or a valley brings `gain` more. */
export const findBestShape = (
  counts: BinCounts,
  totals: { readonly good: number; readonly bad: number },
  limits: BinLimits,
  gain: number,
): OptimalBins => {
  const find = (shape: BinShape) => findOptimalBins(counts, totals, shape, limits);
  const better = (a: OptimalBins, b: OptimalBins, factor: number) => (b.information > a.information * factor ? b : a);
  const monotone = better(find('ascending'), find('descending'), 1);
  return better(monotone, better(find('peak'), find('valley'), 1), 1 + gain);
};
