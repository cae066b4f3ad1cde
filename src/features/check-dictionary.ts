import { toScaled } from '../arithmetic.ts';
import type { Dictionary, FeatureColumn } from '../domain/dictionary.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';

interface DictionaryFault {
  readonly place: string;
  readonly problem: Text;
}

/** Whether a column may become a feature. */
export const isFeatureColumn = (column: Dictionary['columns'][number]): column is FeatureColumn =>
  column.role === 'feature';

/** Says that a name is no number column: there is none of that name, or it is of another kind. */
export const noNumber = (name: string, { columns }: Dictionary): Text =>
  columns.some((column) => column.name === name)
    ? { zh: `${name} 不是数值列`, en: `${name} is no number column` }
    : { zh: `没有名为 ${name} 的列`, en: `there is no column ${name}` };

/** Checks what a dictionary's schema cannot: names that refer, and nothing said twice. @throws bad_dictionary naming the place */
export const checkDictionary = (dictionary: Dictionary): void => {
  const [fault] = findFaults(dictionary);
  if (fault) throw appError('bad_dictionary', { dictionary: dictionary.name, ...fault });
};

const findFaults = (dictionary: Dictionary): DictionaryFault[] => [
  ...fileFaults(dictionary),
  ...targetFaults(dictionary),
  ...nameFaults(dictionary),
  ...dictionary.columns.filter(isFeatureColumn).flatMap((column) => columnFaults(column, dictionary)),
  ...referenceFaults(dictionary),
  ...periodFaults(dictionary),
  ...dateFaults(dictionary),
  ...customerFaults(dictionary),
];

const periodFaults = ({ periods, columns }: Dictionary): DictionaryFault[] =>
  periods ? calendarFaults(columns, 'periods.column', periods.column) : [];

const twoDays: Text = {
  zh: '观察日须由 target.observationDate 或 dates.observed 之一给出',
  en: 'the day of observation must be said once, by target.observationDate or by dates.observed',
};

const dateFaults = ({ dates, target, columns }: Dictionary): DictionaryFault[] => {
  if (!dates) return [];
  const { observed, outcome } = dates;
  const isSaidOnce = (observed === null) !== (target.observationDate === null);
  return [
    ...(isSaidOnce ? [] : [{ place: 'dates.observed', problem: twoDays }]),
    ...(observed === null ? [] : calendarFaults(columns, 'dates.observed', observed)),
    ...(outcome === undefined ? [] : calendarFaults(columns, 'dates.outcome', outcome)),
  ];
};

/** Whose a row is must not be learnt from. */
const customerFaults = ({ customer, columns }: Dictionary): DictionaryFault[] => {
  if (customer === undefined) return [];
  const column = columns.find(({ name }) => name === customer);
  if (column && !isFeatureColumn(column)) return [];
  const problem = column
    ? { zh: `${customer} 应为 id 或 ignored 列`, en: `${customer} must have the role id or ignored` }
    : { zh: `没有名为 ${customer} 的列`, en: `there is no column ${customer}` };
  return [{ place: 'customer', problem }];
};

/** The calendar itself must not be learnt from. */
const calendarFaults = (columns: Dictionary['columns'], place: string, wanted: string): DictionaryFault[] => {
  const column = columns.find(({ name }) => name === wanted);
  if (column?.role === 'ignored') return [];
  const problem = column
    ? { zh: `${wanted} 应为 ignored 列`, en: `${wanted} must have the role ignored` }
    : { zh: `没有名为 ${wanted} 的列`, en: `there is no column ${wanted}` };
  return [{ place, problem }];
};

const fileFaults = ({ file: { decimal = '.', thousands } }: Dictionary): DictionaryFault[] =>
  thousands === decimal
    ? [{ place: 'file.thousands', problem: { zh: '与小数点相同', en: 'it is the decimal mark too' } }]
    : [];

const targetFaults = ({ target, columns }: Dictionary): DictionaryFault[] => {
  const { good, bad, indeterminate, excluded, column } = target;
  const twice = findTwice([...bad, ...good, ...indeterminate, ...excluded]);
  const leak = columns.filter(isFeatureColumn).find(({ source }) => source === column);
  return [
    ...twice.map((value) => ({
      place: 'target',
      problem: { zh: `标签值 ${value} 归入了两类`, en: `the label's value ${value} is given two meanings` },
    })),
    ...(leak
      ? [
          {
            place: `columns.${leak.name}`,
            problem: { zh: '标签列不得作为特征', en: 'the label must not be a feature' },
          },
        ]
      : []),
  ];
};

const nameFaults = ({ columns, derived, groups, series, populations }: Dictionary): DictionaryFault[] => [
  ...sayTwice(
    'columns',
    [...columns, ...derived].map(({ name }) => name),
  ),
  ...findTwice(columns.map(({ source }) => source)).map((source) => ({
    place: `columns.${columns.findLast((column) => column.source === source)?.name}`,
    problem: { zh: `来源列 ${source} 已被另一列使用`, en: `its source ${source} is that of another column` },
  })),
  ...sayTwice(
    'groups',
    groups.map(({ name }) => name),
  ),
  ...sayTwice(
    'groups',
    groups.map(({ code }) => code),
  ),
  ...sayTwice(
    'series',
    series.map(({ name }) => name),
  ),
  ...sayTwice(
    'populations',
    populations.map(({ name }) => name),
  ),
];

const columnFaults = (column: FeatureColumn, { groups }: Dictionary): DictionaryFault[] => {
  const place = `columns.${column.name}`;
  const unknown: Text = { zh: `没有名为 ${column.group} 的分组`, en: `there is no group ${column.group}` };
  const grouped = groups.some(({ name }) => name === column.group)
    ? []
    : [{ place: `${place}.group`, problem: unknown }];
  if (column.type === 'category')
    return [
      ...grouped,
      ...sayTwice(
        `${place}.categories`,
        column.categories.map(({ value }) => value),
      ),
    ];
  const { minimum, maximum, decimals, codes } = column;
  const empty: Text = { zh: '最小值大于最大值', en: 'the minimum is above the maximum' };
  const scaled = new Map(codes.map(({ value }) => [value, toScaled(value, decimals)]));
  return [
    ...grouped,
    ...(minimum !== null && maximum !== null && minimum > maximum
      ? [{ place: `${place}.minimum`, problem: empty }]
      : []),
    ...sayTwice(
      `${place}.codes`,
      codes.map(({ value }) => String(Number(scaled.get(value)) / 10 ** decimals)),
    ),
  ];
};

const referenceFaults = (dictionary: Dictionary): DictionaryFault[] => {
  const numbers = new Set(
    dictionary.columns.flatMap((column) => (isFeatureColumn(column) && column.type === 'number' ? [column.name] : [])),
  );
  const strangers = (place: string, names: readonly string[]) =>
    names.filter((name) => !numbers.has(name)).map((name) => ({ place, problem: noNumber(name, dictionary) }));
  return [
    ...dictionary.series.flatMap(({ name, columns }) => strangers(`series.${name}`, columns)),
    ...dictionary.populations.flatMap(({ name, where }) =>
      strangers(
        `populations.${name}`,
        where.map(({ column }) => column),
      ),
    ),
  ];
};

const sayTwice = (place: string, names: readonly string[]): DictionaryFault[] =>
  findTwice(names).map((name) => ({ place, problem: { zh: `${name} 重复`, en: `${name} is there twice` } }));

/** What is there more than once, each said once. */
const findTwice = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];
