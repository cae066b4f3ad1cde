import type { Text } from '../domain/text.ts';
import type { Validation } from '../domain/validation.ts';

/** Which rows a validation was measured on. */
export const measuredRows: Readonly<Record<Validation['data']['kind'], Text>> = {
  fold: { zh: '训练时留出的折', en: 'the fold kept out of training' },
  later: { zh: '训练之后各期的数据', en: 'periods after those of training' },
  other: { zh: '训练数据之外的文件', en: 'a file other than the training data' },
  none: { zh: '没有留出样本', en: 'no rows were kept out of training' },
};

/** What is known of customers that were trained on among the rows of another file. */
export const overlapWords: Readonly<Record<NonNullable<Validation['data']['overlap']>, Text>> = {
  none: {
    zh: '已核对：没有客户的表现期与其训练样本重叠',
    en: 'checked: no performance window overlaps one of the same customer in training',
  },
  unchecked: {
    zh: '未核对是否含训练过的客户：数据字典没有 customer，或没有训练数据（用 --trained-on 指定）',
    en: 'not checked whether customers were trained on: no "customer" in the dictionary, or the training data are not at hand (name them by --trained-on)',
  },
};
