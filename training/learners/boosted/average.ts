import { type BinnedFeature, listOutside, settleOutside } from '../../binning/bin-feature.ts';
import type { AdditiveFit, AdditiveTerm } from '../additive.ts';
import type { ColumnSet } from './allowed.ts';
import type { Boosted } from './boost.ts';
import { purify } from './purify.ts';
import { addTrees, binAt, createTables, readTable, type Table } from './tabulate.ts';
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
  const { mean, spread } = measure(tabled.map(({ constant }) => constant));
  return { features, terms, constant: mean, constantError: Math.hypot(spread, errorOfRate(features)) };
};

/** Leaves out empty terms of several features, and features whose terms are all empty. */
export const dropUnused = (fit: AdditiveFit): AdditiveFit => {
  const { features, terms } = fit;
  const filled = terms.filter(({ logOdds }) => logOdds.some((value) => value !== 0));
  const used = new Set(filled.flatMap(({ inputs }) => inputs));
  const places = features.flatMap((_, place) => (used.has(place) ? [place] : []));
  const isKept = (term: AdditiveTerm) =>
    filled.includes(term) || (term.inputs.length === 1 && used.has(term.inputs[0] as number));
  return {
    ...fit,
    features: places.map((place) => features[place] as BinnedFeature),
    terms: terms.filter(isKept).map((term) => ({ ...term, inputs: term.inputs.map((place) => places.indexOf(place)) })),
  };
};

/** Standard error of the log-odds of all rows together. */
const errorOfRate = ([feature]: readonly BinnedFeature[]): number => {
  if (!feature) return 0;
  const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);
  return Math.sqrt(1 / (sum(feature.counts.good) + 0.5) + 1 / (sum(feature.counts.bad) + 0.5));
};

const rowsOf = ({ good, bad }: BinnedFeature['counts']): Float64Array =>
  good.map((count, bin) => count + (bad[bin] as number));

/** Share of the rows in each bin that has a say; the scarce ones have none, since they will be 0. */
export export const shareRows = (feature: BinnedFeature, minimumRows: number): Float64Array => {
  const scarce = listScarce(feature, minimumRows);
  const rows = rowsOf(feature.counts).map((count, bin) => (scarce.has(bin) ? 0 : count));
  const total = rows.reduce((sum, count) => sum + count, 0);
  return rows.map((count) => count / Math.max(1, total));
};

/** Bins without a say: those outside the order with too few rows, and any without rows. */
const listScarce = ({ pre, binned, counts }: BinnedFeature, minimumRows: number): Set<number> => {
  const rows = rowsOf(counts);
  const few = listOutside(pre, binned).filter(({ bin }) => (rows[bin] as number) < minimumRows);
  const empty = Array.from(rows.keys()).filter((bin) => rows[bin] === 0);
  return new Set([...few.map(({ bin }) => bin), ...empty]);
};

const joinTables = (tables: readonly Table[]): AdditiveTerm => {
  const { set, shape, cells } = tables[0] as Table;
  const logOdds = new Float64Array(cells.length);
  const errors = new Float64Array(cells.length);
  for (let cell = 0; cell < cells.length; cell++) {
    const { mean, spread } = measure(tables.map((table) => table.cells[cell] as number));
    logOdds[cell] = mean;
    errors[cell] = spread;
  }
  return { inputs: set, shape, logOdds, errors };
};

/** Mean and standard deviation. */
const measure = (values: readonly number[]): { mean: number; spread: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / Math.max(1, values.length - 1)) };
};

/**
 * Keeps the rules for bins outside the order: 0 on too few rows, in every table, and in a feature's own table never below
 * the best ordinary bin unless the dictionary lets it.
 */
export const settleTables = (fit: AdditiveFit, minimumRows: number): AdditiveFit => {
  const scarce = fit.features.map((feature) => listScarce(feature, minimumRows));
  return { ...fit, terms: fit.terms.map((term) => settleTerm(term, fit.features, { scarce, minimumRows })) };
};

const settleTerm = (
  term: AdditiveTerm,
  features: readonly BinnedFeature[],
  { scarce, minimumRows }: { scarce: readonly ReadonlySet<number>[]; minimumRows: number },
): AdditiveTerm => {
  const { inputs, shape } = term;
  const logOdds = term.logOdds.map((value, cell) =>
    inputs.some((place, axis) => scarce[place]?.has(binAt(cell, shape, axis))) ? 0 : value,
  );
  if (inputs.length === 1) {
    const { pre, binned, counts } = features[inputs[0] as number] as BinnedFeature;
    settleOutside(logOdds, { rows: rowsOf(counts), minimumRows, outside: listOutside(pre, binned) });
  }
  return { ...term, logOdds };
};
