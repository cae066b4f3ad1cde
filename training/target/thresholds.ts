import { firstOfMonth } from '../../src/features/civil-day.ts';
import type { RepaymentCourse, RepaymentWindow } from '../../src/features/repayment-course.ts';
import type { RepaymentState } from '../../src/features/repayment-state.ts';

/** What became of those who were more than so many days past due at a month end, for the first time. */
export interface ThresholdFate {
  /** Days past due: more than these. */
  readonly threshold: number;
  readonly reached: number;
  /** Those whose performance window lies in the data, defaulted or not; all that follows is of them. */
  readonly whole: number;
  /** In default within the window, or in the month itself. */
  readonly default: number;
  /** Of `whole`; null without any. */
  readonly share: number | null;
  /** Where the others stood at the last month end of the window. */
  readonly current: number;
  readonly late: number;
  readonly closed: number;
  readonly unknown: number;
}

/** Thresholds that are tried: past due at all, then the ends of the buckets. */
export const thresholds: readonly number[] = [0, 30, 60, 90];

type Fates = Record<'reached' | 'whole' | 'default' | 'current' | 'late' | 'closed' | 'unknown', number>;

type Window = Pick<RepaymentWindow, 'days' | 'lastDay' | 'performanceDays'>;
type Repaid = Pick<RepaymentCourse, 'openedOn' | 'months' | 'defaultDays'>;

/** Follows, course by course, those who pass a threshold while neither they are in default nor were within a year. */
export const openThresholds = (window: Window) => {
  const fates = thresholds.map(
    (): Fates => ({ reached: 0, whole: 0, default: 0, current: 0, late: 0, closed: 0, unknown: 0 }),
  );
  return {
    add(course: Repaid): void {
      for (const [place, threshold] of thresholds.entries()) {
        const reached = window.days.findIndex((day, month) => isReached(course, { day, month, threshold }));
        if (reached >= 0) addTo(fates[place] as Fates, fateOf(course, reached, window));
      }
    },
    result: (): ThresholdFate[] =>
      thresholds.map((threshold, place) => {
        const counts = fates[place] as Fates;
        return { threshold, ...counts, share: counts.whole === 0 ? null : counts.default / counts.whole };
      }),
  };
};

const out: readonly RepaymentState[] = ['default', 'probation', 'closed'];

/**
 * Whether a threshold is passed in the month: at the end before, it was not, out of default, or the first was opened since.
 * Of who was late when the book begins nobody knows since when.
 */
const isReached = (
  { openedOn, months }: Repaid,
  { day, month, threshold }: { readonly day: number; readonly month: number; readonly threshold: number },
): boolean => {
  const before = months[month - 1] ?? null;
  if (before === null ? openedOn < firstOfMonth(day) : out.includes(before.state)) return false;
  return (before?.daysLate ?? 0) <= threshold && (months[month]?.daysLate ?? 0) > threshold;
};

type Fate = keyof Omit<Fates, 'reached' | 'whole'>;

/** What followed; null where the window is not over. */
const fateOf = (
  { months, defaultDays }: Repaid,
  reached: number,
  { days, lastDay, performanceDays }: Window,
): Fate | null => {
  const from = days[reached] as number;
  const end = from + performanceDays;
  if (end > lastDay) return null;
  if (defaultDays.some((day) => day >= firstOfMonth(from) && day <= end)) return 'default';
  const state = months[days.findLastIndex((day) => day <= end)]?.state ?? 'unknown';
  return state === 'current' || state === 'closed' || state === 'unknown' ? state : 'late';
};

const addTo = (counts: Fates, fate: Fate | null): void => {
  counts.reached++;
  if (fate === null) return;
  counts.whole++;
  counts[fate]++;
};
