import { z } from 'zod';

/** The languages every text for a person is written in. */
export const Locale = z.enum(['zh', 'en']);
export type Locale = z.infer<typeof Locale>;

/** A text for a person, in every language. */
export const Text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
export type Text = z.infer<typeof Text>;

/** A name used in data, JSON and SQL: lower case, digits, underscores. */
export const SnakeName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'lower case letters, digits and underscores');

/** A name used for folders and ids: lower case, digits, hyphens, underscores, points (not first). */
export const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]*$/, 'lower case letters, digits, hyphens, underscores and points');
