import { z } from 'zod';
import { says } from '../domain/issue.ts';
import type { Text } from '../domain/text.ts';

/** What is wrong with a value, and where in it. */
export interface CheckedFault {
  readonly path: readonly (string | number)[];
  readonly problem: Text;
}

/**
 * A schema that checks by hand. One made of a schema for each part gathers a fault for every part that is wrong, and a
 * body may have millions of them; this names the first few.
 * @param describe JSON Schema of the same
 */
export const checked = <Value>(
  findFaults: (value: unknown) => readonly CheckedFault[],
  describe: Readonly<Record<string, unknown>>,
): z.ZodType<Value, Value> =>
  z
    .custom<Value>()
    .superRefine((value, context) => {
      for (const { path, problem } of findFaults(value)) {
        context.addIssue({ code: 'custom', path: [...path], ...says(problem) });
      }
    })
    .meta(describe);

/** Whether a value is an object of keys and values. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number as JSON can write it, a text or null. */
export const isScalar = (value: unknown): value is number | string | null =>
  value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));

/** What is said of a value that is none. */
export const notObject: Text = { zh: '不是对象', en: 'not an object' };
