import type { ComparedInput, Comparison, ModelComparison, RowsComparison } from '../../domain/comparison.ts';
import type { Locale } from '../../domain/text.ts';
import { words } from '../wording.ts';
import { drawAgreement, drawMoves, drawWorth, markThin, type Say } from './draw-parts.ts';
import { nameInput } from './effect-words.ts';
import { fixed, percent, signedPercent } from './figures.ts';
import { doubtRows, wordMover, wordPart } from './row-words.ts';
import { type Hit, listHit } from './who-is-hit.ts';
import { say } from './words.ts';

/** Parts of a mover, drivers and segments that are printed; all of them are in the JSON. */
const MOST_PARTS = 4;
const MOST_DRIVERS = 8;
const MOST_HIT = 8;

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
    drawWorth(rows.worth, { doubt: doubtRows(rows), none: say.noOutcome }, t),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
};

/** Which rows, and how well the scores agree. */
const drawHeading = ({ rows, kind, policy, trainedOn, agreement }: RowsComparison, t: Say): string[] => {
  const flattered = (['a', 'b'] as const).filter((side) => trainedOn[side]);
  return [
    `${rows} ${t(say.rows)} ${policy.name}@${policy.version}${kind === 'held' ? ` (${t(say.held)})` : ''}`,
    ...flattered.map((side) => `  ${side.toUpperCase()}: ${t(say.trained)}`),
    '',
    ...drawAgreement(agreement, t),
  ];
};

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
