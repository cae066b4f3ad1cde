import type { FormLine } from '../domain/review.ts';
import type { Text } from '../domain/text.ts';
import { toDayNumber } from '../features/civil-clock.ts';
import type { DatedEvent } from '../features/dated-event.ts';
import { type Of, ofType, toLine, toWordLine } from './form-line.ts';

type Category = Of<'transaction'>['payload']['category'];

const categories: Readonly<Record<Category, Text>> = {
  salary: { zh: '工资', en: 'salaries' },
  business: { zh: '经营', en: 'business' },
  purchase: { zh: '消费', en: 'purchases' },
  transfer: { zh: '转账', en: 'transfers' },
  cash: { zh: '取现', en: 'cash' },
  investment: { zh: '投资', en: 'investment' },
  loan: { zh: '其他贷款', en: 'other loans' },
  fee: { zh: '费用', en: 'fees' },
  other: { zh: '其他', en: 'other' },
};

const products: Readonly<Record<Of<'facility'>['payload']['product'], Text>> = {
  card: { zh: '信用卡', en: 'card' },
  revolving: { zh: '循环授信', en: 'revolving line' },
  instalment: { zh: '分期贷款', en: 'instalment loan' },
  mortgage: { zh: '抵押贷款', en: 'mortgage' },
  trade: { zh: '贸易融资', en: 'trade finance' },
  guarantee: { zh: '保函', en: 'guarantee' },
  other: { zh: '其他', en: 'other' },
};

/** What was granted, and what went out since then, by what it was for; transactions name no facility, so all count. */
export const listFunds = (standing: readonly DatedEvent[], facilityId: string): FormLine[] => {
  const told = ofType(standing, 'facility').findLast(({ event }) => event.facilityId === facilityId);
  const payload = told?.event.payload;
  const value = payload?.principalMinor ?? payload?.limitMinor;
  return [
    toWordLine({ name: 'facility_product', label: { zh: '授信品种', en: 'Product' } }, payload?.product, products),
    toLine('facility_opened_on', { zh: '发放日期', en: 'Granted on' }, { value: payload?.openedOn }),
    toLine('facility_amount', { zh: '授信金额', en: 'Amount granted' }, { value, unit: 'minor' }),
    ...listOutflow(standing, payload ? toDayNumber(payload.openedOn) : null),
  ];
};

/** Where no transaction was ever seen, nothing is known of what went out. */
const listOutflow = (standing: readonly DatedEvent[], since: number | null): FormLine[] => {
  const seen = ofType(standing, 'transaction');
  const all = { zh: '发放后流出总额', en: 'All that went out since it was granted' };
  if (since === null || seen.length === 0) return [toLine('outflow', all, { unit: 'minor' })];
  const paid = seen.filter(({ day, event }) => day >= since && event.payload.direction === 'out');
  const sums = new Map<Category, number>();
  for (const { event } of paid) {
    const { category } = event.payload;
    sums.set(category, (sums.get(category) ?? 0) + event.amountMinor);
  }
  const total = [...sums.values()].reduce((sum, each) => sum + each, 0);
  return [
    toLine('outflow', all, { value: total, unit: 'minor' }),
    ...[...sums].sort(byLargest).map(([category, value]) => {
      const { zh, en } = categories[category];
      return toLine(`outflow_${category}`, { zh: `其中：${zh}`, en: `Of which ${en}` }, { value, unit: 'minor' });
    }),
  ];
};

const byLargest = ([a, first]: [Category, number], [b, second]: [Category, number]): number =>
  second - first || (a < b ? -1 : 1);
