import { createHash } from 'node:crypto';
import type { Model } from '../src/domain/model.ts';
import type { Text } from '../src/domain/text.ts';
import { appError } from '../src/errors.ts';
import { type Draft, type DraftNames, draftModel, finishModel, listOutsideBins, type OutsideBin } from './assemble.ts';
import { countSample, type Sample } from './binning/bin-feature.ts';
import { preBin } from './binning/prebin.ts';
import { computeFeatures, type Frame } from './dataset/frame.ts';
import { type LeftOut, listLeftOut } from './dataset/left-out.ts';
import { scoreAdditive } from './learners/additive.ts';
import { type CalibrationLine, type FitAndScore, fitLine } from './learners/calibrate.ts';
import { chooseLearner, type LearnerChoice } from './learners/choose-learner.ts';
import { fitIntervalMilli, measureCoverage, measureRefits } from './learners/interval.ts';
import type { Learned, LearnerNotes, LearnerRequest } from './learners/learner.ts';
import { type OpenedLearner, openLearner } from './learners/learners.ts';
import { type LearnerWish, learnerNames } from './learners/names.ts';
import { tabulate } from './learners/tables.ts';
import type { TrainingSettings } from './settings.ts';

/** Tells how far training has come: a stage, and done of all in it. Throwing stops the training. */
export type Progress = (stage: 'fit' | 'calibrate' | 'interval' | 'validate', done: number, all: number) => void;

/** What is fitted and how. */
export interface FitRequest extends DraftNames {
  /** The training rows, labelled good or bad, and no others. */
  readonly frame: Frame;
  readonly learner: LearnerWish;
  readonly settings: TrainingSettings;
  /** Threads to work in; undefined = as many as help. The model does not depend on it. */
  readonly workers?: number;
  /** Whether protected columns (sex, age, marriage, education) and what derives from them may be inputs. */
  readonly includeProtected: boolean;
  /** 1 for each row that is kept from the fit and calibrated on; absent = calibrated on inner folds. */
  readonly calibrateOn?: Uint8Array;
  /** Fits the interval by refits; figures of accuracy do not need it. */
  readonly withInterval: boolean;
  /** Draws the refits that the interval's coverage is measured on; absent = those after the refits it is fitted by. */
  readonly coverageSeed?: number;
  readonly onProgress: Progress;
}

/** A fitted model and what its lineage tells of the fit. */
export interface Fitted {
  readonly model: Model;
  readonly draft: Draft;
  readonly backend: string;
  readonly calibration: CalibrationLine;
  readonly notes: LearnerNotes;
  readonly outside: readonly OutsideBin[];
  /** Information value of each input. */
  readonly information: readonly { readonly input: string; readonly value: number }[];
  /** Share of (row, fresh refit) pairs inside the 90% interval; null where no interval was fitted. */
  readonly coverage: number | null;
}

interface FittedInterval {
  readonly intervalMilli: number;
  readonly coverage: number | null;
}

/** 1000 times the normal quantile of a two-sided 90% interval: the factor where none was fitted. */
const NORMAL_MILLI = 1645;

/** Fewest rows of each class a model can be fitted on. */
const LEAST_OF_EACH = 5;

/**
 * What is neither good nor bad, or not known, must not be counted as one of them.
 * @throws bad_value naming the label's column and the first such row
 */
const requireLabels = ({ labels, rows, dictionary }: Frame): void => {
  for (let row = 0; row < rows; row++) {
    const label = labels[row];
    if (label === 0 || label === 1) continue;
    const problem: Text = {
      zh: `第 ${row + 1} 个训练行的标签须为好（0）或坏（1）`,
      en: `the label of training row ${row + 1} must be good (0) or bad (1)`,
    };
    throw appError('bad_value', { field: dictionary.target.column, value: String(label ?? ''), problem });
  }
};

/**
 * Fits a model from a frame to the proved artifact: features, bins, tables, calibration, interval.
 * @throws bad_value where a row has no label that is good or bad; too_few_rows, no_inputs, and what assembling throws
 */
export const fitModel = async (request: FitRequest): Promise<Fitted> => {
  const { frame, settings, calibrateOn, workers = null } = request;
  requireLabels(frame);
  const weights = Float64Array.from(frame.labels, (_, row) => (calibrateOn?.[row] === 1 ? 0 : 1));
  const sample: Sample = { labels: frame.labels, weights, customers: frame.customers };
  const { good, bad } = countSample(sample);
  if (Math.min(good, bad) < LEAST_OF_EACH) throw appError('too_few_rows', { good, bad, least: LEAST_OF_EACH });
  const definitions = frame.featureSet.features.filter((feature) => request.includeProtected || !feature.protected);
  const names = request.learner === 'auto' ? learnerNames : [request.learner];
  const size = { cells: frame.rows * definitions.length, workers };
  const learners = await Promise.all(names.map((name) => openLearner(name, size)));
  try {
    const features = computeFeatures(frame, definitions).map((feature) => preBin(feature, settings.binning));
    return await fitWith(learners, request, { features, sample });
  } finally {
    await Promise.all(learners.map((learner) => learner.close()));
  }
};

const fitWith = async (
  learners: readonly OpenedLearner[],
  request: FitRequest,
  given: Pick<LearnerRequest, 'features' | 'sample'>,
): Promise<Fitted> => {
  const { sample } = given;
  const { learner, learned, calibration, choice } = await learnBest(learners, request, given);
  const tables = calibration && tabulate(learned.fit, calibration);
  if (!tables || tables.terms.length === 0) {
    throw appError('no_inputs', { columns: listLeftOut(whyNoInput(request)) });
  }
  const draft = draftModel(request.frame, tables, { ...request, learner: learner.name });
  // Refits keep this line: a bootstrap sample repeats rows, so a line of its own would be flatter and the interval narrower.
  const refit: FitAndScore = async (part) =>
    (await learned.refit(part)).map((score) => calibration.slope * score + calibration.intercept);
  const interval = request.withInterval
    ? await fitInterval({ draft, sample, refit }, request)
    : { intervalMilli: NORMAL_MILLI, coverage: null };
  const model = finishModel(draft, interval.intervalMilli);
  return {
    model,
    draft,
    backend: learner.backend,
    calibration,
    notes: { ...learned.notes, ...(choice ? { choice } : {}) },
    outside: listOutsideBins(tables.features, model),
    information: tables.features.map(({ pre, information }) => ({
      input: pre.feature.definition.name,
      value: information,
    })),
    coverage: interval.coverage,
  };
};

/** The fit that a model is made of. */
interface Best {
  readonly learner: OpenedLearner;
  readonly learned: Learned;
  readonly calibration: CalibrationLine | null;
  /** Why it was chosen; null where there was no choice. */
  readonly choice: LearnerChoice | null;
}

/** Learns by every learner given, and keeps the simplest of those that are level with the best. */
const learnBest = async (
  learners: readonly OpenedLearner[],
  { frame, settings, calibrateOn, onProgress }: FitRequest,
  { features, sample }: Pick<LearnerRequest, 'features' | 'sample'>,
): Promise<Best> => {
  const tried: { readonly learner: OpenedLearner; readonly learned: Learned; readonly scores: Float64Array | null }[] =
    [];
  for (const [place, learner] of learners.entries()) {
    const tell = (stage: 'fit' | 'calibrate') => (done: number, all: number) =>
      onProgress(stage, place * all + done, learners.length * all);
    const set = frame.dictionary.set;
    const learned = await learner.learn({
      set,
      features,
      sample,
      settings,
      onFit: tell('fit'),
      onCalibrate: tell('calibrate'),
    });
    const isNeeded = learned.fit.terms.length > 0 && (learners.length > 1 || !calibrateOn);
    tried.push({ learner, learned, scores: isNeeded ? await learned.scoreUnseen() : null });
  }
  const choice =
    learners.length === 1
      ? null
      : chooseLearner(
          tried.map(({ learner, scores }) => ({ learner: learner.name, scores })),
          sample,
        );
  const best = tried.find(({ learner }) => learner.name === choice?.chosen) ?? (tried[0] as (typeof tried)[number]);
  const { learner, learned, scores } = best;
  const calibration = calibrateOn
    ? fitLine(scoreAdditive(learned.fit, frame.rows), { labels: frame.labels, weights: Float64Array.from(calibrateOn) })
    : scores && fitLine(scores, sample);
  return { learner, learned, calibration, choice };
};

const noInformation: Text = { zh: '不能区分好坏', en: 'does not tell good from bad' };
const isProtected: Text = { zh: '受保护，未要求作为输入', en: 'protected: no input unless asked for' };

/** Why each column and feature is no input where none is one. */
const whyNoInput = ({ frame, includeProtected }: FitRequest): LeftOut[] => [
  ...frame.featureSet.features.map((feature) => ({
    name: feature.name,
    why: feature.protected && !includeProtected ? isProtected : noInformation,
  })),
  ...frame.dictionary.columns.flatMap((column) =>
    column.role === 'feature' ? [] : [{ name: column.name, why: column.why }],
  ),
];

/** The interval's factor from some refits, and its coverage on fresh ones. */
const fitInterval = async (
  parts: { readonly draft: Draft; readonly sample: Sample; readonly refit: FitAndScore },
  { settings, coverageSeed, onProgress }: Pick<FitRequest, 'settings' | 'coverageSeed' | 'onProgress'>,
): Promise<FittedInterval> => {
  const { seed, intervalRefits, coverageRefits } = settings;
  const all = intervalRefits + coverageRefits;
  const measure = (done: number, first: number, count: number) =>
    measureRefits(
      { ...parts, onRefit: (index) => onProgress('interval', done + index + 1, all) },
      Array.from({ length: count }, (_, index) => first + index),
    );
  const intervalMilli = fitIntervalMilli(await measure(0, seed, intervalRefits));
  const fresh = await measure(intervalRefits, coverageSeed ?? seed + intervalRefits, coverageRefits);
  return { intervalMilli, coverage: measureCoverage(fresh, intervalMilli) };
};

/** SHA-256 of what a frame holds: columns, values and labels as they were read. */
export const digestFrame = ({ columns, labels }: Frame): string => {
  const hash = createHash('sha256');
  for (const { definition, values } of columns) {
    hash.update(JSON.stringify([definition.name, definition.categories]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.update(labels).digest('hex');
};
