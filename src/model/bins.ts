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

/** Special codes with the bin of each, in the order in which they are looked up. */
export const codeBins = (input: Binned): { value: number; bin: number }[] => {
  const unordered = unorderedCodes(input);
  return input.codes.map((code) => ({
    value: code.value,
    bin:
      code.orderedAs === null ? codeBin(input, unordered.indexOf(code)) : orderedBin(input.edges ?? [], code.orderedAs),
  }));
};

/** How many bins the input has in all. */
export const countBins = (input: Binned): number => missingBin(input) + 1 + unorderedCodes(input).length;

/** Number of edges that are <= the value. */
export const orderedBin = (edges: ArrayLike<number>, value: number): number =>
  countNotAbove(edges, 0, edges.length, value);

/** How many of the sorted numbers from `start` to `end` are <= the value; halves the rest without a branch to mispredict. */
const countNotAbove = (sorted: ArrayLike<number>, start: number, end: number, value: number): number => {
  let low = start;
  let left = end - start;
  while (left > 0) {
    const half = (left + 1) >>> 1;
    low += half * Number((sorted[low + half - 1] as number) <= value);
    left -= half;
  }
  return low - start;
};

/** Writes the bin of every value (input order; integers, a category's index, NaN = missing) into `bins`, without allocation. */
export type EncodeRow = (values: Float64Array, bins: Int32Array) => void;

/** An input to encode, and for a category the text of each index its values use (any other index is "other"). */
export interface EncodedInput {
  readonly input: Binned;
  readonly categoryValues: readonly string[] | null;
}

/** The bin lookup of some inputs (DEFINITIONS 1: codes first, then edges), laid out in flat arrays. */
export const createEncodeRow = (encoded: readonly EncodedInput[]): EncodeRow => {
  const layouts = encoded.map(layOut);
  const missing = Int32Array.from(layouts, (layout) => layout.missing);
  const edges = Float64Array.from(layouts.flatMap((layout) => layout.edges));
  const edgeEnds = runningEnds(layouts.map((layout) => layout.edges.length));
  const special = Float64Array.from(layouts.flatMap((layout) => layout.special.map(({ value }) => value)));
  const specialBins = Int32Array.from(layouts.flatMap((layout) => layout.special.map(({ bin }) => bin)));
  const specialEnds = runningEnds(layouts.map((layout) => layout.special.length));
  const categories = layouts.map((layout) => layout.categories);
  const lookUp = (index: number, value: number): number => {
    const bins = categories[index];
    if (bins) return bins[value] ?? (missing[index] as number) - 1;
    for (let at = specialEnds[index] as number; at < (specialEnds[index + 1] as number); at++) {
      if (special[at] === value) return specialBins[at] as number;
    }
    return countNotAbove(edges, edgeEnds[index] as number, edgeEnds[index + 1] as number, value);
  };
  return (values, bins) => {
    for (let index = 0; index < missing.length; index++) {
      const value = values[index] as number;
      bins[index] = Number.isNaN(value) ? (missing[index] as number) : lookUp(index, value);
    }
  };
};

/** Bin of one value of one input. */
export const createEncode = (input: Binned, categoryValues: readonly string[] | null): ((value: number) => number) => {
  const encodeRow = createEncodeRow([{ input, categoryValues }]);
  const values = new Float64Array(1);
  const bins = new Int32Array(1);
  return (value) => {
    values[0] = value;
    encodeRow(values, bins);
    return bins[0] as number;
  };
};

/** Where each run of numbers starts in a flat array, and at last where the array ends. */
const runningEnds = (lengths: readonly number[]): Int32Array => {
  const ends = new Int32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries()) ends[index + 1] = (ends[index] as number) + length;
  return ends;
};

interface Layout {
  readonly missing: number;
  readonly edges: readonly number[];
  /** Special codes and their bins. */
  readonly special: readonly { readonly value: number; readonly bin: number }[];
  /** Bin of each category index; null for a number. */
  readonly categories: Int32Array | null;
}

const layOut = ({ input, categoryValues }: EncodedInput): Layout => {
  const missing = missingBin(input);
  const known = new Map(input.categories?.map(({ value, bin }) => [value, bin]));
  return {
    missing,
    edges: input.edges ?? [],
    special: codeBins(input),
    categories: input.categories && Int32Array.from(categoryValues ?? [], (value) => known.get(value) ?? missing - 1),
  };
};
