import type { Text } from '../domain/text.ts';

/** Says that a text is no day. */
export const noDay = (format: string): Text => ({
  zh: `应为 ${format} 形式的日期`,
  en: `it is no day written as ${format}`,
});

/** Years of two digits from this one on are of the last century. */
const CENTURY_FROM = 69;

/**
 * Reads civil days written in a format of YYYY or YY, MM and DD; what follows them, such as a time, is left out.
 * @returns YYYY-MM-DD, or what is wrong
 */
export const createDayReader = (format: string): ((text: string) => string | Text) => {
  const escaped = format.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = escaped
    .replace('YYYY', '(?<year>\\d{4})')
    .replace('YY', '(?<year>\\d{2})')
    .replace('MM', '(?<month>\\d{2})')
    .replace('DD', '(?<day>\\d{2})');
  const expression = new RegExp(`^${pattern}(?!\\d)`);
  const known = new Map<string, string | Text>();
  const read = (text: string): string | Text => {
    const { year = '', month = '', day = '01' } = expression.exec(text)?.groups ?? {};
    const whole = year.length === 2 ? `${Number(year) >= CENTURY_FROM ? 19 : 20}${year}` : year;
    const written = `${whole}-${month}-${day}`;
    const moment = Date.parse(`${written}T00:00:00Z`);
    const isDay = !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(written);
    return isDay ? written : noDay(format);
  };
  return (text) => {
    const found = known.get(text) ?? read(text);
    if (known.size < MOST_KNOWN) known.set(text, found);
    return found;
  };
};

/** Most days that are kept at hand. */
const MOST_KNOWN = 10_000;

/** Moves civil days by months, and to the end of the month where it is asked for; the same are asked for often. */
export const createDayShift = (toEnd: boolean): ((day: string, months: number) => string) => {
  const known = new Map<string, string>();
  return (day, months) => {
    if (months === 0 && !toEnd) return day;
    const key = `${day} ${months}`;
    const shifted = known.get(key) ?? shiftMonths(day, months, toEnd);
    if (known.size < MOST_KNOWN) known.set(key, shifted);
    return shifted;
  };
};

/** A civil day some months later, or earlier; the last of its month where the month has no such day. */
const shiftMonths = (day: string, months: number, toEnd: boolean): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  const moment = Date.UTC(year, month - 1 + months, toEnd ? last : Math.min(date, last));
  return new Date(moment).toISOString().slice(0, 'YYYY-MM-DD'.length);
};

/** Noon of civil days in a time zone as instants; where clocks change that day, up to an hour beside it. */
export const noonOf = (timeZone: string): ((day: string) => string) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });
  const known = new Map<string, string>();
  const find = (day: string): string => {
    const guess = Date.parse(`${day}T12:00:00Z`);
    const parts = new Map(format.formatToParts(guess).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
    return new Date(guess - (shown - guess)).toISOString();
  };
  return (day) => {
    const found = known.get(day) ?? find(day);
    if (known.size < MOST_KNOWN) known.set(day, found);
    return found;
  };
};
