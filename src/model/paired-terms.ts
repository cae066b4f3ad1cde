import type { Presence } from '../domain/comparison.ts';
import type { Model, Term } from '../domain/model.ts';
import type { PairedInput } from './paired-inputs.ts';

/** The terms of both models over the same inputs, by their place among each model's terms. */
export interface PairedTerms {
  /** Places among the paired inputs, in their order. */
  readonly inputs: readonly number[];
  readonly in: Presence;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Pairs the terms of two models by the inputs they are over; in the order of A's terms, then those only B has. */
export const pairTerms = (a: Model, b: Model, inputs: readonly PairedInput[]): PairedTerms[] => {
  const [ofA, ofB] = [placeTerms(a, inputs, 'a'), placeTerms(b, inputs, 'b')];
  return [...new Map([...ofA, ...ofB].map((placed) => [keyOf(placed), placed.inputs])).entries()].map(
    ([key, places]) => {
      const termsOf = (placed: readonly PlacedTerm[]) =>
        placed.filter((each) => keyOf(each) === key).map(({ term }) => term);
      const [own, other] = [termsOf(ofA), termsOf(ofB)];
      const only = own.length > 0 ? 'a' : 'b';
      return { inputs: places, in: own.length > 0 && other.length > 0 ? 'both' : only, a: own, b: other };
    },
  );
};

interface PlacedTerm {
  readonly term: number;
  readonly inputs: readonly number[];
}

const keyOf = ({ inputs }: PlacedTerm): string => inputs.join();

const placeTerms = ({ terms }: Model, inputs: readonly PairedInput[], side: 'a' | 'b'): PlacedTerm[] =>
  terms.map((each: Term, term) => ({
    term,
    inputs: each.inputs.map((own) => inputs.findIndex(({ places }) => places[side] === own)).sort((x, y) => x - y),
  }));

/**
 * Mean of each term over the rows a model was trained on, from its reference windows: `floor(sum / rows + 1/2)`, exact.
 */
export const meanContributions = ({ terms, references }: Pick<Model, 'terms' | 'references'>): number[] => {
  const rows = references.reduce((sum, window) => sum + BigInt(window.rows), 0n);
  return terms.map((_, term) => {
    const sum = references.reduce(
      (total, window) => total + BigInt(window.rows) * BigInt(window.microLogits[term] as number),
      0n,
    );
    const [dividend, divisor] = [2n * sum + rows, 2n * rows];
    const quotient = dividend / divisor;
    return Number(dividend < 0n && dividend % divisor !== 0n ? quotient - 1n : quotient);
  });
};
