import { measureSpread } from '../../../src/metrics/spread.ts';
import type { BinnedFeature } from '../../binning/bin-feature.ts';
import type { AdditiveFit, AdditiveTerm } from '../additive.ts';
import type { ColumnSet } from '../column-set.ts';
import { purify, readTable, type Table } from '../purify.ts';
import { shareRows } from '../settle.ts';
import type { Boosted } from './boost.ts';
import { addTrees, createTables } from './tabulate.ts';
import type { BoostedColumn } from './tree.ts';

/** What tables are made over. */
export interface TableShape {
  readonly columns: readonly BoostedColumn[];
  readonly features: readonly BinnedFeature[];
  /** Sets of two and three columns that may stand on a path, each with its subsets. */
  readonly sets: readonly ColumnSet[];
  /** Rows below which a bin outside the order is 0. */
  readonly minimumRows: number;
}

/** The bags' purified tables, averaged; the errors are their spread. */
export const averageBags = (
  bags: readonly Boosted[],
  { columns, features, sets, minimumRows }: TableShape,
): AdditiveFit => {
  const shares = features.map((feature) => shareRows(feature, minimumRows));
  const all = [...features.map((_, place) => [place]), ...sets];
  const tabled = bags.map(({ constant, trees }) => {
    const tables = createTables(columns, all);
    return { tables, constant: constant + addTrees(tables, trees, columns) + purify(tables, shares) };
  });
  const terms = all.map((set) => joinTables(tabled.map(({ tables }) => readTable(tables, set))));
  const { mean, spread } = measureSpread(tabled.map(({ constant }) => constant));
  return { features, terms, constant: mean, constantError: Math.hypot(spread, errorOfRate(features)) };
};

/** Standard error of the log-odds of all rows together. */
const errorOfRate = ([feature]: readonly BinnedFeature[]): number => {
  if (!feature) return 0;
  const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);
  return Math.sqrt(1 / (sum(feature.counts.good) + 0.5) + 1 / (sum(feature.counts.bad) + 0.5));
};

const joinTables = (tables: readonly Table[]): AdditiveTerm => {
  const { set, shape, cells } = tables[0] as Table;
  const logOdds = new Float64Array(cells.length);
  const errors = new Float64Array(cells.length);
  for (let cell = 0; cell < cells.length; cell++) {
    const { mean, spread } = measureSpread(tables.map((table) => table.cells[cell] as number));
    logOdds[cell] = mean;
    errors[cell] = spread;
  }
  return { inputs: set, shape, logOdds, errors };
};
