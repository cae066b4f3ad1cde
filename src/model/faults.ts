import { namedColumns } from '../domain/derivation.ts';
import type { Code, Input, Model, ModelColumn, Term } from '../domain/model.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import { countBins, countOrdinary } from './bins.ts';

/** What is wrong with one part of a model, in words; empty where nothing is. */
type Problems = readonly string[];

/** The problems of the checks that do not hold. */
const failing = (checks: readonly (readonly [holds: boolean, problem: string])[]): Problems =>
  checks.flatMap(([holds, problem]) => (holds ? [] : [problem]));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Whether no value comes twice. */
export const areUnique = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** Whether every number lies above the one before. */
const areRising = (values: readonly number[]): boolean =>
  values.every((value, place) => place === 0 || value > (values[place - 1] as number));

const areNotFalling = (values: readonly number[]): boolean =>
  values.every((value, place) => place === 0 || value >= (values[place - 1] as number));

const isCategory = ({ categories }: Pick<Input | ModelColumn, 'categories'>): boolean => categories !== null;

/** Problems of a raw column, and of an input alike: its values, codes and what training saw of them. */
export const columnProblems = ({ categories, codes, decimals, range, quantiles }: Input | ModelColumn): Problems => {
  const spread = { least: quantiles?.at(0), most: quantiles?.at(-1) };
  return failing([
    [areUnique(categories?.map(({ value }) => value) ?? []), 'a category comes twice'],
    [areUnique(codes.map(({ value }) => value)), 'a code comes twice'],
    [categories === null || (codes.length === 0 && decimals === 0), 'a category has neither codes nor decimals'],
    [categories === null || (range === null && quantiles === null), 'a category has neither range nor quantiles'],
    [areNotFalling(quantiles ?? []), 'quantiles must not fall'],
    [range?.minimum === spread.least && range?.maximum === spread.most, 'range must be the first and last quantile'],
  ]);
};

/** Problems of an input: its bins, and what it refers to. `rows` is how many the model was trained on. */
export const inputProblems = (input: Input, { groups, columns }: Model, rows: number): Problems => {
  const { edges, categories, codes, counts, direction, group } = input;
  const bins = new Set(categories?.map(({ bin }) => bin));
  return [
    ...failing([
      [(edges === null) !== (categories === null), 'must have edges or categories'],
      [areRising(edges ?? []), 'edges must rise'],
      [categories === null || bins.size === countOrdinary(input), 'categories must leave no bin out'],
      [!isCategory(input) || direction === null, 'a category has no direction'],
      [counts.length === countBins(input), 'counts must have one number for each bin'],
      [sum(counts) === rows, `counts must add up to the ${rows} training rows`],
      [groups.some(({ name }) => name === group), `there is no group ${group}`],
    ]),
    ...columnProblems(input),
    ...sourceProblems(input, columns, codes),
  ];
};

/** An input reads columns there are, in the way that they are read. */
const sourceProblems = (input: Input, columns: Model['columns'], codes: readonly Code[]): Problems => {
  const { source, categories } = input;
  if ('feature' in source) return [];
  if ('derivation' in source) {
    const read = namedColumns(source.derivation).map((name) => ({ name, column: findColumn(columns, name) }));
    return [
      ...read.flatMap(({ name, column }) =>
        column && !isCategory(column) ? [] : [`there is no number column ${name}`],
      ),
      ...failing([[input.decimals === source.derivation.decimals, 'decimals must be those of its derivation']]),
    ];
  }
  const column = findColumn(columns, source.column);
  if (!column) return [`there is no column ${source.column}`];
  const known = new Set(column.categories?.map(({ value }) => value));
  return failing([
    [isCategory(input) === isCategory(column), `column ${column.name} is of another type`],
    [input.decimals === column.decimals, `column ${column.name} has other decimals`],
    [toCanonicalJson(codes) === toCanonicalJson(column.codes), `column ${column.name} has other codes`],
    [categories?.every(({ value }) => known.has(value)) ?? true, `column ${column.name} lacks a category`],
  ]);
};

const findColumn = (columns: Model['columns'], name: string): ModelColumn | undefined =>
  columns.find((column) => column.name === name);

/** Problems of a term; the first hides the others, since they would only repeat it. */
export const termProblems = ({ inputs, shape, microLogits, se }: Term, model: Model): Problems => {
  if (inputs.some((input) => model.inputs[input] === undefined)) return ['names an input that is not there'];
  if (!areUnique(inputs)) return ['names an input twice'];
  const bins = inputs.map((input) => countBins(model.inputs[input] as Input));
  if (bins.length !== shape.length || bins.some((count, axis) => count !== shape[axis])) {
    return ['shape does not match the bins of its inputs'];
  }
  const cells = shape.reduce((product, length) => product * length, 1);
  return failing([[microLogits.length === cells && se.length === cells, `must have ${cells} cells`]]);
};

/** Problems of the grid of references: windows in rising order of score, one mean for each term. */
export const referenceProblems = ({ references, terms }: Model): Problems =>
  failing([
    [references.every(({ microLogits }) => microLogits.length === terms.length), 'must have one mean for each term'],
    [areRising(references.map(({ microLogits }) => sum(microLogits))), 'scores of the windows must rise'],
  ]);

/** How many rows the model was trained on: every one stands in one window of references. */
export const countTrainingRows = ({ references }: Pick<Model, 'references'>): number =>
  sum(references.map(({ rows }) => rows));

/** Problems of the histogram of training scores. */
export const histogramProblems = ({ edges, counts }: Model['scoreHistogram'], rows: number): Problems =>
  failing([
    [areRising(edges), 'edges must rise'],
    [counts.length === edges.length + 1, 'counts must have one number for each bin'],
    [sum(counts) === rows, `counts must add up to the ${rows} training rows`],
  ]);
