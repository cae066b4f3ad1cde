import { INTEGER_LIMIT } from '../arithmetic.ts';
import { element } from './xml.ts';

/** The value of a field. */
export const reference = (field: string): string => element('FieldRef', { field });
/** A number as it stands. */
export const number = (value: number): string => element('Constant', { dataType: 'double' }, String(value));
/** A text as it stands. */
export const text = (value: string): string => element('Constant', { dataType: 'string' }, value);
/** A missing number. */
export const nothing = element('Constant', { dataType: 'double', missing: true });
/** A function of the standard and what it is applied to. */
export const apply = (name: string, ...args: readonly string[]): string => element('Apply', { function: name }, args);
/** One value where a condition holds, else the other, or nothing. */
export const choose = (condition: string, value: string, otherwise?: string): string =>
  apply('if', condition, value, ...(otherwise === undefined ? [] : [otherwise]));

/** Not by the function of that name, which evaluators hold in 32 bits. */
export const floor = (value: string): string => apply('-', value, apply('modulo', value, number(1)));

/** The floor of an integer's quotient, by its remainder: exact. */
export const floorQuotient = (dividend: string, divisor: number): string =>
  apply('/', apply('-', dividend, apply('modulo', dividend, number(divisor))), number(divisor));

/** Missing where a value reaches 2^53. */
export const within = (value: string): string =>
  choose(apply('lessThan', apply('abs', value), number(INTEGER_LIMIT)), value);

/** What people read of a field: its name in words, and words for its values. */
interface FieldWords {
  readonly displayName?: string;
  readonly values?: readonly string[];
}

/** A number computed for every row. */
export const derived = (name: string, expression: string, { displayName, values = [] }: FieldWords = {}): string =>
  element('DerivedField', { name, displayName, optype: 'continuous', dataType: 'double' }, [
    ...values.map((words, value) => element('Extension', { name: String(value), value: words })),
    expression,
  ]);

/** Of the columns of tables: evaluators read these several times as fast as elements that they do not know. */
export const tableNamespace = { 'xmlns:data': 'http://jpmml.org/jpmml-model/InlineTable' };

/**
 * What a table holds at a place, counted from 0.
 * @param lines - its values in order, as many on a line as are to be read together
 */
export const lookUp = (place: string, lines: readonly (readonly number[])[]): string => {
  let next = 0;
  const row = (value: number) => `<row><data:input>${next++}</data:input><data:output>${value}</data:output></row>`;
  return element('MapValues', { outputColumn: 'data:output', dataType: 'double' }, [
    element('FieldColumnPair', { field: place, column: 'data:input' }),
    element(
      'InlineTable',
      {},
      lines.map((values) => values.map(row).join('')),
    ),
  ]);
};

/** Missing as soon as one is: evaluators differ in what functions make of nothing. */
export const whenKnown = (parts: readonly string[], value: string): string => {
  const known = parts.filter((part) => !part.startsWith('<Constant')).map((part) => apply('isNotMissing', part));
  const [first] = known;
  if (first === undefined) return value;
  return choose(known.length === 1 ? first : apply('and', ...known), value);
};
