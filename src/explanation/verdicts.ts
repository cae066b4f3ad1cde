import type { Text } from '../domain/text.ts';
import type { Verdict } from '../domain/validation.ts';

/** What each verdict of a gate is called. */
export const verdictWords: Readonly<Record<Verdict, Text>> = {
  passed: { zh: '通过', en: 'passed' },
  failed: { zh: '未通过', en: 'failed' },
  insufficient: { zh: '证据不足', en: 'insufficient evidence' },
  not_applicable: { zh: '不适用', en: 'not applicable' },
};
