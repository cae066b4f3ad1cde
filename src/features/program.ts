import type { Derivation, Expression } from '../domain/derivation.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';

/** A derived feature to compute and its place among the values. */
export interface PlacedDerivation {
  readonly feature: string;
  readonly derivation: Derivation;
  readonly place: number;
}

/** Operations that make one number of a list. */
const folds = ['sum', 'largest', 'smallest', 'count', 'median', 'trend', 'variation'] as const;
type Fold = (typeof folds)[number];

/** The operations of a program: on two numbers, element by element, or folds; `divide` rounds half away from zero. */
export type Operation = 'add' | 'subtract' | 'multiply' | 'smaller' | 'larger' | 'above' | 'atLeast' | 'divide' | Fold;

/** Whether an operation makes one number of a list. */
export const isFold = (name: string): name is Fold => folds.includes(name as Fold);

/**
 * One step of a program. A fold reads `length` cells into `to`; any other operation writes `length` cells from `to` on,
 * reading as many left ones and then as many right ones.
 */
export interface Instruction {
  readonly operation: Operation;
  readonly to: number;
  readonly length: number;
  readonly reads: readonly number[];
}

/** Derivations as instructions over numbered cells: first the row's columns, then constants and results. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly constants: readonly { readonly cell: number; readonly value: number }[];
  readonly cells: number;
  /** Where each feature stands once the program ran, and its place among the values. */
  readonly results: readonly { readonly cell: number; readonly place: number }[];
}

/** A program under construction; equal parts share their cells. */
interface Draft {
  readonly instructions: Instruction[];
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
): Program => {
  const draft: Draft = { instructions: [], constants: [], known: new Map(), indexOf, cells: columns };
  const results = derivations.map((placed) => ({ cell: compileFeature(placed, draft), place: placed.place }));
  return { instructions: draft.instructions, constants: draft.constants, cells: draft.cells, results };
};

/** The cell that holds the feature once the program ran. */
const compileFeature = ({ feature, derivation }: PlacedDerivation, draft: Draft): number => {
  const { numerator, denominator, decimals } = derivation;
  const fault: Fault = (problem) => {
    throw appError('bad_derivation', { feature, problem });
  };
  const number = (expression: Expression): number => {
    const [cell, second] = compile(expression, draft, fault);
    if (isList(expression) || cell === undefined || second !== undefined)
      return fault({ zh: '应为数字的位置是列表', en: 'a list stands where a number must' });
    return cell;
  };
  const over = number(decimals === 0 ? numerator : { multiply: [numerator, 10 ** decimals] });
  return denominator === undefined ? over : emit('divide', [over, number(denominator)], draft);
};

type Fault = (problem: Text) => never;

/** Says that a definition names a column that is not there. */
export const unknownColumn = (column: string): Text => ({
  zh: `没有名为 ${column} 的列`,
  en: `column ${column} is unknown`,
});

const isList = (expression: Expression): boolean => {
  if (typeof expression === 'number' || 'column' in expression) return false;
  if ('columns' in expression || 'list' in expression || 'series' in expression) return true;
  const [[name, parts] = ['', []]] = Object.entries(expression) as [string, unknown][];
  return !isFold(name) && (parts as Expression[]).some(isList);
};

/** The cells of an expression: one for a number, one for each element of a list, newest first. */
const compile = (expression: Expression, draft: Draft, fault: Fault): readonly number[] => {
  const key = JSON.stringify(expression);
  const known = draft.known.get(key);
  if (known) return known;
  const cells = compileNew(expression, draft, fault);
  draft.known.set(key, cells);
  return cells;
};

const compileNew = (expression: Expression, draft: Draft, fault: Fault): readonly number[] => {
  if (typeof expression === 'number') return [constant(expression, draft)];
  if ('column' in expression) return [columnCell(expression.column, draft, fault)];
  if ('columns' in expression) return expression.columns.map((column) => columnCell(column, draft, fault));
  if ('list' in expression) return expression.list.map((value) => constant(value, draft));
  if ('series' in expression)
    return fault({ zh: `没有名为 ${expression.series} 的序列`, en: `series ${expression.series} is unknown` });
  const [[name, parts] = ['', []]] = Object.entries(expression) as [string, unknown][];
  if (isFold(name)) {
    if (!isList(parts as Expression)) return fault({ zh: `${name} 需要列表`, en: `${name} needs a list` });
    return [emit(name, compile(parts as Expression, draft, fault), draft)];
  }
  return (parts as Expression[])
    .map((part) => ({ cells: compile(part, draft, fault), list: isList(part) }))
    .reduce((left, right) => combine(name as Operation, { left, right }, draft, fault)).cells;
};

const constant = (value: number, draft: Draft): number => {
  const cell = draft.cells++;
  draft.constants.push({ cell, value });
  return cell;
};

const columnCell = (column: string, { indexOf }: Draft, fault: Fault): number => {
  const index = indexOf(column);
  return index < 0 ? fault(unknownColumn(column)) : index;
};

interface Part {
  readonly cells: readonly number[];
  readonly list: boolean;
}

/** One operation element by element; a number stands for every element of a list. */
const combine = (name: Operation, { left, right }: { left: Part; right: Part }, draft: Draft, fault: Fault): Part => {
  const list = left.list || right.list;
  const length = list ? (left.list ? left : right).cells.length : 1;
  if (list && left.list && right.list && left.cells.length !== right.cells.length) {
    return fault({ zh: `${name} 的列表长度不同`, en: `${name} joins lists of different length` });
  }
  const spread = (part: Part) => (part.list ? part.cells : Array.from({ length }, () => part.cells[0] as number));
  const cells = Array.from({ length }, (_, place) => draft.cells + place);
  draft.instructions.push({ operation: name, to: draft.cells, length, reads: [...spread(left), ...spread(right)] });
  draft.cells += length;
  return { cells, list };
};

/** Adds an instruction with one result. */
const emit = (name: Operation, reads: readonly number[], draft: Draft): number => {
  const cell = draft.cells++;
  draft.instructions.push({ operation: name, to: cell, length: name === 'divide' ? 1 : reads.length, reads });
  return cell;
};
