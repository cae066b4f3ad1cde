import type { RowsComparison } from '../../domain/comparison.ts';
import type { PairedModels } from '../../model/compare-models.ts';
import { createRowDifference } from '../../model/row-difference.ts';
import { createScoringTables } from '../../model/score.ts';
import { countActionMoves, countTierMoves, measureAgreement } from './agreement.ts';
import type { ComparedRows, ScoredSide } from './compared-rows.ts';
import { createFindMergedBin } from './merged-rows.ts';
import { listMovers, type RowReading } from './movers.ts';
import { measureSegments } from './segments.ts';
import { measureWorth, type WorthPlan } from './worth.ts';

/** How rows are compared. */
export interface RowsPlan extends WorthPlan {
  /** Rows that are told one by one: those the models differ on most. */
  readonly movers: number;
}

/** Compares what two models made of the same rows; the same rows and draws give the same result. */
export const measureRows = (
  paired: PairedModels,
  rows: ComparedRows,
  plan: RowsPlan,
): Omit<RowsComparison, 'policy' | 'kind' | 'trainedOn'> => {
  const reading = { takeApart: createTakeApart(paired, rows), findBin: createFindMergedBin(paired, rows) };
  return {
    rows: rows.labels.length,
    agreement: measureAgreement(rows),
    tiers: countTierMoves(rows),
    actions: countActionMoves(rows),
    drivers: measureDrivers(paired, rows, reading),
    movers: listMovers(paired, rows, reading, plan.movers),
    segments: measureSegments(
      paired.inputs.map(({ input }) => input),
      rows,
      reading.findBin,
    ),
    worth: measureWorth(rows, plan),
  };
};

const createTakeApart = (paired: PairedModels, rows: ComparedRows): RowReading['takeApart'] => {
  const difference = createRowDifference(paired);
  const [cellsA, cellsB] = [createReadCells(paired.a, rows.a), createReadCells(paired.b, rows.b)];
  return (row) => difference(cellsA(row), cellsB(row));
};

/** Finds a row's cells again from its bins. */
const createReadCells = (model: PairedModels['a'], { bins }: ScoredSide): ((row: number) => Float64Array) => {
  const tables = createScoringTables(model);
  const width = model.inputs.length;
  const own = new Int32Array(width);
  const cells = new Float64Array(model.terms.length);
  return (row) => {
    own.set(bins.subarray(row * width, (row + 1) * width));
    tables.score(own, cells);
    return cells;
  };
};

/** What each input makes of the difference of the scores, over all rows; the largest first. */
const measureDrivers = (
  { inputs }: PairedModels,
  { labels }: ComparedRows,
  { takeApart }: RowReading,
): RowsComparison['drivers'] => {
  const sums = inputs.map(() => ({ distance: 0, sum: 0 }));
  for (let row = 0; row < labels.length; row++) {
    for (const [input, part] of takeApart(row).parts.entries()) {
      const sum = sums[input] as (typeof sums)[number];
      sum.distance += Math.abs(part);
      sum.sum += part;
    }
  }
  const rows = Math.max(1, labels.length);
  return sums
    .map(({ distance, sum }, input) => ({ input, meanDistance: distance / rows, mean: sum / rows }))
    .sort((one, other) => other.meanDistance - one.meanDistance || one.input - other.input);
};
