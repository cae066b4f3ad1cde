import type { ComparedInput, Comparison, ModelComparison, RowsComparison } from '../../domain/comparison.ts';
import type { Locale, Text } from '../../domain/text.ts';
import type { Evidence } from '../../domain/validation.ts';
import { words } from '../wording.ts';
import { nameInput } from './effect-words.ts';
import { fixed, percent, ranged, signedPercent } from './figures.ts';
import { layOutMoves, type Moves, wordMoves } from './matrix.ts';
import { judge, tooFew, wordCosts, wordMover, wordOutcomes, wordPart, wordReclassified } from './row-words.ts';
import { type Hit, listHit } from './who-is-hit.ts';
import { say } from './words.ts';

/** Parts of a mover, drivers and segments that are printed; all of them are in the JSON. */
const MOST_PARTS = 4;
const MOST_DRIVERS = 8;
const MOST_HIT = 8;

type Say = (text: Text) => string;

/** What two models make of some rows, as text for a person. */
export const drawRows = ({ models }: Comparison, rows: RowsComparison, locale: Locale): string => {
  const t: Say = (text) => text[locale];
  const parts = [
    drawHeading(rows, t),
    drawMoves(say.tiers, rows.tiers, words.tier, t),
    drawMoves(say.actions, rows.actions, words.action, t),
    drawDrivers(rows, models, t),
    drawHit(rows, t),
    drawMovers(rows, models, t),
    drawWorth(rows, t),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
};

/** Which rows, and how well the scores agree. */
const drawHeading = ({ rows, kind, policy, trainedOn, agreement }: RowsComparison, t: Say): string[] => {
  const { meanProbability, meanDistance, largestDistance, evidence } = agreement;
  const flattered = (['a', 'b'] as const).filter((side) => trainedOn[side]);
  return [
    `${rows} ${t(say.rows)} ${policy.name}@${policy.version}${kind === 'held' ? ` (${t(say.held)})` : ''}`,
    ...flattered.map((side) => `  ${side.toUpperCase()}: ${t(say.trained)}`),
    '',
    `${t(say.agreement)}${markThin(evidence, t)}: Spearman ${fixed(agreement.spearman)}, Pearson ${fixed(agreement.pearson)}`,
    `  ${t(say.meanPd)} A ${percent(meanProbability.a)}, B ${percent(meanProbability.b)}; ${t(say.apart)} ${percent(meanDistance)}, ${t(say.most)} ${percent(largestDistance)}`,
  ];
};

const markThin = (evidence: Evidence, t: Say): string => (evidence === 'sufficient' ? '' : ` [${t(tooFew)}]`);

/** A matrix from each step to each, and how many rise and fall. */
const drawMoves = <Step extends string>(
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

/** Columns a text takes in a terminal: Chinese characters take two. */
const widthOf = (text: string): number => text.length + (text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0);

/** What makes the difference on these rows; nothing where there is none. */
const drawDrivers = ({ drivers }: RowsComparison, { inputs }: ModelComparison, t: Say): string[] => {
  const lines = drivers
    .filter(({ meanDistance }) => meanDistance > 0)
    .slice(0, MOST_DRIVERS)
    .map(({ input: place, meanDistance, mean }) => {
      const input = inputs[place] as ComparedInput;
      return `  ${fixed(meanDistance / 1e6, 3)}  ${fixed(mean / 1e6, 3).padStart(6)}  ${t(nameInput(input))}`;
    });
  return lines.length === 0 ? [] : [`${t(say.drivers)}:`, ...lines];
};

/** The bands that move most, and every protected group. */
const drawHit = (rows: RowsComparison, t: Say): string[] => {
  const line = ({ name, segment, badRate }: Hit): string => {
    const { label, rows: count, up, down, shift, evidence } = segment;
    const rate = badRate === null ? '' : `, ${t(say.badRate)} ${percent(badRate)}`;
    return `  ${t(name)} ${t(label)}: n=${count}, ${t(say.up)} ${percent(up / count)}, ${t(say.down)} ${percent(down / count)}, PD ${signedPercent(shift)}${rate}${markThin(evidence, t)}`;
  };
  const { bands, groups } = listHit(rows);
  return [
    `${t(say.hit)}:`,
    ...(bands.length === 0 ? [`  ${t(say.nobody)}`] : bands.slice(0, MOST_HIT).map(line)),
    ...(groups.length > 0 ? [`${t(say.groups)}:`, ...groups.map(line)] : []),
  ];
};

/** The rows farthest apart and what makes the most of it. */
const drawMovers = ({ movers }: RowsComparison, { inputs }: ModelComparison, t: Say): string[] => {
  const lines = movers.flatMap((mover) => [
    `  ${t(wordMover(mover))}`,
    ...mover.parts.slice(0, MOST_PARTS).map((part) => `    ${t(wordPart(part, inputs))}`),
  ]);
  return lines.length === 0 ? [] : [`${t(say.movers)}:`, ...lines];
};

const drawWorth = (rows: RowsComparison, t: Say): string[] => {
  const { worth } = rows;
  if (!worth) return [t(say.noOutcome)];
  const { auc, logLoss, money } = worth;
  const pair = (name: string, figure: typeof auc, isGain: boolean) =>
    `  ${name}: A ${fixed(figure.a.value)}, B ${fixed(figure.b.value)}, B - A ${ranged(figure.difference)}: ${t(judge(figure, rows, isGain))}`;
  return [
    `${t(say.worth)}: ${t(wordOutcomes(worth))}`,
    pair('AUC', auc, true),
    pair(t(say.logLoss), logLoss, false),
    `  ${t(say.moves)}: ${t(wordReclassified(worth))}`,
    ...(money
      ? [
          `  ${t(say.money)} (${t(wordCosts(money))})`,
          `    A ${money.a.loss}, B ${money.b.loss}; ${t(say.each)} ${ranged(money.difference)}: ${t(judge(money, rows, false))}`,
        ]
      : []),
  ];
};
