import type { LiveComparison } from '../../domain/comparison.ts';
import type { Locale } from '../../domain/text.ts';
import { words } from '../wording.ts';
import { drawAgreement, drawMoves, drawWorth, type Say } from './draw-parts.ts';
import { wordLive, wordMatured, wordMeanDifference, wordTierRule } from './live-words.ts';
import { doubtLive } from './row-words.ts';
import { say } from './words.ts';

/** What two versions make of the same live traffic, as text for a person. */
export const drawLive = (live: LiveComparison, locale: Locale): string => {
  const t: Say = (text) => text[locale];
  const heading = [`${t(say.live)}: ${t(wordLive(live))}`];
  if (live.rows === 0) return [...heading, `  ${t(say.noLive)}`].join('\n');
  return [
    [...heading, `  ${t(wordMatured(live))}`, `  ${t(wordTierRule(live))}`],
    [...drawAgreement(live.agreement, t), `  ${t(wordMeanDifference(live))}`],
    drawMoves(say.tiers, live.tiers, words.tier, t),
    drawWorth(live.worth, { doubt: doubtLive(live), none: say.noOutcomeYet }, t),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
};
