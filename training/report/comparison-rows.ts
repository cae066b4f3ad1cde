import type { RowsComparison } from '../../src/domain/comparison.ts';
import type { Text } from '../../src/domain/text.ts';
import { fixed, ranged, signedLogOdds, signedPercent } from '../../src/explanation/comparison/figures.ts';
import { layOutMoves, type Moves, wordMoves } from '../../src/explanation/comparison/matrix.ts';
import {
  type Doubt,
  doubtRows,
  judge,
  tooFew,
  wordCosts,
  wordMover,
  wordOutcomes,
  wordPart,
  wordReclassified,
} from '../../src/explanation/comparison/row-words.ts';
import { listHit } from '../../src/explanation/comparison/who-is-hit.ts';
import { say } from '../../src/explanation/comparison/words.ts';
import { words as outcomeWords } from '../../src/explanation/wording.ts';
import { chapter, charts, marked, percent, type Writing } from './chapter.ts';
import { drawBothRoc } from './comparison-charts.ts';
import type { ComparisonWriting } from './comparison-models.ts';
import { escapeHtml, type Html, toFacts, toFigure, toTable } from './html.ts';

/** Chapters on rows. */
export interface RowsWriting extends ComparisonWriting {
  readonly rows: RowsComparison;
}

/** Bands told, and parts of a mover. */
const MOST_BANDS = 30;
const MOST_PARTS = 5;

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

const evidenceCell = (evidence: 'sufficient' | 'insufficient', t: (text: Text) => string): string | Html =>
  evidence === 'sufficient' ? t(say.sufficient) : marked(t(tooFew), 'insufficient');

/** How well two scores agree. */
export const listAgreement = (
  { evidence, meanProbability, ...agreement }: RowsComparison['agreement'],
  t: (text: Text) => string,
): [string, string][] => [
  [t(say.evidence), evidence === 'sufficient' ? t(say.sufficient) : t(tooFew)],
  ['Spearman', fixed(agreement.spearman)],
  ['Pearson', fixed(agreement.pearson)],
  [t(say.meanPd), `A ${percent(meanProbability.a)}, B ${percent(meanProbability.b)}`],
  [t(say.apart), percent(agreement.meanDistance)],
  [t(say.most), percent(agreement.largestDistance)],
];

/** Which rows, and how well the scores agree. */
export const writeAgreement = ({ rows, t }: RowsWriting): string => {
  const { agreement, policy, kind, trainedOn } = rows;
  return toFacts([
    [t(say.policy), `${policy.name}@${policy.version} ${policy.fingerprint}`],
    [t(say.rowCount), `${rows.rows}${kind === 'held' ? ` (${t(say.held)})` : ''}`],
    ...(['a', 'b'] as const).flatMap((side): [string, string][] =>
      trainedOn[side] ? [[side.toUpperCase(), t(say.trained)]] : [],
    ),
    ...listAgreement(agreement, t),
  ]);
};

/** What a reader in a hurry needs of the rows: how many change tier, and which model is right. */
export const summariseRows = (
  { tiers, worth }: Pick<RowsComparison, 'tiers' | 'worth'>,
  doubt: Doubt | null,
  t: (text: Text) => string,
): [string, string][] => {
  const judged = (figure: Pick<NonNullable<typeof worth>['auc'], 'difference'>, isGain: boolean) =>
    `B - A ${ranged(figure.difference)}: ${t(judge(figure, doubt, isGain))}`;
  return [
    [t(say.tierMoves), t(wordMoves(tiers))],
    ...(worth
      ? ([
          ['AUC', judged(worth.auc, true)],
          [t(say.logLoss), judged(worth.logLoss, false)],
          ...(worth.money ? [[t(say.money), judged(worth.money, false)]] : []),
        ] as [string, string][])
      : []),
  ];
};

/** Tiers and actions from each to each. */
export const writeMoves = ({ rows, t }: RowsWriting): string[] => [
  ...writeMatrix(say.tiers, rows.tiers, outcomeWords.tier, t),
  ...writeMatrix(say.actions, rows.actions, outcomeWords.action, t),
];

/** A matrix from each step to each. */
export const writeMatrix = <Step extends string>(
  title: Text,
  moves: Moves<Step>,
  names: Readonly<Record<Step, Text>>,
  t: (text: Text) => string,
): string[] => {
  const { steps, lines } = layOutMoves(moves, names);
  return [
    `<h3>${escapeHtml(t(title))}</h3>`,
    paragraph(t(wordMoves(moves))),
    toTable(
      ['A \\ B', ...steps.map(t)],
      lines.map(({ from, rows }) => [t(from), ...rows]),
    ),
  ];
};

/** What makes the difference on these rows. */
export const writeDrivers = ({ rows, comparison: { models }, t }: RowsWriting): string =>
  toTable(
    [t(say.input), t(say.meanDistance), t(say.mean)],
    rows.drivers
      .filter(({ meanDistance }) => meanDistance > 0)
      .map(({ input, meanDistance, mean }) => {
        const compared = models.inputs[input];
        return [
          compared ? `${t(compared.label)} (${compared.name})` : '-',
          fixed(meanDistance / 1e6, 3),
          fixed(mean / 1e6, 3),
        ];
      }),
  );

/** Bands of inputs that move most, and every protected group. */
export const writeHit = ({ rows, t }: RowsWriting): string[] => {
  const { bands, groups } = listHit(rows);
  const table = (hits: typeof bands) =>
    toTable(
      [t(say.segment), t(say.rowCount), t(say.up), t(say.down), t(say.shift), t(say.badRate), t(say.evidence)],
      hits.map(({ name, segment: { label, rows: count, up, down, shift, evidence }, badRate }) => [
        `${t(name)}: ${t(label)}`,
        String(count),
        percent(up / count),
        percent(down / count),
        signedPercent(shift),
        percent(badRate),
        evidenceCell(evidence, t),
      ]),
    );
  return [
    table(bands.slice(0, MOST_BANDS)),
    ...(groups.length > 0 ? [`<h3>${escapeHtml(t(say.groups))}</h3>`, table(groups)] : []),
  ];
};

/** The rows farthest apart, each with what makes its difference; the lines of a cell sum to it. */
export const writeMovers = ({ rows, comparison: { models }, t }: RowsWriting): string =>
  toTable(
    [t(say.customer), t(say.why)],
    rows.movers.map((mover) => {
      const told = mover.parts.slice(0, MOST_PARTS);
      const rest = mover.parts.slice(MOST_PARTS).reduce((sum, { microLogits }) => sum + microLogits, 0);
      const lines = [
        ...told.map((part) => t(wordPart(part, models.inputs))),
        ...(rest === 0 ? [] : [`${signedLogOdds(rest)} ${t(say.rest)}`]),
        ...(mover.level === 0 ? [] : [`${signedLogOdds(mover.level)} ${t(say.levelPart)}`]),
      ];
      return [t(wordMover(mover)), { html: lines.map(escapeHtml).join('<br>') }];
    }),
  );

/** Which model is right, by rows of a file whose outcome is known. */
export const writeWorth = ({ rows, ...writing }: RowsWriting): string[] =>
  rows.worth
    ? chapter(writing.t(say.worth), [], ...writeKnown(rows.worth, doubtRows(rows), writing))
    : chapter(writing.t(say.worth), [writing.t(say.noOutcome)]);

/** Which model is right, by rows whose outcome is known. @param doubt why these speak for none */
export const writeKnown = (
  worth: NonNullable<RowsComparison['worth']>,
  doubt: Doubt | null,
  { locale, t, draw }: Writing,
): string[] => {
  const { auc, logLoss, money, curves } = worth;
  const line = (name: string, { a, b, difference }: typeof auc, isGain: boolean) => [
    name,
    ranged(a),
    ranged(b),
    ranged(difference),
    t(judge({ difference }, doubt, isGain)),
  ];
  const moves = (name: string, { rows: count, up, down }: typeof worth.reclassified.bads) => [
    name,
    String(count),
    String(up),
    String(down),
  ];
  return [
    paragraph(t(wordOutcomes(worth))),
    toTable(
      [t(say.figure), 'A', 'B', 'B - A', t(say.verdict)],
      [line('AUC', auc, true), line(t(say.logLoss), logLoss, false)],
    ),
    ...(curves.a.length > 1 ? [charts([toFigure(t(say.roc), draw(drawBothRoc(worth, locale)))])] : []),
    `<h3>${escapeHtml(t(say.moves))}</h3>`,
    paragraph(t(wordReclassified(worth))),
    toTable(
      ['', t(say.rowCount), t(say.up), t(say.down)],
      [moves(t(say.bads), worth.reclassified.bads), moves(t(say.goodCustomers), worth.reclassified.goods)],
    ),
    ...(money ? writeMoney(money, doubt, t) : []),
  ];
};

type Money = NonNullable<NonNullable<RowsComparison['worth']>['money']>;

const writeMoney = (money: Money, doubt: Doubt | null, t: (text: Text) => string): string[] => [
  `<h3>${escapeHtml(t(say.money))}</h3>`,
  paragraph(t(wordCosts(money))),
  toTable(
    ['', t(say.missedBads), t(say.falseAlarms), t(say.acted), t(say.money)],
    (['a', 'b'] as const).map((side) => {
      const { missedBads, falseAlarms, acted, loss } = money[side];
      return [side.toUpperCase(), ...[missedBads, falseAlarms, acted, loss].map(String)];
    }),
  ),
  paragraph(`${t(say.each)}: ${ranged(money.difference)}: ${t(judge(money, doubt, false))}`),
];
