import { appError } from '../../src/errors.ts';
import { measureFigures } from '../../src/metrics/figures.ts';
import { assignFolds, FOLDS } from '../../training/dataset/folds.ts';
import { type Frame, inPopulation, selectRows, takeRows } from '../../training/dataset/frame.ts';
import { splitAtFold } from '../../training/dataset/split.ts';
import { fitModel } from '../../training/fit.ts';
import type { LearnerName } from '../../training/learners/names.ts';
import { defaultSettings } from '../../training/settings.ts';
import { scoreFrame, toProbabilities } from '../../training/validation/score-frame.ts';
import { loadSet, readLearners } from './sets.ts';

interface AccuracyRequest {
  readonly sets: readonly string[];
  readonly learners: readonly string[];
  readonly protected: 'include' | 'exclude';
  readonly population: 'all' | 'current';
  readonly dataFolder: string | undefined;
}

/** One set's and learner's figures over the pooled out-of-fold probabilities of the protocol's five folds. */
export async function* benchAccuracy(request: AccuracyRequest): AsyncGenerator<object> {
  const learners = readLearners(request.learners);
  for (const set of request.sets) {
    const frame = await loadSet(set, request.dataFolder);
    checkPopulation(frame, request.population);
    for (const learner of learners) yield { set, learner, ...(await measure(frame, { ...request, learner })) };
  }
}

const checkPopulation = ({ dictionary }: Frame, population: string): void => {
  if (population === 'all' || dictionary.populations.some(({ name }) => name === population)) return;
  throw appError('bad_arguments', {
    problem: {
      zh: `${dictionary.name} 没有人群 ${population}`,
      en: `${dictionary.name} has no population ${population}`,
    },
  });
};

const measure = async (frame: Frame, request: AccuracyRequest & { learner: LearnerName }) => {
  const folds = assignFolds(frame.dictionary.set, frame);
  const probabilities = new Float64Array(frame.rows);
  let [fitMs, predictMs] = [0, 0];
  for (let fold = 0; fold < FOLDS; fold++) {
    const { fitted, held } = splitAtFold(frame, folds, fold);
    const started = performance.now();
    const { model } = await fitModel({
      frame: takeRows(frame, fitted),
      name: 'bench',
      learner: request.learner,
      settings: defaultSettings,
      includeProtected: request.protected === 'include',
      withInterval: false,
      onProgress: () => undefined,
    });
    const fittedAt = performance.now();
    const scored = toProbabilities(scoreFrame(model, takeRows(frame, held)));
    for (const [place, row] of held.entries()) probabilities[row] = scored[place] as number;
    fitMs += fittedAt - started;
    predictMs += performance.now() - fittedAt;
  }
  const belongs = request.population === 'all' ? () => true : inPopulation(frame, request.population);
  const rows = selectRows(frame, (row) => frame.labels[row] !== 2 && belongs(row));
  const pick = (values: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row] as number);
  const { auc, ks, logLoss, brier, ece } = measureFigures(pick(probabilities), pick(frame.labels));
  return {
    protected: request.protected,
    population: request.population,
    auc: round(auc, 5),
    ks: round(ks, 4),
    logloss: round(logLoss, 5),
    brier: round(brier, 5),
    ece: round(ece, 5),
    fit_s: round(fitMs / FOLDS / 1000, 2),
    predict_us_per_row: round((1000 * predictMs) / frame.labels.filter((label) => label !== 2).length, 2),
  };
};

const round = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));
