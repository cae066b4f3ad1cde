import type { ReviewAnswer, ReviewSummary } from '../contract/reviews.ts';
import type { ReviewConclusion } from '../domain/review.ts';
import type { Text } from '../domain/text.ts';
import { words } from '../explanation/wording.ts';
import type { Console } from './output.ts';
import { levels } from './signal-words.ts';

const stateWords: Readonly<Record<ReviewSummary['state'], Text>> = {
  open: { zh: '未完成', en: 'open' },
  overdue: { zh: '逾期未完成', en: 'overdue' },
  concluded: { zh: '已完成', en: 'concluded' },
};

/** A review in one line. */
export const describeInLine = (review: Omit<ReviewSummary, 'conclusion'>, say: Console['say']): string => {
  const { reviewId, customerId, kind, facilityId, dueOn, concludeBy, state } = review;
  const about =
    kind === 'periodic'
      ? { zh: '定期检查', en: 'periodic' }
      : { zh: `资金用途 ${facilityId}`, en: `use of funds of ${facilityId}` };
  return say({
    zh: `${reviewId}  ${customerId}  ${about.zh}  应于 ${dueOn}，最迟 ${concludeBy}  ${stateWords[state].zh}`,
    en: `${reviewId}  ${customerId}  ${about.en}  due ${dueOn}, by ${concludeBy} at the latest  ${stateWords[state].en}`,
  });
};

/** A review with its form, and what came of it. */
export const describeReview = (review: ReviewAnswer, say: Console['say']): string => {
  const { sections, changes, simulated } = review.form;
  const since =
    changes.since === null
      ? { zh: '首次检查，无从比较', en: 'the first review: nothing to compare' }
      : { zh: `自 ${changes.since} 起的变化`, en: `changed since ${changes.since}` };
  return [
    describeInLine(review, say),
    ...(simulated
      ? [say({ zh: '模拟客户：其中没有任何真实客户的信息', en: 'A simulated customer: nothing here is of a real one' })]
      : []),
    ...sections.flatMap(({ label, lines }) => [`${label}:`, ...lines.map((line) => `  ${line.label}: ${line.text}`)]),
    `${say(since)}:`,
    ...changes.lines.map((line) => `  ${line.label}: ${line.beforeText} -> ${line.text}`),
    ...changes.events.map(({ label, count }) => `  ${label}: +${count}`),
    ...changes.signals.map(({ kind, level, label }) => `  ${say(levels[level])}  ${kind}  ${label}`),
    ...describeConclusion(review, say),
  ].join('\n');
};

const conclusionWords: Readonly<Record<ReviewConclusion, Text>> = {
  keep: { zh: '维持', en: 'keep' },
  raise: { zh: '上调', en: 'raise' },
  ask_to_lower: { zh: '申请下调（未生效）', en: 'asks for less (nothing is lowered)' },
};

/** What came of a review; nothing while it is open. */
export const describeConclusion = ({ conclusion: found }: ReviewAnswer, say: Console['say']): string[] => {
  if (!found) return [];
  const { conclusion, tier, action, actor, concludedAt, reason } = found;
  const to = [tier && say(words.tier[tier]), action && say(words.action[action])].filter((word) => word !== null);
  return [`${say(conclusionWords[conclusion])} ${to.join(', ')}  ${concludedAt}  ${actor}: ${reason}`];
};
