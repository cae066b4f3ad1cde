import { z } from 'zod';
import type { Model } from '../../src/domain/model.ts';
import { appError } from '../../src/errors.ts';
import { assignFolds } from '../dataset/folds.ts';
import { type Frame, takeRows } from '../dataset/frame.ts';
import { splitAtFold, splitAtPeriods } from '../dataset/split.ts';
import { digestFrame } from '../fit.ts';
import { TrainingSettings } from '../settings.ts';
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
export type ChosenRows = Pick<ValidationRequest, 'held' | 'fold' | 'kind' | 'digest' | 'fitted' | 'information'>;

/**
 * Chooses the rows of a frame that took no part in a model's training. Where the frame holds the training rows (found by
 * their digest), these are the fold kept out of it, and none where no fold was; else all rows.
 * @throws bad_arguments where the frame lacks a column that the model reads
 */
export const chooseRows = (frame: Frame, model: Model, { data, information }: TrainedOn): ChosenRows => {
  requireColumns(frame, model);
  const fold = data.holdout?.fold ?? null;
  const foldKind = fold === null ? 'none' : 'fold';
  const folds = assignFolds(frame.dictionary.set, frame);
  const periods = data.holdout?.periods;
  const split = periods ? splitAtPeriods(frame, periods) : splitAtFold(frame, folds, fold);
  const fitted = takeRows(frame, split.fitted);
  if (digestFrame(fitted) === data.trainingDigest) {
    const held = takeRows(frame, split.held);
    const kind = periods ? 'later' : foldKind;
    const own = { frame: fitted, folds: Uint8Array.from(split.fitted, (row) => folds[row] as number) };
    return { held, fold, kind, digest: digestFrame(held), fitted: own, information };
  }
  const held = takeRows(frame, splitAtFold(frame, folds, null).fitted);
  return { held, fold: null, kind: 'other', digest: digestFrame(held), fitted: null, information: null };
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
