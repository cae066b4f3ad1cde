import type { LiveComparison } from '../../domain/comparison.ts';
import type { Text } from '../../domain/text.ts';
import { fixed, signedLogOdds } from './figures.ts';

/** How many decisions both versions scored. */
export const wordLive = ({ decisions, rows, repeated, erased, simulated, from }: LiveComparison): Text => ({
  zh: `A 决策 ${decisions} 个${from === null ? '' : `（${from} 起）`}，其中 B 也评了 ${rows} 个；当月重复 ${repeated}，已删除 ${erased}${simulated > 0 ? `；其中 ${simulated} 个属模拟客户` : ''}`,
  en: `A made ${decisions} decisions${from === null ? '' : ` since ${from}`}, of which B scored ${rows} too; repeated in a month ${repeated}, erased ${erased}${simulated > 0 ? `; of simulated customers: ${simulated}` : ''}`,
});

/** How far it is known what became of them. */
export const wordMatured = ({ windowDays, matured, unobserved, earlyBads, silence }: LiveComparison): Text => {
  if (windowDays === null) {
    return {
      zh: '没有表现期（可用 --window-days 指定），无从得知结果',
      en: 'no performance window (name one by --window-days), so no outcome is known',
    };
  }
  const told = silence === 'good' ? { zh: '，未报告即未违约', en: ', silence is taken for good' } : { zh: '', en: '' };
  return {
    zh: `表现期 ${windowDays} 天：成熟 ${matured}（未报告 ${unobserved}${told.zh}），表现期内提前违约 ${earlyBads}`,
    en: `window of ${windowDays} days: matured ${matured} (of which nobody told: ${unobserved}${told.en}), early defaults ${earlyBads}`,
  };
};

/** How far the scores lie apart on average. */
export const wordMeanDifference = ({ meanDifference }: LiveComparison): Text => {
  const difference = meanDifference === null ? fixed(null) : signedLogOdds(meanDifference, 3);
  return {
    zh: `得分之差（B 减 A）平均 ${difference} 对数几率`,
    en: `scores differ by ${difference} log-odds on average (B - A)`,
  };
};

/** What the tiers are, and by which policy an action follows. */
export const wordTierRule = ({ policy: { name, version } }: LiveComparison): Text => ({
  zh: `等级为得分本身所达，措施按现用策略 ${name}@${version}，不计规则`,
  en: `tiers are those the scores themselves reached; actions follow from them by the policy in use, ${name}@${version}, rules left out`,
});
