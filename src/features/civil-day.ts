const formats = new Map<string, Intl.DateTimeFormat>();

/** Within a quarter of an hour from a full one the civil day is the same everywhere: offsets are whole quarters. */
const QUARTER = 900_000;

/** Civil days by quarter, of the time zone last asked for; what is decided now and what it looks back to are few quarters. */
const days = new Map<number, string>();
const MOST_DAYS = 10_000;
let zone = '';

/** The civil date (YYYY-MM-DD) of an instant in a time zone. */
export const civilDay = (instant: string, timeZone: string): string => civilDayAt(Date.parse(instant), timeZone);

/** The same of an instant in milliseconds since 1970. */
export const civilDayAt = (milliseconds: number, timeZone: string): string => {
  const quarter = Math.floor(milliseconds / QUARTER);
  if (timeZone !== zone || days.size > MOST_DAYS) days.clear();
  zone = timeZone;
  const known = days.get(quarter);
  if (known !== undefined) return known;
  const day = formatDay(quarter * QUARTER, timeZone);
  days.set(quarter, day);
  return day;
};

const formatDay = (milliseconds: number, timeZone: string): string => {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(milliseconds);
};

/** Whole civil days from one date to a later one. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
