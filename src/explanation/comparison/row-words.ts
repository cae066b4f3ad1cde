import type { ComparedInput, LiveComparison, MergedBin, RowsComparison } from '../../domain/comparison.ts';
import type { Text } from '../../domain/text.ts';
import { words } from '../wording.ts';
import { nameMergedBin } from './bin-words.ts';
import { nameInput } from './effect-words.ts';
import { fixed, percent, readDifference, signedLogOdds } from './figures.ts';

type Mover = RowsComparison['movers'][number];
type Worth = NonNullable<RowsComparison['worth']>;

/** One part of a mover in words: how much, which input, and where the row lies in it. */
export const wordPart = (
  { input: place, bin, microLogits }: Mover['parts'][number],
  inputs: readonly ComparedInput[],
): Text => {
  const input = inputs[place] as ComparedInput;
  const name = nameInput(input);
  const amount = signedLogOdds(microLogits);
  if (bin === null) return { zh: `${amount} ${name.zh}`, en: `${amount} ${name.en}` };
  const where = nameMergedBin(input.bins[bin] as MergedBin, input);
  return { zh: `${amount} ${name.zh}${where.zh}`, en: `${amount} ${name.en} ${where.en}` };
};

/** What both models say of a mover. */
export const wordMover = ({ row, id, a, b, difference }: Mover): Text => {
  const pd = `PD ${percent(a.probability)} -> ${percent(b.probability)}`;
  const apart = signedLogOdds(difference);
  const [zh, en] = id === null ? ['', ''] : [`（${id}）`, ` (${id})`];
  const tier = (language: 'zh' | 'en') => `${words.tier[a.tier][language]} -> ${words.tier[b.tier][language]}`;
  const action = (language: 'zh' | 'en') =>
    `${words.action[a.action][language]} -> ${words.action[b.action][language]}`;
  return {
    zh: `第 ${row} 行${zh}：${pd}（${apart} 对数几率），${tier('zh')}，${action('zh')}`,
    en: `Row ${row}${en}: ${pd} (${apart} log-odds), ${tier('en')}, ${action('en')}`,
  };
};

const verdicts = {
  better: { zh: 'B 更好', en: 'B is better' },
  worse: { zh: 'B 更差', en: 'B is worse' },
  unclear: { zh: '差异不明确（区间含零）', en: 'no clear difference (the interval holds zero)' },
  trained: {
    zh: '模型训练时见过这些行，不作结论',
    en: 'a model was trained on these rows, so no verdict',
  },
  insufficient: {
    zh: '证据不足（坏客户或好客户少于 100），不作结论',
    en: 'insufficient evidence (fewer than 100 bad or good ones), so no verdict',
  },
  unobserved: {
    zh: '证据不足（表现期已满而无人报告的过多），不作结论',
    en: 'insufficient evidence (of too many past their window nobody told), so no verdict',
  },
} as const satisfies Record<string, Text>;

/** Why figures on outcomes speak for no model. */
export type Doubt = 'insufficient' | 'trained' | 'unobserved';

/** What is doubtful about the outcomes of a file's rows; null where nothing is. */
export const doubtRows = ({ worth, trainedOn }: Pick<RowsComparison, 'worth' | 'trainedOn'>): Doubt | null => {
  if (worth?.evidence !== 'sufficient') return 'insufficient';
  return trainedOn.a || trainedOn.b ? 'trained' : null;
};

/** What is doubtful about the outcomes of live traffic; null where nothing is. */
export const doubtLive = ({ worth, observed }: Pick<LiveComparison, 'worth' | 'observed'>): Doubt | null => {
  if (worth?.evidence !== 'sufficient') return 'insufficient';
  return observed === 'sufficient' ? null : 'unobserved';
};

/** Which model a figure speaks for, if it may be trusted. @param isGain whether more of it is better */
export const judge = ({ difference }: Pick<Worth['auc'], 'difference'>, doubt: Doubt | null, isGain: boolean): Text => {
  if (doubt !== null) return verdicts[doubt];
  const found = readDifference(difference);
  if (found === 'unclear') return verdicts.unclear;
  return (found === 'more') === isGain ? verdicts.better : verdicts.worse;
};

/** How many rows have a known outcome, and whether they are enough. */
export const wordOutcomes = ({ rows, bads, evidence }: Worth): Text => {
  const rate = percent(bads / Math.max(1, rows));
  const thin = evidence === 'sufficient' ? { zh: '', en: '' } : { zh: `，${tooFew.zh}`, en: `, ${tooFew.en}` };
  return { zh: `${rows} 行，坏客户 ${bads}（${rate}）${thin.zh}`, en: `${rows} rows, ${bads} bad (${rate})${thin.en}` };
};

/** Net moves of bad and good rows between tiers. */
export const wordReclassified = ({ reclassified: { bads, goods }, netReclassification }: Worth): Text => ({
  zh: `坏客户 ${bads.rows}：升级 ${bads.up}，降级 ${bads.down}；好客户 ${goods.rows}：升级 ${goods.up}，降级 ${goods.down}；净重分类改善 ${fixed(netReclassification)}`,
  en: `of ${bads.rows} bad ones ${bads.up} up, ${bads.down} down; of ${goods.rows} good ones ${goods.up} up, ${goods.down} down; net reclassification ${fixed(netReclassification)}`,
});

const costSources: Readonly<Record<'options' | 'validation', Text>> = {
  options: { zh: '命令行给出的成本', en: 'costs as given' },
  validation: { zh: 'A 的验证所用成本', en: "costs of A's validation" },
};

/** What mistakes are counted at. */
export const wordCosts = ({ costs: { missedBad, falseAlarm, review }, source }: NonNullable<Worth['money']>): Text => ({
  zh: `${costSources[source].zh}：放过坏客户 ${missedBad}，误伤好客户 ${falseAlarm}，复核 ${review}；措施为人工复核或更严即视为采取行动`,
  en: `${costSources[source].en}: a bad one let pass ${missedBad}, a good one acted on ${falseAlarm}, a review ${review}; acted on = review or stricter`,
});

/** Says that a figure rests on too few rows. */
export const tooFew: Text = { zh: '证据不足', en: 'insufficient evidence' };
