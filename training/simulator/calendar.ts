/** The offset of civil time where the simulated customers live: China keeps one, with no summer time since 1991. */
const OFFSET = '+08:00';
const DAY_SECONDS = 86_400;
const DAY_MILLISECONDS = 86_400_000;

/** A moment in civil time: seconds since 1970-01-01 00:00:00 there. */
export type Moment = number;

/** The number of a civil day (YYYY-MM-DD): days since 1970-01-01. */
export const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MILLISECONDS;

/** Dates are named once: days up to this one, which lies in 2079. */
const MOST_DAYS = 40_000;
const dates: string[] = Array.from({ length: MOST_DAYS }, () => '');

/** The date (YYYY-MM-DD) of a day's number. */
export const dateOf = (day: number): string => {
  const known = dates[day];
  if (known) return known;
  const date = new Date(day * DAY_MILLISECONDS).toISOString().slice(0, 10);
  if (day >= 0 && day < MOST_DAYS) dates[day] = date;
  return date;
};

const two = (value: number): string => String(value).padStart(2, '0');
const minutes = Array.from({ length: 1440 }, (_, minute) => `T${two(Math.floor(minute / 60))}:${two(minute % 60)}:`);
const seconds = Array.from({ length: 60 }, (_, second) => `${two(second)}${OFFSET}`);

/** A moment as an instant with its offset (ISO 8601). */
export const instantOf = (moment: Moment): string => {
  const day = Math.floor(moment / DAY_SECONDS);
  const second = moment - day * DAY_SECONDS;
  return dateOf(day) + minutes[Math.floor(second / 60)] + seconds[second % 60];
};

/** A moment of a day at some second after midnight. */
export const momentOf = (day: number, second: number): Moment => day * DAY_SECONDS + second;

/** The months of a simulation; months before its first have negative numbers. */
export interface Calendar {
  readonly months: number;
  /** The first day of a month; that of the month after the last one ends the simulation. */
  firstDay(month: number): number;
  /** Its name (YYYY-MM). */
  nameOf(month: number): string;
  /** Which of the twelve it is, January being 0. */
  seasonOf(month: number): number;
}

/** Months from a first one (YYYY-MM) on. */
export const createCalendar = (start: string, months: number): Calendar => {
  const [year = 0, first = 1] = start.split('-').map(Number);
  const startDays = Array.from({ length: months + 2 }, (_, month) => monthDay(year, first - 1 + month));
  return {
    months,
    firstDay: (month) => startDays[month] ?? monthDay(year, first - 1 + month),
    nameOf: (month) => dateOf(monthDay(year, first - 1 + month)).slice(0, 7),
    seasonOf: (month) => (((first - 1 + month) % 12) + 12) % 12,
  };
};

const monthDay = (year: number, month: number): number => Date.UTC(year, month, 1) / DAY_MILLISECONDS;
