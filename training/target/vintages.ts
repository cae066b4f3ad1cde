import { toCivilDate } from '../../src/features/civil-clock.ts';
import { firstOfMonth } from '../../src/features/civil-day.ts';
import type { RepaymentCourse } from '../../src/features/repayment-course.ts';

/** A cohort at a month on book; the month of opening is 0. */
export interface VintageCell {
  readonly monthOnBook: number;
  /** In neither default nor closed nor unknown when the month began. */
  readonly atRisk: number;
  /** In default by the end of the month at least once. */
  readonly defaults: number;
  /** Of all that were opened in the cohort. */
  readonly rate: number;
}

/** What was opened in a month or a quarter. */
export interface Vintage {
  readonly cohort: string;
  readonly opened: number;
  /** From month 1 on; null where the data end before the month does, for any of the cohort. */
  readonly cells: readonly (VintageCell | null)[];
}

/** Cumulative default rates by month on book. */
export interface Vintages {
  readonly by: 'month' | 'quarter';
  readonly cohorts: readonly Vintage[];
  /** Left out: opened before the first month, so that what defaulted before was never seen. */
  readonly openedBefore: number;
}

/** With fewer opened in a month on average, cohorts are quarters. */
const LEAST_OPENED = 100;

/** Counts of what was opened in one month, by month on book from 0. */
interface Cohort {
  opened: number;
  readonly atRisk: number[];
  /** First defaults in the month, not cumulated. */
  readonly defaults: number[];
}

/** Counts vintages course by course. @param days the month ends of the courses */
export const openVintages = (days: readonly number[]) => {
  const cohorts = days.map((_, place): Cohort => {
    const ages = days.slice(place).map(() => 0);
    return { opened: 0, atRisk: ages, defaults: [...ages] };
  });
  let openedBefore = 0;
  return {
    add(course: Pick<RepaymentCourse, 'openedOn' | 'months' | 'defaultDays'>): void {
      if (course.openedOn < firstOfMonth(days[0] as number)) {
        openedBefore++;
        return;
      }
      const opened = days.findIndex((end) => end >= course.openedOn);
      if (opened >= 0) addTo(cohorts[opened] as Cohort, course, { days, opened });
    },
    result: (): Vintages => {
      const months = cohorts.map((cohort, place) => ({ ...cohort, end: days[place] as number }));
      const filled = months.filter(({ opened }) => opened > 0);
      const isSmall = filled.reduce((sum, { opened }) => sum + opened, 0) < LEAST_OPENED * filled.length;
      const by = isSmall ? 'quarter' : 'month';
      const groups = new Map<string, typeof filled>();
      for (const month of filled) {
        const name = nameOf(month.end, by);
        groups.set(name, [...(groups.get(name) ?? []), month]);
      }
      const most = days.length - 1;
      return { by, cohorts: [...groups].map(([cohort, of]) => toVintage(cohort, of, most)), openedBefore };
    },
  };
};

const addTo = (
  cohort: Cohort,
  { months, defaultDays: [firstDefault = Number.POSITIVE_INFINITY] }: Pick<RepaymentCourse, 'months' | 'defaultDays'>,
  { days, opened }: { readonly days: readonly number[]; readonly opened: number },
): void => {
  cohort.opened++;
  for (let age = 0; opened + age < days.length; age++) {
    const end = days[opened + age] as number;
    const begin = firstOfMonth(end);
    const state = months[opened + age - 1]?.state ?? 'unknown';
    const isThere = age === 0 || (state !== 'closed' && state !== 'unknown');
    if (isThere && firstDefault >= begin) cohort.atRisk[age] = (cohort.atRisk[age] as number) + 1;
    // One that was told from before the opening counts from the month of opening on.
    const isFirst = age === 0 ? firstDefault <= end : firstDefault >= begin && firstDefault <= end;
    if (isFirst) cohort.defaults[age] = (cohort.defaults[age] as number) + 1;
  }
};

const nameOf = (day: number, by: Vintages['by']): string => {
  const [year, month] = toCivilDate(day).split('-');
  return by === 'month' ? `${year}-${month}` : `${year}-Q${Math.ceil(Number(month) / 3)}`;
};

const toVintage = (cohort: string, months: readonly Cohort[], most: number): Vintage => {
  const opened = sumOf(months.map((month) => month.opened));
  const observed = Math.min(...months.map(({ atRisk }) => atRisk.length - 1));
  const cells = Array.from({ length: most }, (_, place): VintageCell | null => {
    const monthOnBook = place + 1;
    if (monthOnBook > observed) return null;
    const defaults = sumOf(months.flatMap((month) => month.defaults.slice(0, monthOnBook + 1)));
    const atRisk = sumOf(months.map((month) => month.atRisk[monthOnBook] ?? 0));
    return { monthOnBook, atRisk, defaults, rate: defaults / opened };
  });
  return { cohort, opened, cells };
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
