import { type Frame, selectRows } from './frame.ts';

/** The rows of a frame that a model is fitted on, and those kept untouched, in their order. */
export interface Split {
  readonly fitted: Uint32Array;
  readonly held: Uint32Array;
}

/**
 * Splits a frame at one of its folds; rows without a label are in neither part.
 * @param folds fold of each row of the file, dealt over all of them: a row's fold never depends on which rows are used
 * @param fold the one kept untouched; null keeps none
 */
export const splitAtFold = (frame: Frame, folds: Uint8Array, fold: number | null): Split => {
  const isLabelled = (row: number) => frame.labels[row] !== 2;
  return {
    fitted: selectRows(frame, (row) => isLabelled(row) && folds[row] !== fold),
    held: selectRows(frame, (row) => isLabelled(row) && folds[row] === fold),
  };
};
