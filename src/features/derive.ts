import { divideHalfAway, INTEGER_LIMIT } from '../arithmetic.ts';
import type { Derivation, Expression } from '../domain/derivation.ts';
import { appError } from '../errors.ts';

/** Reads one number from a row of integers in which special codes already stand for what they count as; NaN = missing. */
type Read = (row: Float64Array) => number;

/** Computes a derived feature from a row; NaN = missing. */
export type DerivedRead = Read;

/** Set when an intermediate reached 2^53; whoever computes a row clears and reads it. */
export interface Overflow {
  happened: boolean;
}

interface Compiler {
  readonly feature: string;
  readonly indexOf: (column: string) => number;
  readonly overflow: Overflow;
}

/**
 * Compiles a derivation to a function over rows. `indexOf` gives a column's place in the row; a `series` must have been
 * resolved to its columns before.
 * @throws bad_derivation where a list stands for a number, lists differ in length, or a column is unknown
 */
export const compileDerivation = (
  feature: string,
  { numerator, denominator, decimals }: Derivation,
  context: Omit<Compiler, 'feature'>,
): DerivedRead => {
  const compiler = { ...context, feature };
  const over = compileNumber(numerator, compiler);
  const under = denominator === undefined ? () => 1 : compileNumber(denominator, compiler);
  const factor = 10 ** decimals;
  const { overflow } = context;
  return (row) => {
    const scaled = guard(over(row) * factor, overflow);
    return Number.isNaN(scaled) ? Number.NaN : divideHalfAway(scaled, under(row));
  };
};

const guard = (value: number, overflow: Overflow): number => {
  if (value < INTEGER_LIMIT && value > -INTEGER_LIMIT) return value;
  if (!Number.isNaN(value)) overflow.happened = true;
  return Number.NaN;
};

const compileNumber = (expression: Expression, compiler: Compiler): Read => {
  const reads = compile(expression, compiler);
  if (reads.length === 1 && !isList(expression)) return first(reads, compiler);
  throw appError('bad_derivation', { feature: compiler.feature, problem: 'a list stands where a number must' });
};

const isList = (expression: Expression): boolean => {
  if (typeof expression === 'number' || 'column' in expression) return false;
  if ('columns' in expression || 'series' in expression || 'list' in expression) return true;
  if (aggregateOf(expression)) return false;
  return partsOf(expression).some(isList);
};

const first = (reads: readonly Read[], { feature }: Compiler): Read => {
  const [read] = reads;
  if (!read) throw appError('bad_derivation', { feature, problem: 'an empty list' });
  return read;
};

/** One reader for a number, as many as it has elements for a list. */
const compile = (expression: Expression, compiler: Compiler): Read[] => {
  if (typeof expression === 'number') return [() => expression];
  if ('column' in expression) return [readColumn(expression.column, compiler)];
  if ('columns' in expression) return expression.columns.map((column) => readColumn(column, compiler));
  if ('list' in expression) return expression.list.map((value) => () => value);
  if ('series' in expression) {
    throw appError('bad_derivation', { feature: compiler.feature, problem: `series ${expression.series} is unknown` });
  }
  const aggregate = aggregateOf(expression);
  if (aggregate) return [compileAggregate(aggregate.name, aggregate.over, compiler)];
  return compileElementwise(expression, compiler);
};

const readColumn = (column: string, { indexOf, feature }: Compiler): Read => {
  const index = indexOf(column);
  if (index < 0) throw appError('bad_derivation', { feature, problem: `column ${column} is unknown` });
  return (row) => row[index] as number;
};

/** Folds of a list; each gets the elements newest first and answers NaN where one is missing. */
const aggregates = {
  sum: (values: Float64Array) => values.reduce((total, value) => total + value, 0),
  largest: (values: Float64Array) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  smallest: (values: Float64Array) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  count: (values: Float64Array) =>
    values.reduce((total, value) => total + (Number.isNaN(value) ? value : Number(value !== 0)), 0),
  trend: (values: Float64Array) =>
    values.reduce((total, value, index) => total + (values.length - 1 - 2 * index) * value, 0),
  variation: (values: Float64Array) =>
    values.reduce(
      (total, value, index) => (index === 0 ? value * 0 : total + Math.abs(value - (values[index - 1] as number))),
      0,
    ),
} as const;
type AggregateName = keyof typeof aggregates;

const aggregateOf = (expression: Exclude<Expression, number>): { name: AggregateName; over: Expression } | null => {
  for (const name of Object.keys(aggregates) as AggregateName[]) {
    if (name in expression) return { name, over: (expression as Record<string, Expression>)[name] as Expression };
  }
  return null;
};

const compileAggregate = (name: AggregateName, over: Expression, compiler: Compiler): Read => {
  if (!isList(over)) throw appError('bad_derivation', { feature: compiler.feature, problem: `${name} needs a list` });
  const reads = compile(over, compiler);
  const values = new Float64Array(reads.length);
  const fold = aggregates[name];
  const { overflow } = compiler;
  return (row) => {
    for (let index = 0; index < reads.length; index++) values[index] = (reads[index] as Read)(row);
    return guard(fold(values), overflow);
  };
};

const operators = {
  add: (left: number, right: number) => left + right,
  subtract: (left: number, right: number) => left - right,
  multiply: (left: number, right: number) => left * right,
  smaller: (left: number, right: number) => Math.min(left, right),
  larger: (left: number, right: number) => Math.max(left, right),
  above: (left: number, right: number) => compare(left, right, left > right),
  atLeast: (left: number, right: number) => compare(left, right, left >= right),
} as const;

const compare = (left: number, right: number, holds: boolean): number =>
  Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : Number(holds);

const partsOf = (expression: Exclude<Expression, number>): readonly Expression[] =>
  Object.values(expression).flat() as Expression[];

const compileElementwise = (expression: Exclude<Expression, number>, compiler: Compiler): Read[] => {
  const [name] = Object.keys(expression);
  const operate = operators[name as keyof typeof operators];
  const parts = partsOf(expression).map((part) => compile(part, compiler));
  const length = Math.max(...parts.map((part) => part.length));
  if (parts.some((part) => part.length !== 1 && part.length !== length)) {
    throw appError('bad_derivation', { feature: compiler.feature, problem: `${name} joins lists of different length` });
  }
  const { overflow } = compiler;
  return Array.from({ length }, (_, index) =>
    parts
      .map((part) => (part.length === 1 ? part[0] : part[index]) as Read)
      .reduce((left, right) => (row) => guard(operate(left(row), right(row)), overflow)),
  );
};
