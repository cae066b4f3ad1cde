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
  return {
    offsets,
    create: () => new Float64Array(offsets[columns.length] as number),
    count(into, places, range) {
      gather(gathered, slopes, range);
      for (const place of places) {
        const from = offsets[place] as number;
        into.fill(0, from, offsets[place + 1]);
        countColumn(into.subarray(from), (columns[place] as BoostedColumn).bins, range, gathered);
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

/** The innermost loop of all. */
const countColumn = (into: Float64Array, bins: Uint8Array, { rows, start, end }: RowRange, gathered: Slopes): void => {
  const { gradients, informations } = gathered;
  for (let at = start; at < end; at++) {
    const cell = 2 * (bins[rows[at] as number] as number);
    into[cell] = (into[cell] as number) + (gradients[at] as number);
    into[cell + 1] = (into[cell + 1] as number) + (informations[at] as number);
  }
};
