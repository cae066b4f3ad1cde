import type { RowsComparison } from '../../domain/comparison.ts';
import type { Text } from '../../domain/text.ts';
import type { Evidence } from '../../domain/validation.ts';
import { fixed, percent, ranged, widthOf } from './figures.ts';
import { layOutMoves, type Moves, wordMoves } from './matrix.ts';
import { type Doubt, judge, tooFew, wordCosts, wordOutcomes, wordReclassified } from './row-words.ts';
import { say } from './words.ts';

/** A text in the language of the reader. */
export type Say = (text: Text) => string;

/** Marks what rests on too few rows. */
export const markThin = (evidence: Evidence, t: Say): string => (evidence === 'sufficient' ? '' : ` [${t(tooFew)}]`);

/** How well two scores agree. */
export const drawAgreement = (
  { spearman, pearson, meanProbability, meanDistance, largestDistance, evidence }: RowsComparison['agreement'],
  t: Say,
): string[] => [
  `${t(say.agreement)}${markThin(evidence, t)}: Spearman ${fixed(spearman)}, Pearson ${fixed(pearson)}`,
  `  ${t(say.meanPd)} A ${percent(meanProbability.a)}, B ${percent(meanProbability.b)}; ${t(say.apart)} ${percent(meanDistance)}, ${t(say.most)} ${percent(largestDistance)}`,
];

/** A matrix from each step to each, and how many rise and fall. */
export const drawMoves = <Step extends string>(
  title: Text,
  moves: Moves<Step>,
  names: Readonly<Record<Step, Text>>,
  t: Say,
): string[] => {
  const { steps, lines } = layOutMoves(moves, names);
  const table = [['', ...steps.map(t)], ...lines.map(({ from, rows }) => [t(from), ...rows])];
  return [`${t(title)}: ${t(wordMoves(moves))}`, ...table.map((cells) => `  ${cells.map(pad).join('  ')}`)];
};

const WIDTH = 11;
const pad = (cell: string): string => `${' '.repeat(Math.max(0, WIDTH - widthOf(cell)))}${cell}`;

/** How the outcomes of some rows are told: what is doubtful about them, and what is said where none is known. */
interface WorthTelling {
  readonly doubt: Doubt | null;
  readonly none: Text;
}

/** Which model is right, by rows whose outcome is known. */
export const drawWorth = (worth: RowsComparison['worth'], { doubt, none }: WorthTelling, t: Say): string[] => {
  if (!worth) return [t(none)];
  const { auc, logLoss, money } = worth;
  const pair = (name: string, figure: typeof auc, isGain: boolean) =>
    `  ${name}: A ${fixed(figure.a.value)}, B ${fixed(figure.b.value)}, B - A ${ranged(figure.difference)}: ${t(judge(figure, doubt, isGain))}`;
  return [
    `${t(say.worth)}: ${t(wordOutcomes(worth))}`,
    pair('AUC', auc, true),
    pair(t(say.logLoss), logLoss, false),
    `  ${t(say.moves)}: ${t(wordReclassified(worth))}`,
    ...(money
      ? [
          `  ${t(say.money)} (${t(wordCosts(money))})`,
          `    A ${money.a.loss}, B ${money.b.loss}; ${t(say.each)} ${ranged(money.difference)}: ${t(judge(money, doubt, false))}`,
        ]
      : []),
  ];
};
