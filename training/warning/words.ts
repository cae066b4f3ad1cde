import type { Text } from '../../src/domain/text.ts';

/** The words of the report, in both languages. */
export const words = {
  title: { zh: '早期预警信号评估', en: 'Evaluation of early warning signals' },
  how: {
    zh: '每月月末对未违约客户评估。预算为每 1,000 客户每月的新警报数，强度最高者优先；警报有效 360 天，其间同一策略不再对该客户报警。召回：首个未付应还款日（之后一直未付直至违约）前 360 天内、无任何逾期时已有警报的违约占比。提前天数从首个未付应还款日倒推；已有逾期时发出的警报没有提前期，另列，因此“逾期天数 ≥ 1”按定义召回为零，应与违约概率比较。精度只计其后 451 天均有数据的警报。区间为按客户自助抽样的 95% 区间，警报不重新挑选。',
    en: 'Customers not in default are looked at at the end of each month. The budget is new alerts a month for each 1,000 customers, strongest first; an alert stands for 360 days, in which the same strategy does not alert the customer anew. Recall: share of default spells with an alert within 360 days before the first due date that stayed unpaid, raised while nothing was past due. Lead time runs back from that date; an alert raised while something is past due has none and is counted apart, so that "DPD >= 1" recalls nothing by definition: the PD is the baseline that counts. Precision counts only alerts whose next 451 days lie in the data. Intervals are 95%, from bootstrap samples of customers; alerts are not chosen anew.',
  },
  strategy: { zh: '策略', en: 'Strategy' },
  budget: { zh: '预算', en: 'Budget' },
  alerts: { zh: '实际警报', en: 'Alerts raised' },
  late: { zh: '报警时已逾期', en: 'Already late' },
  recall: { zh: '召回', en: 'Recall' },
  recallBefore: { zh: '召回（含逾期后、违约前）', en: 'Recall before default, late alerts too' },
  precision: { zh: '精度', en: 'Precision' },
  precisionOfAll: { zh: '精度（全部警报）', en: 'Precision of all alerts' },
  lead: { zh: '提前天数：四分位、中位、四分位', en: 'Lead days: quarter, middle, quarter' },
  gains: {
    zh: '每 1,000 客户每月 10 个警报时与基准之差',
    en: 'Against the baselines at 10 alerts a month for 1,000 customers',
  },
  baseline: { zh: '基准', en: 'Baseline' },
  verdict: { zh: '结论（召回）', en: 'Verdict (recall)' },
  unobserved: { zh: '未能观察（客户·月）', en: 'Not observed (customers and months)' },
  neverObserved: { zh: '未观测', en: 'not observed' },
  recallChart: { zh: '召回与警报数', en: 'Recall against alerts' },
  leadChart: {
    zh: '至少提前若干天的违约占比（预算 10）',
    en: 'Share of spells warned at least so many days ahead (budget 10)',
  },
  alertsAxis: { zh: '每 1,000 客户每月新警报', en: 'New alerts a month for 1,000 customers' },
  daysAxis: { zh: '提前天数', en: 'Days ahead' },
  simulated: {
    zh: '数据含模拟客户：以下数字不说明任何真实客户的情况。',
    en: 'Customers of these data are simulated: the figures say nothing about real ones.',
  },
  facts: { zh: '数据', en: 'Data' },
  customers: { zh: '客户', en: 'Customers' },
  spells: { zh: '违约', en: 'Default spells' },
  better: { zh: '更好', en: 'better' },
  worse: { zh: '更差', en: 'worse' },
  no_difference_shown: { zh: '未显示差别', en: 'no difference shown' },
  insufficient_evidence: { zh: '证据不足', en: 'insufficient evidence' },
} as const satisfies Record<string, Text>;
