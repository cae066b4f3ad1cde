import type { Model } from '../../src/domain/model.ts';
import type { Validation } from '../../src/domain/validation.ts';
import type { Frame } from '../dataset/frame.ts';
import type { ChosenRows } from './choose-rows.ts';
import { encodeFrame } from './score-frame.ts';

/** How many of some rows lie in each cell of a model's terms; the artifact counts the bins of single inputs only. */
export interface CellRows {
  /** Which rows were counted: those of training, else those that the validation was measured on. */
  readonly of: 'training' | Validation['data']['kind'];
  /** Cells of each term, in the order of the model's terms; null for a term over one input. */
  readonly counts: readonly (readonly number[] | null)[];
}

/** Counts rows by the cells they lie in. @param bins of every row, row-major in the order of the model's inputs */
export const countCells = ({ inputs, terms }: Pick<Model, 'inputs' | 'terms'>, bins: Int32Array): CellRows['counts'] =>
  terms.map((term) => {
    if (term.inputs.length === 1) return null;
    const counts = new Array<number>(term.microLogits.length).fill(0);
    for (let from = 0; from < bins.length; from += inputs.length) {
      const cell = term.inputs.reduce(
        (index, place, axis) => index * (term.shape[axis] as number) + (bins[from + place] as number),
        0,
      );
      counts[cell] = (counts[cell] as number) + 1;
    }
    return counts;
  });

/** The same of the training rows where they are at hand, else of the rows that were measured. */
export const countChosen = (
  model: Model,
  { fitted, held, kind }: Pick<ChosenRows, 'fitted' | 'held' | 'kind'>,
): CellRows => {
  const of = fitted ? 'training' : kind;
  const hasJoint = model.terms.some(({ inputs }) => inputs.length > 1);
  return { of, counts: hasJoint ? countRows(model, fitted?.frame ?? held) : model.terms.map(() => null) };
};

const countRows = (model: Model, frame: Frame): CellRows['counts'] => countCells(model, encodeFrame(model, frame).bins);
