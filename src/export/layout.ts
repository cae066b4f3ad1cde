import type { Input, Model, ModelColumn, Term } from '../domain/model.ts';
import { Tier } from '../domain/ordered.ts';
import type { Policy } from '../domain/policy.ts';
import { appError } from '../errors.ts';
import { compileDerivations, type Instruction, type Operation, type PlacedDerivation } from '../features/program.ts';
import { interpolateReference, type Reference } from '../model/reference.ts';
import { targetScore, toCutOffs } from '../policy/tiers.ts';

/** What an export is made of. */
export interface ExportSource {
  readonly model: Model;
  readonly policy: Policy;
  readonly policyFingerprint: string;
}

const pairs = ['add', 'subtract', 'multiply', 'smaller', 'larger', 'above', 'atLeast', 'divide'] as const;

/** Operations on two numbers, and folds of a list, newest first (`src/domain/derivation.ts`). */
export type PairOperation = (typeof pairs)[number];
export type FoldOperation = Exclude<Operation, PairOperation>;

/** What a step reads: a column as it counts in arithmetic, the result of an earlier step, or a number. */
export type Operand = { readonly column: number } | { readonly step: number } | { readonly number: number };

/** One number to compute from earlier ones; missing where one of them is, or where it or a running total reaches 2^53. */
export type Step =
  | { readonly operation: PairOperation; readonly reads: readonly [Operand, Operand] }
  | { readonly operation: FoldOperation; readonly reads: readonly Operand[] };

/** Where an input's value comes from: a raw column as it stands, or an operand of the steps. */
export type ValueSource = { readonly raw: number } | { readonly derived: Operand };

/** A model and the cut-offs of its policy, laid out for systems that know neither: single numbers, one step after another. */
export interface ExportLayout extends ExportSource {
  readonly columns: readonly ModelColumn[];
  /** Places of the columns that some step reads. */
  readonly counted: readonly number[];
  readonly steps: readonly Step[];
  /** One for each input of the model. */
  readonly values: readonly ValueSource[];
  /** To enter a tier, as a new application does. */
  readonly cutOffs: { readonly medium: number; readonly high: number };
  /** What the contributions of a row in each tier are measured from, mildest tier first. */
  readonly references: readonly Reference[];
}

/** Lays a model out. @throws policy_model_mismatch where an input comes from events */
export const layOutModel = (source: ExportSource): ExportLayout => {
  const { model, policy } = source;
  const { columns } = model;
  const indexOf = (name: string) => columns.findIndex((column) => column.name === name);
  const placed = model.inputs.flatMap(({ name, source: from }, place) =>
    'derivation' in from ? [{ feature: name, derivation: from.derivation, place }] : [],
  );
  const { steps, resultOf } = layOutDerivations(placed, columns.length, indexOf);
  const values = model.inputs.map(({ name, source: from }, place): ValueSource => {
    if ('column' in from) return { raw: indexOf(from.column) };
    const derived = resultOf.get(place);
    if (derived) return { derived };
    throw appError('policy_model_mismatch', {
      policy: policy.name,
      model: `${model.name} ${model.version}`,
      problem: { zh: `输入 ${name} 来自事件数据`, en: `input ${name} comes from events` },
    });
  });
  const read = [
    ...steps.flatMap(({ reads }) => reads),
    ...values.flatMap((value) => ('derived' in value ? [value.derived] : [])),
  ].flatMap((operand) => ('column' in operand ? [operand.column] : []));
  const cutOffs = toCutOffs(policy.tiers);
  return {
    ...source,
    columns,
    counted: [...new Set(read)].sort((a, b) => a - b),
    steps,
    values,
    cutOffs: { medium: cutOffs.enter[1] as number, high: cutOffs.enter[2] as number },
    references: Tier.options.map((_, rank) => interpolateReference(model, targetScore(cutOffs, rank, 0))),
  };
};

/** Derivations as single steps over numbered columns, and which operand is each result, by its place. */
export const layOutDerivations = (
  placed: readonly PlacedDerivation[],
  columns: number,
  indexOf: (name: string) => number,
): { readonly steps: readonly Step[]; readonly resultOf: ReadonlyMap<number, Operand> } => {
  const program = compileDerivations(placed, { columns, indexOf });
  const operands = new Map<number, Operand>(program.constants.map(({ cell, value }) => [cell, { number: value }]));
  for (let column = 0; column < columns; column++) operands.set(column, { column });
  const operandOf = (cell: number) => operands.get(cell) ?? { number: 0 };
  const steps: Step[] = [];
  for (const instruction of program.instructions) {
    for (const { cell, step } of toSteps(instruction, operandOf)) {
      operands.set(cell, { step: steps.length });
      steps.push(step);
    }
  }
  return { steps, resultOf: new Map(program.results.map(({ cell, place }) => [place, operandOf(cell)])) };
};

const isPair = (operation: Operation): operation is PairOperation => pairs.some((pair) => pair === operation);

/** An instruction as steps: one for a fold, one for each element of any other operation. */
const toSteps = (
  { operation, to, length, reads }: Instruction,
  operandOf: (cell: number) => Operand,
): { cell: number; step: Step }[] => {
  if (!isPair(operation)) return [{ cell: to, step: { operation, reads: reads.map(operandOf) } }];
  return Array.from({ length }, (_, place) => ({
    cell: to + place,
    step: {
      operation,
      reads: [operandOf(reads[place] as number), operandOf(reads[length + place] as number)] as const,
    },
  }));
};

/** The numbers that a fold's running totals are sums of: each operand with its factor. */
export const trendFactors = (length: number): number[] => Array.from({ length }, (_, place) => length - 1 - 2 * place);

/** The values of each group of a category, by bin. */
export const categoryBins = ({ categories }: Pick<Input, 'categories'>): { bin: number; values: string[] }[] => {
  const bins = new Map<number, string[]>();
  for (const { value, bin } of categories ?? []) bins.set(bin, [...(bins.get(bin) ?? []), value]);
  return [...bins].map(([bin, values]) => ({ bin, values })).sort((a, b) => a.bin - b.bin);
};

/** A term by the names of its inputs. */
export const nameTerm = ({ inputs }: Pick<Term, 'inputs'>, model: Pick<Model, 'inputs'>): string =>
  inputs.map((input) => model.inputs[input]?.name).join(' x ');

/** The reason groups a term counts towards, in dictionary order. */
export const termGroups = ({ inputs }: Term, model: Pick<Model, 'inputs' | 'groups'>): Model['groups'] =>
  model.groups.filter(({ name }) => inputs.some((input) => model.inputs[input]?.group === name));

/** How far a cell lies from the next one when the bin of the input at each place moves by one. */
export const strides = ({ shape }: Pick<Term, 'shape'>): number[] =>
  shape.map((_, place) => shape.slice(place + 1).reduce((product, length) => product * length, 1));

/** The bins of a cell, one for each input of the term. */
export const binsOfCell = (term: Pick<Term, 'shape'>, cell: number): number[] =>
  strides(term).map((stride, place) => Math.floor(cell / stride) % (term.shape[place] as number));

/** Name, version and cut-offs of what was exported, for the head of every format. */
export const headLines = ({ model, policy, cutOffs }: ExportLayout): string[] => [
  `Model ${model.name}@${model.version}, fingerprint ${model.fingerprint}`,
  `Policy ${policy.name}@${policy.version}: medium from ${cutOffs.medium}, high from ${cutOffs.high} micro-logits (to enter)`,
];
