import { divideHalfAway, INTEGER_LIMIT } from '../arithmetic.ts';
import type { CountCodes } from './codes.ts';
import type { Operation, Program } from './program.ts';
import { type Step, toSteps } from './steps.ts';

/**
 * Computes derived features of one row of integers (NaN = missing) into `values`, without allocation.
 * @returns whether an intermediate reached 2^53, so that a feature became missing
 */
export type RunDerivations = (row: Float64Array, values: Float64Array) => boolean;

/** Lays a program out in steps over flat arrays; `countCodes` writes what the row's values count as. */
export const createDerive = (program: Program, countCodes: CountCodes): RunDerivations => {
  const steps = toSteps(program);
  const memory = new Float64Array(program.cells);
  for (const { cell, value } of program.constants) memory[cell] = value;
  const from = Int32Array.from(program.results, ({ cell }) => cell);
  const to = Int32Array.from(program.results, ({ place }) => place);
  return (row, values) => {
    countCodes(row, memory);
    let overflow = false;
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at] as Step;
      const passed = step.left.length > 0 ? runPairs(step, memory) : runFolds(step, memory);
      overflow = overflow || passed;
    }
    for (let index = 0; index < from.length; index++)
      values[to[index] as number] = memory[from[index] as number] as number;
    return overflow;
  };
};

/** Runs a step over pairs of numbers; answers whether a result reached 2^53. */
const runPairs = ({ operation, to, left, right }: Step, memory: Float64Array): boolean => {
  let overflow = false;
  for (let at = 0; at < to.length; at++) {
    const value = operate(operation, memory[left[at] as number] as number, memory[right[at] as number] as number);
    if (keep(memory, to[at] as number, value)) overflow = true;
  }
  return overflow;
};

/** Runs a step over lists; answers whether a result, or a number on the way to it, reached 2^53. */
const runFolds = (step: Step, memory: Float64Array): boolean => {
  let overflow = false;
  for (let at = 0; at < step.to.length; at++) {
    if (keep(memory, step.to[at] as number, fold(step, memory, at))) overflow = true;
  }
  return overflow;
};

/**
 * Keeps a result, or nothing where it reached 2^53, and answers whether it did. What is missing takes the common way: a
 * branch on it would be mispredicted. `+ 0` turns the zero below zero into the ordinary one.
 */
const keep = (memory: Float64Array, cell: number, value: number): boolean => {
  memory[cell] = value + 0;
  const overflow = Math.abs(value) >= INTEGER_LIMIT;
  if (overflow) memory[cell] = Number.NaN;
  return overflow;
};

/** One operation on two numbers; NaN on either side stays NaN. */
const operate = (operation: Operation, left: number, right: number): number => {
  switch (operation) {
    case 'add':
      return left + right;
    case 'subtract':
      return left - right;
    case 'multiply':
      return left * right;
    case 'smaller':
      return Math.min(left, right);
    case 'larger':
      return Math.max(left, right);
    case 'above':
      return Number(left > right) + 0 * (left + right);
    case 'atLeast':
      return Number(left >= right) + 0 * (left + right);
    default:
      return divideHalfAway(left, right);
  }
};

/**
 * A fold of the list of place `at`, newest first; a missing element (NaN) makes the whole missing, 2^53 on the way makes it
 * Infinity.
 */
const fold = (step: Step, memory: Float64Array, at: number): number => {
  switch (step.operation) {
    case 'sum':
      return sumList(step, memory, at);
    case 'largest':
      return mostOf(step, memory, at);
    case 'smallest':
      return leastOf(step, memory, at);
    case 'count':
      return countList(step, memory, at);
    case 'median':
      return medianOf(step, memory, at);
    case 'trend':
      return trendOf(step, memory, at);
    default:
      return variationOf(step, memory, at);
  }
};

const sumList = ({ reads, starts }: Step, memory: Float64Array, at: number): number => {
  const end = starts[at + 1] as number;
  let total = 0;
  for (let place = starts[at] as number; place < end; place++) {
    total += memory[reads[place] as number] as number;
    if (Math.abs(total) >= INTEGER_LIMIT) return Number.POSITIVE_INFINITY;
  }
  return total;
};

const mostOf = ({ reads, starts }: Step, memory: Float64Array, at: number): number => {
  const end = starts[at + 1] as number;
  let most = Number.NEGATIVE_INFINITY;
  for (let place = starts[at] as number; place < end; place++)
    most = Math.max(most, memory[reads[place] as number] as number);
  return most;
};

const leastOf = ({ reads, starts }: Step, memory: Float64Array, at: number): number => {
  const end = starts[at + 1] as number;
  let least = Number.POSITIVE_INFINITY;
  for (let place = starts[at] as number; place < end; place++)
    least = Math.min(least, memory[reads[place] as number] as number);
  return least;
};

const countList = ({ reads, starts }: Step, memory: Float64Array, at: number): number => {
  const end = starts[at + 1] as number;
  let count = 0;
  for (let place = starts[at] as number; place < end; place++) {
    const value = memory[reads[place] as number] as number;
    count += Number(value !== 0) + 0 * value;
  }
  return count;
};

/** The lower median, found by counting for each element how many are smaller and how many not larger. */
const medianOf = ({ reads, starts }: Step, memory: Float64Array, at: number): number => {
  const [start, end] = [starts[at] as number, starts[at + 1] as number];
  const rank = (end - start + 1) >> 1;
  let median = Number.NaN;
  for (let place = start; place < end; place++) {
    const value = memory[reads[place] as number] as number;
    if (Number.isNaN(value)) return Number.NaN;
    let [below, upTo] = [0, 0];
    for (let other = start; other < end; other++) {
      const compared = memory[reads[other] as number] as number;
      below += Number(compared < value);
      upTo += Number(compared <= value);
    }
    if (below < rank && upTo >= rank) median = value;
  }
  return median;
};

const trendOf = ({ reads, starts }: Step, memory: Float64Array, at: number): number => {
  const end = starts[at + 1] as number;
  let weight = end - (starts[at] as number) - 1;
  let total = 0;
  for (let place = starts[at] as number; place < end; place++) {
    const part = weight * (memory[reads[place] as number] as number);
    total += part;
    weight -= 2;
    if (Math.abs(part) >= INTEGER_LIMIT || Math.abs(total) >= INTEGER_LIMIT) return Number.POSITIVE_INFINITY;
  }
  return total;
};

const variationOf = ({ reads, starts }: Step, memory: Float64Array, at: number): number => {
  const end = starts[at + 1] as number;
  const start = starts[at] as number;
  let before = memory[reads[start] as number] as number;
  let total = 0 * before;
  for (let place = start + 1; place < end; place++) {
    const value = memory[reads[place] as number] as number;
    total += Math.abs(value - before);
    if (total >= INTEGER_LIMIT) return Number.POSITIVE_INFINITY;
    before = value;
  }
  return total;
};
