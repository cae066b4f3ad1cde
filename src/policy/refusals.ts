import type { Text } from '../domain/text.ts';

/** Why a comparison of a policy is refused. */
export const refusals = {
  twoConstants: { zh: '比较的两边都是常数', en: 'two constants are compared' },
  badVariable: { zh: '"var" 只接受一个名称，不接受默认值', en: '"var" takes one name and no default' },
  unitsMultiplied: {
    zh: '"*" 需要两个操作数，其中至多一个带单位',
    en: '"*" needs two operands, at most one of them with a unit',
  },
  oneField: { zh: '"known" 需要一个字段', en: '"known" takes one field' },
  fieldAndList: { zh: '"in" 需要一个字段和一个常数列表', en: '"in" takes a field and a list of constants' },
  constantsOnly: { zh: '"in" 的列表只能含常数', en: '"in" takes a list of constants' },
  noOperator: (operator: string): Text => ({
    zh: `没有运算符 "${operator}"`,
    en: `there is no operator "${operator}"`,
  }),
  twoOperands: (operator: string): Text => ({
    zh: `"${operator}" 需要两个操作数`,
    en: `"${operator}" takes two operands`,
  }),
  needsField: (operator: string): Text => ({
    zh: `"${operator}" 需要两个操作数，其中一个是字段`,
    en: `"${operator}" needs two operands, one of them a field`,
  }),
  notArithmetic: (operator: string): Text => ({
    zh: `应为数字的位置是 "${operator}"`,
    en: `"${operator}" stands where a number must`,
  }),
  noField: (field: string): Text => ({ zh: `没有字段 ${field}`, en: `there is no field ${field}` }),
  noOrder: (field: string): Text => ({ zh: `${field} 没有大小顺序`, en: `${field} has no order` }),
  noNumber: (field: string): Text => ({ zh: `${field} 不是数字`, en: `${field} is no number` }),
  noValue: (constant: string, field: string): Text => ({
    zh: `${field} 没有取值 ${constant}`,
    en: `${constant} is no value of ${field}`,
  }),
  onlyOrdered: (field: string): Text => ({
    zh: `${field} 只能用 < <= > >= 与常数比较`,
    en: `${field} may only be compared by < <= > >= with a constant`,
  }),
  noProbability: (field: string, constant: number): Text => ({
    zh: `${field} 与 ${constant} 比较，但该常数不在 0 与 1 之间`,
    en: `${field} is compared with ${constant}, which is not between 0 and 1`,
  }),
  unitsCompared: (left: string, right: string): Text => ({
    zh: `${left} 与 ${right} 单位不同，不能比较`,
    en: `${left} is compared with ${right}`,
  }),
  unitsAdded: (units: readonly string[]): Text => ({
    zh: `${units.join(' 与 ')} 单位不同，不能相加`,
    en: `${units.join(' and ')} are added`,
  }),
  tooFine: (constant: number): Text => ({
    zh: `常数 ${constant} 的小数位过多`,
    en: `the constant ${constant} is too fine`,
  }),
  finerThanField: (constant: number, decimals: number): Text => ({
    zh: `常数 ${constant} 的小数位多于其字段的 ${decimals} 位`,
    en: `the constant ${constant} is finer than its field, which has ${decimals} decimals`,
  }),
  tooLarge: (constant: number): Text => ({ zh: `常数 ${constant} 过大`, en: `the constant ${constant} is too large` }),
} as const;
