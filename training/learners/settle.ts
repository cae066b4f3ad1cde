import { type BinnedFeature, listOutside, settleOutside } from '../binning/bin-feature.ts';
import { type AdditiveFit, type AdditiveTerm, binAt } from './additive.ts';

const rowsOf = ({ good, bad }: BinnedFeature['counts']): Float64Array =>
  good.map((count, bin) => count + (bad[bin] as number));

/** Share of the rows in each bin that has a say; the scarce ones have none, since they will be 0. */
export const shareRows = (feature: BinnedFeature, minimumRows: number): Float64Array => {
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
