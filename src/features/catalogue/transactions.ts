import {
  againstOwn,
  count,
  countEach,
  defineFeatures,
  minus,
  percent,
  say,
  since,
  sum,
  sumEach,
  take,
  times,
} from './define.ts';

const incoming = { direction: ['in'] };
const outgoing = { direction: ['out'] };
const salary = { direction: ['in'], category: ['salary'] };
const business = { direction: ['in'], category: ['business'] };
const cash = { direction: ['out'], category: ['cash'] };
/** 50,000.00: what counts as large for a person (大额交易 from CNY 50,000 of cash). */
const LARGE = 5_000_000;
const large = { amount: { atLeast: LARGE } };
const share = { unit: '%', decimals: 2 } as const;
/** 10.00 of money moved is the least deviation that counts. */
const LEAST_MONEY = 1_000;

/** Transactions (交易行为): how often, how large, with whom, when. */
export const transactionFeatures = defineFeatures({ group: 'transactions', actionable: true }, [
  {
    name: 'transactions_30d',
    label: say('近30天交易笔数', 'Transactions of the last 30 days'),
    unit: 'count',
    direction: null,
    numerator: count('transaction', { days: 30 }),
  },
  {
    name: 'transaction_frequency_change',
    label: say('近30天交易笔数相对自身历史的偏离', 'Transactions of the last 30 days against the own past'),
    unit: 'robust z',
    decimals: 2,
    direction: null,
    ...againstOwn(
      count('transaction', { days: 30 }),
      countEach('transaction', { days: 30, windows: 6, ending: 30 }),
      1,
    ),
    seenFor: { of: 'transaction', days: 120 },
  },
  {
    name: 'weekly_frequency_change',
    label: say('近7天交易笔数相对自身历史的偏离', 'Transactions of the last 7 days against the own past'),
    unit: 'robust z',
    decimals: 2,
    direction: null,
    ...againstOwn(count('transaction', { days: 7 }), countEach('transaction', { days: 7, windows: 12, ending: 7 }), 1),
    seenFor: { of: 'transaction', days: 60 },
  },
  {
    name: 'large_transactions_30d',
    label: say('近30天大额交易笔数', 'Large transactions of the last 30 days'),
    unit: 'count',
    direction: null,
    numerator: count('transaction', { days: 30, where: large }),
  },
  {
    name: 'largest_transaction_share_30d',
    label: say(
      '近30天最大一笔交易与此前一年最大一笔之比',
      'Largest transaction of the last 30 days over that of the year before',
    ),
    direction: null,
    ...percent(
      take('largest', 'transaction', 'amount', { days: 30 }),
      take('largest', 'transaction', 'amount', { days: 330, ending: 30 }),
    ),
    seenFor: { of: 'transaction', days: 120 },
  },
  {
    name: 'large_outflow_share_90d',
    label: say('近90天大额支出占比', 'Share of large payments in outflow, last 90 days'),
    direction: null,
    ...percent(
      sum('transaction', 'amount', { days: 90, where: { ...outgoing, ...large } }),
      sum('transaction', 'amount', { days: 90, where: outgoing }),
    ),
  },
  {
    name: 'new_counterparties_30d',
    label: say('近30天新交易对手数', 'New counterparties of the last 30 days'),
    unit: 'count',
    direction: null,
    numerator: take('new', 'transaction', 'counterparty', { days: 30 }),
    seenFor: { of: 'transaction', days: 90 },
  },
  {
    name: 'counterparties_90d',
    label: say('近90天交易对手数', 'Counterparties of the last 90 days'),
    unit: 'count',
    direction: null,
    numerator: take('distinct', 'transaction', 'counterparty', { days: 90 }),
  },
  {
    name: 'night_share_30d',
    label: say('近30天深夜交易占比', 'Share of transactions between midnight and five, last 30 days'),
    direction: null,
    ...percent(
      count('transaction', { days: 30, where: { minute: { atMost: 299 } } }),
      count('transaction', { days: 30 }),
    ),
  },
  {
    name: 'cash_withdrawals_30d',
    label: say('近30天取现笔数', 'Cash withdrawals of the last 30 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('transaction', { days: 30, where: cash }),
  },
  {
    name: 'cash_share_90d',
    label: say('近90天取现金额占支出比', 'Share of cash in outflow, last 90 days'),
    direction: 'increasing',
    ...percent(
      sum('transaction', 'amount', { days: 90, where: cash }),
      sum('transaction', 'amount', { days: 90, where: outgoing }),
    ),
  },
  {
    name: 'days_since_transaction',
    label: say('距最近一笔交易的天数', 'Days since the latest transaction'),
    unit: 'day',
    direction: null,
    numerator: since('transaction'),
  },
]);

/** Flow of funds (资金流): what comes in, what goes out, and how it changes. */
export const fundFeatures = defineFeatures({ group: 'funds', actionable: true }, [
  {
    name: 'net_flow_share_90d',
    label: say('近90天净流入占流入比', 'Net inflow over inflow, last 90 days'),
    direction: 'decreasing',
    ...percent(
      minus(
        sum('transaction', 'amount', { days: 90, where: incoming }),
        sum('transaction', 'amount', { days: 90, where: outgoing }),
      ),
      sum('transaction', 'amount', { days: 90, where: incoming }),
    ),
  },
  {
    name: 'net_flow_share_30d',
    label: say('近30天净流入占流入比', 'Net inflow over inflow, last 30 days'),
    direction: 'decreasing',
    ...percent(
      minus(
        sum('transaction', 'amount', { days: 30, where: incoming }),
        sum('transaction', 'amount', { days: 30, where: outgoing }),
      ),
      sum('transaction', 'amount', { days: 30, where: incoming }),
    ),
  },
  {
    name: 'inflow_change',
    label: say('近30天流入相对自身历史的偏离', 'Inflow of the last 30 days against the own past'),
    unit: 'robust z',
    decimals: 2,
    direction: 'decreasing',
    ...againstOwn(
      sum('transaction', 'amount', { days: 30, where: incoming }),
      sumEach('transaction', 'amount', { days: 30, windows: 6, ending: 30, where: incoming }),
      LEAST_MONEY,
    ),
    seenFor: { of: 'transaction', days: 120 },
  },
  {
    name: 'outflow_change',
    label: say('近30天流出相对自身历史的偏离', 'Outflow of the last 30 days against the own past'),
    unit: 'robust z',
    decimals: 2,
    direction: null,
    ...againstOwn(
      sum('transaction', 'amount', { days: 30, where: outgoing }),
      sumEach('transaction', 'amount', { days: 30, windows: 6, ending: 30, where: outgoing }),
      LEAST_MONEY,
    ),
    seenFor: { of: 'transaction', days: 120 },
  },
  {
    name: 'inflow_90d',
    label: say('近90天流入金额', 'Inflow of the last 90 days'),
    unit: 'minor',
    direction: 'decreasing',
    numerator: sum('transaction', 'amount', { days: 90, where: incoming }),
  },
  {
    name: 'inflow_recent_share',
    label: say('近90天流入与此前90天之比', 'Inflow of the last 90 days over that of the 90 before'),
    direction: 'decreasing',
    ...percent(
      sum('transaction', 'amount', { days: 90, where: incoming }),
      sum('transaction', 'amount', { days: 90, ending: 90, where: incoming }),
    ),
    seenFor: { of: 'transaction', days: 180 },
  },
  {
    name: 'loan_inflow_share_90d',
    label: say('近90天借入资金占流入比', 'Share of borrowed money in inflow, last 90 days'),
    direction: 'increasing',
    ...percent(
      sum('transaction', 'amount', { days: 90, where: { ...incoming, category: ['loan'] } }),
      sum('transaction', 'amount', { days: 90, where: incoming }),
    ),
  },
  {
    name: 'investment_outflow_share_90d',
    label: say('近90天投资支出占比', 'Share of investments in outflow, last 90 days'),
    direction: null,
    ...percent(
      sum('transaction', 'amount', { days: 90, where: { ...outgoing, category: ['investment'] } }),
      sum('transaction', 'amount', { days: 90, where: outgoing }),
    ),
  },
  {
    name: 'inflow_concentration_90d',
    label: say('近90天最大一笔流入占比', 'Share of the largest inflow in all of it, last 90 days'),
    direction: null,
    ...percent(
      take('largest', 'transaction', 'amount', { days: 90, where: incoming }),
      sum('transaction', 'amount', { days: 90, where: incoming }),
    ),
  },
]);

/** Stability of income and of cash flow (收入与现金流稳定性). */
export const incomeFeatures = defineFeatures({ group: 'income', actionable: true }, [
  {
    name: 'salary_change',
    label: say('近60天工资收入与此前60天之比', 'Salary of the last 60 days over that of the 60 before'),
    direction: 'decreasing',
    ...percent(
      sum('transaction', 'amount', { days: 60, where: salary }),
      sum('transaction', 'amount', { days: 60, ending: 60, where: salary }),
    ),
  },
  {
    name: 'days_since_salary',
    label: say('距最近一次工资入账的天数', 'Days since the latest salary'),
    unit: 'day',
    direction: 'increasing',
    numerator: since('transaction', { where: salary }),
  },
  {
    name: 'salaries_180d',
    label: say('近180天工资入账次数', 'Salaries received in the last 180 days'),
    unit: 'count',
    direction: 'decreasing',
    numerator: count('transaction', { days: 180, where: salary }),
  },
  {
    name: 'income_variation_180d',
    label: say('近180天逐月流入波动率', 'Variation of inflow from month to month, last 180 days'),
    direction: 'increasing',
    ...percent(
      {
        variation: sumEach('transaction', 'amount', { days: 30, windows: 6, where: incoming }),
      },
      sum('transaction', 'amount', { days: 180, where: incoming }),
    ),
    seenFor: { of: 'transaction', days: 150 },
  },
  {
    name: 'inflow_trend_180d',
    label: say('近180天流入趋势占月均流入比', 'Trend of inflow over the last 180 days, against its monthly mean'),
    ...share,
    direction: 'decreasing',
    numerator: times({ trend: sumEach('transaction', 'amount', { days: 30, windows: 6, where: incoming }) }, 600),
    denominator: times(35, sum('transaction', 'amount', { days: 180, where: incoming })),
    seenFor: { of: 'transaction', days: 150 },
  },
  {
    name: 'weakest_month_share',
    label: say('近180天最弱月份流入与中位月份之比', 'Inflow of the weakest of six months over the middle one'),
    direction: 'decreasing',
    ...percent(
      {
        smallest: sumEach('transaction', 'amount', { days: 30, windows: 6, where: incoming }),
      },
      { median: sumEach('transaction', 'amount', { days: 30, windows: 6, where: incoming }) },
    ),
    seenFor: { of: 'transaction', days: 180 },
  },
  {
    name: 'business_receipts_change',
    label: say('近90天经营收款与此前90天之比', 'Business receipts of the last 90 days over those of the 90 before'),
    direction: 'decreasing',
    ...percent(
      sum('transaction', 'amount', { days: 90, where: business }),
      sum('transaction', 'amount', { days: 90, ending: 90, where: business }),
    ),
  },
  {
    name: 'debt_service_share_90d',
    label: say('近90天应还款占流入比', 'Instalments due over inflow, last 90 days'),
    direction: 'increasing',
    ...percent(sum('instalment', 'amount', { days: 90 }), sum('transaction', 'amount', { days: 90, where: incoming })),
  },
]);
