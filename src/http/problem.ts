import { STATUS_CODES } from 'node:http';
import type { Problem } from '../contract/problem.ts';
import type { Locale, Text } from '../domain/text.ts';
import { AppError, appError, type ErrorCode, type ErrorKind } from '../errors.ts';

/** HTTP status of each kind of fault; no other file knows one. */
export const statuses: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  refused: 403,
  missing: 404,
  unsupported_method: 405,
  slow: 408,
  conflict: 409,
  gone: 410,
  oversized: 413,
  unsupported: 415,
  misdirected: 421,
  invalid: 422,
  limited: 429,
  cancelled: 499,
  broken: 500,
  unavailable: 503,
};

/** Seconds after which a refused caller may try again. */
export const RETRY_SECONDS = 1;

const seeLog: Text = { zh: '详见日志', en: 'see the log' };

/** The fault as the table knows it; one that it does not know is internal, and its own words stay with us. */
export const toAppError = (fault: unknown): AppError =>
  fault instanceof AppError ? fault : appError('internal', { problem: seeLog }, { cause: fault });

/** Names of files in a fault's values, and the folders they were looked up in. */
const placeNames = ['file', 'model', 'places'] as const;

/** How callers are told where a service looks for models. */
const FOLDERS: Text = { zh: '服务的模型目录', en: "the service's folder of models" };

/** A fault's words with the last parts of its files only: where folders lie on the service's disk is nobody's business. */
export const withoutFolders = (fault: AppError): Text => {
  const short = Object.fromEntries(
    placeNames.flatMap((name) => {
      const value = fault.values[name];
      return typeof value === 'string' && value.includes('/') ? [[name, value.split('/').slice(-3).join('/')]] : [];
    }),
  );
  const told = new AppError(fault.code, { ...fault.values, ...short });
  return { zh: told.detail('zh'), en: told.detail('en') };
};

/** Kinds of faults of a model's folder that a caller learns as one, by its code. */
const folderKinds = {
  model_unfit: new Set<AppError['kind']>(['invalid', 'broken', 'refused']),
  model_untrusted: new Set<AppError['kind']>(['invalid', 'broken']),
} as const;

/**
 * What is wrong with a model's folder, as a caller may know it: where it lies on the service's disk is nobody's business.
 * @param code what the caller learns of a folder that is there and cannot be used
 */
export const hideFolders = (fault: unknown, model: string, code: keyof typeof folderKinds): unknown => {
  if (!(fault instanceof AppError)) return fault;
  if (fault.code === 'model_missing') return appError('model_missing', { model, places: FOLDERS });
  if (fault.code !== 'file_missing' && !folderKinds[code].has(fault.kind)) return fault;
  const { zh, en } = withoutFolders(fault);
  return appError(code, { model, problem: { zh, en } }, { cause: fault });
};

/** A problem's words: the language and the id of the request. */
export interface ProblemContext {
  readonly locale: Locale;
  readonly instance: string;
}

/** A fault as the caller reads it (RFC 9457). */
export const toProblem = (error: AppError, { locale, instance }: ProblemContext): Problem => {
  const status = statuses[error.kind];
  return {
    type: `urn:vigil:problem:${error.code}`,
    title: STATUS_CODES[status] ?? error.code,
    status,
    code: error.code,
    detail: error.detail(locale),
    instance,
    errors: [error, ...error.others].slice(0, MOST_ERRORS).map((each) => ({
      field: fieldOf(each),
      code: each.code,
      detail: each.detail(locale),
    })),
  };
};

/** Most faults one problem lists. */
export const MOST_ERRORS = 50;

/** Faults whose field is a feature. */
const ofFeatures: ReadonlySet<ErrorCode> = new Set(['bad_value', 'field_missing', 'field_unknown']);

/** Where in the body a fault is: features lie below `features`, and a row of many below its own place. */
const fieldOf = ({ code, values, place }: AppError): string | null => {
  const { field } = values;
  if (field === undefined) return place || null;
  const own = ofFeatures.has(code) ? `features.${field}` : String(field);
  return place ? `${place}.${own}` : own;
};
