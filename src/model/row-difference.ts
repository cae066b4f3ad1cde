import { divideAmong } from '../arithmetic.ts';
import { compareLevels, type PairedModels } from './compare-models.ts';

/** B's score minus A's of one row, taken apart. */
export interface RowDifference {
  /** Difference of the models' mean scores: the same for every row. */
  readonly level: number;
  /** What each compared input adds to it, in their order; with the level they sum to the difference exactly. */
  readonly parts: readonly number[];
}

/** The cell of each term of one model, in the order of its terms (micro-logits). */
export type Cells = ArrayLike<number>;

/**
 * Prepares taking the difference of two models' scores apart. A term's difference, measured from each model's own mean, is
 * divided equally among its inputs, in integers (what is left over goes to the first by name), so that A against B is the
 * negative of B against A.
 */
export const createRowDifference = (paired: PairedModels): ((a: Cells, b: Cells) => RowDifference) => {
  const level = compareLevels(paired).difference;
  const { terms, inputs } = paired;
  const nameOf = (place: number): string => inputs[place]?.input.name ?? '';
  const shared = terms.map((term) => ({
    ...term,
    inputs: term.inputs.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)),
    shift: sumOf(term.b, paired.means.b) - sumOf(term.a, paired.means.a),
  }));
  return (a, b) => {
    const parts = new Array<number>(inputs.length).fill(0);
    for (const term of shared) {
      const difference = sumOf(term.b, b) - sumOf(term.a, a) - term.shift;
      if (difference !== 0) divide(difference, term.inputs, parts);
    }
    return { level, parts };
  };
};

const sumOf = (places: readonly number[], cells: Cells): number => {
  let sum = 0;
  for (const place of places) sum += cells[place] as number;
  return sum;
};

/** Adds to each input its share of a term's difference. */
const divide = (difference: number, inputs: readonly number[], parts: number[]): void => {
  const [only, ...more] = inputs;
  if (only !== undefined && more.length === 0) {
    parts[only] = (parts[only] as number) + difference;
    return;
  }
  const shares = divideAmong(Math.abs(difference), inputs.length);
  for (const [place, input] of inputs.entries()) {
    parts[input] = (parts[input] as number) + Math.sign(difference) * (shares[place] as number);
  }
};
