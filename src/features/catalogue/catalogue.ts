import type { CatalogueFeature } from '../../domain/catalogue.ts';
import type { ReasonGroup } from '../../domain/dictionary.ts';
import {
  applicationFeatures,
  bureauFeatures,
  communicationFeatures,
  contactFeatures,
  financialFeatures,
  industryFeatures,
  legalFeatures,
  relatedFeatures,
  tenureFeatures,
} from './circumstances.ts';
import { repaymentFeatures, utilisationFeatures } from './repayment.ts';
import { fundFeatures, incomeFeatures, transactionFeatures } from './transactions.ts';

/** Every feature of behaviour that credit may use, in the order of their groups. */
export const creditCatalogue: readonly CatalogueFeature[] = [
  ...repaymentFeatures,
  ...utilisationFeatures,
  ...transactionFeatures,
  ...fundFeatures,
  ...incomeFeatures,
  ...contactFeatures,
  ...applicationFeatures,
  ...bureauFeatures,
  ...financialFeatures,
  ...industryFeatures,
  ...relatedFeatures,
  ...tenureFeatures,
  ...communicationFeatures,
  ...legalFeatures,
];

/** What their reasons are grouped by; the order breaks ties. */
export const creditGroups: readonly ReasonGroup[] = [
  { name: 'repayment', code: 'BH_REPAYMENT', label: { zh: '还款与逾期', en: 'Repayment and delays' } },
  { name: 'utilisation', code: 'BH_UTILISATION', label: { zh: '额度使用', en: 'Use of limits' } },
  { name: 'transactions', code: 'BH_TRANSACTIONS', label: { zh: '交易行为', en: 'Transactions' } },
  { name: 'funds', code: 'BH_FUNDS', label: { zh: '资金流', en: 'Flow of funds' } },
  { name: 'income', code: 'BH_INCOME', label: { zh: '收入稳定性', en: 'Stability of income' } },
  { name: 'contact', code: 'BH_CONTACT', label: { zh: '联系方式', en: 'Contact details' } },
  { name: 'applications', code: 'BH_APPLICATIONS', label: { zh: '贷款申请', en: 'Loan applications' } },
  { name: 'bureau', code: 'BH_BUREAU', label: { zh: '征信', en: 'Credit report' } },
  { name: 'financials', code: 'BH_FINANCIALS', label: { zh: '财务状况', en: 'Financial statements' } },
  { name: 'industry', code: 'BH_INDUSTRY', label: { zh: '行业', en: 'Industry' } },
  { name: 'related', code: 'BH_RELATED', label: { zh: '关联方', en: 'Related parties' } },
  { name: 'tenure', code: 'BH_TENURE', label: { zh: '客户关系', en: 'Relation with the lender' } },
  { name: 'communication', code: 'BH_COMMUNICATION', label: { zh: '沟通情况', en: 'Communication' } },
  { name: 'legal', code: 'BH_LEGAL', label: { zh: '司法与经营变动', en: 'Public records and changes of business' } },
];
