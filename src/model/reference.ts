import { divideAmong, meanHalfUp } from '../arithmetic.ts';
import type { Model, ReferenceWindow } from '../domain/model.ts';

/** The contributions of a typical customer whose score is exactly `target` (DEFINITIONS 4). */
export interface Reference {
  readonly target: number;
  /** One integer per term; intercept plus their sum is the target. */
  readonly microLogits: readonly number[];
  /** The target lies outside the training scores, so the gap to the end window was divided equally. */
  readonly outsideGrid: boolean;
}

/** How many windows the training scores are cut into. */
const WINDOWS = 101;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * The grid of reference windows: rows ranked by score, then row number; window i holds ranks floor(i n / 101) to
 * floor((i + 1) n / 101) - 1; each holds the rounded mean of every term; a window whose score is not above the one before
 * is merged into it.
 * @param scores score of each row
 * @param cells cell of each row and term, row-major
 */
export const fitReferences = (
  scores: ArrayLike<number>,
  cells: ArrayLike<number>,
  terms: number,
): ReferenceWindow[] => {
  const rows = scores.length;
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number) || a - b,
  );
  const windows: { rows: number; sums: number[] }[] = [];
  for (let index = 0; index < WINDOWS; index++) {
    const ranked = order.subarray(Math.floor((index * rows) / WINDOWS), Math.floor(((index + 1) * rows) / WINDOWS));
    if (ranked.length === 0) continue;
    const sums = Array.from({ length: terms }, (_, term) =>
      ranked.reduce((total, row) => total + (cells[row * terms + term] as number), 0),
    );
    windows.push({ rows: ranked.length, sums });
    mergeLast(windows);
  }
  return windows.map((window) => ({ rows: window.rows, microLogits: toMeans(window) }));
};

const toMeans = ({ rows, sums }: { rows: number; sums: number[] }): number[] =>
  sums.map((total) => meanHalfUp(total, rows));

/** Merges the last window into the one before while it does not lie above it. */
const mergeLast = (windows: { rows: number; sums: number[] }[]): void => {
  for (;;) {
    const last = windows.at(-1);
    const before = windows.at(-2);
    if (!last || !before || sum(toMeans(last)) > sum(toMeans(before))) return;
    windows.pop();
    before.rows += last.rows;
    before.sums = before.sums.map((total, term) => total + (last.sums[term] as number));
  }
};

/** The reference at a target score: exact interpolation between two windows, in integers. */
export const interpolateReference = (
  { intercept, references, terms }: Pick<Model, 'intercept' | 'references' | 'terms'>,
  target: number,
): Reference => {
  const scoreOf = (window: ReferenceWindow): number => intercept.microLogits + sum(window.microLogits);
  const above = references.findIndex((window) => scoreOf(window) >= target);
  const upper = references[above];
  const lower = references[above - 1];
  if (upper && scoreOf(upper) === target) return { target, microLogits: upper.microLogits, outsideGrid: false };
  if (!upper || !lower) {
    const end = upper ?? references.at(-1);
    return { target, microLogits: divideGap(end, target, intercept.microLogits, terms.length), outsideGrid: true };
  }
  const span = BigInt(scoreOf(upper) - scoreOf(lower));
  const step = BigInt(target - scoreOf(lower));
  const parts = lower.microLogits.map((from, term) => {
    const scaled = (BigInt(upper.microLogits[term] as number) - BigInt(from)) * step;
    const remainder = ((scaled % span) + span) % span;
    return { floor: from + Number((scaled - remainder) / span), remainder, term };
  });
  const lacking = target - intercept.microLogits - sum(parts.map((part) => part.floor));
  const raised = new Set(
    [...parts]
      .sort((a, b) => (a.remainder === b.remainder ? a.term - b.term : Number(b.remainder - a.remainder)))
      .slice(0, lacking)
      .map((part) => part.term),
  );
  return {
    target,
    microLogits: parts.map(({ floor, term }) => (raised.has(term) ? floor + 1 : floor)),
    outsideGrid: false,
  };
};

const divideGap = (end: ReferenceWindow | undefined, target: number, intercept: number, terms: number): number[] => {
  const base = end?.microLogits ?? Array.from({ length: terms }, () => 0);
  if (terms === 0) return [];
  const gap = divideAmong(target - intercept - sum(base), terms);
  return base.map((value, term) => value + (gap[term] as number));
};
