import type { Text } from './text.ts';

interface Section {
  readonly label: Text;
  /** Its divisions: from the first to the last, two digits each. */
  readonly divisions: readonly [number, number];
}

/** The sections (门类) of GB/T 4754-2017, Industrial classification for national economic activities, and their divisions (大类). */
export const industrySections = {
  A: { label: { zh: '农、林、牧、渔业', en: 'Agriculture, forestry, animal husbandry, fishery' }, divisions: [1, 5] },
  B: { label: { zh: '采矿业', en: 'Mining' }, divisions: [6, 12] },
  C: { label: { zh: '制造业', en: 'Manufacturing' }, divisions: [13, 43] },
  D: { label: { zh: '电力、热力、燃气及水生产和供应业', en: 'Electricity, heat, gas, water' }, divisions: [44, 46] },
  E: { label: { zh: '建筑业', en: 'Construction' }, divisions: [47, 50] },
  F: { label: { zh: '批发和零售业', en: 'Wholesale and retail' }, divisions: [51, 52] },
  G: { label: { zh: '交通运输、仓储和邮政业', en: 'Transport, storage, post' }, divisions: [53, 60] },
  H: { label: { zh: '住宿和餐饮业', en: 'Accommodation and catering' }, divisions: [61, 62] },
  I: { label: { zh: '信息传输、软件和信息技术服务业', en: 'Information and software' }, divisions: [63, 65] },
  J: { label: { zh: '金融业', en: 'Finance' }, divisions: [66, 69] },
  K: { label: { zh: '房地产业', en: 'Real estate' }, divisions: [70, 70] },
  L: { label: { zh: '租赁和商务服务业', en: 'Leasing and business services' }, divisions: [71, 72] },
  M: { label: { zh: '科学研究和技术服务业', en: 'Research and technical services' }, divisions: [73, 75] },
  N: { label: { zh: '水利、环境和公共设施管理业', en: 'Water, environment, public facilities' }, divisions: [76, 79] },
  O: { label: { zh: '居民服务、修理和其他服务业', en: 'Household services and repair' }, divisions: [80, 82] },
  P: { label: { zh: '教育', en: 'Education' }, divisions: [83, 83] },
  Q: { label: { zh: '卫生和社会工作', en: 'Health and social work' }, divisions: [84, 85] },
  R: { label: { zh: '文化、体育和娱乐业', en: 'Culture, sport, entertainment' }, divisions: [86, 90] },
  S: { label: { zh: '公共管理、社会保障和社会组织', en: 'Public administration' }, divisions: [91, 96] },
  T: { label: { zh: '国际组织', en: 'International organisations' }, divisions: [97, 97] },
} as const satisfies Record<string, Section>;

export type IndustrySection = keyof typeof industrySections;
