import type { Text } from '../../src/domain/text.ts';
import { defaultRule } from '../../src/features/default.ts';

/** The words of the study, in both languages. */
export const words = {
  title: { zh: '目标定义研究：迁徙率与账龄', en: 'Where to put the target: roll rates and vintages' },
  how: {
    zh: `月末状态只看当时已发生的事件。逾期天数按还款计划与最近账单取大者。违约：对实质性金额逾期超过 ${defaultRule.days} 天，或核销、困难重组、破产。观察期：违约已过但未满 360 天。已离开：关系结束或无在用授信，不算治愈；违约后一年内离开者仍计为违约。未知：没有还款计划，62 天内也没有账单。`,
    en: `A month end is told by what had happened by then. Days past due are the larger of those by instalments and by the latest statement. Default: more than ${defaultRule.days} days past due on a material amount, or written off, restructured in distress, bankrupt. Probation: a default is over, but began less than 360 days ago. Left: the relation has ended or no facility is open, which is no cure; who leaves within a year of a default counts as in default. Unknown: neither instalments nor a statement of the last 62 days.`,
  },
  simulated: {
    zh: '数据含模拟客户：以下数字不说明任何真实客户的情况。',
    en: 'Customers of these data are simulated: the figures say nothing about real ones.',
  },
  facts: { zh: '数据', en: 'Data' },
  customer: { zh: '客户', en: 'Customers' },
  facility: { zh: '授信', en: 'Facilities' },
  current: { zh: '未逾期', en: 'current' },
  days_1_30: { zh: '1-30 天', en: '1-30' },
  days_31_60: { zh: '31-60 天', en: '31-60' },
  days_61_on: { zh: '61 天以上', en: '61 on' },
  default: { zh: '违约', en: 'default' },
  probation: { zh: '观察期', en: 'probation' },
  closed: { zh: '已离开', en: 'left' },
  unknown: { zh: '未知', en: 'unknown' },
  late: { zh: '仍逾期', en: 'still late' },
  rolls: {
    zh: '迁徙率：月末状态（行）到下一月末（列），各期合计',
    en: 'Roll rates: from a month end (row) to the next (column), all months',
  },
  weighted: { zh: '按账单余额加权（仅余额已知者）', en: 'Weighted by balance, where it is known' },
  from: { zh: '自', en: 'from' },
  number: { zh: '数量', en: 'number' },
  owed: { zh: '余额（最小单位）', en: 'balance, minor units' },
  forward: {
    zh: '逐月向前迁徙率：变差者占比（变差 / 起始）',
    en: 'Forward rolls by month: share that got worse (worse of all)',
  },
  to: { zh: '至', en: 'to' },
  vintages: { zh: '按账龄（月）的累计违约率', en: 'Cumulative default rate by month on book' },
  atRisk: {
    zh: '月初仍有风险者（未违约、未离开、状态已知）',
    en: 'At risk when the month began (no default, not left, known)',
  },
  cohort: { zh: '开户期', en: 'opened in' },
  opened: { zh: '开户数', en: 'opened' },
  openedBefore: { zh: '首月之前开户，未列入', en: 'opened before the first month, left out' },
  thresholds: {
    zh: '首次逾期超过若干天者，此后表现期内的结局（只计表现期完整者）',
    en: 'What became of those who were for the first time later than so many days, where the window is whole',
  },
  threshold: { zh: '超过（天）', en: 'days over' },
  reached: { zh: '达到', en: 'reached' },
  whole: { zh: '表现期完整', en: 'window whole' },
  share: { zh: '转为违约', en: 'go on' },
  classes: { zh: '现行定义下的分类（按观察日）', en: 'Classes by the definition in force, by day of observation' },
  observedOn: { zh: '观察日', en: 'observed on' },
  good: { zh: '好', en: 'good' },
  indeterminate: { zh: '不确定', en: 'indeterminate' },
  bad: { zh: '坏', en: 'bad' },
  excluded: { zh: '排除', en: 'excluded' },
  defaulted: { zh: '已违约', en: 'defaulted' },
  immature: { zh: '表现期不足', en: 'window too short' },
} as const satisfies Record<string, Text>;
