import { isUtf8 } from 'node:buffer';
import express, { type NextFunction, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { readFault, readIssue } from '../domain/issue.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';

const JSON_TYPE = 'application/json';
/** A JSON body must be here by then. */
const BODY_SECONDS = 10;
/** Deepest nesting of a body. */
const MOST_DEPTH = 16;

const notUtf8: Text = { zh: '不是 UTF-8', en: 'it is not UTF-8' };
const tooDeep: Text = { zh: `嵌套超过 ${MOST_DEPTH} 层`, en: `it is nested more than ${MOST_DEPTH} deep` };
const noSuchField: Text = { zh: '没有这个字段', en: 'there is no such field' };

/** What the parser says is in English. */
const notJson = (message: string): Text => ({ zh: '语法错误，或内容不完整', en: message });

/** Keys that mean something to JavaScript itself. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a JSON body of at most so many bytes, sent as `application/json` and as nothing else.
 * @throws media_type_unsupported, body_too_large, bad_body, body_too_slow
 */
export const readJsonBody = (limit: number): RequestHandler => {
  const parse = express.json({ type: () => true, limit, strict: false, verify: refuseBrokenUtf8 });
  return (req, res, next) => {
    if (req.headers['content-type'] !== JSON_TYPE && !req.is(JSON_TYPE))
      throw appError('media_type_unsupported', { wanted: JSON_TYPE });
    const slow = setTimeout(() => {
      next(appError('body_too_slow', { seconds: BODY_SECONDS }));
      req.pause();
    }, BODY_SECONDS * 1_000);
    parse(req, res, (fault?: unknown) => {
      clearTimeout(slow);
      settleBody(req, { fault, limit, next });
    });
  };
};

const refuseBrokenUtf8 = (_: unknown, __: unknown, bytes: Buffer): void => {
  if (!isUtf8(bytes)) throw appError('bad_body', { problem: notUtf8 });
};

interface Settling {
  readonly fault: unknown;
  readonly limit: number;
  readonly next: NextFunction;
}

const settleBody = (req: Request, { fault, limit, next }: Settling): void => {
  try {
    if (fault) throw toBodyFault(fault, limit);
    if (req.body === undefined) throw appError('bad_body', { problem: { zh: '内容为空', en: 'it is empty' } });
    inspectJson(req.body);
  } catch (refused) {
    next(refused);
    return;
  }
  next();
};

/** What the parser's faults are called in our table. */
const toBodyFault = (fault: unknown, limit: number): unknown => {
  const { type, message } = fault as { type?: string; message?: string };
  if (type === 'entity.too.large') return appError('body_too_large', { limit }, { cause: fault });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return appError('media_type_unsupported', { wanted: 'application/json; charset=utf-8' }, { cause: fault });
  }
  if (type === 'entity.verify.failed') return appError('bad_body', { problem: notUtf8 }, { cause: fault });
  return type === undefined ? fault : appError('bad_body', { problem: notJson(message ?? type) }, { cause: fault });
};

/** Parses one line of a stream. @throws bad_body */
export const parseLine = (line: Buffer): unknown => {
  refuseBrokenUtf8(null, null, line);
  const value = parseText(line.toString());
  inspectJson(value);
  return value;
};

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw appError('bad_body', { problem: notJson((cause as Error).message) }, { cause });
  }
};

/** Refuses what JSON allows and no contract means: deep nesting, keys of prototypes, halves of characters. */
const inspectJson = (value: unknown, depth = 0): void => {
  if (depth > MOST_DEPTH) throw appError('bad_body', { problem: tooDeep });
  if (typeof value === 'string') refuseBrokenText(value);
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) inspectJson(item, depth + 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) {
      throw appError('bad_body', { problem: { zh: `不允许的键 ${key}`, en: `the key ${key} is not allowed` } });
    }
    refuseBrokenText(key);
    inspectJson(item, depth + 1);
  }
};

const refuseBrokenText = (text: string): void => {
  if (!text.isWellFormed() || text.includes('\0')) {
    throw appError('bad_body', {
      problem: { zh: '文本含有半个字符或零字符', en: 'a text holds half a character or a zero character' },
    });
  }
};

/** Checks a part of a request against its schema; one fault names every place that is wrong. @throws bad_request */
export const parsePart = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues.flatMap((issue) => toFaults(issue, value));
  throw first ? first.beside(others) : appError('bad_request', { field: 'body', ...readFault(parsed.error, value) });
};

const toFaults = (issue: z.core.$ZodIssue, value: unknown): AppError[] => {
  const { path, problem } = readIssue(issue, value);
  const at = path.map(String);
  const fault = (place: readonly string[], said: Text) =>
    appError('bad_request', { field: place.join('.') || 'body', problem: said });
  if (issue.code !== 'unrecognized_keys') return [fault(at, problem)];
  return issue.keys.map((key) => fault([...at, key], noSuchField));
};
