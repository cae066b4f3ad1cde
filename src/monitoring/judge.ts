import type { MonitoringGate } from '../domain/monitoring.ts';
import type { Text } from '../domain/text.ts';
import type { Evidence, Verdict } from '../domain/validation.ts';

/** What one gate compares. */
export interface Demand {
  readonly name: string;
  readonly title: Text;
  readonly value: number | null;
  /** Ends of the value's 95% interval; null where there is none, and the value alone decides. */
  readonly interval: { readonly lower: number; readonly upper: number } | null;
  readonly limit: number;
  /** Whether the limit is the most or the least that is allowed. */
  readonly allows: 'most' | 'least';
  readonly evidence: Evidence;
  /** Least true departure that these rows show with 80% power. */
  readonly detectable: number | null;
  /** The departure that is worth knowing: rows that would not show it are no ground to pass on. */
  readonly worth: number;
  /** Why it does not apply; null where it does. */
  readonly inapplicable: Text | null;
}

const words: Readonly<Record<'thin' | 'weak' | 'least' | 'most' | 'detectable', Text>> = {
  thin: { zh: '样本太少，证据不足', en: 'too few rows: insufficient evidence' },
  weak: { zh: '样本不足以下结论', en: 'these rows cannot tell' },
  least: { zh: '不低于', en: 'at least' },
  most: { zh: '不高于', en: 'at most' },
  detectable: { zh: '80% 功效下可检出的最小变化', en: 'least change found with 80% power' },
};

/**
 * Judges one demand. Failed: the whole interval is beyond the limit. Passed: the value is within it, and so is the whole
 * interval, or the rows would have shown a departure worth knowing. Anything else is insufficient evidence, as are fewer
 * than 100 bad or good rows; nothing passes for want of power.
 */
export const judge = (demand: Demand): MonitoringGate => {
  const { name, value, limit, detectable, inapplicable } = demand;
  const verdict = findVerdict(demand);
  const message = word(demand, verdict);
  if (inapplicable) return { name, verdict, value: null, limit: null, detectable: null, message };
  return { name, verdict, value, limit, detectable, message };
};

const findVerdict = ({
  value,
  interval,
  limit,
  allows,
  evidence,
  detectable,
  worth,
  inapplicable,
}: Demand): Verdict => {
  if (inapplicable) return 'not_applicable';
  if (evidence === 'insufficient' || value === null) return 'insufficient';
  const isWithin = (end: number): boolean => (allows === 'most' ? end <= limit : end >= limit);
  const ends = interval ? [interval.lower, interval.upper] : [value];
  if (!ends.some(isWithin)) return 'failed';
  if (!isWithin(value)) return 'insufficient';
  const isSure = interval !== null && ends.every(isWithin);
  return isSure || (detectable !== null && detectable <= worth) ? 'passed' : 'insufficient';
};

const word = (demand: Demand, verdict: Verdict): Text => {
  const { title, value, limit, allows, evidence, detectable, inapplicable } = demand;
  if (inapplicable) return { zh: `${title.zh}：${inapplicable.zh}`, en: `${title.en}: ${inapplicable.en}` };
  const why = verdict === 'insufficient' ? (evidence === 'insufficient' ? words.thin : words.weak) : null;
  const shown = value === null ? '-' : value.toFixed(4);
  const parts = (locale: 'zh' | 'en'): string[] => [
    `${shown}${locale === 'zh' ? '，要求' : ', '}${words[allows][locale]} ${limit.toFixed(4)}`,
    ...(detectable === null || !Number.isFinite(detectable)
      ? []
      : [`${words.detectable[locale]} ${detectable.toFixed(4)}`]),
    ...(why ? [why[locale]] : []),
  ];
  return { zh: `${title.zh}：${parts('zh').join('；')}`, en: `${title.en}: ${parts('en').join('; ')}` };
};
