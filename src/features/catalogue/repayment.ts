import { count, defineFeatures, latest, minus, percent, say, since, sinceFirst, sum, take } from './define.ts';

const late = { delay: { atLeast: 1 } };
const share = { unit: '%', decimals: 2 } as const;

/** Days for which the latest statement of a card tells where it stands. */
export const STATEMENT_DAYS = 62;

/** Repayment and delinquency (还款与逾期): by instalments as they were met, oldest first. */
export const repaymentFeatures = defineFeatures({ group: 'repayment', actionable: true }, [
  {
    name: 'days_past_due',
    label: say('当前逾期天数', 'Days past due now'),
    unit: 'day',
    direction: 'increasing',
    numerator: take('largest', 'instalment', 'daysPastDue'),
  },
  {
    name: 'unpaid_amount',
    label: say('已到期未还金额', 'Amount due and unpaid'),
    unit: 'minor',
    direction: 'increasing',
    numerator: sum('instalment', 'unpaid'),
  },
  {
    name: 'worst_days_past_due_90d',
    label: say('近90天最长逾期天数', 'Longest delay of instalments of the last 90 days'),
    unit: 'day',
    direction: 'increasing',
    numerator: take('largest', 'instalment', 'delay', { days: 90 }),
  },
  {
    name: 'worst_days_past_due_360d',
    label: say('近360天最长逾期天数', 'Longest delay of instalments of the last 360 days'),
    unit: 'day',
    direction: 'increasing',
    numerator: take('largest', 'instalment', 'delay', { days: 360 }),
  },
  {
    name: 'worst_days_past_due_original_360d',
    label: say('按原还款计划近360天最长逾期天数', 'Longest delay of the last 360 days by the plan first agreed'),
    unit: 'day',
    direction: 'increasing',
    numerator: take('largest', 'original_instalment', 'delay', { days: 360 }),
  },
  {
    name: 'delay_hidden_by_plan',
    label: say('原计划与现计划最长逾期天数之差', 'Longest delay by the first plan beyond that by the present one'),
    unit: 'day',
    direction: 'increasing',
    numerator: minus(
      take('largest', 'original_instalment', 'delay', { days: 360 }),
      take('largest', 'instalment', 'delay', { days: 360 }),
    ),
  },
  {
    name: 'late_share_90d',
    label: say('近90天逾期还款占比', 'Share of instalments paid late in the last 90 days'),
    direction: 'increasing',
    ...percent(count('instalment', { days: 90, where: late }), count('instalment', { days: 90 })),
  },
  {
    name: 'late_share_360d',
    label: say('近360天逾期还款占比', 'Share of instalments paid late in the last 360 days'),
    direction: 'increasing',
    ...percent(count('instalment', { days: 360, where: late }), count('instalment', { days: 360 })),
  },
  {
    name: 'mean_delay_180d',
    label: say('近180天平均逾期天数', 'Mean delay of instalments of the last 180 days'),
    unit: 'day',
    decimals: 1,
    direction: 'increasing',
    numerator: sum('instalment', 'delay', { days: 180 }),
    denominator: count('instalment', { days: 180 }),
  },
  {
    name: 'partial_payments_180d',
    label: say('近180天部分还款次数', 'Instalments paid only in part when due, last 180 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('instalment', { days: 180, where: { isPartial: { atLeast: 1 } } }),
  },
  {
    name: 'paid_in_time_share_90d',
    label: say('近90天按时还款金额占比', 'Share of what was due in the last 90 days that was paid in time'),
    direction: 'decreasing',
    ...percent(sum('instalment', 'paidInTime', { days: 90 }), sum('instalment', 'amount', { days: 90 })),
  },
  {
    name: 'delay_trend_180d',
    label: say('近180天逾期天数趋势', 'Trend of delays over the last 180 days'),
    unit: 'day',
    decimals: 1,
    direction: 'increasing',
    numerator: { trend: { measures: { of: 'instalment', take: 'sum', field: 'delay', days: 30 }, windows: 6 } },
    denominator: 35,
    seenFor: { of: 'instalment', days: 150 },
  },
  {
    name: 'days_since_late',
    label: say('距最近一次逾期应还款的天数', 'Days since the latest instalment that was paid late'),
    unit: 'day',
    direction: 'decreasing',
    numerator: since('instalment', { where: late }),
  },
  {
    name: 'statement_months_late',
    label: say('当前账单逾期月数', 'Months past due by the latest statement'),
    unit: 'month',
    direction: 'increasing',
    numerator: take('largest', 'card', 'monthsLate', { days: STATEMENT_DAYS }),
  },
  {
    name: 'statement_worst_months_late_180d',
    label: say('近180天账单最长逾期月数', 'Most months past due on statements of the last 180 days'),
    unit: 'month',
    direction: 'increasing',
    numerator: take('largest', 'statement', 'monthsLate', { days: 180 }),
  },
  {
    name: 'statement_late_count_360d',
    label: say('近360天逾期账单数', 'Statements past due in the last 360 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('statement', { days: 360, where: { status: ['late'] } }),
  },
  {
    name: 'broken_promises_180d',
    label: say('近180天未兑现还款承诺数', 'Promises to pay broken in the last 180 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('promise', { days: 180, where: { isBroken: { atLeast: 1 } } }),
  },
  {
    name: 'distressed_facilities',
    label: say('困难重组授信数', 'Facilities restructured in distress'),
    unit: 'count',
    direction: 'increasing',
    actionable: false,
    numerator: count('facility', { where: { isDistressed: { atLeast: 1 } } }),
  },
  {
    name: 'days_since_repayment',
    label: say('距最近一次还款的天数', 'Days since the latest repayment'),
    unit: 'day',
    direction: 'increasing',
    numerator: since('repayment'),
  },
  {
    name: 'repaid_by_others_180d',
    label: say('近180天他人代还次数', 'Repayments by third parties in the last 180 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('repayment', { days: 180, where: { method: ['third_party'] } }),
  },
  {
    name: 'months_since_first_instalment',
    label: say('首次还款至今月数', 'Months since the first instalment'),
    unit: 'month',
    decimals: 1,
    direction: 'decreasing',
    actionable: false,
    numerator: sinceFirst('instalment'),
    denominator: 30,
  },
]);

/** Utilisation and limits (额度使用). */
export const utilisationFeatures = defineFeatures({ group: 'utilisation', actionable: true }, [
  {
    name: 'utilisation',
    label: say('当前额度使用率', 'Use of card limits now'),
    direction: 'increasing',
    ...percent(sum('card', 'balance', { days: STATEMENT_DAYS }), sum('card', 'limit', { days: 62 })),
  },
  {
    name: 'mean_utilisation_180d',
    label: say('近180天平均额度使用率', 'Mean use of limits over the last 180 days'),
    direction: 'increasing',
    ...percent(sum('statement', 'balanceMinor', { days: 180 }), sum('statement', 'limitMinor', { days: 180 })),
  },
  {
    name: 'utilisation_change_90d',
    label: say('额度使用率较三个月前的变化', 'Change of use of limits against three months before'),
    direction: 'increasing',
    ...percent(
      minus(sum('statement', 'balanceMinor', { days: 90 }), sum('statement', 'balanceMinor', { days: 90, ending: 90 })),
      sum('statement', 'limitMinor', { days: 90 }),
    ),
    seenFor: { of: 'statement', days: 150 },
  },
  {
    name: 'balance_trend_180d',
    label: say('近180天账单余额趋势占额度比', 'Trend of balances over the last 180 days, as a share of the limit'),
    ...share,
    direction: 'increasing',
    numerator: {
      multiply: [
        { trend: { measures: { of: 'statement', take: 'sum', field: 'balanceMinor', days: 30 }, windows: 6 } },
        600,
      ],
    },
    denominator: { multiply: [35, sum('statement', 'limitMinor', { days: 180 })] },
    seenFor: { of: 'statement', days: 150 },
  },
  {
    name: 'payment_share_90d',
    label: say('近90天还款占账单余额比', 'Payments over balances, last 90 days'),
    direction: 'decreasing',
    ...percent(
      sum('statement', 'paymentMinor', { days: 90 }),
      sum('statement', 'balanceMinor', { days: 90, where: { balanceMinor: { atLeast: 1 } } }),
    ),
  },
  {
    name: 'paid_in_full_share_360d',
    label: say('近360天全额还款账单占比', 'Share of statements paid in full, last 360 days'),
    direction: 'decreasing',
    ...percent(
      count('statement', { days: 360, where: { status: ['paid_in_full'] } }),
      count('statement', { days: 360 }),
    ),
  },
  {
    name: 'card_limits',
    label: say('卡片总额度', 'Sum of card limits'),
    unit: 'minor',
    direction: 'decreasing',
    actionable: false,
    numerator: sum('card', 'limit', { days: STATEMENT_DAYS }),
  },
  {
    name: 'limit_cuts_by_lender_360d',
    label: say('近360天被调低额度次数', 'Limits changed by the lender in the last 360 days'),
    unit: 'count',
    direction: null,
    actionable: false,
    numerator: count('limit_change', { days: 360, where: { initiator: ['lender'] } }),
  },
  {
    name: 'limit_requests_180d',
    label: say('近180天申请调整额度次数', 'Changes of limit asked for in the last 180 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('limit_change', { days: 180, where: { initiator: ['customer'] } }),
  },
  {
    name: 'latest_limit_change',
    label: say('最近一次额度调整幅度', 'Latest change of a limit'),
    direction: 'decreasing',
    actionable: false,
    ...percent(
      minus(latest('limit_change', 'amount', { days: 360 }), latest('limit_change', 'previousMinor', { days: 360 })),
      latest('limit_change', 'previousMinor', { days: 360 }),
    ),
  },
]);
