import type { Text } from '../domain/text.ts';
import type { Validation } from '../domain/validation.ts';

/** Which rows a validation was measured on. */
export const measuredRows: Readonly<Record<Validation['data']['kind'], Text>> = {
  fold: { zh: '训练时留出的折', en: 'the fold kept out of training' },
  later: { zh: '训练之后各期的数据', en: 'periods after those of training' },
  other: { zh: '训练数据之外的文件', en: 'a file other than the training data' },
  none: { zh: '没有留出样本', en: 'no rows were kept out of training' },
};
