import { namedColumns } from '../domain/derivation.ts';
import type { Code, Input, Model, ModelColumn, Term } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import { countBins, countOrdinary } from './bins.ts';

/** What is wrong with one part of a model, in words; empty where nothing is. */
type Problems = readonly Text[];

/** The problems of the checks that do not hold. */
const failing = (checks: readonly (readonly [holds: boolean, problem: Text])[]): Problems =>
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
    [areUnique(categories?.map(({ value }) => value) ?? []), { zh: '类别重复', en: 'a category comes twice' }],
    [areUnique(codes.map(({ value }) => value)), { zh: '特殊代码重复', en: 'a code comes twice' }],
    [
      categories === null || (codes.length === 0 && decimals === 0),
      { zh: '类别不得有特殊代码或小数位', en: 'a category has neither codes nor decimals' },
    ],
    [
      categories === null || (range === null && quantiles === null),
      { zh: '类别不得有取值范围或分位数', en: 'a category has neither range nor quantiles' },
    ],
    [areNotFalling(quantiles ?? []), { zh: '分位数不得下降', en: 'quantiles must not fall' }],
    [
      range?.minimum === spread.least && range?.maximum === spread.most,
      { zh: '取值范围必须是首末两个分位数', en: 'range must be the first and last quantile' },
    ],
  ]);
};

/** Problems of an input: its bins, and what it refers to. `rows` is how many the model was trained on. */
export const inputProblems = (input: Input, { groups, columns }: Model, rows: number): Problems => {
  const { edges, categories, codes, counts, direction, group } = input;
  const bins = new Set(categories?.map(({ bin }) => bin));
  return [
    ...failing([
      [
        (edges === null) !== (categories === null),
        { zh: '必须有分箱边界或类别，且只能有其一', en: 'must have edges or categories' },
      ],
      [areRising(edges ?? []), { zh: '边界必须递增', en: 'edges must rise' }],
      [
        categories === null || bins.size === countOrdinary(input),
        { zh: '类别不得漏掉任何一箱', en: 'categories must leave no bin out' },
      ],
      [!isCategory(input) || direction === null, { zh: '类别没有方向', en: 'a category has no direction' }],
      [counts.length === countBins(input), { zh: '计数必须每箱一个', en: 'counts must have one number for each bin' }],
      [
        sum(counts) === rows,
        { zh: `计数之和必须等于 ${rows} 个训练行`, en: `counts must add up to the ${rows} training rows` },
      ],
      [groups.some(({ name }) => name === group), { zh: `没有名为 ${group} 的分组`, en: `there is no group ${group}` }],
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
        column && !isCategory(column)
          ? []
          : [{ zh: `没有名为 ${name} 的数值列`, en: `there is no number column ${name}` }],
      ),
      ...failing([
        [
          input.decimals === source.derivation.decimals,
          { zh: '小数位数必须与其衍生式一致', en: 'decimals must be those of its derivation' },
        ],
      ]),
    ];
  }
  const column = findColumn(columns, source.column);
  if (!column) return [{ zh: `没有名为 ${source.column} 的列`, en: `there is no column ${source.column}` }];
  const known = new Set(column.categories?.map(({ value }) => value));
  return failing([
    [
      isCategory(input) === isCategory(column),
      { zh: `列 ${column.name} 的类型不同`, en: `column ${column.name} is of another type` },
    ],
    [
      input.decimals === column.decimals,
      { zh: `列 ${column.name} 的小数位数不同`, en: `column ${column.name} has other decimals` },
    ],
    [
      toCanonicalJson(codes) === toCanonicalJson(column.codes),
      { zh: `列 ${column.name} 的特殊代码不同`, en: `column ${column.name} has other codes` },
    ],
    [
      categories?.every(({ value }) => known.has(value)) ?? true,
      { zh: `列 ${column.name} 缺少其中的类别`, en: `column ${column.name} lacks a category` },
    ],
  ]);
};

const findColumn = (columns: Model['columns'], name: string): ModelColumn | undefined =>
  columns.find((column) => column.name === name);

/** Problems of a term; the first hides the others, since they would only repeat it. */
export const termProblems = ({ inputs, shape, microLogits, se }: Term, model: Model): Problems => {
  if (inputs.some((input) => model.inputs[input] === undefined))
    return [{ zh: '引用了不存在的输入', en: 'names an input that is not there' }];
  if (!areUnique(inputs)) return [{ zh: '重复引用同一输入', en: 'names an input twice' }];
  const bins = inputs.map((input) => countBins(model.inputs[input] as Input));
  if (bins.length !== shape.length || bins.some((count, axis) => count !== shape[axis])) {
    return [{ zh: '形状与各输入的分箱不符', en: 'shape does not match the bins of its inputs' }];
  }
  const cells = shape.reduce((product, length) => product * length, 1);
  return failing([
    [
      microLogits.length === cells && se.length === cells,
      { zh: `必须有 ${cells} 个单元`, en: `must have ${cells} cells` },
    ],
  ]);
};

/** Problems of the grid of references: windows in rising order of score, one mean for each term. */
export const referenceProblems = ({ references, terms }: Model): Problems =>
  failing([
    [
      references.every(({ microLogits }) => microLogits.length === terms.length),
      { zh: '每项必须有一个均值', en: 'must have one mean for each term' },
    ],
    [
      areRising(references.map(({ microLogits }) => sum(microLogits))),
      { zh: '各窗口的分数必须递增', en: 'scores of the windows must rise' },
    ],
  ]);

/** How many rows the model was trained on: every one stands in one window of references. */
export const countTrainingRows = ({ references }: Pick<Model, 'references'>): number =>
  sum(references.map(({ rows }) => rows));

/** Problems of the histogram of training scores. */
export const histogramProblems = ({ edges, counts }: Model['scoreHistogram'], rows: number): Problems =>
  failing([
    [areRising(edges), { zh: '边界必须递增', en: 'edges must rise' }],
    [counts.length === edges.length + 1, { zh: '计数必须每箱一个', en: 'counts must have one number for each bin' }],
    [
      sum(counts) === rows,
      { zh: `计数之和必须等于 ${rows} 个训练行`, en: `counts must add up to the ${rows} training rows` },
    ],
  ]);
