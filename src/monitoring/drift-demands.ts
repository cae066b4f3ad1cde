import type { Expected, Stability } from '../domain/monitoring.ts';
import type { Text } from '../domain/text.ts';
import { aucError, detectableChange, detectableStability } from '../metrics/power.ts';
import { NORMAL_95 } from '../metrics/probability.ts';
import { finite, type Grounds, limits, reasons } from './grounds.ts';
import type { Demand } from './judge.ts';
import { weigh } from './performance.ts';
import { LEAST_DRIFT, type MeasuredStability, type ReferenceRows } from './stability.ts';

/** A distribution of some month against the reference. */
interface Drift {
  readonly name: string;
  readonly title: Text;
  readonly month: string | null;
  readonly rows: number;
  readonly value: number | null;
  /** How many classes it has. */
  readonly classes: number;
}

const demandStability = (drift: Drift, { reference }: Grounds): Demand => ({
  name: drift.name,
  title: drift.title,
  value: drift.value,
  interval: null,
  limit: limits.stability,
  allows: 'most',
  evidence: drift.rows >= LEAST_DRIFT ? 'sufficient' : 'insufficient',
  detectable: findDetectable(reference, drift),
  worth: limits.stability,
  inapplicable: drift.month !== null && drift.value === null ? reasons.noReference : null,
});

const findDetectable = (reference: ReferenceRows | null, { rows, classes }: Drift): number | null =>
  reference && rows > 0 && classes > 1 ? finite(detectableStability(reference.rows, rows, classes)) : null;

/** The scores of a month. */
export const demandScoreStability = (
  { month, rows, score }: Pick<Stability, 'month' | 'rows' | 'score'>,
  grounds: Grounds,
): Demand =>
  demandStability(
    {
      name: 'score-stability',
      title: { zh: `评分的稳定性指标 PSI（${month ?? '-'}）`, en: `Stability of the score (PSI; ${month ?? '-'})` },
      ...{ month, rows, value: score, classes: grounds.model.scoreHistogram.counts.length },
    },
    grounds,
  );

/** One input's values of a month. */
export const demandInput = (
  { input, label, stability }: MeasuredStability['inputs'][number],
  { month, rows }: Pick<Stability, 'month' | 'rows'>,
  grounds: Grounds,
): Demand =>
  demandStability(
    {
      name: 'input-stability',
      title: {
        zh: `输入的最大稳定性指标（${label.zh}）`,
        en: `Largest stability index of an input (${label.en})`,
      },
      ...{ month, rows, value: stability },
      classes: grounds.model.inputs.find(({ name }) => name === input)?.counts.length ?? 0,
    },
    grounds,
  );

const uncalibrated: Text = {
  zh: '；概率已失准，估计不成立',
  en: '; the probabilities are off, so the estimate does not hold',
};

/**
 * A month's AUC estimated without outcomes; its interval is where the AUC would lie once everything is known.
 * @param isCalibrated whether the probabilities are not known to be off
 */
export const demandExpectedAuc = (
  { month, decisions, expected }: { month: string | null; decisions: number; expected: Expected | null },
  { training, leastBads }: Grounds,
  isCalibrated: boolean,
): Demand => {
  const bads = decisions * (expected?.rate ?? 0);
  const error = expected ? aucError(expected.auc, bads, decisions - bads) : Number.POSITIVE_INFINITY;
  return {
    name: 'expected-auc',
    title: {
      zh: `无标签估计的 AUC（${month ?? '-'}）${isCalibrated ? '' : uncalibrated.zh}`,
      en: `AUC estimated without outcomes (${month ?? '-'})${isCalibrated ? '' : uncalibrated.en}`,
    },
    value: expected?.auc ?? null,
    interval: expected ? { lower: expected.auc - NORMAL_95 * error, upper: expected.auc + NORMAL_95 * error } : null,
    limit: (training?.auc ?? 0) - limits.lostAuc,
    allows: 'least',
    evidence: isCalibrated ? weigh(decisions, bads, leastBads) : 'insufficient',
    detectable: finite(detectableChange(error)),
    worth: limits.worthAuc,
    inapplicable: training === null ? reasons.noReference : null,
  };
};
