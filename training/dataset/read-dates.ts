import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import type { CsvBatch } from '../../src/store/csv.ts';

/** Year first, with dashes, slashes, points or the Chinese signs; a time behind it is left out. */
const DAY = /^(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?([T ].*)?$/;

/** The civil day (YYYY-MM-DD) that a cell holds; null where it holds none that the calendar has. */
export const readDay = (text: string): string | null => {
  const [, year = '', first, month = '', second, day = ''] = DAY.exec(text) ?? [];
  if (first !== second && !(first === '年' && second === '月')) return null;
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const found = new Date(`${written}T00:00:00Z`);
  return Number.isNaN(found.getTime()) || found.toISOString().slice(0, 10) !== written ? null : written;
};

const noDay: Text = {
  zh: '应为年在前的日期，例如 2026-03-31',
  en: 'it must be a day, year first, such as 2026-03-31',
};
const unobserved: Text = { zh: '观察日不得缺失', en: 'the day of observation must not be missing' };

/** A day and what says it: a column of the file, or the dictionary. */
interface SaidDay {
  readonly name: string;
  readonly day: string;
}

/** A column of days: what the file calls it, and where it stands. */
interface Placed {
  readonly source: string;
  readonly place: number;
}

/** Reads the days of rows. */
export interface DateReader {
  /** @throws bad_cell for what is no day, bad_row where an outcome was seen before its row was observed */
  read(batch: CsvBatch): void;
  /** The day on which each row was observed, days since 1970-01-01. */
  finish(): readonly number[];
}

const DAY_MILLISECONDS = 86_400_000;

/**
 * Reads on which day each row was observed, and checks that its outcome was not seen before: such an outcome was no
 * prediction. An outcome without a day is open or has none.
 * @param findPlace finds a source column in the file; throws bad_header where it is absent
 * @returns null where the dictionary names no columns of days
 */
export const createDateReader = (
  { dates, columns, target, file: { missing } }: Dictionary,
  path: string,
  findPlace: (source: string) => number,
): DateReader | null => {
  if (!dates) return null;
  const open = new Set(missing);
  const placeColumn = (name: string): Placed => {
    const source = columns.find((column) => column.name === name)?.source ?? name;
    return { source, place: findPlace(source) };
  };
  const observed = dates.observed === null ? null : placeColumn(dates.observed);
  const outcome = dates.outcome === undefined ? null : placeColumn(dates.outcome);
  const read = (cells: readonly string[], row: number, { source, place }: Placed): SaidDay | null => {
    const text = (cells[place] as string).trim();
    if (open.has(text)) return null;
    const day = readDay(text);
    if (day !== null) return { name: source, day };
    throw appError('bad_cell', { file: path, row, column: source, value: text, problem: noDay });
  };
  const observe = (cells: readonly string[], row: number): SaidDay => {
    if (observed === null) return { name: 'target.observationDate', day: target.observationDate ?? '' };
    const found = read(cells, row, observed);
    if (found) return found;
    throw appError('bad_cell', { file: path, row, column: observed.source, value: '', problem: unobserved });
  };
  const days: number[] = [];
  return {
    read({ rows, firstRow }) {
      for (const [index, cells] of rows.entries()) {
        const row = firstRow + index;
        const [from, to] = [observe(cells, row), outcome && read(cells, row, outcome)];
        if (to && to.day < from.day) throw appError('bad_row', { file: path, row, problem: wordOrder(from, to) });
        days.push(Date.parse(from.day) / DAY_MILLISECONDS);
      }
    },
    finish: () => days,
  };
};

const wordOrder = (from: SaidDay, to: SaidDay): Text => ({
  zh: `结果日 ${to.name}（${to.day}）早于观察日 ${from.name}（${from.day}）`,
  en: `the day of the outcome, ${to.name} (${to.day}), is before the day of observation, ${from.name} (${from.day})`,
});
