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
  const { means, terms, inputs } = paired;
  const shared = terms.map((term) => ({
    ...term,
    inputs: term.inputs.toSorted((one, other) => (nameOf(inputs, one) < nameOf(inputs, other) ? -1 : 1)),
  }));
  const partOf = (side: 'a' | 'b', places: readonly number[], cells: Cells) =>
    places.reduce((sum, place) => sum + (cells[place] as number) - (means[side][place] as number), 0);
  return (a, b) => {
    const parts = inputs.map(() => 0);
    for (const term of shared) {
      const difference = partOf('b', term.b, b) - partOf('a', term.a, a);
      const shares = divideAmong(Math.abs(difference), term.inputs.length);
      for (const [place, input] of term.inputs.entries()) {
        parts[input] = (parts[input] as number) + Math.sign(difference) * (shares[place] as number);
      }
    }
    return { level, parts };
  };
};

const nameOf = (inputs: PairedModels['inputs'], place: number): string => inputs[place]?.input.name ?? '';
