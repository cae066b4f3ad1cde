import type { Derivation, Expression } from '../../src/domain/derivation.ts';
import { absolute, at, greater, quotientHalfAway, total } from './exact.ts';

const LIMIT = 2n ** 53n;

/** What a row holds: the number each column counts as; null = missing. */
export type Row = ReadonlyMap<string, bigint | null>;

/** What became of an expression, beside its value. */
export interface Course {
  /** Something in it is not known. */
  missing: boolean;
  /** The value of some expression in it is at or above 2^53. */
  overflow: boolean;
  /** Only a running total or product within one operation might have been. */
  perhaps: boolean;
}

type Value = bigint | bigint[];

const listed = (value: Value): bigint[] => (Array.isArray(value) ? value : [value]);

/** Applies an operation to single numbers, or element by element, a single number standing for every element. */
const each = (values: readonly Value[], operate: (numbers: readonly bigint[]) => bigint): Value => {
  const lists = values.filter((value) => Array.isArray(value));
  const [first] = lists;
  if (!first) return operate(values.map((value) => at(listed(value), 0)));
  return first.map((_, index) => operate(values.map((value) => (Array.isArray(value) ? at(value, index) : value))));
};

const product = (numbers: readonly bigint[]): bigint => numbers.reduce((so, number) => so * number, 1n);

const largest = (numbers: readonly bigint[]): bigint => numbers.reduce(greater);

const smallest = (numbers: readonly bigint[]): bigint => -largest(numbers.map((number) => -number));

/**
 * Least squares over t = 1 (oldest) to n (newest): slope = (n sum(t y) - sum(t) sum(y)) / (n sum(t^2) - sum(t)^2), here
 * times n (n^2 - 1) / 6. The divisor is n^2 (n^2 - 1) / 12, so the product is twice the dividend over n.
 */
const trend = (newestFirst: readonly bigint[]): bigint => {
  const n = BigInt(newestFirst.length);
  const times = newestFirst.map((_, index) => n - BigInt(index));
  const both = total(times.map((t, index) => t * at(newestFirst, index)));
  return (2n * (n * both - total(times) * total(newestFirst))) / n;
};

const variation = (newestFirst: readonly bigint[]): bigint =>
  total(newestFirst.slice(1).map((value, index) => absolute(value - at(newestFirst, index))));

const SAFE: Course = { missing: false, overflow: false, perhaps: false };

/** An expression's exact value; where something is missing or too large, 0 stands in and the course says so. */
const weigh = (expression: Expression, row: Row, course: Course): Value => {
  const value = weighOne(expression, row, course);
  if (listed(value).some((number) => absolute(number) >= LIMIT)) course.overflow = true;
  return value;
};

const readColumn = (column: string, row: Row, course: Course): bigint => {
  const value = row.get(column) ?? null;
  if (value === null) course.missing = true;
  return value ?? 0n;
};

const weighOne = (expression: Expression, row: Row, course: Course): Value => {
  if (typeof expression === 'number') return BigInt(expression);
  if ('column' in expression) return readColumn(expression.column, row, course);
  if ('columns' in expression) return expression.columns.map((column) => readColumn(column, row, course));
  if ('list' in expression) return expression.list.map(BigInt);
  const of = (part: Expression) => weigh(part, row, course);
  const all = (parts: readonly Expression[]) => parts.map(of);
  const watch = (magnitude: bigint): void => {
    if (magnitude >= LIMIT) course.perhaps = true;
  };
  const summed = (numbers: readonly bigint[]): bigint => {
    watch(total(numbers.map(absolute)));
    return total(numbers);
  };
  if ('add' in expression) return each(all(expression.add), summed);
  if ('subtract' in expression) return each(all(expression.subtract), ([a = 0n, b = 0n]) => a - b);
  if ('multiply' in expression) {
    return each(all(expression.multiply), (numbers) => {
      watch(product(numbers.map((number) => greater(1n, absolute(number)))));
      return product(numbers);
    });
  }
  if ('smaller' in expression) return each(all(expression.smaller), smallest);
  if ('larger' in expression) return each(all(expression.larger), largest);
  if ('above' in expression) return each(all(expression.above), ([a = 0n, b = 0n]) => (a > b ? 1n : 0n));
  if ('atLeast' in expression) return each(all(expression.atLeast), ([a = 0n, b = 0n]) => (a >= b ? 1n : 0n));
  if ('sum' in expression) return summed(listed(of(expression.sum)));
  if ('largest' in expression) return largest(listed(of(expression.largest)));
  if ('smallest' in expression) return smallest(listed(of(expression.smallest)));
  if ('count' in expression) return BigInt(listed(of(expression.count)).filter((number) => number !== 0n).length);
  if ('median' in expression) {
    const sorted = listed(of(expression.median)).sort((a, b) => Number(a > b) - Number(a < b));
    return at(sorted, Math.ceil(sorted.length / 2) - 1);
  }
  if ('trend' in expression) {
    const numbers = listed(of(expression.trend));
    watch(BigInt(numbers.length) * total(numbers.map(absolute)));
    return trend(numbers);
  }
  if ('variation' in expression) return variation(listed(of(expression.variation)));
  throw new Error('a series must have been resolved to its columns');
};

/** `10^decimals x numerator / denominator`, half away from zero; null = missing, too large on the way, or divided by 0. */
export const derive = (
  { decimals, numerator, denominator = 1 }: Derivation,
  row: Row,
): { value: bigint | null; course: Course } => {
  const course = { ...SAFE };
  const [over] = listed(weigh(numerator, row, course));
  const [under] = listed(weigh(denominator, row, course));
  const scaled = (over ?? 0n) * 10n ** BigInt(decimals);
  if (absolute(scaled) >= LIMIT) course.overflow = true;
  if (course.missing || course.overflow || under === undefined || under === 0n) return { value: null, course };
  return { value: quotientHalfAway(scaled, under), course };
};
