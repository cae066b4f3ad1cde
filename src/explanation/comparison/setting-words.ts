import type { Otherwise } from '../../domain/comparison.ts';
import type { Text } from '../../domain/text.ts';

const what: Readonly<Record<Otherwise['what'], Text>> = {
  target: {
    zh: '预测目标不同，违约概率不可直接比较',
    en: 'They predict different things, so their probabilities cannot be compared as they are',
  },
  dictionary: { zh: '数据字典不同', en: 'Different data dictionaries' },
  learner: { zh: '算法不同', en: 'Different learners' },
  rows: { zh: '训练样本数不同', en: 'Different numbers of training rows' },
  scale: { zh: '分数刻度不同，分数不可直接比较', en: 'Different scales, so their points cannot be compared' },
  calibration: { zh: '另有校准不同', en: 'A named calibration differs' },
  direction: { zh: '要求的风险方向不同', en: 'A different direction of risk is kept' },
  reading: {
    zh: '名称相同但读法不同，视为两个输入',
    en: 'The same name is read differently and counts as two inputs',
  },
};

const none: Text = { zh: '无', en: 'none' };

/** What else two models have differently, in words. */
export const wordOtherwise = ({ what: kind, name, value }: Otherwise): Text => {
  const { zh, en } = what[kind];
  const named = name === null ? '' : ` (${name})`;
  if (kind === 'reading') return { zh: `${zh}${named}`, en: `${en}${named}` };
  return {
    zh: `${zh}${named}：A ${(value.a ?? none).zh}，B ${(value.b ?? none).zh}`,
    en: `${en}${named}: A ${(value.a ?? none).en}, B ${(value.b ?? none).en}`,
  };
};
