import type { Request, Response } from 'express';
import type { Locale } from '../domain/text.ts';
import type { Principal } from './guards.ts';

/** What is known of a request before it is read. */
export interface Context {
  readonly id: string;
  readonly startedAt: number;
  principal: Principal | null;
  /** The endpoint's name, for logs and metrics; a path may carry personal data. */
  operation: string;
  /** Code of the fault it was answered with. */
  fault: string | null;
}

/** Gives a request its context. */
export const openContext = (res: Response, context: Context): void => {
  res.locals.context = context;
};

/** The context of a request. */
export const contextOf = (res: Response): Context => res.locals.context;

/** The language a caller asked for, else the service's own. */
export const localeOf = (req: Request, fallback: Locale): Locale => {
  if (req.headers['accept-language'] === undefined) return fallback;
  const chosen = req.acceptsLanguages(fallback, fallback === 'zh' ? 'en' : 'zh');
  return chosen === 'zh' || chosen === 'en' ? chosen : fallback;
};
