import { INTEGER_LIMIT } from '../arithmetic.ts';
import type { Measure, SourceName, Where } from '../domain/catalogue.ts';
import type { Interner, RowSet } from './row-set.ts';

/** A condition on one column. */
interface Condition {
  readonly column: number;
  /** Numbers of the texts that fit; null = any between `least` and `most`. */
  readonly among: readonly number[] | null;
  readonly least: number;
  readonly most: number;
}

/** A measure over numbered columns of its source. */
interface CompiledMeasure {
  readonly source: SourceName;
  readonly take: Measure['take'];
  readonly column: number;
  readonly conditions: readonly Condition[];
  /** The window's first day lies so many days before the date, exclusive; and its last. */
  readonly days: number;
  readonly ending: number;
  /** Missing without a single row, rather than 0. */
  readonly isFeed: boolean;
}

/** Every text that a condition names. */
export const literalsOf = (measures: readonly Measure[]): string[] =>
  measures.flatMap(({ where }) =>
    Object.values(where ?? {}).flatMap((wanted) => (Array.isArray(wanted) ? wanted : [])),
  );

/** Rows by their sources, and what of them is asked. */
export interface MeasureInput {
  readonly rows: ReadonlyMap<SourceName, RowSet>;
  readonly asOfDay: number;
  /** Whether anything at all is known of the customer. */
  readonly isKnown: boolean;
}

/** Writes each measure into its cell; NaN = missing. @returns whether a sum reached 2^53 */
export type RunMeasures = (input: MeasureInput, cells: Float64Array) => boolean;

/** @throws TypeError where a measure names a field that its source does not have: the catalogue is code */
export const createMeasures = (
  measures: readonly Measure[],
  rows: ReadonlyMap<SourceName, RowSet>,
  interner: Interner,
): RunMeasures => {
  const compiled = measures.map((measure) => compile(measure, rows, interner));
  const seen = createSeen(interner);
  return ({ rows: filled, asOfDay, isKnown }, cells) => {
    let overflow = false;
    for (const [place, measure] of compiled.entries()) {
      const set = filled.get(measure.source) as RowSet;
      const value = isKnown ? take(measure, set, { asOfDay, seen }) : Number.NaN;
      cells[place] = Math.abs(value) >= INTEGER_LIMIT ? Number.NaN : value;
      overflow = overflow || Math.abs(value) >= INTEGER_LIMIT;
    }
    return overflow;
  };
};

const compile = (measure: Measure, rows: ReadonlyMap<SourceName, RowSet>, interner: Interner): CompiledMeasure => {
  const { of, take: taken, field, where, days = Number.POSITIVE_INFINITY, ending = 0 } = measure;
  const set = rows.get(of);
  const placeOf = (name: string): number => {
    const place = set?.places.get(name);
    if (place === undefined) throw new TypeError(`source ${of} has no field ${name}`);
    return place;
  };
  return {
    source: of,
    take: taken,
    column: field === undefined ? -1 : placeOf(field),
    conditions: Object.entries(where ?? {}).map(([name, wanted]) => toCondition(placeOf(name), wanted, interner)),
    days,
    ending,
    isFeed: set?.source.isFeed ?? false,
  };
};

const toCondition = (column: number, wanted: Where[string], { numberOf }: Interner): Condition => {
  if (Array.isArray(wanted)) return { column, among: wanted.map(numberOf), least: 0, most: 0 };
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = wanted;
  return { column, among: null, least: atLeast, most: atMost };
};

/** Marks numbers of texts as seen, without a set for each question. */
const createSeen = ({ size }: Interner) => {
  let marks = new Int32Array(0);
  let question = 0;
  return {
    begin() {
      if (marks.length < size()) marks = new Int32Array(2 * size());
      question++;
    },
    /** Whether a number is seen for the first time since it began. */
    isNew(number: number): boolean {
      if (marks[number] === question) return false;
      marks[number] = question;
      return true;
    },
  };
};
type Seen = ReturnType<typeof createSeen>;

interface Asked {
  readonly asOfDay: number;
  readonly seen: Seen;
}

const take = (measure: CompiledMeasure, set: RowSet, { asOfDay, seen }: Asked): number => {
  const last = asOfDay - measure.ending;
  const first = last - measure.days;
  const until = firstAfter(set.days, last);
  const from = measure.days === Number.POSITIVE_INFINITY ? 0 : firstAfter(set.days, first);
  const isSilent = measure.isFeed && set.days.length === 0;
  switch (measure.take) {
    case 'count':
      return isSilent ? Number.NaN : countRows(measure, set, from, until);
    case 'sum':
      return isSilent ? Number.NaN : sumRows(measure, set, from, until);
    case 'distinct':
      return isSilent ? Number.NaN : countValues(measure, set, [from, from, until], seen);
    case 'new':
      return isSilent ? Number.NaN : countValues(measure, set, [0, from, until], seen);
    case 'largest':
      return mostOf(measure, set, from, until);
    case 'smallest':
      return leastOf(measure, set, from, until);
    case 'latest':
      return latestOf(measure, set, from, until);
    case 'since':
      return asOfDay - dayOf(set, findLast(measure, set, from, until));
    case 'sinceFirst':
      return asOfDay - dayOf(set, findFirst(measure, set, from, until));
  }
};

/** The first place whose day is later. */
const firstAfter = (days: readonly number[], day: number): number => {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] as number) <= day) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Whether a row fits every condition; what is not known fits none. */
const fits = (conditions: readonly Condition[], columns: readonly number[][], row: number): boolean => {
  for (let place = 0; place < conditions.length; place++) {
    const { column, among, least, most } = conditions[place] as Condition;
    const value = (columns[column] as number[])[row] as number;
    if (among ? !among.includes(value) : !(value >= least && value <= most)) return false;
  }
  return true;
};

const countRows = ({ conditions }: CompiledMeasure, { columns }: RowSet, from: number, until: number): number => {
  if (conditions.length === 0) return until - from;
  let count = 0;
  for (let row = from; row < until; row++) count += Number(fits(conditions, columns, row));
  return count;
};

/** A sum is known where that of the magnitudes stays below 2^53, whatever the order. */
const sumRows = ({ conditions, column }: CompiledMeasure, { columns }: RowSet, from: number, until: number): number => {
  const values = columns[column] as number[];
  let [sum, magnitude] = [0, 0];
  for (let row = from; row < until; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value) || !fits(conditions, columns, row)) continue;
    sum += value;
    magnitude += Math.abs(value);
  }
  return magnitude >= INTEGER_LIMIT ? Number.POSITIVE_INFINITY : sum;
};

/** Different values from a row on; those seen between the very first row and that one do not count. */
const countValues = (
  { conditions, column }: CompiledMeasure,
  { columns }: RowSet,
  [first, from, until]: readonly [number, number, number],
  seen: Seen,
): number => {
  const values = columns[column] as number[];
  let count = 0;
  seen.begin();
  for (let row = first; row < until; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value) || !fits(conditions, columns, row)) continue;
    count += Number(seen.isNew(value) && row >= from);
  }
  return count;
};

const mostOf = ({ conditions, column }: CompiledMeasure, { columns }: RowSet, from: number, until: number): number => {
  const values = columns[column] as number[];
  let most = Number.NaN;
  for (let row = from; row < until; row++) {
    const value = values[row] as number;
    if (!(value <= most) && !Number.isNaN(value) && fits(conditions, columns, row)) most = value;
  }
  return most;
};

const leastOf = ({ conditions, column }: CompiledMeasure, { columns }: RowSet, from: number, until: number): number => {
  const values = columns[column] as number[];
  let least = Number.NaN;
  for (let row = from; row < until; row++) {
    const value = values[row] as number;
    if (!(value >= least) && !Number.isNaN(value) && fits(conditions, columns, row)) least = value;
  }
  return least;
};

const findLast = ({ conditions }: CompiledMeasure, { columns }: RowSet, from: number, until: number): number => {
  for (let row = until - 1; row >= from; row--) if (fits(conditions, columns, row)) return row;
  return -1;
};

const findFirst = ({ conditions }: CompiledMeasure, { columns }: RowSet, from: number, until: number): number => {
  for (let row = from; row < until; row++) if (fits(conditions, columns, row)) return row;
  return -1;
};

const dayOf = ({ days }: RowSet, row: number): number => (row < 0 ? Number.NaN : (days[row] as number));

/** The value at the latest moment; of several rows at that moment the largest that is known. */
const latestOf = (measure: CompiledMeasure, set: RowSet, from: number, until: number): number => {
  const last = findLast(measure, set, from, until);
  if (last < 0) return Number.NaN;
  const moment = set.moments[last] as number;
  let first = last;
  while (first > from && set.moments[first - 1] === moment) first--;
  return mostOf(measure, set, first, last + 1);
};
