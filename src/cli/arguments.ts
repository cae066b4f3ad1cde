import { appError } from '../errors.ts';

/** Parses a whole number within bounds. @throws bad_arguments naming the option */
export const wholeNumber =
  (option: string, { least, most }: { least: number; most: number }) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most && text.trim() !== '') return value;
    throw appError('bad_arguments', {
      problem: `${option} takes a whole number from ${least} to ${most}, not "${text}"`,
    });
  };

/** Parses one of some words. @throws bad_arguments naming the option */
export const oneOf =
  <Word extends string>(option: string, words: readonly Word[]) =>
  (text: string): Word => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw appError('bad_arguments', { problem: `${option} takes one of ${words.join(', ')}, not "${text}"` });
  };

/** Parses a comma-separated list. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The separator a word or a single character stands for. */
export const separatorOf = (text: string): string => {
  const named: Record<string, string> = { tab: '\t', space: ' ', comma: ',', semicolon: ';' };
  const separator = named[text] ?? text;
  if (separator.length === 1) return separator;
  throw appError('bad_arguments', { problem: `--separator takes one character, tab or space, not "${text}"` });
};

/** Parses an instant as ISO 8601, with a time and a zone; a date alone begins at midnight UTC. */
export const instant =
  (option: string) =>
  (text: string): string => {
    const milliseconds = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(milliseconds)) return new Date(milliseconds).toISOString();
    throw appError('bad_arguments', {
      problem: `${option} takes an instant such as 2026-01-31T08:00:00Z, not "${text}"`,
    });
  };

/** Parses a civil day. */
export const civilDate =
  (option: string) =>
  (text: string): string => {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(text)) return text;
    throw appError('bad_arguments', { problem: `${option} takes a day such as 2026-01-31, not "${text}"` });
  };
