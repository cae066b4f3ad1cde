import { type CivilClock, createCivilClock, toCivilDate, toDayNumber } from './civil-clock.ts';

/** Clocks by time zone, and the dates of days; what is decided now and what it looks back to are few days. */
const clocks = new Map<string, CivilClock>();
const dates = new Map<number, string>();
const MOST_DATES = 10_000;
const DAY = 86_400_000;

/** The civil date (YYYY-MM-DD) of an instant in a time zone. */
export const civilDay = (instant: string, timeZone: string): string => civilDayAt(Date.parse(instant), timeZone);

/** The same of an instant in milliseconds since 1970. */
export const civilDayAt = (milliseconds: number, timeZone: string): string =>
  dateOf(clockOf(timeZone).dayOf(milliseconds));

const clockOf = (timeZone: string): CivilClock => {
  const clock = clocks.get(timeZone) ?? createCivilClock(timeZone);
  clocks.set(timeZone, clock);
  return clock;
};

const dateOf = (day: number): string => {
  const known = dates.get(day);
  if (known !== undefined) return known;
  if (dates.size >= MOST_DATES) dates.clear();
  const date = toCivilDate(day);
  dates.set(day, date);
  return date;
};

/** Whole civil days from one date to a later one. */
export const daysBetween = (from: string, to: string): number => toDayNumber(to) - toDayNumber(from);

/** The first day of the month of a day, and of the month so many later. */
export const firstOfMonth = (day: number, later = 0): number => {
  const [year = 0, month = 0] = toCivilDate(day).split('-').map(Number);
  return Math.round(Date.UTC(year, month - 1 + later, 1) / DAY);
};

/** The last day of every month from that of one day on, up to another. */
export const listMonthEnds = (from: number, to: number): number[] => {
  const ends: number[] = [];
  for (let ahead = 1; ; ahead++) {
    const end = firstOfMonth(from, ahead) - 1;
    if (end > to) return ends;
    ends.push(end);
  }
};
