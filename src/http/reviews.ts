import type { ReviewAnswer, ReviewSummary } from '../contract/reviews.ts';
import { type FormLine, formSections } from '../domain/review.ts';
import type { Locale, Text } from '../domain/text.ts';
import type { StoredReview, WholeReview } from '../store/read-reviews.ts';
import { stateOf } from '../usecases/reviews.ts';

type Summary = Omit<ReviewSummary, 'conclusion'>;

const describeOpening = (review: StoredReview, today: string): Summary => {
  const { opened, customerId, facilityId } = review;
  const { reviewId, customerRef, review: kind, dueOn, concludeBy, openedAt, policy } = opened;
  const state = stateOf(review, today);
  return { reviewId, customerId, customerRef, kind, facilityId, dueOn, concludeBy, state, openedAt, policy };
};

const describeConclusion = ({ concluded }: StoredReview): ReviewSummary['conclusion'] => {
  if (!concluded) return null;
  const { conclusion, tier, action, until, actor, concludedAt } = concluded;
  return { conclusion, tier, action, until, actor, concludedAt };
};

/** A review as it stands in a list. */
export const summariseReview = (review: StoredReview, today: string): ReviewSummary => ({
  ...describeOpening(review, today),
  conclusion: describeConclusion(review),
});

/** A review whole, in a language. */
export const describeReview = (review: WholeReview, today: string, locale: Locale): ReviewAnswer => {
  const { form, reason } = review;
  const conclusion = describeConclusion(review);
  const { since, lines, events, tier, signals = [] } = form.changes;
  return {
    ...describeOpening(review, today),
    conclusion: conclusion && { ...conclusion, reason: reason ?? '' },
    form: {
      asOf: form.asOf,
      sections: form.sections.map(({ name, lines: told }) => ({
        name,
        label: formSections[name][locale],
        lines: told.map((line) => describeLine(line, locale)),
      })),
      changes: {
        since,
        lines: lines.map(({ before, ...line }) => ({
          ...describeLine(line, locale),
          before,
          beforeText: wordValue({ ...line, value: before }, locale),
        })),
        events: events.map(({ type, label, count }) => ({ type, label: label[locale], count })),
        tier,
        signals: signals.map(({ kind, level, label }) => ({ kind, level, label: label[locale] })),
      },
      ...(form.simulated ? { simulated: true as const } : {}),
    },
  };
};

const describeLine = (line: FormLine, locale: Locale) => {
  const { name, label, unit, value } = line;
  return { name, label: label[locale], unit, value, text: wordValue(line, locale) };
};

const unknown: Text = { zh: '未知', en: 'not known' };

const unitWords: Readonly<Record<string, Text>> = {
  count: { zh: '', en: '' },
  day: { zh: ' 天', en: ' days' },
  month: { zh: ' 个月', en: ' months' },
  minor: { zh: ' 最小货币单位', en: ' in minor units' },
};

const wordValue = ({ value, unit, words }: Pick<FormLine, 'value' | 'unit' | 'words'>, locale: Locale): string => {
  if (value === null) return unknown[locale];
  if (words !== null) return words[locale];
  if (unit === null || typeof value === 'string') return String(value);
  return `${value}${unitWords[unit]?.[locale] ?? ` ${unit}`}`;
};
