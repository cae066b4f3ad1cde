import type { Dictionary } from '../src/domain/dictionary.ts';
import type { Model } from '../src/domain/model.ts';
import type { Text } from '../src/domain/text.ts';
import { measureFigures } from '../src/metrics/figures.ts';
import { sealModel } from '../src/model/seal.ts';
import { labelledRows } from './assemble.ts';
import { assignFolds } from './dataset/folds.ts';
import { type Frame, inPopulation, selectRows, takeRows } from './dataset/frame.ts';
import { digestFrame, type Fitted, fitModel, type Progress } from './fit.ts';
import { type CardFigures, writeCard } from './report/card.ts';
import { type Golden, makeGolden } from './report/golden.ts';
import type { TrainingSettings } from './settings.ts';
import { type RawMonotone, sampleRawMonotone } from './validation/raw-monotone.ts';
import { scoreFrame, toProbabilities } from './validation/score-frame.ts';

/** What is trained. */
export interface TrainRequest {
  readonly frame: Frame;
  readonly name: string;
  /** Settles the version once the content is known; `contentOf` gives the model under a version. */
  readonly chooseVersion: (contentOf: (version: string) => Model) => string;
  readonly learner: 'scorecard';
  readonly settings: TrainingSettings;
  readonly includeProtected: boolean;
  /** The fold kept untouched for the figures; null fits on every row and shows none. */
  readonly holdout: number | null;
  readonly onProgress: Progress;
}

/** A trained model with everything that lies beside it but the lineage's times and machine. */
export interface Trained {
  readonly model: Model;
  readonly backend: string;
  readonly golden: Golden;
  readonly card: string;
  readonly figures: readonly CardFigures[];
  readonly lineage: Readonly<Record<string, unknown>>;
}

const everyone: Text = { zh: '全部客户', en: 'All customers' };

/**
 * Trains a model: holds a fold out, fits on the rest, measures on the fold by the code that serves, and makes golden
 * vectors, card and lineage.
 */
export const train = async (request: TrainRequest): Promise<Trained> => {
  const { frame, holdout, settings } = request;
  const folds = assignFolds(frame.dictionary.set, frame.labels);
  const fitted = labelledRows(
    takeRows(
      frame,
      selectRows(frame, (row) => folds[row] !== holdout),
    ),
  );
  const fit = await fitModel({ ...request, frame: fitted, withInterval: true });
  const contentOf = (version: string): Model => {
    const { fingerprint: _, ...content } = fit.model;
    return sealModel({ ...content, version });
  };
  const model = contentOf(request.chooseVersion(contentOf));
  const figures = holdout === null ? [] : measureHoldout(model, frame, (row) => folds[row] === holdout);
  const rawMonotone = sampleRawMonotone(model, fitted, settings.seed);
  const golden = makeGolden(model, settings.seed);
  const { dictionary } = frame;
  const trainingBads = fitted.labels.reduce((sum, label) => sum + label, 0);
  const card = writeCard({
    model,
    dictionary,
    trainingRows: fitted.rows,
    trainingBads,
    holdout,
    figures,
    outside: fit.outside,
    information: fit.information,
    includeProtected: request.includeProtected,
    repairs: fit.draft.repairs.length,
    coverage: fit.coverage,
    rawMonotone,
  });
  const lineage = describeLineage(request, { ...fit, model }, { dictionary, fitted, golden, figures, rawMonotone });
  return { model, backend: fit.backend, golden, card, figures, lineage };
};

const measureHoldout = (model: Model, frame: Frame, isHeld: (row: number) => boolean): CardFigures[] => {
  const held = labelledRows(takeRows(frame, selectRows(frame, isHeld)));
  const probabilities = toProbabilities(scoreFrame(model, held));
  const measure = (label: Text, belongs: (row: number) => boolean): CardFigures => {
    const rows = selectRows(held, belongs);
    const pick = (values: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row] as number);
    return { label, figures: measureFigures(pick(probabilities), pick(held.labels)) };
  };
  return [
    measure(everyone, () => true),
    ...frame.dictionary.populations.map(({ name, label }) => measure(label, inPopulation(held, name))),
  ];
};

const describeLineage = (
  { holdout, settings, includeProtected, learner }: TrainRequest,
  { model, draft, calibration, outside, information, coverage }: Fitted,
  {
    dictionary,
    fitted,
    golden,
    figures,
    rawMonotone,
  }: {
    dictionary: Dictionary;
    fitted: Frame;
    golden: Golden;
    figures: readonly CardFigures[];
    rawMonotone: readonly RawMonotone[];
  },
): Trained['lineage'] => ({
  schema: 1,
  model: { name: model.name, version: model.version, fingerprint: model.fingerprint },
  learner,
  settings,
  includeProtected,
  data: {
    dictionary: model.dictionary,
    source: dictionary.source,
    trainingDigest: digestFrame(fitted),
    trainingRows: fitted.rows,
    holdout,
  },
  calibration: { name: 'decision', foldedIn: true, ...calibration },
  interval: { intervalMilli: model.intervalMilli, coverageOnFreshRefits: coverage },
  repairs: draft.repairs,
  rawMonotone,
  outsideOrder: outside,
  information,
  untouchedByGolden: golden.untouched,
  figures,
});
