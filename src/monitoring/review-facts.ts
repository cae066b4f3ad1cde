import type { EventContent, EventType } from '../domain/event.ts';
import { industrySections } from '../domain/industry.ts';
import type { FormLine } from '../domain/review.ts';
import type { Text } from '../domain/text.ts';
import { toCivilDate, toDayNumber } from '../features/civil-clock.ts';
import type { DatedEvent } from '../features/dated-event.ts';

type Of<Type extends EventType> = Extract<EventContent, { type: Type }>;
type Dated<Type extends EventType> = DatedEvent<Of<Type>>;

const ofType = <Type extends EventType>(standing: readonly DatedEvent[], type: Type): Dated<Type>[] =>
  standing.filter((dated): dated is Dated<Type> => dated.event.type === type);

const line = (name: string, label: Text, [value, unit]: readonly [FormLine['value'], string?]): FormLine => ({
  name,
  label,
  unit: unit ?? null,
  value,
});

type Category = Of<'transaction'>['payload']['category'];

const categoryWords: Readonly<Record<Category, Text>> = {
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

/** What was granted, and what went out since then, by what it was for; transactions name no facility, so all count. */
export const listFunds = (standing: readonly DatedEvent[], facilityId: string): FormLine[] => {
  const facility = ofType(standing, 'facility').findLast(({ event }) => event.facilityId === facilityId)?.event;
  const { product = null, openedOn = null, limitMinor = null, principalMinor = null } = facility?.payload ?? {};
  const granted = [
    line('facility_product', { zh: '授信品种', en: 'Product' }, [product]),
    line('facility_opened_on', { zh: '发放日期', en: 'Granted on' }, [openedOn]),
    line('facility_amount', { zh: '授信金额', en: 'Amount granted' }, [principalMinor ?? limitMinor, 'minor']),
  ];
  if (openedOn === null) return granted;
  const since = toDayNumber(openedOn);
  const paid = ofType(standing, 'transaction').filter(
    ({ day, event }) => day >= since && event.payload.direction === 'out',
  );
  if (ofType(standing, 'transaction').length === 0) return [...granted, line('outflow', outflow.all, [null, 'minor'])];
  const sum = (wanted: readonly (typeof paid)[number][]) =>
    wanted.reduce((all, { event }) => all + event.amountMinor, 0);
  const ofCategory = (category: Category) => paid.filter(({ event }) => event.payload.category === category);
  return [
    ...granted,
    line('outflow', outflow.all, [sum(paid), 'minor']),
    ...(Object.keys(categoryWords) as Category[]).flatMap((category) =>
      ofCategory(category).length === 0
        ? []
        : [line(`outflow_${category}`, outflow.of(categoryWords[category]), [sum(ofCategory(category)), 'minor'])],
    ),
  ];
};

const outflow = {
  all: { zh: '发放后流出总额', en: 'All that went out since it was granted' },
  of: ({ zh, en }: Text): Text => ({ zh: `其中：${zh}`, en: `Of which ${en}` }),
};

/** The latest financial statement as it was handed in. */
export const listStatement = (standing: readonly DatedEvent[]): FormLine[] => {
  const [latest] = ofType(standing, 'financial_statement').toSorted((a, b) =>
    b.event.payload.periodEnd.localeCompare(a.event.payload.periodEnd, 'en'),
  );
  const payload = latest?.event.payload;
  return [
    line('statement_period_end', { zh: '最近财务报表截止日', en: 'Latest statement: end of period' }, [
      payload?.periodEnd ?? null,
    ]),
    line('statement_months', { zh: '报表期间', en: 'Latest statement: period' }, [payload?.months ?? null, 'month']),
    line('statement_audited', { zh: '是否经审计', en: 'Latest statement: audited' }, [
      payload ? (payload.isAudited ? 'yes' : 'no') : null,
    ]),
    line('statement_revenue', { zh: '收入', en: 'Latest statement: revenue' }, [
      payload?.revenueMinor ?? null,
      'minor',
    ]),
    line('statement_expense', { zh: '支出', en: 'Latest statement: expense' }, [
      payload?.expenseMinor ?? null,
      'minor',
    ]),
    line('statement_assets', { zh: '资产', en: 'Latest statement: assets' }, [payload?.assetsMinor ?? null, 'minor']),
    line('statement_liabilities', { zh: '负债', en: 'Latest statement: liabilities' }, [
      payload?.liabilitiesMinor ?? null,
      'minor',
    ]),
  ];
};

/** Who the customer is, and each change of its business and public record against it, with its day. */
export const listOperations = (standing: readonly DatedEvent[]): FormLine[] => {
  const profile = ofType(standing, 'profile').at(-1)?.event.payload;
  const industry = profile?.industry ?? null;
  return [
    line('customer_kind', { zh: '客户类型', en: 'Kind of customer' }, [profile?.kind ?? null]),
    line('customer_scale', { zh: '企业规模', en: 'Scale of business' }, [profile?.scale ?? null]),
    line(
      'customer_industry',
      industry === null ? { zh: '行业', en: 'Industry' } : inIndustry(industrySections[industry.section].label),
      [industry === null ? null : `${industry.section}${industry.division ?? ''}`],
    ),
    ...ofType(standing, 'business_change').map(({ event, day }) =>
      line('business_change', { zh: '经营变动', en: 'Change of business' }, [
        `${toCivilDate(day)} ${event.payload.kind}`,
      ]),
    ),
    ...ofType(standing, 'legal_event').map(({ event: { payload }, day }) =>
      line('legal_event', legal(payload), [`${toCivilDate(day)} ${payload.kind}`]),
    ),
  ];
};

const inIndustry = ({ zh, en }: Text): Text => ({ zh: `行业（${zh}）`, en: `Industry (${en})` });

const legal = ({ isAgainst, stands }: Of<'legal_event'>['payload']): Text => ({
  zh: `司法事件（${isAgainst ? '针对客户' : '客户提起'}，${stands ? '未了结' : '已了结'}）`,
  en: `Public record (${isAgainst ? 'against the customer' : 'by the customer'}, ${stands ? 'stands' : 'has ended'})`,
});
