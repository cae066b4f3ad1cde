import type { CalibrationBand, ChallengerComparison, Performance } from '../domain/monitoring.ts';
import type { Evidence } from '../domain/validation.ts';
import { aucError, detectableChange, detectableEffect } from '../metrics/power.ts';
import { NORMAL_95 } from '../metrics/probability.ts';
import { finite, type Grounds, limits, type Observed, reasons, withoutWindow } from './grounds.ts';
import type { Demand } from './judge.ts';

/** Whether it is known of enough decisions past their window what became of them. @param known of so many */
export const weighObserved = (unobserved: number, known: number): Evidence => {
  const closed = unobserved + known;
  return closed > 0 && unobserved / closed <= limits.unobserved ? 'sufficient' : 'insufficient';
};

/** Of how many whose window has passed it is not known what became of them; those that are known may be no fair sample. */
export const demandObservation = ({ performance, unobserved }: Observed, grounds: Grounds): Demand => {
  const closed = unobserved + (performance?.rows ?? 0);
  const value = closed === 0 ? null : unobserved / closed;
  return {
    name: 'observation',
    title: { zh: '表现期已满而无人报告结果的比例', en: 'Share of decisions past their window of which nobody told' },
    value,
    interval: value === null ? null : { lower: value, upper: value },
    limit: limits.unobserved,
    allows: 'most',
    evidence: weighObserved(unobserved, performance?.rows ?? 0),
    detectable: null,
    worth: 0,
    inapplicable: withoutWindow(grounds) ?? (closed === 0 ? reasons.nothingMatured : null),
  };
};

const evidenceOf = (performance: Performance | null, isObserved: boolean): Evidence =>
  isObserved ? (performance?.evidence ?? 'insufficient') : 'insufficient';

/** @param isObserved whether it is known of enough decisions what became of them */
export const demandAuc = (performance: Performance | null, grounds: Grounds, isObserved: boolean): Demand => {
  const promised = grounds.validatedAuc ?? grounds.training?.auc ?? null;
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
    inapplicable: withoutWindow(grounds) ?? (promised === null ? reasons.noReference : null),
  };
};

const effectOf = (rate: number, expected: number): number =>
  2 * Math.asin(Math.sqrt(rate)) - 2 * Math.asin(Math.sqrt(expected));

/** The interval of the effect's size: that of the observed rate against the expected one. */
const sizeInterval = ({ lower, upper, meanProbability }: Performance): { lower: number; upper: number } => {
  const [least, most] = [effectOf(lower, meanProbability), effectOf(upper, meanProbability)];
  const sizes = [Math.abs(least), Math.abs(most)];
  return { lower: least < 0 && most > 0 ? 0 : Math.min(...sizes), upper: Math.max(...sizes) };
};

/** The default rate against the one that was expected. @param isObserved as for the AUC */
export const demandCalibration = (performance: Performance | null, grounds: Grounds, isObserved: boolean): Demand => ({
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
  inapplicable: withoutWindow(grounds),
});

/** The bands of neighbouring probabilities. @param isObserved as for the AUC */
export const demandBands = (
  { performance, bands }: { performance: Performance | null; bands: readonly CalibrationBand[] },
  grounds: Grounds,
  isObserved: boolean,
): Demand => {
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
    inapplicable: withoutWindow(grounds),
  };
};

/** A challenger's AUC against that of the version that decided. @param isObserved as for the AUC */
export const demandChallenger = (
  { model, difference: { value, lower, upper }, evidence }: ChallengerComparison,
  grounds: Grounds,
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
  inapplicable: withoutWindow(grounds),
});
