import type { Locale, Text } from '../../src/domain/text.ts';
import { NORMAL_95 } from '../../src/metrics/probability.ts';
import type { LearnerChoice } from '../learners/choose-learner.ts';
import { writeTable } from './markdown.ts';

const say = {
  title: { zh: '算法的选择', en: 'Choice of the learner' },
  note: {
    zh: '各算法在其拟合未见的样本（内部折）上的平均对数损失，各自校准后比较；选取与最优者相差不超过一个标准误的最简单者。变量分箱与交互项由同样的样本选出，因此对复杂者略为有利。',
    en: 'Mean log loss on rows that the fits had not seen (inner folds), each calibrated by itself; the simplest within one standard error of the best is taken. Bins and interactions were chosen on the same rows, which favours the less simple ones a little.',
  },
  chosen: { zh: '选定', en: 'chosen' },
  none: { zh: '不能区分好坏', en: 'does not tell good from bad' },
  learner: { zh: '算法', en: 'Learner' },
  logLoss: { zh: '对数损失', en: 'Log loss' },
  excess: { zh: '高于最优者', en: 'Above the best' },
  interval: { zh: '95% 区间', en: '95% interval' },
} as const satisfies Record<string, Text>;

/** How the learner was chosen; nothing where there was no choice. */
export const writeChoice = (choice: LearnerChoice | undefined, locale: Locale): string[] => {
  if (!choice) return [];
  const rows = choice.compared.map(({ learner, logLoss, excess, error }) => {
    const name = learner === choice.chosen ? `**${learner}** (${say.chosen[locale]})` : learner;
    if (logLoss === null || excess === null || error === null) return [name, say.none[locale], '', ''];
    const [low, high] = [excess - NORMAL_95 * error, excess + NORMAL_95 * error];
    return [name, logLoss.toFixed(5), excess.toFixed(5), `${low.toFixed(5)} ... ${high.toFixed(5)}`];
  });
  const head = [say.learner, say.logLoss, say.excess, say.interval].map((text) => text[locale]);
  return [`## ${say.title[locale]}`, say.note[locale], writeTable(head, rows)];
};
