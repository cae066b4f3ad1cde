import type { Outcome } from '../domain/outcome.ts';
import { daysBetween } from '../features/civil-day.ts';

/**
 * What is known of a decision once its performance window is asked about: `bad` and `good` are matured and known,
 * `unobserved` is matured while nobody told, `immature` is still open.
 */
export type Truth = 'bad' | 'good' | 'unobserved' | 'immature';

/** How outcomes are joined to decisions. */
export interface JoinRule {
  /** Length of the performance window in civil days. */
  readonly windowDays: number;
  /** The civil day on which it is asked. */
  readonly today: string;
  /** What no word of a customer means once the window has passed: not known, or that nothing happened. */
  readonly silence: 'unknown' | 'good';
}

/** What became of a decision. */
export interface JoinedTruth {
  readonly truth: Truth;
  /** Whether the whole window has passed: only then do good and bad decisions count alike. */
  readonly isClosed: boolean;
  /** The defaults within the window; empty unless bad. */
  readonly defaults: readonly Outcome[];
}

/**
 * Joins what became of a customer to one decision, in civil days. The window of a decision made on day d is d + 1 to
 * d + `windowDays`. A default joins where its day lies in the window: the decision is bad, and matured at once. Else it
 * matures on the day after its window's last. It is good then, if the customer was seen at the window's end: by an outcome
 * of a later day, or by one of the last day; what was seen before says nothing of the rest of the window. With nobody's
 * word it is unobserved, unless silence is taken for good. An outcome of the day of the decision or before never joins.
 * @param decidedOn civil day of the decision
 * @param outcomes what stands of its customer, in any order
 */
export const joinTruth = (decidedOn: string, outcomes: readonly Outcome[], rule: JoinRule): JoinedTruth => {
  const { windowDays, today, silence } = rule;
  const after = (day: string): number => daysBetween(decidedOn, day);
  const defaults = outcomes.filter(({ defaulted, observedOn }) => {
    const days = after(observedOn);
    return defaulted && days >= 1 && days <= windowDays;
  });
  const isClosed = after(today) > windowDays;
  if (defaults.length > 0) return { truth: 'bad', isClosed, defaults };
  if (!isClosed) return { truth: 'immature', isClosed, defaults };
  const isSeen = outcomes.some(({ observedOn }) => after(observedOn) >= windowDays);
  return { truth: isSeen || silence === 'good' ? 'good' : 'unobserved', isClosed, defaults };
};

/** How far it is known what became of some decisions. */
export interface TruthCounts {
  /** The window has passed, or there was a default in it. */
  readonly matured: number;
  /** Of these, the window has passed and nobody told. */
  readonly unobserved: number;
  /** Defaults in windows that are still open. */
  readonly earlyBads: number;
}

/** Counts decisions by what became of them. @param truths null where no window is known */
export const countTruths = (truths: readonly (JoinedTruth | null)[]): TruthCounts => {
  const count = (isCounted: (joined: JoinedTruth) => boolean) =>
    truths.filter((joined) => joined !== null && isCounted(joined)).length;
  return {
    matured: count(({ truth }) => truth !== 'immature'),
    unobserved: count(({ truth }) => truth === 'unobserved'),
    earlyBads: count(({ truth, isClosed }) => truth === 'bad' && !isClosed),
  };
};
