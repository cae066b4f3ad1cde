import { z } from 'zod';
import { says } from './issue.ts';

/** The languages every text for a person is written in. */
export const Locale = z.enum(['zh', 'en']);
export type Locale = z.infer<typeof Locale>;

/** A text for a person, in every language. */
export const Text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
export type Text = z.infer<typeof Text>;

/** A string of some pattern, which contracts show; what does not match is told in words, once. */
export const matching = (pattern: RegExp, problem: Text) =>
  z
    .string()
    .refine((text) => pattern.test(text), { ...says(problem), abort: true })
    .regex(pattern);

/** A name used in data, JSON and SQL: lower case, digits, underscores. */
export const SnakeName = matching(/^[a-z][a-z0-9_]*$/, {
  zh: '应以小写字母开头，只含小写字母、数字和下划线',
  en: 'must be lower case letters, digits and underscores, a letter first',
});

/** A name used for folders and ids: lower case, digits, hyphens, underscores, points (not first). */
export const Slug = matching(/^[a-z0-9][a-z0-9_.-]*$/, {
  zh: '只能含小写字母、数字、连字符、下划线和点',
  en: 'must be lower case letters, digits, hyphens, underscores and points',
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const LINE = /^ *[^ \u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$/;

/** One line of words that a person reads. */
export const Line = matching(LINE, {
  zh: '不能为空白，也不能含控制字符',
  en: 'must not be blank, nor hold control characters',
});

/** Without the classes of one dialect, so that every reader of the document understands it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL_FREE = /^[^\u0000-\u001f\u007f-\u009f]*$/;

/** What something is called at the caller: at most 128 characters, none of them a control character. */
export const CallerId = matching(CONTROL_FREE, { zh: '含有控制字符', en: 'holds a control character' }).min(1).max(128);
