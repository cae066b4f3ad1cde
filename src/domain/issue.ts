import type { z } from 'zod';
import type { Text } from './text.ts';

type Issue = z.core.$ZodIssue;

/** Where data does not fit its schema, and what is wrong there. */
export interface SchemaFault {
  /** The way from the top, elements of a list by their name where they have one. */
  readonly place: string | Text;
  readonly problem: Text;
}

/** Options of a schema's own check that carry its text in both languages. */
export const says = (problem: Text) => ({ message: problem.en, params: { problem } });

/** The fault that tells most about data which did not fit; among the branches of a union that of the nearest one. */
export const readFault = ({ issues }: Pick<z.ZodError, 'issues'>, data: unknown): SchemaFault => {
  const { path, problem } = readIssue(pickIssue(issues), data);
  const values = walk(data, path);
  const place = path.map((key, index) => nameOf(values[index]) ?? String(key)).join('.');
  return { place: place || { zh: '顶层', en: 'the top' }, problem };
};

/** The path and the words of one issue; of a union those of its nearest branch. */
export const readIssue = (issue: Issue | undefined, data: unknown): { path: readonly PropertyKey[]; problem: Text } => {
  const dug = dig({ issue, path: [] });
  return { path: dug.path, problem: wordIssue(dug.issue, dug.path.length === 0 ? data : walk(data, dug.path).at(-1)) };
};

interface Placed {
  readonly issue: Issue | undefined;
  readonly path: readonly PropertyKey[];
}

/** A name that is not known says more than the one that is absent for it. */
const pickIssue = (issues: readonly Issue[]): Issue | undefined =>
  issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];

const dig = ({ issue, path }: Placed): Placed => {
  if (!issue) return { issue, path };
  const place = [...path, ...issue.path];
  if (issue.code === 'invalid_key') return dig({ issue: pickIssue(issue.issues), path: place });
  const branch = issue.code === 'invalid_union' && nearestBranch(issue.errors);
  return branch ? dig({ issue: pickIssue(branch), path: place }) : { issue, path: place };
};

/** The branch that the data fits best; null where several fit it equally. */
const nearestBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] | null => {
  const distances = branches.map((issues) => issues.reduce((sum, issue) => sum + distance(issue), 0));
  const least = Math.min(...distances);
  const [nearest, second] = branches.filter((_, index) => distances[index] === least);
  return nearest && !second ? nearest : null;
};

/** A value of another kind speaks against a branch more than a fault deeper in it. */
const distance = ({ code, path }: Issue): number => {
  if (path.length === 0 && code === 'invalid_type') return 100;
  return code === 'unrecognized_keys' || code === 'invalid_value' ? 10 : 1;
};

/** The values on the way along a path, without the top. */
const walk = (data: unknown, path: readonly PropertyKey[]): unknown[] => {
  let value = data;
  return path.map((key) => {
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
    return value;
  });
};

const nameOf = (value: unknown): string | null => {
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : null;
  return typeof name === 'string' && name !== '' ? name : null;
};

const kinds: Readonly<Record<string, Text>> = {
  string: { zh: '文本', en: 'a text' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: '布尔值', en: 'true or false' },
  object: { zh: '对象', en: 'an object' },
  record: { zh: '对象', en: 'an object' },
  array: { zh: '列表', en: 'a list' },
  tuple: { zh: '列表', en: 'a list' },
  null: { zh: '空值', en: 'null' },
};

const limits = {
  least: { zh: '不小于', en: 'at least' },
  above: { zh: '大于', en: 'above' },
  most: { zh: '不大于', en: 'at most' },
  below: { zh: '小于', en: 'below' },
} as const satisfies Record<string, Text>;

const formats: Readonly<Record<string, Text>> = {
  date: { zh: '应为日期，例如 2026-01-31', en: 'must be a day such as 2026-01-31' },
  datetime: { zh: '应为时刻，例如 2026-01-31T08:00:00Z', en: 'must be an instant such as 2026-01-31T08:00:00Z' },
};

const unfit: Text = { zh: '不符合任何一种允许的写法', en: 'fits none of the forms that are allowed here' };

/** Words a fault of the schema. */
const wordIssue = (issue: Issue | undefined, value: unknown): Text => {
  if (!issue) return unfit;
  if (value === undefined && issue.code !== 'custom') return { zh: '缺少该项', en: 'is absent' };
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kinds[issue.expected];
      return kind ? { zh: `应为${kind.zh}`, en: `must be ${kind.en}` } : unfit;
    }
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return 'options' in issue && issue.options ? oneOf(issue.options) : kindsOf(issue.errors);
    case 'unrecognized_keys':
      return { zh: `没有名为 ${issue.keys.join('、')} 的项`, en: `nothing is called ${issue.keys.join(', ')} here` };
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? limits.least : limits.above, issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? limits.most : limits.below, issue.maximum);
    case 'invalid_format':
      return formats[issue.format] ?? unfit;
    default:
      return problemOf(issue) ?? unfit;
  }
};

/** The kinds of value a union takes, where its branches differ in nothing else. */
const kindsOf = (branches: readonly (readonly Issue[])[]): Text => {
  const expected = branches.map(([issue]) => (issue?.code === 'invalid_type' && kinds[issue.expected]) || null);
  const known = expected.filter((kind) => kind !== null);
  if (known.length < expected.length || branches.some(([issue]) => issue?.path.length !== 0)) return unfit;
  return {
    zh: `应为${known.map(({ zh }) => zh).join('或')}`,
    en: `must be ${known.map(({ en }) => en).join(' or ')}`,
  };
};

const oneOf = (values: readonly unknown[]): Text => {
  const listed = values.filter((value) => value !== undefined && value !== null).join(', ');
  return { zh: `应为以下之一：${listed}`, en: `must be one of ${listed}` };
};

const bound = (origin: string, limit: Text, value: number | bigint): Text => {
  if (origin === 'string') return { zh: `长度应${limit.zh} ${value}`, en: `must have ${limit.en} ${value} characters` };
  if (origin === 'array')
    return { zh: `元素个数应${limit.zh} ${value}`, en: `must have ${limit.en} ${value} elements` };
  return { zh: `应${limit.zh} ${value}`, en: `must be ${limit.en} ${value}` };
};

const problemOf = (issue: Issue): Text | null =>
  issue.code === 'custom' ? ((issue.params?.problem as Text | undefined) ?? null) : null;
