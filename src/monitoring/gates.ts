import type { Model } from '../domain/model.ts';
import type { Monitoring, MonitoringGate, Performance, Stability } from '../domain/monitoring.ts';
import type { Text } from '../domain/text.ts';
import type { Evidence } from '../domain/validation.ts';
import { aucError, detectableChange, detectableEffect, detectableStability } from '../metrics/power.ts';
import { NORMAL_95 } from '../metrics/probability.ts';
import { type Demand, judge } from './judge.ts';
import { weigh } from './performance.ts';
import { LEAST_DRIFT, type ReferenceRows } from './stability.ts';

/** Everything that was measured, before it is judged. */
export type Measured = Omit<Monitoring, 'gates'>;

/** What measurements are held against. */
export interface Expectations {
  readonly model: Pick<Model, 'inputs' | 'scoreHistogram'>;
  /** Lower end of the AUC's interval in the validation that the model was registered with; null without one. */
  readonly validatedAuc: number | null;
  readonly reference: ReferenceRows | null;
}

/** Limits, and departures that are worth knowing. */
const limits = {
  /** AUC lost against what was promised. */
  lostAuc: 0.02,
  worthAuc: 0.05,
  /** Effect (Cohen's h) of the default rate, and of a band that is significantly off. */
  effect: 0.1,
  worthBandEffect: 0.25,
  significance: 0.05,
  stability: 0.25,
  /** Share of matured decisions of which nobody told. */
  unobserved: 0.05,
  /** Difference in AUC between two versions. */
  worthDifference: 0.01,
} as const;

const noWindow: Text = {
  zh: '模型的目标没有表现期，请用 windowDays 指定',
  en: "the model's target names no performance window; name one by windowDays",
};
const noReference: Text = { zh: '没有可比较的分布', en: 'there is no distribution to compare with' };
const nothingMatured: Text = { zh: '还没有表现期已满的决策', en: "no decision's window has passed yet" };

/** Judges what was measured of one version. */
export const judgeMonitoring = (measured: Measured, expected: Expectations): MonitoringGate[] => {
  const observation = judge(demandObservation(measured));
  const isObserved = observation.verdict !== 'insufficient';
  const calibration = judge(demandCalibration(measured, isObserved));
  return [
    observation,
    judge(demandAuc(measured, expected, isObserved)),
    calibration,
    judge(demandBands(measured, isObserved)),
    judge(demandScoreStability(measured, expected)),
    judge(demandInputStability(measured, expected)),
    judge(demandExpectedAuc(measured, calibration.verdict !== 'failed')),
    ...measured.challengers.map((challenger) => judge(demandChallenger(challenger, measured, isObserved))),
  ];
};

const inapplicable = ({ windowDays }: Measured): Text | null => (windowDays === null ? noWindow : null);

const evidenceOf = (performance: Performance | null, isObserved: boolean): Evidence =>
  isObserved ? (performance?.evidence ?? 'insufficient') : 'insufficient';

/** Of how many whose window has passed it is not known what became of them; those that are known may be no fair sample. */
const demandObservation = (measured: Measured): Demand => {
  const closed = measured.unobserved + (measured.performance?.rows ?? 0);
  const value = closed === 0 ? null : measured.unobserved / closed;
  return {
    name: 'observation',
    title: { zh: '表现期已满而无人报告结果的比例', en: 'Share of decisions past their window of which nobody told' },
    value,
    interval: value === null ? null : { lower: value, upper: value },
    limit: limits.unobserved,
    allows: 'most',
    evidence: value !== null && value <= limits.unobserved ? 'sufficient' : 'insufficient',
    detectable: null,
    worth: 0,
    inapplicable: inapplicable(measured) ?? (closed === 0 ? nothingMatured : null),
  };
};

const demandAuc = (measured: Measured, { validatedAuc }: Expectations, isObserved: boolean): Demand => {
  const { performance, training } = measured;
  const promised = validatedAuc ?? training?.auc ?? null;
  const { value = null, lower = null, upper = null } = performance?.auc ?? {};
  const goods = performance ? performance.rows - performance.bads : 0;
  return {
    name: 'auc',
    title: { zh: '已成熟决策的 AUC', en: 'AUC on matured decisions' },
    value,
    interval: lower === null || upper === null ? null : { lower, upper },
    limit: (promised ?? 0) - limits.lostAuc,
    allows: 'least',
    evidence: evidenceOf(performance, isObserved),
    detectable: value === null ? null : finite(detectableChange(aucError(value, performance?.bads ?? 0, goods))),
    worth: limits.worthAuc,
    inapplicable: inapplicable(measured) ?? (promised === null ? noReference : null),
  };
};

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const effectOf = (rate: number, expected: number): number =>
  2 * Math.asin(Math.sqrt(rate)) - 2 * Math.asin(Math.sqrt(expected));

/** The interval of the effect's size: that of the observed rate against the expected one. */
const sizeInterval = ({ lower, upper, meanProbability }: Performance): { lower: number; upper: number } => {
  const [least, most] = [effectOf(lower, meanProbability), effectOf(upper, meanProbability)];
  const sizes = [Math.abs(least), Math.abs(most)];
  return { lower: least < 0 && most > 0 ? 0 : Math.min(...sizes), upper: Math.max(...sizes) };
};

const demandCalibration = (measured: Measured, isObserved: boolean): Demand => {
  const { performance } = measured;
  return {
    name: 'calibration',
    title: {
      zh: '实际违约率偏离预期的效应（Cohen h）',
      en: "Effect (Cohen's h) of the observed against the expected default rate",
    },
    value: performance && Math.abs(performance.effect),
    interval: performance && sizeInterval(performance),
    limit: limits.effect,
    allows: 'most',
    evidence: evidenceOf(performance, isObserved),
    detectable: performance && detectableEffect(performance.rows),
    worth: limits.effect,
    inapplicable: inapplicable(measured),
  };
};

const demandBands = (measured: Measured, isObserved: boolean): Demand => {
  const { bands, performance } = measured;
  const off = bands.filter(({ pCorrected }) => pCorrected < limits.significance);
  const smallest = Math.min(...bands.map(({ rows }) => rows));
  return {
    name: 'calibration-bands',
    title: {
      zh: '显著偏离的概率档中最大的效应（Cohen h）',
      en: "Largest effect (Cohen's h) of a band that is significantly off",
    },
    value: bands.length === 0 ? null : Math.max(0, ...off.map(({ effect }) => Math.abs(effect))),
    interval: null,
    limit: limits.effect,
    allows: 'most',
    evidence: evidenceOf(performance, isObserved),
    detectable: bands.length === 0 ? null : detectableEffect(smallest),
    worth: limits.worthBandEffect,
    inapplicable: inapplicable(measured),
  };
};

const driftEvidence = ({ rows }: Stability): Evidence => (rows >= LEAST_DRIFT ? 'sufficient' : 'insufficient');

/** Whether there is anything to compare with that is not the measured month itself. */
const noComparison = ({ month, reference, score }: Stability): Text | null =>
  month !== null && (reference === null || reference === month || score === null) ? noReference : null;

const findDetectable = (reference: ReferenceRows | null, rows: number, classes: number): number | null =>
  reference && rows > 0 && classes > 1 ? finite(detectableStability(reference.rows, rows, classes)) : null;

const demandScoreStability = ({ stability }: Measured, { model, reference }: Expectations): Demand => ({
  name: 'score-stability',
  title: {
    zh: `评分的稳定性指标 PSI（${stability.month ?? '-'}）`,
    en: `Stability of the score (PSI; ${stability.month ?? '-'})`,
  },
  value: stability.score,
  interval: null,
  limit: limits.stability,
  allows: 'most',
  evidence: driftEvidence(stability),
  detectable: findDetectable(reference, stability.rows, model.scoreHistogram.counts.length),
  worth: limits.stability,
  inapplicable: noComparison(stability),
});

const demandInputStability = ({ stability }: Measured, { model, reference }: Expectations): Demand => {
  const worst = stability.inputs.reduce<Stability['inputs'][number] | null>(
    (most, input) => ((input.stability ?? -1) > (most?.stability ?? -1) ? input : most),
    null,
  );
  const classes = model.inputs.find(({ name }) => name === worst?.input)?.counts.length ?? 0;
  return {
    name: 'input-stability',
    title: {
      zh: `输入的最大稳定性指标（${worst?.label.zh ?? '-'}）`,
      en: `Largest stability index of an input (${worst?.label.en ?? '-'})`,
    },
    value: worst?.stability ?? null,
    interval: null,
    limit: limits.stability,
    allows: 'most',
    evidence: driftEvidence(stability),
    detectable: findDetectable(reference, stability.rows, classes),
    worth: limits.stability,
    inapplicable: noComparison(stability),
  };
};

const uncalibrated: Text = {
  zh: '；概率已失准，估计不成立',
  en: '; the probabilities are off, so the estimate does not hold',
};

/** The newest month's expected AUC; its interval is where the AUC would lie once everything is known. */
const demandExpectedAuc = (measured: Measured, isCalibrated: boolean): Demand => {
  const { stability, vintages, training, leastBads } = measured;
  const vintage = vintages.find(({ month }) => month === stability.month);
  const expected = vintage?.expected ?? null;
  const rows = vintage?.decisions ?? 0;
  const bads = rows * (expected?.rate ?? 0);
  const error = expected ? aucError(expected.auc, bads, rows - bads) : Number.POSITIVE_INFINITY;
  return {
    name: 'expected-auc',
    title: {
      zh: `无标签估计的 AUC（${stability.month ?? '-'}）${isCalibrated ? '' : uncalibrated.zh}`,
      en: `AUC estimated without outcomes (${stability.month ?? '-'})${isCalibrated ? '' : uncalibrated.en}`,
    },
    value: expected?.auc ?? null,
    interval: expected ? { lower: expected.auc - NORMAL_95 * error, upper: expected.auc + NORMAL_95 * error } : null,
    limit: (training?.auc ?? 0) - limits.lostAuc,
    allows: 'least',
    evidence: isCalibrated ? weigh(rows, bads, leastBads) : 'insufficient',
    detectable: finite(detectableChange(error)),
    worth: limits.worthAuc,
    inapplicable: training === null ? noReference : null,
  };
};

const demandChallenger = (
  { model, difference: { value, lower, upper }, evidence }: Measured['challengers'][number],
  measured: Measured,
  isObserved: boolean,
): Demand => ({
  name: `challenger.${model.version}`,
  title: {
    zh: `挑战者 ${model.name}@${model.version} 的 AUC 之差`,
    en: `Difference in AUC of challenger ${model.name}@${model.version}`,
  },
  value,
  interval: lower === null || upper === null ? null : { lower, upper },
  limit: 0,
  allows: 'least',
  evidence: isObserved ? evidence : 'insufficient',
  detectable: lower === null || upper === null ? null : detectableChange((upper - lower) / (2 * NORMAL_95)),
  worth: limits.worthDifference,
  inapplicable: inapplicable(measured),
});
