import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Dictionary } from '../../src/domain/dictionary.ts';
import { readFault, type SchemaFault } from '../../src/domain/issue.ts';
import { Policy } from '../../src/domain/policy.ts';
import { createCategoryColumn, createDictionary, createNumberColumn, createSpecialCode } from '../factories/frame.ts';
import { createPolicy, createRule } from '../factories/policy.ts';

/** The fault of data that a schema must refuse. */
const faultOf = (schema: z.ZodType, data: unknown): SchemaFault => {
  const { error } = schema.safeParse(data);
  if (!error) throw new Error('it was accepted');
  return readFault(error, data);
};

const dictionary = createDictionary({
  columns: [
    createNumberColumn({ name: 'income', codes: [createSpecialCode({ value: -9 })] }),
    createCategoryColumn({ name: 'home' }),
  ],
  derived: [
    {
      name: 'doubled',
      version: 1,
      label: { zh: '两倍', en: 'doubled' },
      reason: { zh: '两倍', en: 'doubled' },
      unit: null,
      direction: null,
      derivation: { decimals: 0, numerator: { add: [{ column: 'income' }, { multiply: [2, { column: 'income' }] }] } },
    },
  ],
});

/** The dictionary as a file holds it, with one place changed. */
const withChange = (change: (plain: Record<string, unknown>) => void): unknown => {
  const plain = JSON.parse(JSON.stringify(dictionary));
  change(plain);
  return plain;
};

const columnsOf = (plain: Record<string, unknown>) => plain.columns as Record<string, unknown>[];
const numeratorOf = (plain: Record<string, unknown>, numerator: unknown) =>
  Object.assign((plain.derived as { derivation: object }[])[0]?.derivation ?? {}, { numerator });

describe('a dictionary that does not fit', () => {
  it.each<[string, (plain: Record<string, unknown>) => void, string, string, string]>([
    ['a part is absent', (plain) => delete plain.groups, 'groups', 'is absent', '缺少该项'],
    [
      'decimals are negative',
      (plain) => Object.assign(columnsOf(plain)[0] ?? {}, { decimals: -1 }),
      'columns.income.decimals',
      'must be at least 0',
      '应不小于 0',
    ],
    [
      'a part is written wrong',
      (plain) => {
        const column = columnsOf(plain)[0] ?? {};
        column.directon = column.direction;
        delete column.direction;
      },
      'columns.income',
      'nothing is called directon here',
      '没有名为 directon 的项',
    ],
    [
      'a column of unknown type',
      (plain) => Object.assign(columnsOf(plain)[1] ?? {}, { type: 'text' }),
      'columns.home.type',
      'must be one of number, category',
      '应为以下之一：number, category',
    ],
    [
      'a column of unknown role',
      (plain) => Object.assign(columnsOf(plain)[1] ?? {}, { role: 'feture' }),
      'columns.home.role',
      'must be one of feature, id, ignored',
      '应为以下之一：feature, id, ignored',
    ],
    [
      'a column that is left out without a reason',
      (plain) => {
        columnsOf(plain)[1] = { name: 'home', source: 'home', label: { zh: '住', en: 'home' }, role: 'ignored' };
      },
      'columns.home.why',
      'is absent',
      '缺少该项',
    ],
    [
      'a name that is none',
      (plain) => Object.assign(columnsOf(plain)[1] ?? {}, { name: 'My Home' }),
      'columns.My Home.name',
      'must be lower case letters, digits and underscores, a letter first',
      '应以小写字母开头，只含小写字母、数字和下划线',
    ],
    [
      'a text where a number must be, deep in a list',
      (plain) => Object.assign(columnsOf(plain)[0] ?? {}, { codes: [{ ...createSpecialCode(), value: '-9' }] }),
      'columns.income.codes.0.value',
      'must be a number',
      '应为数字',
    ],
    [
      'an unknown operation',
      (plain) => numeratorOf(plain, { add: [1, { colum: 'income' }] }),
      'derived.doubled.derivation.numerator.add.1',
      'fits none of the forms that are allowed here',
      '不符合任何一种允许的写法',
    ],
    [
      'an operand of the wrong kind, deep in an expression',
      (plain) => numeratorOf(plain, { add: [1, { sum: { column: 5 } }] }),
      'derived.doubled.derivation.numerator.add.1.sum.column',
      'must be a text',
      '应为文本',
    ],
    [
      'too few operands',
      (plain) => numeratorOf(plain, { add: [1] }),
      'derived.doubled.derivation.numerator.add',
      'must have at least 2 elements',
      '元素个数应不小于 2',
    ],
    [
      'a day that is none',
      (plain) => Object.assign(plain.target as object, { observationDate: '2026-02-31' }),
      'target.observationDate',
      'must be a day such as 2026-01-31',
      '应为日期，例如 2026-01-31',
    ],
  ])('%s: names the place and the problem', (_, change, place, en, zh) => {
    expect(faultOf(Dictionary, withChange(change))).toEqual({ place, problem: { zh, en } });
  });

  it('names the top where nothing in it fits', () => {
    expect(faultOf(Dictionary, [])).toEqual({
      place: { zh: '顶层', en: 'the top' },
      problem: { zh: '应为对象', en: 'must be an object' },
    });
  });
});

describe('a policy that does not fit', () => {
  it.each<[string, object, string, RegExp]>([
    ['a rule that asks for nothing', { rules: [{ ...createRule(), atLeast: {} }] }, 'rules.0.atLeast', /等级、措施/],
    ['rules of one id', { rules: [createRule(), createRule()] }, 'rules', /规则编号/],
    ['a currency', { limits: { ...createPolicy().limits, currency: 'yuan' } }, 'limits.currency', /三个大写字母/],
    ['no day at all', { from: '2026-02-01', to: '2026-01-01' }, 'to', /没有任何一天/],
  ])('%s: its own checks speak both languages', (_, change, place, zh) => {
    const fault = faultOf(Policy, { ...createPolicy(), ...change });
    expect(fault.place).toBe(place);
    expect(fault.problem.zh).toMatch(zh);
    expect(fault.problem.en).not.toMatch(/\p{Script=Han}/u);
  });
});
