import { INTEGER_LIMIT } from '../arithmetic.ts';
import type { Model, Term } from '../domain/model.ts';

/** A model laid out for scoring: every table in one typed array. */
export interface ScoringTables {
  /** Writes each term's cell (micro-logits, term order) and returns the score: intercept plus their sum. */
  score(bins: Int32Array, cells: Float64Array): number;
  /** Least integer half-width h of the 90% interval around the score of these bins (DEFINITIONS 2). */
  halfWidth(bins: Int32Array): number;
}

/** Lays the tables of a checked model out for scoring without allocation. */
export const createScoringTables = (
  model: Pick<Model, 'intercept' | 'intervalMilli'> & { readonly terms: readonly Term[] },
): ScoringTables => {
  const { terms, intercept } = model;
  const count = terms.length;
  const offsets = new Int32Array(count);
  let total = 0;
  for (const [index, term] of terms.entries()) {
    offsets[index] = total;
    total += term.microLogits.length;
  }
  const tables = Int32Array.from(terms.flatMap((term) => term.microLogits));
  const variances = Float64Array.from(
    terms.flatMap((term) => term.se),
    (se) => se * se,
  );
  const inputs = Int32Array.from(terms.flatMap(({ inputs: [a = 0, b = -1, c = -1] }) => [a, b, c]));
  const strides = Int32Array.from(
    terms.flatMap(({ shape: [a, b = 1, c = 1] }) => (a === undefined ? [0, 0] : [b * c, c])),
  );
  const cellOf = (term: number, bins: Int32Array): number => {
    let cell = (offsets[term] as number) + (bins[inputs[3 * term] as number] as number) * (strides[2 * term] as number);
    const second = inputs[3 * term + 1] as number;
    if (second < 0) return cell;
    cell += (bins[second] as number) * (strides[2 * term + 1] as number);
    const third = inputs[3 * term + 2] as number;
    return third < 0 ? cell : cell + (bins[third] as number);
  };
  return {
    score(bins, cells) {
      let sum = intercept.microLogits;
      for (let term = 0; term < count; term++) {
        const cell = tables[cellOf(term, bins)] as number;
        cells[term] = cell;
        sum += cell;
      }
      return sum;
    },
    halfWidth(bins) {
      let variance = intercept.se * intercept.se;
      for (let term = 0; term < count; term++) variance += variances[cellOf(term, bins)] as number;
      if (variance < INTEGER_LIMIT) return quickHalfWidth(variance, model.intervalMilli);
      const exact = terms.reduce(
        (sum, _, term) => sum + BigInt(variances[cellOf(term, bins)] as number),
        BigInt(intercept.se) ** 2n,
      );
      return leastHalfWidth(exact, model.intervalMilli);
    },
  };
};

/**
 * The least integer h >= 0 with `(1000 h)^2 >= variance x intervalMilli^2`, in exact integers.
 * @param variance sum of squared standard errors
 */
export const leastHalfWidth = (variance: bigint, intervalMilli: number): number => {
  const product = variance * BigInt(intervalMilli) ** 2n;
  const enough = (h: number) => (1000n * BigInt(h)) ** 2n >= product;
  let half = Math.max(0, Math.ceil((Math.sqrt(Number(variance)) * intervalMilli) / 1000));
  while (half > 0 && enough(half - 1)) half -= 1;
  while (!enough(half)) half += 1;
  return half;
};

/** Far above the relative error of a square root, a product and a quotient of doubles (below 10^-15). */
const DOUBTFUL = 1e-12;

/** The same for a variance below 2^53: doubles decide, and exact integers only where they would be in doubt. */
const quickHalfWidth = (variance: number, intervalMilli: number): number => {
  const half = (Math.sqrt(variance) * intervalMilli) / 1000;
  if (Math.abs(half - Math.round(half)) > DOUBTFUL * Math.max(1, half)) return Math.ceil(half);
  return leastHalfWidth(BigInt(variance), intervalMilli);
};
