import type { Code, Input } from '../domain/model.ts';

/** The parts of an input that fix its bins. */
export type Binned = Pick<Input, 'edges' | 'codes' | 'categories'>;

/** Codes that take no place in the order: each is a bin of its own. */
export const unorderedCodes = ({ codes }: Pick<Binned, 'codes'>): Code[] =>
  codes.filter((code) => code.orderedAs === null);

/** How many bins lie in order: 0 for a category, whose bins have none. */
export const countOrdered = ({ edges }: Binned): number => (edges ? edges.length + 1 : 0);

/** How many bins hold ordinary values: the ordered ones of a number, the groups of a category. */
export const countOrdinary = (input: Binned): number =>
  input.categories ? Math.max(-1, ...input.categories.map(({ bin }) => bin)) + 1 : countOrdered(input);

/** The bin of null. A number: after the ordered bins; a category: after its groups and "other". */
export const missingBin = (input: Binned): number => countOrdinary(input) + (input.categories ? 1 : 0);

/** The bin of a category that training did not name; null for a number. */
export const otherBin = (input: Binned): number | null => (input.categories ? countOrdinary(input) : null);

/** The bin of an unordered code, by its place among the unordered ones. */
export const codeBin = (input: Binned, place: number): number => missingBin(input) + 1 + place;

/** How many bins the input has in all. */
export const countBins = (input: Binned): number => missingBin(input) + 1 + unorderedCodes(input).length;

/** Number of edges that are <= the value. */
export const orderedBin = (edges: ArrayLike<number>, value: number): number => {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Bin of one value: an integer (a category: its index among `categoryIndexes`' values; NaN = missing). */
export type Encode = (value: number) => number;

/**
 * The bin lookup of one input, without allocation (DEFINITIONS 1: codes first, then edges).
 * @param categoryValues for a category: the text of each index the values use; any other index is "other"
 */
export const createEncode = (input: Binned, categoryValues: readonly string[] | null): Encode => {
  const missing = missingBin(input);
  const { categories } = input;
  if (categories) return encodeCategory(categories, categoryValues ?? [], missing);
  const edges = Float64Array.from(input.edges ?? []);
  const unordered = unorderedCodes(input);
  const values = Float64Array.from(input.codes, (code) => code.value);
  const bins = Int32Array.from(input.codes, (code) =>
    code.orderedAs === null ? codeBin(input, unordered.indexOf(code)) : orderedBin(edges, code.orderedAs),
  );
  return (value) => {
    for (let index = 0; index < values.length; index++) if (values[index] === value) return bins[index] as number;
    return Number.isNaN(value) ? missing : orderedBin(edges, value);
  };
};

const encodeCategory = (
  categories: NonNullable<Binned['categories']>,
  categoryValues: readonly string[],
  missing: number,
): Encode => {
  const known = new Map(categories.map(({ value, bin }) => [value, bin]));
  const other = missing - 1;
  const bins = Int32Array.from(categoryValues, (value) => known.get(value) ?? other);
  return (index) => {
    if (Number.isNaN(index)) return missing;
    return bins[index] ?? other;
  };
};
