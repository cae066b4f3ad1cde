import type { Model } from '../domain/model.ts';
import type { Expected, Performance } from '../domain/monitoring.ts';
import type { Text } from '../domain/text.ts';
import type { ReferenceRows } from './stability.ts';

/** What the measurements of a version are judged by. */
export interface Grounds {
  readonly model: Pick<Model, 'inputs' | 'scoreHistogram'>;
  /** The performance window in civil days; null where none is known. */
  readonly windowDays: number | null;
  /** Fewest bad rows, and fewest good ones, that are evidence. */
  readonly leastBads: number;
  /** Lower end of the AUC's interval in the validation that the model was registered with; null without one. */
  readonly validatedAuc: number | null;
  /** What the training rows promise of themselves. */
  readonly training: Expected | null;
  readonly reference: ReferenceRows | null;
}

/** What became of some decisions, and of how many past their window nobody told. */
export interface Observed {
  readonly performance: Performance | null;
  readonly unobserved: number;
}

/** Limits, and departures that are worth knowing. */
export const limits = {
  /** AUC lost against what was promised. */
  lostAuc: 0.02,
  worthAuc: 0.05,
  /** Effect (Cohen's h) of the default rate, and of a band that is significantly off. */
  effect: 0.1,
  worthBandEffect: 0.25,
  significance: 0.05,
  /** Population stability index. */
  stability: 0.25,
  /** Share of decisions past their window of which nobody told. */
  unobserved: 0.05,
  /** Difference in AUC between two versions. */
  worthDifference: 0.01,
} as const;

/** Why a demand does not apply. */
export const reasons = {
  noWindow: {
    zh: '模型的目标没有表现期，请用 windowDays 指定',
    en: "the model's target names no performance window; name one by windowDays",
  },
  noReference: { zh: '没有可比较的分布', en: 'there is no distribution to compare with' },
  nothingMatured: { zh: '还没有表现期已满的决策', en: "no decision's window has passed yet" },
} as const satisfies Record<string, Text>;

/** Why nothing that rests on outcomes applies; null where it does. */
export const withoutWindow = ({ windowDays }: Grounds): Text | null => (windowDays === null ? reasons.noWindow : null);

/** A number that is one. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
