import type { FieldKind, Source } from './sources.ts';

/** Gives texts numbers, so that rows hold nothing but numbers. */
export interface Interner {
  /** The number of a text, the same each time until it is cleared. */
  numberOf(text: string): number;
  /** How many numbers were given. */
  size(): number;
  /** Forgets all but the texts it was made with. */
  clear(): void;
}

/** @param kept texts that keep their numbers, 0 and on */
export const createInterner = (kept: readonly string[]): Interner => {
  const fixed = new Map([...new Set(kept)].map((text, index) => [text, index]));
  const given = new Map<string, number>();
  return {
    numberOf(text) {
      const known = fixed.get(text) ?? given.get(text);
      if (known !== undefined) return known;
      const next = fixed.size + given.size;
      given.set(text, next);
      return next;
    },
    size: () => fixed.size + given.size,
    clear: () => given.clear(),
  };
};

/** Rows of one source, column by column, in the order of their moments. A field that is not known is NaN. */
export interface RowSet {
  readonly source: Source;
  /** Milliseconds since 1970. */
  readonly moments: number[];
  /** Civil days since 1970-01-01. */
  readonly days: number[];
  readonly columns: readonly number[][];
  /** Places of the fields among the columns. */
  readonly places: ReadonlyMap<string, number>;
}

export const createRowSet = (source: Source): RowSet => {
  const names = Object.keys(source.fields);
  return {
    source,
    moments: [],
    days: [],
    columns: names.map(() => []),
    places: new Map(names.map((name, place) => [name, place])),
  };
};

/** Takes all rows away. */
export const clearRows = ({ moments, days, columns }: RowSet): void => {
  moments.length = 0;
  days.length = 0;
  for (const column of columns) column.length = 0;
};

/** A row that is made, not read: what a field is not given is not known. */
export interface MadeRow {
  readonly day: number;
  readonly fields: Readonly<Record<string, number>>;
}

const DAY = 86_400_000;

/** Puts made rows in the order of their days; their moments are the days themselves. */
export const setRows = (rows: RowSet, made: readonly MadeRow[]): void => {
  clearRows(rows);
  const names = [...rows.places.keys()];
  for (const { day, fields } of made.toSorted((a, b) => a.day - b.day)) {
    rows.moments.push(day * DAY);
    rows.days.push(day);
    for (const [place, name] of names.entries()) rows.columns[place]?.push(fields[name] ?? Number.NaN);
  }
};

/** How a field of an event is read: null where it is not known. */
export type ReadField = (event: object) => unknown;

export const createReadField = (path: readonly string[]): ReadField => {
  const [first = '', second] = path;
  if (second === undefined) return (event) => (event as Record<string, unknown>)[first];
  return (event) => (event as Record<string, Record<string, unknown>>)[first]?.[second];
};

/** The number a value stands for, by the kind of its field. */
export const toNumber = (kind: FieldKind, value: unknown, numberOf: Interner['numberOf']): number => {
  if (value === null || value === undefined) return Number.NaN;
  if (kind === 'category') return numberOf(String(value));
  if (kind === 'day') return Math.round(Date.parse(`${value}T00:00:00Z`) / DAY);
  return Number(value);
};
