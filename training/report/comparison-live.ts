import type { LiveComparison } from '../../src/domain/comparison.ts';
import {
  wordLive,
  wordMatured,
  wordMeanDifference,
  wordTierRule,
} from '../../src/explanation/comparison/live-words.ts';
import { doubtLive } from '../../src/explanation/comparison/row-words.ts';
import { say } from '../../src/explanation/comparison/words.ts';
import { words as outcomeWords } from '../../src/explanation/wording.ts';
import { chapter, type Writing } from './chapter.ts';
import { listAgreement, writeKnown, writeMatrix } from './comparison-rows.ts';
import { escapeHtml, toFacts } from './html.ts';

/** What two versions made of the same live traffic, and which of them is right. */
export const writeLive = (live: LiveComparison, writing: Writing): string[] => {
  const { t } = writing;
  if (live.rows === 0) return chapter(t(say.live), [t(wordLive(live)), t(say.noLive)]);
  const { agreement, tiers, worth } = live;
  const facts: [string, string][] = [
    [t(say.liveDecisions), t(wordLive(live))],
    [t(say.liveOutcomes), t(wordMatured(live))],
    [t(say.policy), t(wordTierRule(live))],
    ...listAgreement(agreement, t),
    [t(say.difference), t(wordMeanDifference(live))],
  ];
  return chapter(
    t(say.live),
    [],
    toFacts(facts),
    ...writeMatrix(say.tiers, tiers, outcomeWords.tier, t),
    `<h3>${escapeHtml(t(say.worth))}</h3>`,
    ...(worth ? writeKnown(worth, doubtLive(live), writing) : [`<p>${escapeHtml(t(say.noOutcomeYet))}</p>`]),
  );
};
