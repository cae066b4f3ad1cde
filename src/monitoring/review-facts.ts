import { industrySections } from '../domain/industry-sections.ts';
import type { FormLine } from '../domain/review.ts';
import type { Text } from '../domain/text.ts';
import { toCivilDate } from '../features/civil-clock.ts';
import type { DatedEvent } from '../features/dated-event.ts';
import { type Of, ofType, toLine, toWordLine } from './form-line.ts';

const yesNo: Readonly<Record<'yes' | 'no', Text>> = { yes: { zh: '是', en: 'yes' }, no: { zh: '否', en: 'no' } };

/** The latest financial statement as it was handed in. */
export const listStatement = (standing: readonly DatedEvent[]): FormLine[] => {
  const statements = ofType(standing, 'financial_statement').map(({ event }) => event.payload);
  const latest = statements.reduce<(typeof statements)[number] | null>(
    (found, each) => (found !== null && found.periodEnd > each.periodEnd ? found : each),
    null,
  );
  const money = (name: string, label: Text, value: number | undefined) => toLine(name, label, { value, unit: 'minor' });
  const audited = { name: 'statement_audited', label: { zh: '最近报表是否经审计', en: 'Latest statement: audited' } };
  const ends = { zh: '最近报表截止日', en: 'Latest statement: end of period' };
  const period = { zh: '最近报表期间', en: 'Latest statement: period' };
  return [
    toLine('statement_period_end', ends, { value: latest?.periodEnd }),
    toLine('statement_months', period, { value: latest?.months, unit: 'month' }),
    toWordLine(audited, latest && toYesNo(latest.isAudited), yesNo),
    money('statement_revenue', { zh: '最近报表收入', en: 'Latest statement: revenue' }, latest?.revenueMinor),
    money('statement_expense', { zh: '最近报表支出', en: 'Latest statement: expense' }, latest?.expenseMinor),
    money('statement_assets', { zh: '最近报表资产', en: 'Latest statement: assets' }, latest?.assetsMinor),
    money(
      'statement_liabilities',
      { zh: '最近报表负债', en: 'Latest statement: liabilities' },
      latest?.liabilitiesMinor,
    ),
  ];
};

const toYesNo = (holds: boolean): 'yes' | 'no' => (holds ? 'yes' : 'no');

const kinds: Readonly<Record<Of<'profile'>['payload']['kind'], Text>> = {
  person: { zh: '个人', en: 'person' },
  company: { zh: '企业', en: 'company' },
};

const scales: Readonly<Record<NonNullable<Of<'profile'>['payload']['scale']>, Text>> = {
  micro: { zh: '微型', en: 'micro' },
  small: { zh: '小型', en: 'small' },
  medium: { zh: '中型', en: 'medium' },
  large: { zh: '大型', en: 'large' },
};

const changes: Readonly<Record<Of<'business_change'>['payload']['kind'], Text>> = {
  investment: { zh: '投资', en: 'investment' },
  change_of_business: { zh: '变更主营业务', en: 'another line of business' },
  expansion: { zh: '扩张', en: 'expansion' },
  contraction: { zh: '收缩', en: 'contraction' },
  relocation: { zh: '迁址', en: 'relocation' },
  ownership: { zh: '股权变更', en: 'another owner' },
};

const records: Readonly<Record<Of<'legal_event'>['payload']['kind'], Text>> = {
  lawsuit: { zh: '诉讼', en: 'lawsuit' },
  enforcement: { zh: '强制执行', en: 'enforcement' },
  dishonest_list: { zh: '失信名单', en: 'list of dishonest debtors' },
  bankruptcy: { zh: '破产', en: 'bankruptcy' },
  penalty: { zh: '处罚', en: 'penalty' },
};

/** Who the customer is, and each change of its business and public record, with its day. */
export const listOperations = (standing: readonly DatedEvent[]): FormLine[] => {
  const profile = ofType(standing, 'profile').at(-1)?.event.payload;
  return [
    toWordLine({ name: 'customer_kind', label: { zh: '客户类型', en: 'Kind of customer' } }, profile?.kind, kinds),
    toWordLine({ name: 'customer_scale', label: { zh: '企业规模', en: 'Scale of business' } }, profile?.scale, scales),
    toIndustry(profile?.industry ?? null),
    ...ofType(standing, 'business_change').map(({ event: { payload }, day }) => {
      const label = onDay({ zh: '经营变动', en: 'Change of business' }, day);
      return toWordLine({ name: 'business_change', label }, payload.kind, changes);
    }),
    ...ofType(standing, 'legal_event').map(({ event: { payload }, day }) =>
      toWordLine({ name: 'legal_event', label: onDay(wordRecord(payload), day) }, payload.kind, records),
    ),
  ];
};

const toIndustry = (industry: NonNullable<Of<'profile'>['payload']['industry']> | null): FormLine => {
  const label = { zh: '行业', en: 'Industry' };
  if (industry === null) return toLine('customer_industry', label, {});
  const line = toLine('customer_industry', label, { value: `${industry.section}${industry.division ?? ''}` });
  return { ...line, words: industrySections[industry.section].label };
};

const onDay = ({ zh, en }: Text, day: number): Text => ({
  zh: `${zh}，${toCivilDate(day)}`,
  en: `${en}, ${toCivilDate(day)}`,
});

const wordRecord = ({ isAgainst, stands }: Of<'legal_event'>['payload']): Text => ({
  zh: `司法事件（${isAgainst ? '针对客户' : '客户提起'}，${stands ? '未了结' : '已了结'}）`,
  en: `Public record (${isAgainst ? 'against the customer' : 'by the customer'}, ${stands ? 'stands' : 'has ended'})`,
});
