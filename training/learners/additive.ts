import { type BinnedFeature, modelBins } from '../binning/bin-feature.ts';

/** A table over the final bins of one to three features, cells in row-major order. */
export interface AdditiveTerm {
  /** Places of its features, ascending. */
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  /** Log-odds of default of each cell. */
  readonly logOdds: Float64Array;
  /** Standard error of each cell. */
  readonly errors: Float64Array;
}

/** What every learner fits: a constant and tables, before calibration and rounding. */
export interface AdditiveFit {
  readonly features: readonly BinnedFeature[];
  readonly terms: readonly AdditiveTerm[];
  readonly constant: number;
  readonly constantError: number;
}

/** Bin on one axis of a cell of a table. */
export const binAt = (cell: number, shape: readonly number[], axis: number): number => {
  const stride = shape.slice(axis + 1).reduce((all, length) => all * length, 1);
  return Math.floor(cell / stride) % (shape[axis] as number);
};

/** Log-odds of default of every row, by its bins in the model or those by which it is fitted. */
export const scoreAdditive = (
  { features, terms, constant }: Pick<AdditiveFit, 'features' | 'terms' | 'constant'>,
  rows: number,
  binsOf: (feature: BinnedFeature) => Uint16Array = modelBins,
): Float64Array => {
  const scores = new Float64Array(rows).fill(constant);
  const bins = features.map(binsOf);
  for (const { inputs, shape, logOdds } of terms) {
    const cells = new Uint32Array(rows);
    for (const [axis, place] of inputs.entries()) addAxis(cells, bins[place] as Uint16Array, shape[axis] as number);
    for (let row = 0; row < rows; row++) {
      scores[row] = (scores[row] as number) + (logOdds[cells[row] as number] as number);
    }
  }
  return scores;
};

const addAxis = (cells: Uint32Array, bins: Uint16Array, length: number): void => {
  for (let row = 0; row < cells.length; row++) cells[row] = (cells[row] as number) * length + (bins[row] as number);
};
