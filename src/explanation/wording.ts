import type { Adjustment } from '../domain/adjustment.ts';
import type { Reason, SeenSignal } from '../domain/decision.ts';
import type { Model } from '../domain/model.ts';
import type { Policy } from '../domain/policy.ts';
import type { Text } from '../domain/text.ts';

/** The artifacts whose texts a reason is worded with. */
export interface Wordbook {
  readonly model: Pick<Model, 'inputs' | 'groups'> | null;
  readonly policy: Pick<Policy, 'rules'>;
  /** Those in force. */
  readonly adjustments: readonly Pick<Adjustment, 'name' | 'reason'>[];
  /** Those the decision saw. */
  readonly signals: readonly SeenSignal[];
}

const fixed = {
  override: { zh: '由授权人员复核后决定', en: 'Decided by an authorised officer after review' },
  held: { zh: '风险等级下调需满足最短观察期', en: 'A lower tier has to wait for the minimum stay' },
  defaulted: { zh: '客户已处于违约状态', en: 'The customer is already in default' },
  degraded: { zh: '暂时无法评分，按规则处理', en: 'No score was available; decided by rules' },
  unknown: { zh: '（原文已不可用）', en: '(the text is no longer available)' },
} satisfies Record<string, Text>;

/** The message of a rule. */
export const wordRule = (id: string, { policy }: Pick<Wordbook, 'policy'>): Text =>
  policy.rules.find((rule) => rule.id === id)?.message ?? fixed.unknown;

/** What an open signal says. */
const wordSignal = (wanted: string, { signals }: Pick<Wordbook, 'signals'>): Text => {
  const open = signals.find(({ kind }) => kind === wanted);
  if (open === undefined || open.level === 'none') return fixed.unknown;
  return { zh: `预警信号：${open.label.zh}`, en: `Early-warning signal: ${open.label.en}` };
};

/** Why an adjustment was made. */
export const wordAdjustment = (wanted: string, { adjustments }: Pick<Wordbook, 'adjustments'>): Text =>
  adjustments.find(({ name }) => name === wanted)?.reason ?? fixed.unknown;

/**
 * The text of a reason: a rule's message, what a signal says, the leading input's reason text, why an adjustment was made, or the fixed text of
 * its kind.
 */
export const wordReason = (reason: Reason, words: Wordbook): Text => {
  if (reason.kind === 'override' || reason.kind === 'held') return fixed[reason.kind];
  if (reason.kind === 'unscored') return reason.code === 'defaulted' ? fixed.defaulted : fixed.degraded;
  if (reason.kind === 'signal') return wordSignal(reason.code, words);
  if (reason.kind === 'rule') return wordRule(reason.code, words);
  if (reason.kind === 'adjustment') return wordAdjustment(reason.code, words);
  return words.model?.inputs.find(({ name }) => name === reason.input)?.reason ?? fixed.unknown;
};

/** The text of a mitigating factor: the leading input's name, since its reason text speaks of added risk. */
export const wordMitigating = (factor: Reason, words: Wordbook): Text =>
  factor.kind === 'adjustment'
    ? wordAdjustment(factor.code, words)
    : (words.model?.inputs.find(({ name }) => name === factor.input)?.label ?? fixed.unknown);

/** Words used around reasons wherever a person reads them. */
export const words = {
  tier: {
    low: { zh: '低风险', en: 'low risk' },
    medium: { zh: '中风险', en: 'medium risk' },
    high: { zh: '高风险', en: 'high risk' },
  },
  action: {
    pass: { zh: '通过', en: 'pass' },
    monitor: { zh: '监测', en: 'monitor' },
    review: { zh: '人工复核', en: 'review' },
    restrict: { zh: '限制', en: 'restrict' },
    reject: { zh: '拒绝', en: 'reject' },
  },
} as const satisfies Record<string, Record<string, Text>>;
