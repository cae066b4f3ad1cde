import type { Comparison, RowsComparison } from '../../domain/comparison.ts';
import type { Locale, Text } from '../../domain/text.ts';
import { words } from '../wording.ts';
import { fixed, percent, ranged, signedPercent } from './figures.ts';
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
  const { policy, agreement, tiers, actions, movers } = rows;
  const evidence = agreement.evidence === 'sufficient' ? '' : ` [${t(tooFew)}]`;
  const lines = [
    `${rows.rows} ${t(say.rows)} ${policy.name}@${policy.version}${rows.kind === 'held' ? ` (${t(say.held)})` : ''}`,
    ...(['a', 'b'] as const).flatMap((side) =>
      rows.trainedOn[side] ? [`  ${side.toUpperCase()}: ${t(say.trained)}`] : [],
    ),
    '',
    `${t(say.agreement)}${evidence}: Spearman ${fixed(agreement.spearman)}, Pearson ${fixed(agreement.pearson)}`,
    `  ${t(say.meanPd)} A ${percent(agreement.meanProbability.a)}, B ${percent(agreement.meanProbability.b)}; ${t(say.apart)} ${percent(agreement.meanDistance)}, ${t(say.most)} ${percent(agreement.largestDistance)}`,
    '',
    ...drawMoves(say.tiers, tiers, words.tier, t),
    '',
    ...drawMoves(say.actions, actions, words.action, t),
    '',
    `${t(say.drivers)}:`,
    ...rows.drivers
      .slice(0, MOST_DRIVERS)
      .flatMap(({ input, meanDistance, mean }) =>
        meanDistance === 0
          ? []
          : [
              `  ${fixed(meanDistance / 1e6, 3)}  ${fixed(mean / 1e6, 3).padStart(6)}  ${t(models.inputs[input]?.label ?? { zh: '-', en: '-' })} (${models.inputs[input]?.name})`,
            ],
      ),
    '',
    ...drawHit(rows, t),
    '',
    `${t(say.movers)}:`,
    ...movers.flatMap((mover) => [
      `  ${t(wordMover(mover))}`,
      ...mover.parts.slice(0, MOST_PARTS).map((part) => `    ${t(wordPart(part, models.inputs))}`),
    ]),
    '',
    ...drawWorth(rows, t),
  ];
  return lines.join('\n');
};

/** A matrix from each step to each, and how many rise and fall. */
const drawMoves = <Step extends string>(
  title: Text,
  {
    matrix,
    up,
    down,
    same,
  }: { readonly matrix: readonly { a: Step; b: Step; rows: number }[]; up: number; down: number; same: number },
  names: Readonly<Record<Step, Text>>,
  t: Say,
): string[] => {
  const steps = (Object.keys(names) as Step[]).filter((step) => matrix.some(({ a, b }) => a === step || b === step));
  const header = ['', ...steps.map((step) => t(names[step]))];
  const body = steps.map((from) => [
    t(names[from]),
    ...steps.map((to) => String(matrix.find(({ a, b }) => a === from && b === to)?.rows ?? 0)),
  ]);
  const counts = `${t(say.up)} ${up}, ${t(say.down)} ${down}, ${t(say.same)} ${same}`;
  return [`${t(title)}: ${counts}`, ...[header, ...body].map((cells) => `  ${cells.map(pad).join('  ')}`)];
};

const WIDTH = 11;
const pad = (cell: string): string => `${' '.repeat(Math.max(0, WIDTH - widthOf(cell)))}${cell}`;

/** Columns a text takes in a terminal: Chinese characters take two. */
const widthOf = (text: string): number => text.length + (text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0);

const drawHit = (rows: RowsComparison, t: Say): string[] => {
  const line = ({ name, segment: { label, rows: count, up, down, shift, outcomes, evidence } }: Hit): string => {
    const rate = outcomes
      ? `, ${t(say.badRate)} ${percent(outcomes.bads / Math.max(1, outcomes.bads + outcomes.goods))}`
      : '';
    const thin = evidence === 'sufficient' ? '' : ` [${t(tooFew)}]`;
    return `  ${t(name)} ${t(label)}: n=${count}, ${t(say.up)} ${percent(up / count)}, ${t(say.down)} ${percent(down / count)}, PD ${signedPercent(shift)}${rate}${thin}`;
  };
  const { bands, groups } = listHit(rows);
  return [
    `${t(say.hit)}:`,
    ...bands.slice(0, MOST_HIT).map(line),
    ...(groups.length > 0 ? [`${t(say.groups)}:`, ...groups.map(line)] : []),
  ];
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
