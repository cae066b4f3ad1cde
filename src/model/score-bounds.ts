import type { Bounds } from '../arithmetic.ts';
import type { Model, Term } from '../domain/model.ts';
import { type Binned, createEncode, missingBin, orderedBin } from './bins.ts';

/** Least and most score, micro-logits. */
export type ScoreBounds = Pick<Bounds, 'least' | 'most'>;

/**
 * Bounds of the score while some number inputs move and the others keep their bins.
 * @param bins the bin of every input
 * @param moving the inputs that move; the function takes the bounds of their values, in this order
 */
export type BoundScore = (bins: Int32Array, moving: readonly number[]) => (values: readonly Bounds[]) => ScoreBounds;

/**
 * Prepares bounds of a model's score: the sum of each term's own extremes, so sound, and the very score where every
 * input's value is certain.
 */
export const createScoreBounds = ({
  inputs,
  terms,
  intercept,
}: Pick<Model, 'inputs' | 'intercept'> & { readonly terms: readonly Term[] }): BoundScore => {
  const known = new Map<number, EncodeRange>();
  const encoderOf = (input: number): EncodeRange => {
    const encode = known.get(input) ?? createEncodeRange(inputs[input] as Binned);
    known.set(input, encode);
    return encode;
  };
  return (bins, moving) => {
    const encoders = moving.map(encoderOf);
    const ranges = Array.from(bins, (bin): BinRange => ({ first: bin, last: bin }));
    const isMoving = (term: Term) => term.inputs.some((input) => moving.includes(input));
    const standing = sumBounds(
      terms.filter((term) => !isMoving(term)),
      ranges,
    );
    const movingTerms = terms.filter(isMoving);
    return (values) => {
      for (const [index, encode] of encoders.entries())
        ranges[moving[index] as number] = encode(values[index] as Bounds);
      const { least, most } = sumBounds(movingTerms, ranges);
      const fixed = intercept.microLogits + standing.least;
      return { least: fixed + least, most: fixed + most };
    };
  };
};

/** Bins in a row, from `first` to `last`. */
interface BinRange {
  readonly first: number;
  readonly last: number;
}

type EncodeRange = (value: Bounds) => BinRange;

/** The bins a number may fall into, widened to bins in a row; the very bin of a certain value. */
const createEncodeRange = (input: Binned): EncodeRange => {
  const edges = input.edges ?? [];
  const encode = createEncode(input, null);
  const special = input.codes.map(({ value }) => ({ value, bin: encode(value) }));
  const missing = missingBin(input);
  return ({ least, most, perhapsMissing }) => {
    if (Number.isNaN(least)) return { first: missing, last: missing };
    if (least === most && !perhapsMissing) return { first: encode(least), last: encode(least) };
    const others = special.filter(({ value }) => value >= least && value <= most).map(({ bin }) => bin);
    if (perhapsMissing) others.push(missing);
    return {
      first: Math.min(orderedBin(edges, least), ...others),
      last: Math.max(orderedBin(edges, most), ...others),
    };
  };
};

const sumBounds = (terms: readonly Term[], ranges: readonly BinRange[]): ScoreBounds => {
  let [least, most] = [0, 0];
  for (const term of terms) {
    const bounds = boundTerm(term, ranges);
    least += bounds.least;
    most += bounds.most;
  }
  return { least, most };
};

const ONE_BIN: BinRange = { first: 0, last: 0 };

/** The least and the most cell of a box of bins. */
const boundTerm = ({ inputs, shape, microLogits }: Term, ranges: readonly BinRange[]): ScoreBounds => {
  const [a = ONE_BIN, b = ONE_BIN, c = ONE_BIN] = inputs.map((input) => ranges[input] as BinRange);
  const [, second = 1, third = 1] = shape;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = a.first; i <= a.last; i++) {
    for (let j = b.first; j <= b.last; j++) {
      for (let k = c.first; k <= c.last; k++) {
        const cell = microLogits[(i * second + j) * third + k] as number;
        least = Math.min(least, cell);
        most = Math.max(most, cell);
      }
    }
  }
  return { least, most };
};
