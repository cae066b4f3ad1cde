import { type Bounds, divideHalfAway, INTEGER_LIMIT } from '../arithmetic.ts';
import type { Instruction, Operation, Program } from './program.ts';

/** What the features that one column changes may be. */
export interface ColumnBounds {
  /** Their places among the values. */
  readonly places: readonly number[];
  /**
   * Bounds of each while the column runs over the integers from `low` to `high`, none of them a special code; of a single
   * integer its very value.
   */
  over(low: number, high: number): readonly Bounds[];
}

/**
 * A number while one column runs from its low end to its high end. Where it is `straight` it goes in even steps from
 * `first` to `last`; else these are its least and its most, in either order. So sums and comparisons of straight numbers
 * stay exact.
 */
interface Reach {
  readonly first: number;
  readonly last: number;
  readonly straight: boolean;
  readonly perhapsMissing: boolean;
}

/** The bounds of one column's features, the other columns standing as in a row. */
export type BoundColumn = (column: number) => ColumnBounds;

/**
 * Prepares to run a program over a range of one column in place of a value, in the arithmetic of `createDerive`: every
 * value it could reach lies within the bounds, and every 2^53 or division by 0 on the way shows as perhaps missing.
 * @returns takes a row of integers in which special codes already stand for what they count as; NaN = missing
 */
export const createDerivedBounds = (program: Program): ((row: Float64Array) => BoundColumn) => {
  const known = new Map<number, ColumnReach>();
  const reachOf = (column: number): ColumnReach => {
    const reach = known.get(column) ?? findReach(program, column);
    known.set(column, reach);
    return reach;
  };
  return (row) => {
    const standing: Reach[] = Array.from(row, exactly);
    for (const { cell, value } of program.constants) standing[cell] = exactly(value);
    for (const instruction of program.instructions) run(instruction, standing);
    return (column) => {
      const { steps, results } = reachOf(column);
      const cells = standing.slice();
      return {
        places: results.map(({ place }) => place),
        over(low, high) {
          cells[column] = { first: low, last: high, straight: true, perhapsMissing: false };
          for (const step of steps) run(step, cells);
          return results.map(({ cell }) => toBounds(cells[cell] as Reach));
        },
      };
    };
  };
};

/** What of a program one column has a part in. */
interface ColumnReach {
  readonly steps: Program['instructions'];
  readonly results: Program['results'];
}

const findReach = (program: Program, column: number): ColumnReach => {
  const changed = new Set([column]);
  const steps = program.instructions.filter(({ reads, to, length, operation }) => {
    if (!reads.some((cell) => changed.has(cell))) return false;
    const results = operation in folds ? 1 : length;
    for (let place = 0; place < results; place++) changed.add(to + place);
    return true;
  });
  return { steps, results: program.results.filter(({ cell }) => changed.has(cell)) };
};

const exactly = (value: number): Reach => ({ first: value, last: value, straight: true, perhapsMissing: false });

const missing = exactly(Number.NaN);

const leastOf = ({ first, last }: Reach): number => Math.min(first, last);
const mostOf = ({ first, last }: Reach): number => Math.max(first, last);

const toBounds = (reach: Reach): Bounds => ({
  least: leastOf(reach),
  most: mostOf(reach),
  perhapsMissing: reach.perhapsMissing,
});

const run = ({ operation, to, length, reads }: Instruction, cells: Reach[]): void => {
  const read = (place: number) => cells[reads[place] as number] as Reach;
  if (operation in folds) {
    cells[to] = folds[operation as Fold](reads.map((_, place) => read(place)));
    return;
  }
  for (let place = 0; place < length; place++)
    cells[to + place] = apply(operation as Pairwise, read(place), read(length + place));
};

/** One operation on two numbers: missing where either is, and where the result is at or above 2^53. */
const apply = (operation: Pairwise, left: Reach, right: Reach): Reach => {
  if (Number.isNaN(left.first) || Number.isNaN(right.first)) return missing;
  return settle(pairwise[operation](left, right), left.perhapsMissing || right.perhapsMissing);
};

/** Cuts off what does not fit below 2^53, where the number is missing. */
const settle = (reach: Reach, perhapsMissing: boolean): Reach => {
  const { first, last } = reach;
  const [least, most] = [leastOf(reach), mostOf(reach)];
  if (Number.isNaN(first) || least >= INTEGER_LIMIT || most <= -INTEGER_LIMIT) return missing;
  if (least > -INTEGER_LIMIT && most < INTEGER_LIMIT) {
    const doubtful = perhapsMissing || reach.perhapsMissing;
    return { first: first + 0, last: last + 0, straight: reach.straight || first === last, perhapsMissing: doubtful };
  }
  const [lowest, highest] = [Math.max(least, 1 - INTEGER_LIMIT), Math.min(most, INTEGER_LIMIT - 1)];
  return { first: lowest, last: highest, straight: false, perhapsMissing: true };
};

const straight = (first: number, last: number): Reach => ({ first, last, straight: true, perhapsMissing: false });

const between = (...numbers: readonly number[]): Reach => ({
  first: Math.min(...numbers),
  last: Math.max(...numbers),
  straight: false,
  perhapsMissing: false,
});

const zero = exactly(0);
const one = exactly(1);
const zeroOrOne = between(0, 1);

const isConstant = ({ first, last }: Reach): boolean => first === last;
const isNotNegative = ({ first, last }: Reach): boolean => first >= 0 && last >= 0;
const isNotPositive = ({ first, last }: Reach): boolean => first <= 0 && last <= 0;
const touchesZero = (reach: Reach): boolean => leastOf(reach) <= 0 && mostOf(reach) >= 0;

const add = (left: Reach, right: Reach): Reach => {
  if (left.straight && right.straight) return straight(left.first + right.first, left.last + right.last);
  return between(leastOf(left) + leastOf(right), mostOf(left) + mostOf(right));
};

const negate = ({ first, last, straight: isStraight, perhapsMissing }: Reach): Reach => ({
  first: -first,
  last: -last,
  straight: isStraight,
  perhapsMissing,
});

const subtract = (left: Reach, right: Reach): Reach => add(left, negate(right));

const multiply = (left: Reach, right: Reach): Reach => {
  if (left.straight && right.straight && (isConstant(left) || isConstant(right)))
    return straight(left.first * right.first, left.last * right.last);
  return between(left.first * right.first, left.first * right.last, left.last * right.first, left.last * right.last);
};

const larger = (left: Reach, right: Reach): Reach => {
  const difference = subtract(left, right);
  if (isNotNegative(difference)) return left;
  if (isNotPositive(difference)) return right;
  return between(Math.max(leastOf(left), leastOf(right)), Math.max(mostOf(left), mostOf(right)));
};

const isAbove = (left: Reach, right: Reach): Reach => {
  const difference = subtract(left, right);
  if (isNotPositive(difference)) return zero;
  return isNotNegative(difference) && !touchesZero(difference) ? one : zeroOrOne;
};

/** Between two straight numbers a quotient rises or falls all the way, and rounding keeps the order. */
const divide = (left: Reach, right: Reach): Reach => {
  if (!touchesZero(right)) {
    if (left.straight && right.straight)
      return between(divideHalfAway(left.first, right.first), divideHalfAway(left.last, right.last));
    return divideBy(left, [right.first, right.last]);
  }
  const divisors = [
    ...(leastOf(right) < 0 ? [leastOf(right), -1] : []),
    ...(mostOf(right) > 0 ? [1, mostOf(right)] : []),
  ];
  return divisors.length === 0 ? missing : { ...divideBy(left, divisors), perhapsMissing: true };
};

/** Quotients by the ends of the divisors below and above 0; those in between lie between them. */
const divideBy = ({ first, last }: Reach, divisors: readonly number[]): Reach =>
  between(...divisors.flatMap((divisor) => [divideHalfAway(first, divisor), divideHalfAway(last, divisor)]));

const pairwise = {
  add,
  subtract,
  multiply,
  larger,
  smaller: (left: Reach, right: Reach): Reach => negate(larger(negate(left), negate(right))),
  above: isAbove,
  atLeast: (left: Reach, right: Reach): Reach => subtract(one, isAbove(right, left)),
  divide,
} satisfies Partial<Record<Operation, (left: Reach, right: Reach) => Reach>>;
type Pairwise = keyof typeof pairwise;

const total = (parts: readonly Reach[]): Reach => parts.reduce((sum, part) => apply('add', sum, part), zero);

const absolute = (reach: Reach): Reach => apply('larger', zero, apply('larger', reach, apply('subtract', zero, reach)));

/** The step from a neighbour; 0 for the first of a list, unless it is missing. */
const stepFrom = (before: Reach | undefined, part: Reach): Reach =>
  before ? absolute(apply('subtract', part, before)) : apply('multiply', zero, part);

/** A median rises with each of its elements: it lies between the median of their least and that of their most. */
const medianOf = (parts: readonly Reach[]): Reach => {
  if (parts.some(({ first }) => Number.isNaN(first))) return missing;
  const lower = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[(parts.length - 1) >> 1] ?? 0;
  const reach = between(lower(parts.map(leastOf)), lower(parts.map(mostOf)));
  return { ...reach, perhapsMissing: parts.some(({ perhapsMissing }) => perhapsMissing) };
};

/** Folds of a list, newest first. */
const folds = {
  sum: total,
  largest: (parts: readonly Reach[]): Reach => parts.reduce((most, part) => apply('larger', most, part)),
  smallest: (parts: readonly Reach[]): Reach => parts.reduce((least, part) => apply('smaller', least, part)),
  count: (parts: readonly Reach[]): Reach => total(parts.map((part) => apply('above', absolute(part), zero))),
  median: (parts: readonly Reach[]): Reach => medianOf(parts),
  trend: (parts: readonly Reach[]): Reach =>
    total(parts.map((part, place) => apply('multiply', exactly(parts.length - 1 - 2 * place), part))),
  variation: (parts: readonly Reach[]): Reach => total(parts.map((part, place) => stepFrom(parts[place - 1], part))),
} satisfies Partial<Record<Operation, (parts: readonly Reach[]) => Reach>>;
type Fold = keyof typeof folds;
