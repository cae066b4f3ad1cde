import { isUtf8 } from 'node:buffer';
import express, { type NextFunction, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { type AppError, appError } from '../errors.ts';

const JSON_TYPE = 'application/json';
/** A JSON body must be here by then. */
const BODY_SECONDS = 10;
/** Deepest nesting of a body. */
const MOST_DEPTH = 16;

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
  if (!isUtf8(bytes)) throw appError('bad_body', { problem: 'it is not UTF-8' });
};

interface Settling {
  readonly fault: unknown;
  readonly limit: number;
  readonly next: NextFunction;
}

const settleBody = (req: Request, { fault, limit, next }: Settling): void => {
  try {
    if (fault) throw toBodyFault(fault, limit);
    if (req.body === undefined) throw appError('bad_body', { problem: 'it is empty' });
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
  if (type === 'entity.verify.failed') return appError('bad_body', { problem: 'it is not UTF-8' }, { cause: fault });
  return type === undefined ? fault : appError('bad_body', { problem: message ?? type }, { cause: fault });
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
    throw appError('bad_body', { problem: (cause as Error).message }, { cause });
  }
};

/** Refuses what JSON allows and no contract means: deep nesting, keys of prototypes, halves of characters. */
const inspectJson = (value: unknown, depth = 0): void => {
  if (depth > MOST_DEPTH) throw appError('bad_body', { problem: `it is nested more than ${MOST_DEPTH} deep` });
  if (typeof value === 'string') refuseBrokenText(value);
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) inspectJson(item, depth + 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw appError('bad_body', { problem: `the key ${key} is not allowed` });
    refuseBrokenText(key);
    inspectJson(item, depth + 1);
  }
};

const refuseBrokenText = (text: string): void => {
  if (!text.isWellFormed() || text.includes('\0')) {
    throw appError('bad_body', { problem: 'a text holds half a character or a zero character' });
  }
};

/** Checks a part of a request against its schema; one fault names every place that is wrong. @throws bad_request */
export const parsePart = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues.flatMap(toFaults);
  if (!first) throw appError('bad_request', { field: 'body', problem: 'it does not fit' });
  throw first.beside(others);
};

const toFaults = (issue: z.core.$ZodIssue): AppError[] => {
  const at = issue.path.map(String);
  const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...at, key]) : [at];
  const problem = issue.code === 'unrecognized_keys' ? 'there is no such field' : issue.message;
  return places.map((place) => appError('bad_request', { field: place.join('.') || 'body', problem }));
};
