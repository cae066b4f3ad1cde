import type { Periods } from '../../src/domain/dictionary.ts';
import { type Frame, selectRows } from './frame.ts';

/** What is kept out of training: a fold, the periods after those of training, or nothing. */
export type Holdout = number | 'later' | null;

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

/**
 * Splits a frame by its periods: what is fitted and calibrated on, and what is later. Rows without a label are in neither
 * part; of a frame without periods nothing is later.
 */
export const splitAtPeriods = (frame: Frame, { calibrateTo }: Pick<Periods, 'calibrateTo'>): Split => {
  const isLater = (row: number) => (frame.periods?.[row] ?? calibrateTo) > calibrateTo;
  const isLabelled = (row: number) => frame.labels[row] !== 2;
  return {
    fitted: selectRows(frame, (row) => isLabelled(row) && !isLater(row)),
    held: selectRows(frame, (row) => isLabelled(row) && isLater(row)),
  };
};

/** Keeps out of training what a holdout says. */
export const splitAt = (frame: Frame, folds: Uint8Array, holdout: Holdout): Split => {
  const { periods } = frame.dictionary;
  return holdout === 'later' && periods
    ? splitAtPeriods(frame, periods)
    : splitAtFold(frame, folds, holdout === 'later' ? null : holdout);
};
