import type { Model, Term } from '../../src/domain/model.ts';
import type { Locale, Text } from '../../src/domain/text.ts';
import { toCellPoints } from '../../src/model/scale.ts';
import type { BoostedNotes, LearnerNotes, NeuralNotes } from '../learners/learner.ts';
import { writeTable } from './markdown.ts';

const say = {
  title: { zh: '交互项', en: 'Interactions' },
  note: {
    zh: '以下各表是扣除单个变量影响后剩余的共同影响；分数为其各格中最低与最高的分值。',
    en: 'What inputs do together beyond what each does alone; the points are the least and the most of a table.',
  },
  inputs: { zh: '变量', en: 'Inputs' },
  points: { zh: '分值', en: 'Points' },
} as const satisfies Record<string, Text>;

/** A model's interactions, the widest first, and how they were chosen; nothing where it has none and could have none. */
export const writeInteractions = (model: Model, { boosted, neural }: LearnerNotes, locale: Locale): string[] => {
  const terms = model.terms.filter(({ inputs }) => inputs.length > 1);
  if (terms.length === 0 && !boosted && !neural) return [];
  return [
    `## ${say.title[locale]}`,
    ...(boosted ? [describeCost(boosted)[locale]] : []),
    ...(neural ? [describeChoice(neural)[locale]] : []),
    ...(terms.length === 0 ? [] : [say.note[locale], writeTerms(model, terms, locale)]),
  ];
};

const describeCost = ({ pairs, triples, freeLogLoss, keptLogLoss, bags, trees }: BoostedNotes): Text => {
  const [free, kept] = [freeLogLoss.toFixed(5), keptLogLoss.toFixed(5)];
  return {
    zh: `保留 ${pairs} 对与 ${triples} 个三元组。单个袋（共 ${bags} 个，各 ${trees} 棵树）在其未见样本上的平均对数损失：不限交互时 ${free}，仅保留这些时 ${kept}。它们由同样的内部折选出，因此后者偏乐观。`,
    en: `${pairs} pairs and ${triples} triples are kept. Mean log loss of a bag (of ${bags}, ${trees} trees each) on the rows it had not seen: ${free} with any interaction, ${kept} with these only. They were chosen on the same inner folds, which flatters the latter.`,
  };
};

const describeChoice = ({ smoothness, pairs }: NeuralNotes): Text => ({
  zh: `曲线的平滑度为 ${smoothness}，由内部折上未见样本的对数损失定出；在未见样本上比单独曲线更好的 ${pairs} 对变量有共同的表。`,
  en: `The curves' smoothness is ${smoothness}, settled by the log loss on the rows that inner folds left out; ${pairs} pairs of inputs, which tell more of such rows than curves alone, have tables of their own.`,
});

const writeTerms = (model: Model, terms: readonly Term[], locale: Locale): string => {
  const rows = terms
    .map(({ inputs, microLogits }) => {
      const points = microLogits.map((cell) => toCellPoints(cell, model.scale));
      const names = inputs.map((place) => model.inputs[place]?.label[locale] ?? '').join(' x ');
      return { names, least: leastOf(points), most: -leastOf(points.map((value) => -value)) };
    })
    .sort((a, b) => b.most - b.least - (a.most - a.least));
  return writeTable(
    [say.inputs[locale], say.points[locale]],
    rows.map(({ names, least, most }) => [names, `${least.toFixed(2)} ... ${most.toFixed(2)}`]),
  );
};

const leastOf = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
