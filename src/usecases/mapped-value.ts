import { INTEGER_LIMIT } from '../arithmetic.ts';
import type { MappedValue } from '../domain/mapping.ts';
import type { Text } from '../domain/text.ts';
import type { AppError } from '../errors.ts';
import { numberFaults, parseScaled } from '../features/column.ts';
import { createDayReader, createDayShift, noDay, noonOf } from './civil-days.ts';

/** What a row makes of a value. */
export type Evaluate = (cells: readonly string[]) => unknown;

/** What values are made from. */
export interface ValueContext {
  /** Where a column stands. @throws bad_header where there is none */
  readonly placeOf: (column: string) => number;
  readonly missing: ReadonlySet<string>;
  readonly timeZone: string;
  /** What is wrong with the mapping. */
  readonly fault: (problem: Text) => AppError;
  /** What is wrong with a cell of the row that is read. */
  readonly cellFault: (column: string, value: string, problem: Text) => AppError;
}

type Operator = Readonly<Record<string, MappedValue>>;
type Compile = (operator: Operator, context: ValueContext) => Evaluate;

/** Compiles a value of a mapping. @throws bad_mapping, bad_header */
export const compileValue = (value: MappedValue, context: ValueContext): Evaluate => {
  if (Array.isArray(value)) {
    const items = value.map((item) => compileValue(item, context));
    return (cells) => items.map((item) => item(cells));
  }
  if (typeof value !== 'object' || value === null) return () => value;
  const name = Object.keys(value).find((key) => key.startsWith('$'));
  if (name === undefined) return compileObject(value, context);
  const compile = operators[name];
  if (!compile) throw context.fault({ zh: `没有运算 ${name}`, en: `there is no ${name}` });
  return compile(value, context);
};

const compileObject = (value: Operator, context: ValueContext): Evaluate => {
  const entries = Object.entries(value).map(([key, part]) => [key, compileValue(part, context)] as const);
  return (cells) => {
    const made: Record<string, unknown> = {};
    for (const [key, evaluate] of entries) made[key] = evaluate(cells);
    return made;
  };
};

/** The first column a value is made from, for its faults. */
const columnIn = (value: MappedValue | undefined): string => {
  if (typeof value !== 'object' || value === null) return '';
  if (!Array.isArray(value) && typeof value.$column === 'string') return value.$column;
  return Object.values(value).map(columnIn).find(Boolean) ?? '';
};

/** An operator on one value; null stays null. */
const onText =
  (name: string, create: (operator: Operator, context: ValueContext) => (text: string) => unknown): Compile =>
  (operator, context) => {
    const source = compileValue(operator[name] ?? null, context);
    const column = columnIn(operator[name]);
    const apply = create(operator, context);
    return (cells) => {
      const value = source(cells);
      if (value === null || value === undefined) return null;
      const made = apply(String(value));
      if (isFault(made)) throw context.cellFault(column, String(value), made);
      return made;
    };
  };

const isFault = (made: unknown): made is Text => typeof made === 'object' && made !== null;

/** How a day is written that is made of others. */
const ISO_DAY = 'YYYY-MM-DD';

const notListed: Text = { zh: '不在对照表中', en: 'it is not in the lookup' };

const operators: Readonly<Record<string, Compile>> = {
  $column: ({ $column }, { placeOf, missing }) => {
    const place = placeOf(String($column));
    return (cells) => {
      const text = cells[place]?.trim() ?? '';
      return text === '' || missing.has(text) ? null : text;
    };
  },
  $number: onText('$number', ({ decimals = 0 }) => (text) => {
    const value = parseScaled(text, Number(decimals));
    if (value === undefined || Number.isNaN(value)) return numberFaults.notNumber;
    return Math.abs(value) >= INTEGER_LIMIT ? numberFaults.tooLarge : value;
  }),
  $lookup: ({ otherwise = null, ...operator }, context) => {
    const known = new Map(Object.entries((operator.in ?? {}) as Operator));
    const isOpen = otherwise !== null;
    const find = onText('$lookup', () => (text) => known.get(text) ?? (isOpen ? otherwise : notListed));
    const evaluate = find(operator, context);
    return (cells) => evaluate(cells) ?? otherwise;
  },
  $join: ({ $join }, context) => {
    const parts = (Array.isArray($join) ? $join : []).map((part) => compileValue(part, context));
    return (cells) => {
      const texts = parts.map((part) => part(cells));
      return texts.includes(null) ? null : texts.join('');
    };
  },
  $day: ({ addMonths = 0, ...operator }, context) => {
    const months = compileValue(addMonths, context);
    const read = onText('$day', ({ format = ISO_DAY }) => createDayReader(String(format)))(operator, context);
    const shift = createDayShift(operator.endOfMonth === true);
    return (cells) => {
      const day = read(cells);
      const by = months(cells);
      return typeof day !== 'string' || by === null ? null : shift(day, Number(by));
    };
  },
  $month: onText('$month', () => (day) => day.slice(0, 'YYYY-MM'.length)),
  $instant: onText('$instant', (_, { timeZone }) => {
    const [read, toNoon] = [createDayReader(ISO_DAY), noonOf(timeZone)];
    return (text) => (read(text) === text ? toNoon(text) : noDay(ISO_DAY));
  }),
};

/** Puts an entry's values in the place of `$each`. @throws bad_mapping where the entry has none */
export const fillEach = (value: MappedValue, entry: Operator, fault: ValueContext['fault']): MappedValue => {
  if (Array.isArray(value)) return value.map((item) => fillEach(item, entry, fault));
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.$each === 'string') {
    const found = entry[value.$each];
    if (found === undefined) throw fault({ zh: `没有 $each ${value.$each}`, en: `there is no $each ${value.$each}` });
    return found;
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fillEach(part, entry, fault)]));
};
