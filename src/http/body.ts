import { isUtf8 } from 'node:buffer';
import type { Request } from 'express';
import type { z } from 'zod';
import { readFault, readIssue } from '../domain/issue.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { readBytes } from './bytes.ts';
import { MOST_ERRORS } from './problem.ts';

/** Deepest nesting of a body. */
const MOST_DEPTH = 16;

/** Most items of a list and keys of an object; no contract takes as many. */
const MOST_PARTS = 2_000;

const problems = {
  empty: { zh: '内容为空', en: 'it is empty' },
  notUtf8: { zh: '不是 UTF-8', en: 'it is not UTF-8' },
  twice: { zh: '同一对象中有重复的键', en: 'an object names a key twice' },
  deep: { zh: `嵌套超过 ${MOST_DEPTH} 层`, en: `it is nested more than ${MOST_DEPTH} deep` },
  many: { zh: `列表或对象的项数超过 ${MOST_PARTS}`, en: `a list or an object has more than ${MOST_PARTS} parts` },
  halves: { zh: '文本含有半个字符或零字符', en: 'a text holds half a character or a zero character' },
  noSuchField: { zh: '没有这个字段', en: 'there is no such field' },
} as const satisfies Record<string, Text>;

/** What the parser says is in English. */
const notJson = (message: string): Text => ({ zh: '语法错误，或内容不完整', en: message });

/** Keys that mean something to JavaScript itself. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a JSON body of at most so many bytes, sent as `application/json` and as nothing else.
 * @throws media_type_unsupported, body_too_large, bad_body, body_too_slow
 */
export const readJsonBody = async (req: Request, limit: number): Promise<unknown> => {
  refuseOtherMedia(req);
  return parseJson(await readBytes(req, limit));
};

const refuseOtherMedia = (req: Request): void => {
  if (req.headers['content-type'] === 'application/json') return;
  const [, charset = 'utf-8'] = /;\s*charset="?([^";\s]+)/i.exec(req.headers['content-type'] ?? '') ?? [];
  if (req.is('application/json') && /^utf-?8$/i.test(charset)) return;
  throw appError('media_type_unsupported', { wanted: 'application/json; charset=utf-8' });
};

/** Parses a body, or one line of a stream. @throws bad_body */
export const parseJson = (bytes: Buffer): unknown => {
  if (bytes.length === 0) throw appError('bad_body', { problem: problems.empty });
  if (!isUtf8(bytes)) throw appError('bad_body', { problem: problems.notUtf8 });
  const value = parseText(bytes.toString());
  if (inspectJson(value) < countKeys(bytes)) throw appError('bad_body', { problem: problems.twice });
  return value;
};

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw appError('bad_body', { problem: notJson((cause as Error).message) }, { cause });
  }
};

/**
 * Refuses what JSON allows and no contract means: deep nesting, endless lists, keys of prototypes, halves of characters.
 * @returns how many keys there are, in all objects together
 */
const inspectJson = (value: unknown, depth = 0): number => {
  if (depth > MOST_DEPTH) throw appError('bad_body', { problem: problems.deep });
  if (typeof value === 'string') refuseBrokenText(value);
  if (value === null || typeof value !== 'object') return 0;
  if (Array.isArray(value)) {
    refuseMany(value.length);
    return value.reduce((keys: number, item) => keys + inspectJson(item, depth + 1), 0);
  }
  const entries = Object.entries(value);
  refuseMany(entries.length);
  let keys = 0;
  for (const [key, item] of entries) {
    if (FORBIDDEN_KEYS.has(key)) {
      throw appError('bad_body', { problem: { zh: `不允许的键 ${key}`, en: `the key ${key} is not allowed` } });
    }
    refuseBrokenText(key);
    keys += 1 + inspectJson(item, depth + 1);
  }
  return keys;
};

const refuseMany = (parts: number): void => {
  if (parts > MOST_PARTS) {
    throw appError('bad_body', { problem: problems.many });
  }
};

const refuseBrokenText = (text: string): void => {
  if (!text.isWellFormed() || text.includes('\0')) {
    throw appError('bad_body', { problem: problems.halves });
  }
};

const [QUOTE, COLON, BACKSLASH] = [0x22, 0x3a, 0x5c];

/** The keys of a JSON text as they are written: its colons outside texts. */
const countKeys = (bytes: Buffer): number => {
  let count = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isText = !isText;
    else if (byte === COLON && !isText) count++;
    else if (byte === BACKSLASH) at++;
  }
  return count;
};

/** Checks a part of a request against its schema; one fault names every place that is wrong. @throws bad_request */
export const parsePart = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues.slice(0, MOST_ERRORS).flatMap((issue) => toFaults(issue, value));
  throw first ? first.beside(others) : appError('bad_request', { field: 'body', ...readFault(parsed.error, value) });
};

const toFaults = (issue: z.core.$ZodIssue, value: unknown): AppError[] => {
  const { path, problem } = readIssue(issue, value);
  const at = path.map(String);
  if (issue.code !== 'unrecognized_keys') return [badRequest(at, problem)];
  return issue.keys.slice(0, MOST_ERRORS).map((key) => badRequest([...at, key], problems.noSuchField));
};

const badRequest = (place: readonly string[], problem: Text): AppError =>
  appError('bad_request', { field: place.join('.') || 'body', problem });
