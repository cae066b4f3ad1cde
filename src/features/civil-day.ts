const formats = new Map<string, Intl.DateTimeFormat>();

/** Within a quarter of an hour from a full one the civil day is the same everywhere: offsets are whole quarters. */
const QUARTER = 900_000;

/** The quarter last asked for and its civil day; what is decided now is mostly of one quarter. */
let latest = { quarter: Number.NaN, timeZone: '', day: '' };

/** The civil date (YYYY-MM-DD) of an instant in a time zone. */
export const civilDay = (instant: string, timeZone: string): string => {
  const quarter = Math.floor(Date.parse(instant) / QUARTER);
  if (latest.quarter !== quarter || latest.timeZone !== timeZone) {
    latest = { quarter, timeZone, day: formatDay(quarter * QUARTER, timeZone) };
  }
  return latest.day;
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
