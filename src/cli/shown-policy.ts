import { AppError } from '../errors.ts';
import { findPolicyFor, type StoredPolicy } from '../store/policies.ts';
import type { Console } from './output.ts';

/**
 * The newest policy made for a model, be it in force or not, for what is only shown of it: where it cannot be read or told
 * from others that is reported, and nothing is shown.
 */
export const findShownPolicy = (console: Console, model: string): StoredPolicy | null => {
  try {
    return findPolicyFor(model, null);
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault;
    console.warn(fault);
    return null;
  }
};
