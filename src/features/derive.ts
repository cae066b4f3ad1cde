import { divideHalfAway, INTEGER_LIMIT } from '../arithmetic.ts';
import type { Derivation, Expression } from '../domain/derivation.ts';
import { appError } from '../errors.ts';

/** A derived feature to compute and its place among the values. */
export interface PlacedDerivation {
  readonly feature: string;
  readonly derivation: Derivation;
  readonly place: number;
}

/**
 * Computes derived features of one row of integers in which special codes already stand for what they count as (NaN =
 * missing) into `values`, without allocation.
 * @returns whether an intermediate reached 2^53, so that a feature became missing
 */
export type RunDerivations = (row: Float64Array, values: Float64Array) => boolean;

/** Instructions; each is followed in the program by its target cell, its length n, and n or 2 n cells it reads. */
const operations = {
  add: 0,
  subtract: 1,
  multiply: 2,
  smaller: 3,
  larger: 4,
  above: 5,
  atLeast: 6,
  sum: 7,
  largest: 8,
  smallest: 9,
  count: 10,
  trend: 11,
  variation: 12,
  divide: 13,
} as const;
type Operation = keyof typeof operations;

const FIRST_AGGREGATE = operations.sum;

/** A program under construction: instructions over numbered cells; equal parts share their cells. */
interface Program {
  readonly code: number[];
  readonly constants: { cell: number; value: number }[];
  readonly known: Map<string, readonly number[]>;
  readonly indexOf: (column: string) => number;
  cells: number;
}

/**
 * Compiles derivations to one program over a row's cells. `indexOf` gives a column's place in the row of `columns`
 * numbers; a `series` must have been resolved to its columns before.
 * @throws bad_derivation where a list stands for a number, lists differ in length, or a column is unknown
 */
export const compileDerivations = (
  derivations: readonly PlacedDerivation[],
  { columns, indexOf }: { readonly columns: number; readonly indexOf: (column: string) => number },
): RunDerivations => {
  const program: Program = { code: [], constants: [], known: new Map(), indexOf, cells: columns };
  const results = derivations.map((placed) => compileFeature(placed, program));
  const code = Int32Array.from(program.code);
  const memory = new Float64Array(program.cells);
  for (const { cell, value } of program.constants) memory[cell] = value;
  const from = Int32Array.from(results);
  const to = Int32Array.from(derivations, ({ place }) => place);
  return (row, values) => {
    memory.set(row);
    const overflow = execute(code, memory);
    for (let index = 0; index < from.length; index++)
      values[to[index] as number] = memory[from[index] as number] as number;
    return overflow;
  };
};

/** The cell that holds the feature once the program ran. */
const compileFeature = ({ feature, derivation }: PlacedDerivation, program: Program): number => {
  const { numerator, denominator, decimals } = derivation;
  const fault: Fault = (problem) => {
    throw appError('bad_derivation', { feature, problem });
  };
  const number = (expression: Expression): number => {
    const [cell, second] = compile(expression, program, fault);
    if (isList(expression) || cell === undefined || second !== undefined)
      return fault('a list stands where a number must');
    return cell;
  };
  const over = number(decimals === 0 ? numerator : { multiply: [numerator, 10 ** decimals] });
  return denominator === undefined ? over : emit('divide', [over, number(denominator)], program);
};

type Fault = (problem: string) => never;

const isList = (expression: Expression): boolean => {
  if (typeof expression === 'number' || 'column' in expression) return false;
  if ('columns' in expression || 'list' in expression || 'series' in expression) return true;
  const [[name, parts] = ['', []]] = Object.entries(expression) as [string, unknown][];
  return !isAggregate(name) && (parts as Expression[]).some(isList);
};

const isAggregate = (name: string): boolean => (operations[name as Operation] ?? 0) >= FIRST_AGGREGATE;

/** The cells of an expression: one for a number, one for each element of a list, newest first. */
const compile = (expression: Expression, program: Program, fault: Fault): readonly number[] => {
  const key = JSON.stringify(expression);
  const known = program.known.get(key);
  if (known) return known;
  const cells = compileNew(expression, program, fault);
  program.known.set(key, cells);
  return cells;
};

const compileNew = (expression: Expression, program: Program, fault: Fault): readonly number[] => {
  if (typeof expression === 'number') return [constant(expression, program)];
  if ('column' in expression) return [columnCell(expression.column, program, fault)];
  if ('columns' in expression) return expression.columns.map((column) => columnCell(column, program, fault));
  if ('list' in expression) return expression.list.map((value) => constant(value, program));
  if ('series' in expression) return fault(`series ${expression.series} is unknown`);
  const [[name, parts] = ['', []]] = Object.entries(expression) as [string, unknown][];
  if (isAggregate(name)) {
    if (!isList(parts as Expression)) return fault(`${name} needs a list`);
    return [emit(name as Operation, compile(parts as Expression, program, fault), program)];
  }
  return (parts as Expression[])
    .map((part) => ({ cells: compile(part, program, fault), list: isList(part) }))
    .reduce((left, right) => combine(name as Operation, { left, right }, program, fault)).cells;
};

const constant = (value: number, program: Program): number => {
  const cell = program.cells++;
  program.constants.push({ cell, value });
  return cell;
};

const columnCell = (column: string, { indexOf }: Program, fault: Fault): number => {
  const index = indexOf(column);
  return index < 0 ? fault(`column ${column} is unknown`) : index;
};

interface Part {
  readonly cells: readonly number[];
  readonly list: boolean;
}

/** One operation element by element; a number stands for every element of a list. */
const combine = (
  name: Operation,
  { left, right }: { left: Part; right: Part },
  program: Program,
  fault: Fault,
): Part => {
  const list = left.list || right.list;
  const length = list ? (left.list ? left : right).cells.length : 1;
  if (list && left.list && right.list && left.cells.length !== right.cells.length) {
    return fault(`${name} joins lists of different length`);
  }
  const spread = (part: Part) => (part.list ? part.cells : Array.from({ length }, () => part.cells[0] as number));
  const cells = Array.from({ length }, (_, place) => program.cells + place);
  program.code.push(operations[name], program.cells, length, ...spread(left), ...spread(right));
  program.cells += length;
  return { cells, list };
};

/** Adds an instruction with one result. */
const emit = (name: Operation, reads: readonly number[], program: Program): number => {
  const cell = program.cells++;
  program.code.push(operations[name], cell, name === 'divide' ? 1 : reads.length, ...reads);
  return cell;
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
