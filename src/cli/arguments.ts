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
