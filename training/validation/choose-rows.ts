import { z } from 'zod';
import type { Model } from '../../src/domain/model.ts';
import { appError } from '../../src/errors.ts';
import { assignFolds } from '../dataset/folds.ts';
import { type Frame, takeRows } from '../dataset/frame.ts';
import { splitAtFold, splitAtPeriods } from '../dataset/split.ts';
import { digestFrame } from '../fit.ts';
import { TrainingSettings } from '../settings.ts';
import { refuseOverlap } from './overlap.ts';
import type { ValidationRequest } from './validate.ts';

/** What validation needs to know of a model's training; the lineage says more. */
export const TrainedOn = z.looseObject({
  settings: z
    .unknown()
    .transform((settings) => TrainingSettings.safeParse(settings).data ?? TrainingSettings.parse({})),
  data: z.looseObject({
    trainingDigest: z.string(),
    holdout: z
      .looseObject({ fold: z.int().min(0).optional(), periods: z.looseObject({ calibrateTo: z.int() }).optional() })
      .nullable(),
  }),
  information: z.array(z.strictObject({ input: z.string(), value: z.number() })).default([]),
});
export type TrainedOn = z.infer<typeof TrainedOn>;

/** The rows a model is measured on, and those it was fitted on where they are in the same file. */
export type ChosenRows = Pick<
  ValidationRequest,
  'held' | 'fold' | 'kind' | 'digest' | 'fitted' | 'information' | 'overlap'
>;

/** A frame and the file it was read from. */
export interface ReadFrame {
  readonly frame: Frame;
  readonly file: string;
}

/**
 * Chooses the rows of a frame that took no part in a model's training. Where the frame holds the training rows (found by
 * their digest), these are the fold kept out of it, and none where no fold was; else all rows, of which none may be of a
 * customer and a time that was trained on, as far as that can be told.
 * @param training finds the rows the model was fitted on, for customers to be compared with; null where they are not at hand
 * @throws bad_arguments where the frame lacks a column that the model reads, bad_row as `refuseOverlap` says
 */
export const chooseRows = async (
  { frame, file }: ReadFrame,
  model: Model,
  { data, information }: TrainedOn,
  training: () => Promise<Frame | null> = async () => null,
): Promise<ChosenRows> => {
  requireColumns(frame, model);
  const fold = data.holdout?.fold ?? null;
  const foldKind = fold === null ? 'none' : 'fold';
  const { split, folds, fitted } = findFitted(frame, data);
  if (fitted) {
    const held = takeRows(frame, split.held);
    const kind = data.holdout?.periods ? 'later' : foldKind;
    const own = { frame: fitted, folds: Uint8Array.from(split.fitted, (row) => folds[row] as number) };
    return { held, fold, kind, digest: digestFrame(held), fitted: own, information };
  }
  const rows = splitAtFold(frame, folds, null).fitted;
  const held = takeRows(frame, rows);
  const learned = frame.customers ? await training() : null;
  const isComparable = learned?.customers !== undefined;
  if (isComparable) refuseOverlap(learned, { frame, rows, file });
  const overlap = isComparable ? 'none' : 'unchecked';
  return { held, fold: null, kind: 'other', digest: digestFrame(held), fitted: null, information: null, overlap };
};

/** The rows of a frame that a model was fitted on. @throws bad_arguments where they are not in it */
export const takeFitted = ({ frame, file }: ReadFrame, { data }: TrainedOn): Frame => {
  const { fitted } = findFitted(frame, data);
  if (fitted) return fitted;
  const problem = {
    zh: `${file} 不含该模型的训练样本（摘要不符）`,
    en: `${file} does not hold the rows the model was trained on (their digest differs)`,
  };
  throw appError('bad_arguments', { problem });
};

/** How a frame would be split for training; `fitted` only where its rows are those of the training. */
const findFitted = (frame: Frame, { holdout, trainingDigest }: TrainedOn['data']) => {
  const folds = assignFolds(frame.dictionary.set, frame);
  const periods = holdout?.periods;
  const split = periods ? splitAtPeriods(frame, periods) : splitAtFold(frame, folds, holdout?.fold ?? null);
  const fitted = takeRows(frame, split.fitted);
  return { split, folds, fitted: digestFrame(fitted) === trainingDigest ? fitted : null };
};

const requireColumns = (frame: Frame, { columns, name, version }: Model): void => {
  const absent = columns.find((column) => frame.columns.every(({ definition }) => definition.name !== column.name));
  if (!absent) return;
  throw appError('bad_arguments', {
    problem: {
      zh: `模型 ${name}@${version} 需要字段 ${absent.name}，而数据字典 ${frame.dictionary.name} 中没有`,
      en: `model ${name}@${version} reads ${absent.name}, which dictionary ${frame.dictionary.name} does not have`,
    },
  });
};
