import { z } from 'zod';
import { PublicKey } from '../domain/checkpoint.ts';
import { Slug, type Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import type { CustomerShare } from '../usecases/customer-share.ts';

/** Says what an option takes and what it was given instead. */
const badOption = (option: string, given: string, takes: Text): AppError =>
  appError('bad_arguments', {
    problem: { zh: `${option} 应为${takes.zh}，而不是“${given}”`, en: `${option} takes ${takes.en}, not "${given}"` },
  });

/** Parses a whole number within bounds. @throws bad_arguments naming the option */
export const wholeNumber =
  (option: string, { least, most }: { least: number; most: number }) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most && text.trim() !== '') return value;
    throw badOption(option, text, {
      zh: `${least} 到 ${most} 的整数`,
      en: `a whole number from ${least} to ${most}`,
    });
  };

/** Parses a number from some least one on. @throws bad_arguments naming the option */
export const decimalNumber =
  (option: string, { least }: { least: number }) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isFinite(value) && value >= least && text.trim() !== '') return value;
    throw badOption(option, text, { zh: `不小于 ${least} 的数`, en: `a number of at least ${least}` });
  };

/** Parses one of some words. @throws bad_arguments naming the option */
export const oneOf =
  <Word extends string>(option: string, words: readonly Word[]) =>
  (text: string): Word => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const listed = words.join(', ');
    throw badOption(option, text, { zh: `以下之一：${listed}`, en: `one of ${listed}` });
  };

/** Parses an instant with its offset; answers it in UTC. @throws bad_arguments naming the option */
export const instantOf =
  (option: string) =>
  (text: string): string => {
    if (z.iso.datetime({ offset: true }).safeParse(text).success) return new Date(text).toISOString();
    throw badOption(option, text, {
      zh: '时刻，例如 2026-01-31T08:00:00Z',
      en: 'an instant such as 2026-01-31T08:00:00Z',
    });
  };

/** Parses a civil day. @throws bad_arguments naming the option */
export const dayOf =
  (option: string) =>
  (text: string): string => {
    if (z.iso.date().safeParse(text).success) return text;
    throw badOption(option, text, { zh: '日期，例如 2026-01-31', en: 'a day such as 2026-01-31' });
  };

/** Parses a part of all customers in hundredths, `FROM-TO`. @throws bad_arguments naming the option */
export const shareOf =
  (option: string) =>
  (text: string): CustomerShare => {
    const [from = 0, to = 0] = /^\d{1,2}-\d{1,3}$/.test(text) ? text.split('-').map(Number) : [];
    if (from < to && to <= 100) return { from, to };
    throw badOption(option, text, { zh: '百分之几到百分之几，例如 0-40', en: 'hundredths such as 0-40' });
  };

/** Parses a comma-separated list. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Parses public keys, separated by commas. @throws bad_arguments naming the option */
export const publicKeys =
  (option: string) =>
  (text: string): string[] => {
    const keys = listOf(text.toLowerCase());
    if (keys.length > 0 && keys.every((key) => PublicKey.safeParse(key).success)) return keys;
    throw badOption(option, text, { zh: ' 64 位十六进制的公钥', en: 'public keys of 64 hex digits' });
  };

/** The separator a word or a single character stands for. */
export const separatorOf = (text: string): string => {
  const named: Record<string, string> = { tab: '\t', space: ' ', comma: ',', semicolon: ';' };
  const separator = named[text] ?? text;
  if (separator.length === 1) return separator;
  throw badOption('--separator', text, { zh: '一个字符、tab 或 space', en: 'one character, tab or space' });
};

const marks: Readonly<Record<string, string>> = { point: '.', comma: ',', space: ' ', apostrophe: "'" };

/** Parses a mark that stands in numbers, by its name or as it is. @throws bad_arguments naming the option */
export const markOf =
  <Mark extends string>(option: string, allowed: readonly Mark[]) =>
  (text: string): Mark => {
    const found = allowed.find((mark) => mark === (marks[text] ?? text));
    if (found !== undefined) return found;
    const names = Object.keys(marks).filter((name) => allowed.some((mark) => mark === marks[name]));
    const listed = names.join(', ');
    throw badOption(option, text, { zh: `以下之一：${listed}`, en: `one of ${listed}` });
  };

/** Parses an instant as ISO 8601, with a time and a zone; a date alone begins at midnight UTC. */
export const instant =
  (option: string) =>
  (text: string): string => {
    const milliseconds = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(milliseconds)) return new Date(milliseconds).toISOString();
    throw badOption(option, text, {
      zh: '时刻，例如 2026-01-31T08:00:00Z',
      en: 'an instant such as 2026-01-31T08:00:00Z',
    });
  };

/** Parses a civil day. */
export const civilDate =
  (option: string) =>
  (text: string): string => {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(text)) return text;
    throw badOption(option, text, { zh: '日期，例如 2026-01-31', en: 'a day such as 2026-01-31' });
  };

/** Parses a name or a version, which become folders. */
export const slug =
  (option: string) =>
  (text: string): string => {
    if (Slug.safeParse(text).success) return text;
    throw badOption(option, text, {
      zh: '小写字母、数字、连字符、下划线和点',
      en: 'lower case letters, digits, hyphens, underscores and points',
    });
  };

/** One version of a model. */
export interface PinnedModel {
  readonly name: string;
  readonly version: string;
}

/** Parses a model's name and version. @throws bad_arguments */
export const pinnedModel = (text: string): PinnedModel => {
  const [name = '', version = '', ...more] = text.split('@');
  if (more.length === 0 && Slug.safeParse(name).success && Slug.safeParse(version).success) return { name, version };
  throw badOption('<name@version>', text, { zh: '名称@版本，例如 mine@2', en: 'name@version such as mine@2' });
};

const LABEL = /^[\p{L}\p{N}_.@ -]{1,64}$/u;

/** Parses what somebody who works locally calls themselves. @throws bad_arguments naming the option */
export const actorLabel =
  (option: string) =>
  (text: string): string => {
    if (LABEL.test(text)) return text;
    throw badOption(option, text, {
      zh: '至多 64 个字母、数字、空格或 _ . @ -',
      en: 'up to 64 letters, digits, spaces and _ . @ -',
    });
  };
