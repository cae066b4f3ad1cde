import type { Text } from '../domain/text.ts';
import type { ModelState } from '../model/registry.ts';

/** Where a version of a model stands, in words. */
export const states: Readonly<Record<ModelState, Text>> = {
  registered: { zh: '已登记', en: 'registered' },
  approved: { zh: '已批准', en: 'approved' },
  shadowed: { zh: '影子运行', en: 'in shadow' },
  promoted: { zh: '已上线', en: 'live' },
  retired: { zh: '已退役', en: 'retired' },
};
