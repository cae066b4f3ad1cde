import { divideHalfAway, INTEGER_LIMIT } from '../arithmetic.ts';
import { FIRST_AGGREGATE, operations, type Program } from './program.ts';

/**
 * Computes derived features of one row of integers in which special codes already stand for what they count as (NaN =
 * missing) into `values`, without allocation.
 * @returns whether an intermediate reached 2^53, so that a feature became missing
 */
export type RunDerivations = (row: Float64Array, values: Float64Array) => boolean;

/** Lays a program out in flat arrays, each instruction as operation, target, length and the cells it reads. */
export const createDerive = (program: Program): RunDerivations => {
  const code = Int32Array.from(
    program.instructions.flatMap(({ operation, to, length, reads }) => [operations[operation], to, length, ...reads]),
  );
  const memory = new Float64Array(program.cells);
  for (const { cell, value } of program.constants) memory[cell] = value;
  const from = Int32Array.from(program.results, ({ cell }) => cell);
  const to = Int32Array.from(program.results, ({ place }) => place);
  return (row, values) => {
    memory.set(row);
    const overflow = execute(code, memory);
    for (let index = 0; index < from.length; index++)
      values[to[index] as number] = memory[from[index] as number] as number;
    return overflow;
  };
};

/**
 * Runs a program over its memory; answers whether an intermediate reached 2^53 (its cell is then missing). `+ 0` turns
 * the zero below zero into the ordinary one.
 */
const execute = (code: Int32Array, memory: Float64Array): boolean => {
  let overflow = false;
  let at = 0;
  while (at < code.length) {
    const operation = code[at] as number;
    const to = code[at + 1] as number;
    const length = code[at + 2] as number;
    const first = at + 3;
    if (operation >= FIRST_AGGREGATE && operation !== operations.divide) {
      const value = aggregate(operation, { memory, code, first, length });
      const fits = Math.abs(value) < INTEGER_LIMIT;
      if (!fits && !Number.isNaN(value)) overflow = true;
      memory[to] = fits ? value + 0 : Number.NaN;
      at = first + length;
      continue;
    }
    const second = first + length;
    for (let place = 0; place < length; place++) {
      const left = memory[code[first + place] as number] as number;
      const right = memory[code[second + place] as number] as number;
      const value = operate(operation, left, right);
      const fits = Math.abs(value) < INTEGER_LIMIT;
      if (!fits && !Number.isNaN(value)) overflow = true;
      memory[to + place] = fits ? value + 0 : Number.NaN;
    }
    at = second + length;
  }
  return overflow;
};

/** One operation on two numbers; NaN on either side stays NaN. */
const operate = (operation: number, left: number, right: number): number => {
  switch (operation) {
    case operations.add:
      return left + right;
    case operations.subtract:
      return left - right;
    case operations.multiply:
      return left * right;
    case operations.smaller:
      return Math.min(left, right);
    case operations.larger:
      return Math.max(left, right);
    case operations.above:
      return left > right ? 1 : 0 * (left + right);
    case operations.atLeast:
      return left >= right ? 1 : 0 * (left + right);
    default:
      return divideHalfAway(left, right);
  }
};

/** The cells a fold reads: `length` numbers of the program from `first` on. */
interface Cells {
  readonly memory: Float64Array;
  readonly code: Int32Array;
  readonly first: number;
  readonly length: number;
}

/** A fold of a list, newest first; a missing element (NaN) makes the whole missing, 2^53 on the way makes it Infinity. */
const aggregate = (operation: number, cells: Cells): number => {
  switch (operation) {
    case operations.sum:
      return sumCells(cells);
    case operations.largest:
      return mostCell(cells);
    case operations.smallest:
      return leastCell(cells);
    case operations.count:
      return countCells(cells);
    case operations.trend:
      return trendCells(cells);
    default:
      return varyCells(cells);
  }
};

const sumCells = ({ memory, code, first, length }: Cells): number => {
  let total = 0;
  for (let at = first; at < first + length; at++) {
    total += memory[code[at] as number] as number;
    if (Math.abs(total) >= INTEGER_LIMIT) return Number.POSITIVE_INFINITY;
  }
  return total;
};

const mostCell = ({ memory, code, first, length }: Cells): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = first; at < first + length; at++) most = Math.max(most, memory[code[at] as number] as number);
  return most;
};

const leastCell = ({ memory, code, first, length }: Cells): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let at = first; at < first + length; at++) least = Math.min(least, memory[code[at] as number] as number);
  return least;
};

const countCells = ({ memory, code, first, length }: Cells): number => {
  let count = 0;
  for (let at = first; at < first + length; at++) {
    const value = memory[code[at] as number] as number;
    if (Number.isNaN(value)) return value;
    if (value !== 0) count++;
  }
  return count;
};

const trendCells = ({ memory, code, first, length }: Cells): number => {
  let total = 0;
  for (let place = 0; place < length; place++) {
    const part = (length - 1 - 2 * place) * (memory[code[first + place] as number] as number);
    total += part;
    if (Math.abs(part) >= INTEGER_LIMIT || Math.abs(total) >= INTEGER_LIMIT) return Number.POSITIVE_INFINITY;
  }
  return total;
};

const varyCells = ({ memory, code, first, length }: Cells): number => {
  let before = memory[code[first] as number] as number;
  let total = 0 * before;
  for (let at = first + 1; at < first + length; at++) {
    const value = memory[code[at] as number] as number;
    total += Math.abs(value - before);
    if (total >= INTEGER_LIMIT) return Number.POSITIVE_INFINITY;
    before = value;
  }
  return total;
};
