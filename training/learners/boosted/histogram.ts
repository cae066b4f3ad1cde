import type { BoostedColumn } from './tree.ts';

/** Gradient and information (p (1 - p)) of the log loss for each row. */
export interface Slopes {
  readonly gradients: Float64Array;
  readonly informations: Float64Array;
}

/** Rows from `start` to `end` of a list. */
export interface RowRange {
  readonly rows: Int32Array;
  readonly start: number;
  readonly end: number;
}

/** Sums over the bins of all columns: gradient and information side by side, a column's bins from `offsets` on. */
export interface Histograms {
  readonly offsets: Int32Array;
  create(): Float64Array;
  /** Sums some rows into the bins of some columns. */
  count(into: Float64Array, places: Int32Array, range: RowRange): void;
  /** Writes what a part leaves of the whole. */
  subtract(into: Float64Array, places: Int32Array, whole: Float64Array, part: Float64Array): void;
}

/** Lays out histograms over columns. */
export const createHistograms = (columns: readonly BoostedColumn[], slopes: Slopes): Histograms => {
  const offsets = new Int32Array(columns.length + 1);
  for (const [place, { count }] of columns.entries()) offsets[place + 1] = (offsets[place] as number) + 2 * count;
  const gathered = {
    gradients: new Float64Array(slopes.gradients.length),
    informations: new Float64Array(slopes.gradients.length),
  };
  const lanes = new Float64Array(LANES * LANE);
  return {
    offsets,
    create: () => new Float64Array(offsets[columns.length] as number),
    count(into, places, range) {
      gather(gathered, slopes, range);
      for (const place of places) {
        const from = offsets[place] as number;
        into.fill(0, from, offsets[place + 1]);
        const { bins } = columns[place] as BoostedColumn;
        countColumn(into.subarray(from, offsets[place + 1]), lanes, bins, range, gathered);
      }
    },
    subtract(into, places, whole, part) {
      for (const place of places) {
        const end = offsets[place + 1] as number;
        for (let cell = offsets[place] as number; cell < end; cell++) {
          into[cell] = (whole[cell] as number) - (part[cell] as number);
        }
      }
    },
  };
};

/** Brings the slopes of the rows side by side, since every column reads them. */
const gather = (into: Slopes, slopes: Slopes, { rows, start, end }: RowRange): void => {
  for (let at = start; at < end; at++) {
    const row = rows[at] as number;
    into.gradients[at] = slopes.gradients[row] as number;
    into.informations[at] = slopes.informations[row] as number;
  }
};

/** Numbers of one lane: gradient and information of up to 256 bins. */
const LANE = 512;
const LANES = 4;
/** Rows from which lanes pay for being added up. */
const LEAST_IN_LANES = 1_000;

/**
 * The innermost loop of all. Rows that follow each other often fall into the same bin, and a processor waits for a sum
 * before it can add to it again; four rows at a time have a lane each.
 */
const countColumn = (
  into: Float64Array,
  lanes: Float64Array,
  bins: Uint8Array,
  range: RowRange,
  slopes: Slopes,
): void => {
  const { rows, start, end } = range;
  const { gradients, informations } = slopes;
  let at = start;
  if (end - start >= LEAST_IN_LANES) {
    for (; at + 3 < end; at += 4) {
      const a = 2 * (bins[rows[at] as number] as number);
      const b = 2 * (bins[rows[at + 1] as number] as number) + LANE;
      const c = 2 * (bins[rows[at + 2] as number] as number) + 2 * LANE;
      const d = 2 * (bins[rows[at + 3] as number] as number) + 3 * LANE;
      lanes[a] = (lanes[a] as number) + (gradients[at] as number);
      lanes[a + 1] = (lanes[a + 1] as number) + (informations[at] as number);
      lanes[b] = (lanes[b] as number) + (gradients[at + 1] as number);
      lanes[b + 1] = (lanes[b + 1] as number) + (informations[at + 1] as number);
      lanes[c] = (lanes[c] as number) + (gradients[at + 2] as number);
      lanes[c + 1] = (lanes[c + 1] as number) + (informations[at + 2] as number);
      lanes[d] = (lanes[d] as number) + (gradients[at + 3] as number);
      lanes[d + 1] = (lanes[d + 1] as number) + (informations[at + 3] as number);
    }
    emptyLanes(into, lanes);
  }
  for (; at < end; at++) {
    const cell = 2 * (bins[rows[at] as number] as number);
    into[cell] = (into[cell] as number) + (gradients[at] as number);
    into[cell + 1] = (into[cell + 1] as number) + (informations[at] as number);
  }
};

/** Moves the lanes' sums to a column's. */
const emptyLanes = (into: Float64Array, lanes: Float64Array): void => {
  const cells = Math.min(LANE, into.length);
  for (let cell = 0; cell < cells; cell++) {
    for (let lane = cell; lane < LANES * LANE; lane += LANE) {
      into[cell] = (into[cell] as number) + (lanes[lane] as number);
      lanes[lane] = 0;
    }
  }
};
