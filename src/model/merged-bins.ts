import type { MergedBin } from '../domain/comparison.ts';
import { type Binned, codeBins, missingBin, orderedBin, otherBin } from './bins.ts';

/**
 * The coarsest parts of an input's values that lie whole in one bin of A and in one of B, in the order of A's bins, then of
 * B's. Every value lies in exactly one, and no two have the same pair of bins. Both are numbers, or both categories.
 */
export const mergeBins = (a: Binned, b: Binned): PlacedBin[] =>
  (a.categories && b.categories ? mergeCategories(a, b) : mergeNumbers(a, b)).sort(
    (one, other) => one.a - other.a || one.b - other.b,
  );

/** The bins of A and of B. */
interface Pair {
  readonly a: number;
  readonly b: number;
}

type PlacedBin = MergedBin & Pair;

const toBin = (
  kind: MergedBin['kind'],
  { a, b }: Pair,
  held: Partial<Omit<MergedBin, keyof Pair>> = {},
): PlacedBin => ({
  kind,
  from: null,
  below: null,
  codes: [],
  categories: [],
  a,
  b,
  ...held,
});

const isSamePair = (one: Pair, other: Pair): boolean => one.a === other.a && one.b === other.b;

const missingOf = (a: Binned, b: Binned): PlacedBin => toBin('missing', { a: missingBin(a), b: missingBin(b) });

/** Those of the same pair of bins together, in the order in which a pair comes first. */
const groupByPair = <Placed extends Pair>(placed: readonly Placed[]): Placed[][] =>
  placed
    .filter((each, place) => placed.findIndex((other) => isSamePair(other, each)) === place)
    .map((first) => placed.filter((each) => isSamePair(each, first)));

const mergeNumbers = (a: Binned, b: Binned): PlacedBin[] => {
  const codes = mergeCodes(a, b);
  const values = mergeEdges(a, b, codes);
  const apart = codes.filter((code) => !values.some((bin) => isSamePair(code, bin)));
  return [
    ...values.map((bin) => ({
      ...bin,
      codes: codes.filter((code) => isSamePair(code, bin)).map(({ value }) => value),
    })),
    ...groupByPair(apart).map((group) =>
      toBin('codes', group[0] as PlacedCode, { codes: group.map(({ value }) => value) }),
    ),
    missingOf(a, b),
  ];
};

/** A special code of one model or both and where each puts it. */
interface PlacedCode extends Pair {
  readonly value: number;
}

/** A code that only one model knows is an ordinary value to the other. */
const mergeCodes = (a: Binned, b: Binned): PlacedCode[] => {
  const [ofA, ofB] = [codeBins(a), codeBins(b)];
  const values = [...new Set([...ofA, ...ofB].map(({ value }) => value))];
  const binOf = (input: Binned, codes: typeof ofA, value: number) =>
    codes.find((code) => code.value === value)?.bin ?? orderedBin(input.edges ?? [], value);
  return values.map((value) => ({ value, a: binOf(a, ofA, value), b: binOf(b, ofB, value) }));
};

/** The intervals between the edges of both, without those that hold nothing but codes. */
const mergeEdges = (a: Binned, b: Binned, codes: readonly PlacedCode[]): PlacedBin[] => {
  const edges = [...new Set([...(a.edges ?? []), ...(b.edges ?? [])])].sort((x, y) => x - y);
  return Array.from({ length: edges.length + 1 }, (_, place): PlacedBin => {
    const [from, below] = [edges[place - 1] ?? null, edges[place] ?? null];
    const binOf = (input: Binned) => (from === null ? 0 : orderedBin(input.edges ?? [], from));
    return toBin('values', { a: binOf(a), b: binOf(b) }, { from, below });
  }).filter(({ from, below }) => {
    if (from === null || below === null) return true;
    const taken = codes.filter(({ value }) => value >= from && value < below).length;
    return below - from > taken;
  });
};

const mergeCategories = (a: Binned, b: Binned): PlacedBin[] => {
  const [otherA, otherB] = [otherBin(a) ?? 0, otherBin(b) ?? 0];
  const values = [...new Set([...(a.categories ?? []), ...(b.categories ?? [])].map(({ value }) => value))];
  const binOf = ({ categories }: Binned, value: string, other: number) =>
    categories?.find((category) => category.value === value)?.bin ?? other;
  const placed = values.map((value) => ({ value, a: binOf(a, value, otherA), b: binOf(b, value, otherB) }));
  return [
    ...groupByPair(placed).map((group) =>
      toBin('categories', group[0] as Pair, { categories: group.map(({ value }) => value) }),
    ),
    toBin('other', { a: otherA, b: otherB }),
    missingOf(a, b),
  ];
};
