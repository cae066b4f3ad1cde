import type { Text } from '../src/domain/text.ts';
import { appError } from '../src/errors.ts';
import { auc } from '../src/metrics/discrimination.ts';
import { binFeature, fittedBins, type Sample } from './binning/bin-feature.ts';
import { preBin } from './binning/prebin.ts';
import { computeFeatures, type FeatureColumn, type Frame, takeRows } from './dataset/frame.ts';
import type { Holdout, Split } from './dataset/split.ts';
import type { TrainingSettings } from './settings.ts';
import { refuseOverlap } from './validation/overlap.ts';

/** Fewest rows labelled good or bad from which a model is trained. */
const LEAST_ROWS = 200;
/** An AUC above this of a single column is the outcome under another name. */
const MOST_AUC = 0.98;

/** What is looked at before anything is fitted. */
export interface Examined {
  readonly frame: Frame;
  readonly split: Split;
  readonly holdout: Holdout;
  readonly settings: TrainingSettings;
  readonly includeProtected: boolean;
  /** Columns, by our name or the file's, that may tell the outcome alone. */
  readonly allowLeaks: readonly string[];
}

/**
 * Refuses data from which no honest model can come.
 * @throws too_little_data, one_class, periods_empty, leaking_columns, bad_row as `refuseOverlap` says, bad_arguments where an allowed column is none
 */
export const examineData = (examined: Examined): void => {
  const { frame } = examined;
  const { column, good, bad } = frame.dictionary.target;
  const bads = frame.labels.filter((label) => label === 1).length;
  const goods = frame.labels.filter((label) => label === 0).length;
  if (goods + bads < LEAST_ROWS) throw appError('too_little_data', { rows: goods + bads, least: LEAST_ROWS, column });
  if (bads === 0)
    throw appError('one_class', { column, rows: goods, present: good.join(', '), absent: bad.join(', ') });
  if (goods === 0)
    throw appError('one_class', { column, rows: bads, present: bad.join(', '), absent: good.join(', ') });
  examinePeriods(examined);
  refuseLeaks(examined);
};

/** Refuses periods that leave nothing to fit, to calibrate or to measure on, or whose rows were learned in part. */
const examinePeriods = ({ frame, holdout, split }: Examined): void => {
  const { periods } = frame.dictionary;
  const held = frame.periods;
  if (holdout !== 'later' || !periods || !held) return;
  const { fitTo, calibrateTo } = periods;
  const refuse = (problem: Text) => appError('periods_empty', { column: periods.column, problem });
  const has = (isIn: (period: number) => boolean) =>
    held.some((period, row) => frame.labels[row] !== 2 && isIn(period));
  if (!has((period) => period <= fitTo)) {
    throw refuse({ zh: `没有 ${fitTo} 期及以前的行可供拟合`, en: `no rows up to ${fitTo} to fit on` });
  }
  if (!has((period) => period > fitTo && period <= calibrateTo)) {
    throw refuse({
      zh: `${fitTo} 期之后至 ${calibrateTo} 期没有行可供校准`,
      en: `no rows after ${fitTo} up to ${calibrateTo} to calibrate on`,
    });
  }
  if (!has((period) => period > calibrateTo)) {
    throw refuse({
      zh: `没有 ${calibrateTo} 期之后的行可供评估（或用 --holdout 0 留出一折）`,
      en: `no rows after ${calibrateTo} to measure on (--holdout 0 keeps a fold instead)`,
    });
  }
  if (!frame.customers || !frame.observed) return;
  refuseOverlap(takeRows(frame, split.fitted), { frame, rows: split.held, file: frame.dictionary.file.path });
};

const refuseLeaks = ({ frame, split, settings, includeProtected, allowLeaks }: Examined): void => {
  const known = frame.dictionary.columns.flatMap(({ name, source }) => [name, source]);
  const stranger = allowLeaks.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    const problem = {
      zh: `--allow-leak 所指的列 ${stranger} 不存在`,
      en: `--allow-leak names ${stranger}, which is no column`,
    };
    throw appError('bad_arguments', { problem });
  }
  const allowed = new Set(
    frame.dictionary.columns.flatMap(({ name, source }) =>
      allowLeaks.includes(name) || allowLeaks.includes(source) ? [name] : [],
    ),
  );
  const looked = frame.featureSet.features.filter(
    (feature) => 'column' in feature.source && (includeProtected || !feature.protected) && !allowed.has(feature.name),
  );
  const weights = new Float64Array(frame.rows);
  for (const row of split.fitted) weights[row] = 1;
  const sample: Sample = { labels: frame.labels.map((label) => (label === 1 ? 1 : 0)), weights };
  const leaks = computeFeatures(frame, looked)
    .map((feature) => ({ name: feature.definition.name, alone: aucAlone(feature, sample, settings) }))
    .filter(({ alone }) => alone > MOST_AUC)
    .sort((a, b) => b.alone - a.alone);
  const [worst] = leaks;
  if (!worst) return;
  const columns = leaks.map(({ name, alone }) => `${name} (AUC ${alone.toFixed(4)})`).join(', ');
  throw appError('leaking_columns', { columns, limit: MOST_AUC, first: worst.name });
};

/**
 * How well one column alone tells good from bad: the best of its values in either direction, what has no place in the
 * order (missing, codes) at the end its bad rate speaks for, and of its bins.
 */
const aucAlone = (feature: FeatureColumn, sample: Sample, { binning }: TrainingSettings): number => {
  const rows = Array.from(sample.labels.keys()).filter((row) => sample.weights[row] === 1);
  const labels = Uint8Array.from(rows, (row) => sample.labels[row] as number);
  const measure = (rank: (row: number) => number) => auc(Float64Array.from(rows, rank), labels) ?? 0.5;
  const fitted = binFeature(preBin(feature, binning), sample, binning);
  const bins = fittedBins(fitted);
  const byBins = measure((row) => fitted.woe[bins[row] as number] as number);
  if (feature.categories) return byBins;
  const codes = new Set(feature.definition.codes.map(({ value }) => value));
  const end = (row: number) => Math.sign(fitted.woe[bins[row] as number] as number) * Number.MAX_VALUE;
  const along = (sign: number) =>
    measure((row) => {
      const value = feature.values[row] as number;
      return Number.isNaN(value) || codes.has(value) ? end(row) : sign * value;
    });
  return Math.max(byBins, along(1), along(-1));
};
