import type { CatalogueFeature, EventExpression } from '../../domain/catalogue.ts';
import type { Text } from '../../domain/text.ts';
import type { ColumnDefinition } from '../column.ts';
import { count, defineFeatures, latest, minus, plus, say, times } from './define.ts';

/** Months of a card that the columns tell of: how many before the latest each lies. */
const months = [0, 1, 2, 3, 4, 5];

/** How long the latest statement speaks for the present, in days, and how much further back each one before may lie. */
const RECENT = 62;
const MONTH = 31;

/** The longest delay the columns have a value for, in months. */
const MOST_MONTHS_LATE = 9;

/**
 * What minor units of the book are in whole TWD, the currency of the columns: `times / over`. A book in TWD is taken as it
 * is. Of one in CNY each yuan counts as 4 TWD, about what it was in 2005 (8.2 CNY and 32.2 TWD to the USD): a convention
 * of the demo, fixed so that its scores do not move with a market, and no rate to convert money by.
 */
const toTwd: Readonly<Record<string, { readonly times: number; readonly over: number }>> = {
  TWD: { times: 1, over: 100 },
  CNY: { times: 4, over: 100 },
};

/** The window of the statement of some months before the latest. */
const monthsBack = (back: number) => ({
  days: RECENT + MONTH * back,
  where: { back: { atLeast: back, atMost: back } },
});

const ofMonth = (field: string, back: number): EventExpression => latest('card_month', field, monthsBack(back));

const countOf = (status: string, back: number): EventExpression => {
  const { days, where } = monthsBack(back);
  return count('card_month', { days, where: { ...where, status: [status] } });
};

/** -2 without use, -1 paid in full, 0 where the least was paid, else months past due. */
const statusOf = (back: number): EventExpression =>
  minus(
    { smaller: [MOST_MONTHS_LATE, ofMonth('monthsLate', back)] },
    plus(times(2, countOf('no_use', back)), countOf('paid_in_full', back)),
  );

const labelOf = (back: number, { zh, en }: Text): Text =>
  say(`最近第${back + 1}期账单的${zh}`, `${en}, statement ${back + 1} counted from the latest`);

/** The columns of a book in one currency. */
const defineColumns = ({ times: multiple, over }: { readonly times: number; readonly over: number }) => {
  const amount = (field: string, back: number) => ({
    unit: 'TWD',
    numerator: times(multiple, ofMonth(field, back)),
    denominator: over,
  });
  return defineFeatures({ group: 'card', actionable: false }, [
    { name: 'credit_limit', label: say('授信额度', 'Credit limit'), direction: 'decreasing', ...amount('limit', 0) },
    ...months.map((back) => ({
      name: `repayment_status_${back + 1}`,
      label: labelOf(back, { zh: '还款状态', en: 'Repayment status' }),
      unit: 'month',
      direction: 'increasing' as const,
      numerator: statusOf(back),
    })),
    ...months.map((back) => ({
      name: `bill_amount_${back + 1}`,
      label: labelOf(back, { zh: '账单金额', en: 'Amount billed' }),
      direction: null,
      ...amount('balance', back),
    })),
    ...months.map((back) => ({
      name: `payment_amount_${back + 1}`,
      label: labelOf(back, { zh: '还款金额', en: 'Amount paid in its month' }),
      direction: null,
      ...amount('payment', back),
    })),
  ]);
};

const byCurrency: ReadonlyMap<string, readonly CatalogueFeature[]> = new Map(
  Object.entries(toTwd).map(([currency, rate]) => [currency, defineColumns(rate)]),
);

/**
 * The monthly columns of `data/taiwan-credit-card`, which the champion reads, as features of a card's statements, each
 * under the column's name. Null where no rate to TWD is fixed for the book's currency.
 */
export const cardCatalogueFor = (currency: string): readonly CatalogueFeature[] | null =>
  byCurrency.get(currency) ?? null;

/** What the columns are called in the file itself, which has no PAY_1. */
const sources: ReadonlyMap<string, string> = new Map([
  ['credit_limit', 'LIMIT_BAL'],
  ...months.flatMap((back): [string, string][] => [
    [`repayment_status_${back + 1}`, `PAY_${back === 0 ? 0 : back + 1}`],
    [`bill_amount_${back + 1}`, `BILL_AMT${back + 1}`],
    [`payment_amount_${back + 1}`, `PAY_AMT${back + 1}`],
  ]),
]);

/** Whether a model's column is one of these: by our name and by the file's. */
export const isCardColumn = ({ name, source }: Pick<ColumnDefinition, 'name' | 'source'>): boolean =>
  sources.get(name) === source;
