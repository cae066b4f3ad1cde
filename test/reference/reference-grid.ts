import { at, floorQuotient, quotientHalfUp, shareOut, total } from './exact.ts';

/** One training row: the cell of each term; its score is the intercept plus their sum. */
export type TrainingRow = readonly number[];

const WINDOWS = 101;

const meanOf = (rows: readonly TrainingRow[], terms: number): bigint[] =>
  Array.from({ length: terms }, (_, term) =>
    quotientHalfUp(total(rows.map((row) => BigInt(at(row, term)))), BigInt(rows.length)),
  );

/** Rows ranked by score then number, cut into 101 windows, each the rounded mean of every term, scores strictly rising. */
export const fitGrid = (rows: readonly TrainingRow[], terms: number): { rows: number; microLogits: number[] }[] => {
  const scoreOf = (row: TrainingRow) => row.reduce((sum, cell) => sum + cell, 0);
  const ranked = rows
    .map((row, number) => ({ row, number, score: scoreOf(row) }))
    .sort((a, b) => a.score - b.score || a.number - b.number)
    .map(({ row }) => row);
  const n = rows.length;
  const windows: TrainingRow[][] = [];
  for (let i = 0; i < WINDOWS; i++) {
    const first = Math.floor((i * n) / WINDOWS);
    const last = Math.floor(((i + 1) * n) / WINDOWS) - 1;
    const held = ranked.filter((_, rank) => rank >= first && rank <= last);
    if (held.length > 0) windows.push(held);
  }
  const grid: TrainingRow[][] = [];
  const score = (window: readonly TrainingRow[]) => total(meanOf(window, terms));
  for (const window of windows) {
    grid.push(window);
    while (grid.length > 1 && score(at(grid, grid.length - 1)) <= score(at(grid, grid.length - 2))) {
      const merged = [...at(grid, grid.length - 2), ...at(grid, grid.length - 1)];
      grid.splice(grid.length - 2, 2, merged);
    }
  }
  return grid.map((window) => ({ rows: window.length, microLogits: meanOf(window, terms).map(Number) }));
};

export interface Grid {
  readonly intercept: number;
  /** Mean cell of each term, window by window, scores strictly rising. */
  readonly windows: readonly (readonly number[])[];
}

/** Every term's part of a score of exactly `target`. */
export const interpolateGrid = (
  { intercept, windows }: Grid,
  target: number,
): { parts: number[]; outside: boolean } => {
  const wanted = BigInt(target);
  const exact = windows.map((window) => window.map(BigInt));
  const scoreOf = (window: readonly bigint[]) => BigInt(intercept) + total(window);
  const [first, last] = [at(exact, 0), at(exact, exact.length - 1)];
  if (wanted < scoreOf(first)) return { parts: addGap(first, wanted - scoreOf(first)), outside: true };
  if (wanted > scoreOf(last)) return { parts: addGap(last, wanted - scoreOf(last)), outside: true };
  for (const [place, high] of exact.entries()) {
    if (wanted > scoreOf(high)) continue;
    const low = exact[place - 1] ?? high;
    if (low === high) return { parts: high.map(Number), outside: false };
    return {
      parts: between(low, high, { done: wanted - scoreOf(low), span: scoreOf(high) - scoreOf(low) }),
      outside: false,
    };
  }
  throw new Error('a target inside the grid lies between two windows');
};

const addGap = (window: readonly bigint[], gap: bigint): number[] => {
  const shares = shareOut(gap, window.length);
  return window.map((part, term) => Number(part + at(shares, term)));
};

/** Floors of `low + (high - low) x done / span`, then +1 by largest remainder until the sum is right. */
const between = (
  low: readonly bigint[],
  high: readonly bigint[],
  { done, span }: { done: bigint; span: bigint },
): number[] => {
  const numerators = low.map((from, term) => from * span + (at(high, term) - from) * done);
  const floors = numerators.map((numerator) => floorQuotient(numerator, span));
  const remainders = numerators.map((numerator, term) => numerator - at(floors, term) * span);
  const wanted = total(low) + done;
  const raised = new Set<number>();
  while (total(floors) + BigInt(raised.size) < wanted) {
    let next = -1;
    for (const [term, remainder] of remainders.entries()) {
      if (raised.has(term)) continue;
      if (next < 0 || remainder > at(remainders, next)) next = term;
    }
    if (next < 0) throw new Error('more is lacking than there are terms');
    raised.add(next);
  }
  return floors.map((floor, term) => Number(floor) + (raised.has(term) ? 1 : 0));
};
