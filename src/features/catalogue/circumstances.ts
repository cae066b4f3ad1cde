import {
  count,
  defineFeatures,
  latest,
  minus,
  percent,
  plus,
  say,
  since,
  sinceFirst,
  sum,
  take,
  times,
} from './define.ts';

const share = { unit: '%', decimals: 2 } as const;
const elsewhere = { lender: ['other'] };

/** Contact details (联系方式): how often they change. */
export const contactFeatures = defineFeatures({ group: 'contact', actionable: true }, [
  {
    name: 'contact_changes_90d',
    label: say('近90天联系方式变更次数', 'Changes of contact details in the last 90 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('contact_change', { days: 90 }),
  },
  {
    name: 'contact_changes_360d',
    label: say('近360天联系方式变更次数', 'Changes of contact details in the last 360 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('contact_change', { days: 360 }),
  },
  {
    name: 'contact_fields_changed_180d',
    label: say('近180天变更的联系方式种类数', 'Kinds of contact details changed in the last 180 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: take('distinct', 'contact_change', 'field', { days: 180 }),
  },
  {
    name: 'employer_changes_360d',
    label: say('近360天工作单位变更次数', 'Changes of employer in the last 360 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('contact_change', { days: 360, where: { field: ['employer'] } }),
  },
]);

/** Loan applications (贷款申请). */
export const applicationFeatures = defineFeatures({ group: 'applications', actionable: true }, [
  {
    name: 'applications_30d',
    label: say('近30天贷款申请次数', 'Loan applications of the last 30 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('loan_application', { days: 30 }),
  },
  {
    name: 'applications_180d',
    label: say('近180天贷款申请次数', 'Loan applications of the last 180 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('loan_application', { days: 180 }),
  },
  {
    name: 'applications_elsewhere_90d',
    label: say('近90天向其他机构申请贷款次数', 'Loan applications elsewhere in the last 90 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('loan_application', { days: 90, where: elsewhere }),
  },
  {
    name: 'declined_applications_180d',
    label: say('近180天被拒贷款申请次数', 'Loan applications declined in the last 180 days'),
    unit: 'count',
    direction: 'increasing',
    actionable: false,
    numerator: count('loan_application', { days: 180, where: { outcome: ['declined'] } }),
  },
  {
    name: 'application_surge',
    label: say(
      '近90天贷款申请较此前180天半数的增加',
      'Loan applications of the last 90 days beyond the pace of the 180 before',
    ),
    unit: 'count',
    decimals: 1,
    direction: 'increasing',
    numerator: minus(
      times(2, count('loan_application', { days: 90 })),
      count('loan_application', { days: 180, ending: 90 }),
    ),
    denominator: 2,
  },
]);

/** Credit report (征信). */
export const bureauFeatures = defineFeatures({ group: 'bureau', actionable: false }, [
  {
    name: 'bureau_inquiries',
    label: say('征信查询次数（近三个月）', 'Inquiries by lenders in three months, by the latest credit report'),
    unit: 'count',
    direction: 'increasing',
    numerator: latest('credit_report', 'inquiries', { days: 360 }),
  },
  {
    name: 'bureau_overdue_accounts',
    label: say('征信逾期账户数', 'Accounts overdue by the latest credit report'),
    unit: 'count',
    direction: 'increasing',
    numerator: latest('credit_report', 'overdueAccounts', { days: 360 }),
  },
  {
    name: 'bureau_worst_days_past_due',
    label: say('征信近24个月最长逾期天数', 'Longest delay in 24 months by the latest credit report'),
    unit: 'day',
    direction: 'increasing',
    numerator: latest('credit_report', 'worstDaysPastDue', { days: 360 }),
  },
  {
    name: 'bureau_debt_change',
    label: say(
      '征信总负债较上一报告期的变化',
      'Total debt by the latest credit report against the most of the year before',
    ),
    direction: 'increasing',
    ...percent(
      latest('credit_report', 'totalDebtMinor', { days: 180 }),
      take('largest', 'credit_report', 'totalDebtMinor', { days: 360, ending: 180 }),
    ),
  },
  {
    name: 'bureau_lenders',
    label: say('征信显示的放款机构数', 'Lenders by the latest credit report'),
    unit: 'count',
    direction: 'increasing',
    numerator: latest('credit_report', 'lenders', { days: 360 }),
  },
  {
    name: 'bureau_utilisation',
    label: say('征信循环额度使用率', 'Use of revolving limits by the latest credit report'),
    direction: 'increasing',
    ...percent(
      latest('credit_report', 'revolvingBalanceMinor', { days: 360 }),
      latest('credit_report', 'revolvingLimitMinor', { days: 360 }),
    ),
  },
  {
    name: 'obligations_over_inflow',
    label: say('月度债务支出占月均流入比（过度负债）', 'Monthly obligations on all debts over mean monthly inflow'),
    ...share,
    direction: 'increasing',
    numerator: times(600, latest('credit_report', 'monthlyObligationMinor', { days: 360 })),
    denominator: sum('transaction', 'amount', { days: 180, where: { direction: ['in'] } }),
    seenFor: { of: 'transaction', days: 150 },
  },
  {
    name: 'guarantees_given_over_debt',
    label: say('对外担保占总负债比', 'Guarantees given for others over total debt'),
    direction: 'increasing',
    ...percent(
      latest('credit_report', 'guaranteedMinor', { days: 360 }),
      latest('credit_report', 'totalDebtMinor', { days: 360 }),
    ),
  },
]);

/** Financial statements (财务状况). */
export const financialFeatures = defineFeatures({ group: 'financials', actionable: true }, [
  {
    name: 'current_ratio',
    label: say('流动比率', 'Current ratio'),
    direction: 'decreasing',
    ...percent(
      latest('financial_statement', 'currentAssetsMinor', { days: 540 }),
      latest('financial_statement', 'currentLiabilitiesMinor', { days: 540 }),
    ),
  },
  {
    name: 'leverage',
    label: say('资产负债率', 'Liabilities over assets'),
    direction: 'increasing',
    ...percent(
      latest('financial_statement', 'liabilitiesMinor', { days: 540 }),
      latest('financial_statement', 'assetsMinor', { days: 540 }),
    ),
  },
  {
    name: 'interest_cover',
    label: say('利息保障倍数', 'Interest cover'),
    direction: 'decreasing',
    ...percent(
      minus(
        latest('financial_statement', 'revenueMinor', { days: 540 }),
        minus(
          latest('financial_statement', 'expenseMinor', { days: 540 }),
          latest('financial_statement', 'interestMinor', { days: 540 }),
        ),
      ),
      latest('financial_statement', 'interestMinor', { days: 540 }),
    ),
  },
  {
    name: 'cash_flow_to_debt',
    label: say('经营现金流占负债比', 'Operating cash flow over liabilities'),
    direction: 'decreasing',
    ...percent(
      latest('financial_statement', 'operatingCashFlowMinor', { days: 540 }),
      latest('financial_statement', 'liabilitiesMinor', { days: 540 }),
    ),
  },
  {
    name: 'margin',
    label: say('利润率', 'Revenue beyond expense over revenue'),
    direction: 'decreasing',
    ...percent(
      minus(
        latest('financial_statement', 'revenueMinor', { days: 540 }),
        latest('financial_statement', 'expenseMinor', { days: 540 }),
      ),
      latest('financial_statement', 'revenueMinor', { days: 540 }),
    ),
  },
  {
    name: 'revenue_change',
    label: say('最近一期收入与此前最高一期之比', 'Revenue of the latest statement over the best of the year before'),
    direction: 'decreasing',
    ...percent(
      latest('financial_statement', 'revenueMinor', { days: 360 }),
      take('largest', 'financial_statement', 'revenueMinor', { days: 360, ending: 360 }),
    ),
  },
  {
    name: 'days_since_financials',
    label: say('财务报表距今天数', 'Days since the period of the latest financial statement'),
    unit: 'day',
    direction: 'increasing',
    numerator: since('financial_statement'),
  },
]);

/** The industry (行业风险), by the indices of the customer's own. */
export const industryFeatures = defineFeatures({ group: 'industry', actionable: false }, [
  {
    name: 'industry_output',
    label: say('所属行业产出指数', 'Output of the industry'),
    unit: 'index',
    decimals: 0,
    direction: 'decreasing',
    numerator: latest('industry', 'output', { days: 180 }),
  },
  {
    name: 'industry_output_change',
    label: say('所属行业产出较半年前的变化', 'Output of the industry against half a year before'),
    direction: 'decreasing',
    ...percent(
      minus(latest('industry', 'output', { days: 180 }), latest('industry', 'output', { days: 180, ending: 180 })),
      latest('industry', 'output', { days: 180, ending: 180 }),
    ),
  },
  {
    name: 'industry_price_change',
    label: say('所属行业价格较半年前的变化', 'Prices of the industry against half a year before'),
    direction: null,
    ...percent(
      minus(latest('industry', 'prices', { days: 180 }), latest('industry', 'prices', { days: 180, ending: 180 })),
      latest('industry', 'prices', { days: 180, ending: 180 }),
    ),
  },
  {
    name: 'industry_policy',
    label: say('所属行业政策支持指数', 'Support of the industry by policy'),
    unit: 'index',
    direction: 'decreasing',
    numerator: latest('industry', 'policy', { days: 180 }),
  },
  {
    name: 'industry_competition',
    label: say('所属行业竞争指数', 'Competition in the industry'),
    unit: 'index',
    direction: 'increasing',
    numerator: latest('industry', 'competition', { days: 180 }),
  },
]);

/** Related parties (关联方). */
export const relatedFeatures = defineFeatures({ group: 'related', actionable: false }, [
  {
    name: 'related_parties',
    label: say('关联方数量', 'Related parties'),
    unit: 'count',
    direction: null,
    numerator: count('party'),
  },
  {
    name: 'related_worst_days_past_due',
    label: say('关联方当前最长逾期天数', 'Longest delay of a related party now'),
    unit: 'day',
    direction: 'increasing',
    numerator: take('largest', 'party', 'daysPastDue'),
  },
  {
    name: 'related_parties_late',
    label: say('逾期关联方数量', 'Related parties past due'),
    unit: 'count',
    direction: 'increasing',
    numerator: plus(
      count('party', { where: { daysPastDue: { atLeast: 1 } } }),
      count('party', { where: { daysPastDue: { atMost: 0 }, monthsLate: { atLeast: 1 } } }),
    ),
  },
  {
    name: 'guarantees_given',
    label: say('为他人担保数量', 'Others for whom the customer stands guarantor'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('party', { where: { role: ['guaranteed'] } }),
  },
]);

/** The relation with the lender (客户关系). */
export const tenureFeatures = defineFeatures({ group: 'tenure', actionable: false }, [
  {
    name: 'months_on_book',
    label: say('账龄（月）', 'Months on book'),
    unit: 'month',
    decimals: 1,
    direction: 'decreasing',
    numerator: sinceFirst('facility'),
    denominator: 30,
  },
  {
    name: 'open_facilities',
    label: say('在贷授信数', 'Open facilities'),
    unit: 'count',
    direction: null,
    numerator: count('facility', { where: { status: ['open'] } }),
  },
  {
    name: 'new_facilities_180d',
    label: say('近180天新增授信数', 'Facilities opened in the last 180 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('facility', { days: 180 }),
  },
  {
    name: 'principal_open',
    label: say('在贷本金合计', 'Principal of open facilities'),
    unit: 'minor',
    direction: null,
    numerator: sum('facility', 'principal', { where: { status: ['open'] } }),
  },
  {
    name: 'collateral_cover',
    label: say('抵押品覆盖率', 'Collateral over principal of open facilities'),
    direction: 'decreasing',
    ...percent(
      sum('facility', 'collateral', { where: { status: ['open'] } }),
      sum('facility', 'principal', { where: { status: ['open'] } }),
    ),
  },
]);

/** How the customer can be reached (沟通情况). */
export const communicationFeatures = defineFeatures({ group: 'communication', actionable: true }, [
  {
    name: 'unreached_90d',
    label: say('近90天未能联系上的次数', 'Times the customer was not reached in the last 90 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('communication', { days: 90, where: { initiator: ['lender'], isReached: { atMost: 0 } } }),
  },
  {
    name: 'reached_share_180d',
    label: say('近180天联系成功率', 'Share of attempts that reached the customer, last 180 days'),
    direction: 'decreasing',
    ...percent(
      count('communication', { days: 180, where: { initiator: ['lender'], isReached: { atLeast: 1 } } }),
      count('communication', { days: 180, where: { initiator: ['lender'] } }),
    ),
  },
  {
    name: 'promises_kept_share_360d',
    label: say('近360天还款承诺兑现率', 'Share of promises to pay that were kept, last 360 days'),
    direction: 'decreasing',
    ...percent(count('promise', { days: 360, where: { isKept: { atLeast: 1 } } }), count('promise', { days: 360 })),
  },
]);

/** Public records and changes of business (司法与经营变动). */
export const legalFeatures = defineFeatures({ group: 'legal', actionable: false }, [
  {
    name: 'lawsuits_360d',
    label: say('近360天被诉次数', 'Lawsuits against the customer in the last 360 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('legal_event', { days: 360, where: { kind: ['lawsuit'], isAgainst: { atLeast: 1 } } }),
  },
  {
    name: 'enforcements_360d',
    label: say('近360天被执行次数', 'Enforcements against the customer in the last 360 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('legal_event', {
      days: 360,
      where: { kind: ['enforcement', 'dishonest_list'], isAgainst: { atLeast: 1 }, stands: { atLeast: 1 } },
    }),
  },
  {
    name: 'business_changes_360d',
    label: say('近360天经营变动次数', 'Changes of business in the last 360 days'),
    unit: 'count',
    direction: null,
    numerator: count('business_change', { days: 360 }),
  },
  {
    name: 'contractions_360d',
    label: say('近360天收缩或转行次数', 'Contractions and changes of line of business, last 360 days'),
    unit: 'count',
    direction: 'increasing',
    numerator: count('business_change', { days: 360, where: { kind: ['contraction', 'change_of_business'] } }),
  },
]);
