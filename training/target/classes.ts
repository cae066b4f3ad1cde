import { toCivilDate } from '../../src/features/civil-clock.ts';
import type { WindowOutcome } from '../../src/features/default.ts';
import type { RepaymentCourse, RepaymentWindow } from '../../src/features/repayment-course.ts';

/** What those who were observed at a month end came to, by the definition in force. */
export interface MonthClasses extends Readonly<Record<WindowOutcome, number>> {
  readonly observedOn: string;
  /** Whether the performance window lies in the data; else the good are not known yet, and are `immature`. */
  readonly isWhole: boolean;
}

/** Counts classes course by course; who has left is not observed. */
export const openClasses = ({ days, lastDay, performanceDays }: Omit<RepaymentWindow, 'timeZone'>) => {
  const counts = days.map(() => ({
    good: 0,
    indeterminate: 0,
    bad: 0,
    excluded: 0,
    defaulted: 0,
    immature: 0,
    unknown: 0,
  }));
  return {
    add({ months }: Pick<RepaymentCourse, 'months'>): void {
      for (const [place, of] of counts.entries()) {
        const month = months[place];
        if (month && month.state !== 'closed') of[month.outcome]++;
      }
    },
    result: (): MonthClasses[] =>
      counts.map((of, place) => {
        const day = days[place] as number;
        return { observedOn: toCivilDate(day), isWhole: day + performanceDays <= lastDay, ...of };
      }),
  };
};
