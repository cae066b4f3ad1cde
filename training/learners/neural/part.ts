import type { Sample } from '../../binning/bin-feature.ts';

/**
 * A part of the score over some cells (the bins of a feature, or of a pair): each cell's log-odds are a row of the basis
 * times the weights.
 */
export interface Part {
  /** Cell of each row. */
  readonly cells: Uint16Array;
  /** How many cells. */
  readonly count: number;
  /** How many weights. */
  readonly width: number;
  /** Cells times weights, row-major. */
  readonly basis: Float64Array;
  /** 1 for each weight that must not be negative. */
  readonly bounded: Uint8Array;
  /** What each weight's half square costs against the summed log loss. */
  readonly penalty: Float64Array;
}

/** The constant: one cell, one weight. */
export const createConstant = (rows: number): Part => ({
  cells: new Uint16Array(rows),
  count: 1,
  width: 1,
  basis: Float64Array.of(1),
  bounded: new Uint8Array(1),
  penalty: new Float64Array(1),
});

/** Where each part's weights (or cells) begin among all of them, and how many there are. */
export const startsOf = (lengths: readonly number[]): { starts: number[]; total: number } => {
  const starts: number[] = [];
  let total = 0;
  for (const length of lengths) {
    starts.push(total);
    total += length;
  }
  return { starts, total };
};

/** The log-odds of a part's cells. */
export const expand = ({ count, width, basis }: Part, weights: Float64Array): Float64Array => {
  const values = new Float64Array(count);
  for (let cell = 0; cell < count; cell++) {
    let sum = 0;
    for (let place = 0; place < width; place++) {
      sum += (basis[cell * width + place] as number) * (weights[place] as number);
    }
    values[cell] = sum;
  }
  return values;
};

/** The cells' log-odds of all parts. */
export const expandAll = (parts: readonly Part[], weights: Float64Array): Float64Array[] => {
  const { starts } = startsOf(parts.map(({ width }) => width));
  return parts.map((part, place) =>
    expand(part, weights.subarray(starts[place] as number, (starts[place] as number) + part.width)),
  );
};

/** Log-odds of every row. */
export const scoreParts = (parts: readonly Part[], weights: Float64Array, { labels }: Pick<Sample, 'labels'>) => {
  const scores = new Float64Array(labels.length);
  for (const [place, values] of expandAll(parts, weights).entries()) {
    const { cells } = parts[place] as Part;
    for (let row = 0; row < scores.length; row++) {
      scores[row] = (scores[row] as number) + (values[cells[row] as number] as number);
    }
  }
  return scores;
};

/** What all weights cost, in order. */
export const joinPenalties = (parts: readonly Part[]): Float64Array =>
  Float64Array.from(parts.flatMap(({ penalty }) => Array.from(penalty)));

/** 1 for each of all weights that must not be negative, in order. */
export const joinBounded = (parts: readonly Part[]): Uint8Array =>
  Uint8Array.from(parts.flatMap(({ bounded }) => Array.from(bounded)));
