import { type Instruction, isFold, type Operation, type Program } from './program.ts';

/**
 * One operation over many cells at once: all instructions of that operation that lie equally deep, so that none reads
 * what another writes. Cells are places in the program's memory.
 */
export interface Step {
  readonly operation: Operation;
  /** The cells to write. */
  readonly to: Int32Array;
  /** What an operation on two numbers reads for each; empty for a fold. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** The lists a fold reads, end to end; that of the cell `to[place]` goes from `starts[place]` to `starts[place + 1]`. */
  readonly reads: Int32Array;
  readonly starts: Int32Array;
}

/** Orders a program in steps, each after those whose results it reads. */
export const toSteps = ({ instructions, cells }: Program): Step[] => {
  const depths = new Int32Array(cells);
  const levels: Map<Operation, Instruction[]>[] = [];
  for (const instruction of instructions) {
    const depth = Math.max(...instruction.reads.map((cell) => depths[cell] as number));
    for (const cell of writtenCells(instruction)) depths[cell] = depth + 1;
    levels[depth] ??= new Map();
    const level = levels[depth];
    level.set(instruction.operation, [...(level.get(instruction.operation) ?? []), instruction]);
  }
  return levels.flatMap((level) => [...level].map(([operation, equal]) => toStep(operation, equal)));
};

const writtenCells = ({ operation, to, length }: Instruction): number[] =>
  isFold(operation) ? [to] : Array.from({ length }, (_, place) => to + place);

const toStep = (operation: Operation, instructions: readonly Instruction[]): Step => {
  const fold = isFold(operation);
  const sides = fold ? [] : instructions;
  const lists = fold ? instructions.map(({ reads }) => reads) : [];
  const starts = new Int32Array(lists.length + 1);
  for (const [place, { length }] of lists.entries()) starts[place + 1] = (starts[place] as number) + length;
  return {
    operation,
    to: Int32Array.from(instructions.flatMap(writtenCells)),
    left: Int32Array.from(sides.flatMap(({ reads, length }) => reads.slice(0, length))),
    right: Int32Array.from(sides.flatMap(({ reads, length }) => reads.slice(length))),
    reads: Int32Array.from(lists.flat()),
    starts,
  };
};
