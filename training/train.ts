import type { Model } from '../src/domain/model.ts';
import type { Validation } from '../src/domain/validation.ts';
import { measureFigures } from '../src/metrics/figures.ts';
import { sealModel } from '../src/model/seal.ts';
import type { FileDigest } from '../src/store/csv.ts';
import type { StoredPolicy } from '../src/store/policies.ts';
import { breathe } from './breathe.ts';
import { assignFolds, FOLDS } from './dataset/folds.ts';
import { type Frame, takeRows } from './dataset/frame.ts';
import { type Holdout, splitAt } from './dataset/split.ts';
import { examineData } from './examine.ts';
import { digestFrame, type FitRequest, type Fitted, fitModel, type Progress } from './fit.ts';
import type { LearnerWish } from './learners/names.ts';
import { type CardFigures, writeCard } from './report/card.ts';
import { type Golden, makeGolden } from './report/golden.ts';
import type { TrainingSettings } from './settings.ts';
import { type CellRows, countCells } from './validation/cell-rows.ts';
import { countBads, listSamples } from './validation/figures.ts';
import { findLeakage, type LeakSign } from './validation/leakage.ts';
import { type RawMonotone, sampleRawMonotone } from './validation/raw-monotone.ts';
import { scoreFrame, toProbabilities } from './validation/score-frame.ts';
import { validateModel } from './validation/validate.ts';

/** What is trained. */
export interface TrainRequest {
  readonly frame: Frame;
  /** The file that the frame was read from. */
  readonly file: FileDigest;
  readonly name: string;
  /** Settles the version once the content is known; `contentOf` gives the model under a version. */
  readonly chooseVersion: (contentOf: (version: string) => Model) => string;
  readonly learner: LearnerWish;
  readonly settings: TrainingSettings;
  readonly includeProtected: boolean;
  /** What is kept untouched for the figures; null fits on every row and shows none. */
  readonly holdout: Holdout;
  /** The policy made for the model, under whose tiers fairness is shown too; absent = none. */
  readonly policy?: StoredPolicy | null;
  /** Columns, by our name or the file's, that may tell good from bad alone; absent = none. */
  readonly allowLeaks?: readonly string[];
  readonly onProgress: Progress;
}

/** A trained model with everything that lies beside it but the lineage's times and machine. */
export interface Trained {
  readonly model: Model;
  readonly backend: string;
  readonly golden: Golden;
  readonly card: string;
  readonly figures: readonly CardFigures[];
  /** Signs that an input knows the outcome; empty where there are none. */
  readonly leakage: readonly LeakSign[];
  /** What the model is worth on the untouched rows, gate by gate. */
  readonly validation: Validation;
  /** How many training rows lie in each cell of the terms over several inputs. */
  readonly cellRows: CellRows;
  readonly lineage: Readonly<Record<string, unknown>>;
}

/**
 * Trains a model: holds a fold out, fits on the rest, measures on the fold by the code that serves, and makes golden
 * vectors, card and lineage.
 * @throws what examining the data and fitting throw
 */
export const train = async (request: TrainRequest): Promise<Trained> => {
  const { frame, holdout, settings } = request;
  const folds = assignFolds(frame.dictionary.set, frame);
  const split = splitAt(frame, folds, holdout);
  examineData({ ...request, split, allowLeaks: request.allowLeaks ?? [] });
  const [fitted, held] = [takeRows(frame, split.fitted), takeRows(frame, split.held)];
  const fit = await fitModel({ ...request, frame: fitted, withInterval: true, ...splitCalibration(fitted, holdout) });
  const contentOf = (version: string): Model => {
    const { fingerprint: _, ...content } = fit.model;
    return sealModel({ ...content, version });
  };
  const model = contentOf(request.chooseVersion(contentOf));
  const figures = holdout === null ? [] : measureHoldout(model, held);
  const leakage = findLeakage({ model, figures, information: fit.information });
  const rawMonotone = sampleRawMonotone(model, fitted, settings.seed);
  await breathe();
  request.onProgress('validate', 0, 1);
  const validation = validateModel({
    model,
    held,
    fold: typeof holdout === 'number' ? holdout : null,
    kind: toKind(holdout),
    digest: digestFrame(held),
    file: request.file,
    fitted: { frame: fitted, folds: Uint8Array.from(split.fitted, (row) => folds[row] as number) },
    information: fit.information,
    rawMonotone,
    policy: request.policy ?? null,
    settings: settings.validation,
    seed: settings.seed,
  });
  await breathe();
  request.onProgress('validate', 1, 1);
  const golden = makeGolden(model, settings.seed);
  const card = writeCard({
    model,
    dictionary: frame.dictionary,
    trainingRows: fitted.rows,
    trainingBads: countBads(fitted.labels),
    holdout,
    figures,
    leakage,
    gates: validation.gates,
    outside: fit.outside,
    information: fit.information,
    includeProtected: request.includeProtected,
    repairs: fit.draft.repairs.length,
    coverage: fit.coverage,
    rawMonotone,
    notes: fit.notes,
  });
  const results = { fitted, held, golden, figures, leakage, rawMonotone, validation };
  const lineage = describeLineage(request, { ...fit, model }, results);
  const cellRows: CellRows = { of: 'training', counts: countCells(model, fit.draft.bins) };
  return { model, backend: fit.backend, golden, card, figures, leakage, validation, cellRows, lineage };
};

const measureHoldout = (model: Model, held: Frame): CardFigures[] =>
  listSamples({ frame: held, probabilities: toProbabilities(scoreFrame(model, held)) }).map(
    ({ label, probabilities, labels }) => ({ label, figures: measureFigures(probabilities, labels) }),
  );

interface Results extends Pick<Trained, 'golden' | 'figures' | 'leakage' | 'validation'> {
  readonly fitted: Frame;
  readonly held: Frame;
  readonly rawMonotone: readonly RawMonotone[];
}

const describeLineage = (
  { frame, file, holdout, settings, includeProtected }: TrainRequest,
  { model, draft, calibration, notes, outside, information, coverage }: Fitted,
  { fitted, held, golden, figures, leakage, rawMonotone, validation }: Results,
): Trained['lineage'] => ({
  schema: 1,
  model: { name: model.name, version: model.version, fingerprint: model.fingerprint },
  learner: model.learner,
  settings,
  includeProtected,
  data: {
    dictionary: model.dictionary,
    source: frame.dictionary.source,
    file: { ...file, rows: frame.rows },
    trainingDigest: digestFrame(fitted),
    trainingRows: fitted.rows,
    holdout:
      holdout === null ? null : { ...describeHoldout(frame, holdout), rows: held.rows, bads: countBads(held.labels) },
  },
  calibration: { name: 'decision', foldedIn: true, ...calibration },
  interval: { intervalMilli: model.intervalMilli, coverageOnFreshRefits: coverage },
  ...notes,
  repairs: draft.repairs,
  rawMonotone,
  outsideOrder: outside,
  information,
  untouchedByGolden: golden.untouched,
  figures,
  leakage,
  validation: { data: validation.data, gates: validation.gates },
});

/** The rows to calibrate on, where training goes by periods. */
const splitCalibration = ({ periods, dictionary }: Frame, holdout: Holdout): Pick<FitRequest, 'calibrateOn'> => {
  const fitTo = dictionary.periods?.fitTo;
  if (holdout !== 'later' || !periods || fitTo === undefined) return {};
  return { calibrateOn: Uint8Array.from(periods, (period) => (period > fitTo ? 1 : 0)) };
};

const toKind = (holdout: Holdout): Validation['data']['kind'] => {
  if (holdout === null) return 'none';
  return holdout === 'later' ? 'later' : 'fold';
};

const describeHoldout = (frame: Frame, holdout: number | 'later') =>
  holdout === 'later' ? { periods: frame.dictionary.periods } : { fold: holdout, ...describeFolds(frame) };

/** How a row's fold is found again: no draw decides it, only the set's name and the row's number in the file. */
const describeFolds = ({ dictionary }: Frame) => ({
  of: FOLDS,
  seed: dictionary.set,
  ...(dictionary.customer === undefined
    ? {
        dealt:
          'within each label, rows in the order of the hex SHA-256 of seed:row (row from 0 in file order), in turn',
      }
    : { customer: dictionary.customer, dealt: DEALT_BY_CUSTOMER }),
});

const DEALT_BY_CUSTOMER =
  'customers whole: within each gravest label (bad, good, neither), customers in the order of the hex SHA-256 of seed:row of their first row (row from 0 in file order), in turn';
