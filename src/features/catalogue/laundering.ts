import type { CatalogueFeature } from '../../domain/catalogue.ts';
import { count, defineFeatures, minus, say, sum, take, times } from './define.ts';

const incoming = { direction: ['in'] };
const outgoing = { direction: ['out'] };
/** Just below 50,000.00, from which cash is reported (人民币现金大额交易报告). */
const justBelow = { amount: { atLeast: 4_500_000, atMost: 4_999_999 } };

/**
 * Patterns of money laundering (反洗钱). They are no credit features: their purpose is `aml` alone, so no model, rule,
 * reason or signal of credit ever sees them.
 */
export const launderingFeatures: readonly CatalogueFeature[] = defineFeatures(
  { group: 'laundering', actionable: false },
  [
    {
      name: 'structured_cash_30d',
      label: say('近30天略低于报告限额的现金交易笔数', 'Cash just below the limit of reporting, last 30 days'),
      unit: 'count',
      direction: null,
      numerator: count('transaction', { days: 30, where: { ...justBelow, category: ['cash'] } }),
    },
    {
      name: 'pass_through_7d',
      label: say('近7天流出占流入比', 'Outflow over inflow, last 7 days'),
      unit: '%',
      decimals: 2,
      direction: null,
      numerator: times(100, sum('transaction', 'amount', { days: 7, where: outgoing })),
      denominator: sum('transaction', 'amount', { days: 7, where: incoming }),
    },
    {
      name: 'fan_in_30d',
      label: say('近30天转入对手数', 'Parties money came from, last 30 days'),
      unit: 'count',
      direction: null,
      numerator: take('distinct', 'transaction', 'counterparty', { days: 30, where: incoming }),
    },
    {
      name: 'fan_out_30d',
      label: say('近30天转出对手数', 'Parties money went to, last 30 days'),
      unit: 'count',
      direction: null,
      numerator: take('distinct', 'transaction', 'counterparty', { days: 30, where: outgoing }),
    },
    {
      name: 'turnover_surge_30d',
      label: say('近30天流入较此前90天月均的倍数', 'Inflow of the last 30 days over the monthly mean of the 90 before'),
      unit: '%',
      decimals: 2,
      direction: null,
      numerator: times(300, sum('transaction', 'amount', { days: 30, where: incoming })),
      denominator: sum('transaction', 'amount', { days: 90, ending: 30, where: incoming }),
    },
    {
      name: 'balance_left_7d',
      label: say('近7天流入流出差额', 'What is left of the inflow of the last 7 days'),
      unit: 'minor',
      direction: null,
      numerator: minus(
        sum('transaction', 'amount', { days: 7, where: incoming }),
        sum('transaction', 'amount', { days: 7, where: outgoing }),
      ),
    },
  ],
).map((feature) => ({ ...feature, purposes: ['aml'] }));
