import { appError } from '../errors.ts';

/** First civil day something holds, and first civil day it no longer holds; null = open. */
interface Days {
  readonly from: string | null;
  readonly to: string | null;
}

/** Whether half-open civil days hold on a day (DEFINITIONS 5). */
export const isInForce = ({ from, to }: Days, day: string): boolean =>
  (from === null || from <= day) && (to === null || day < to);

/** Refuses a policy on a day on which it is not in force. @throws policy_not_in_force */
export const requireInForce = (
  { name, version, from, to }: Days & { readonly name: string; readonly version: string },
  day: string,
): void => {
  if (isInForce({ from, to }, day)) return;
  throw appError('policy_not_in_force', { policy: `${name}@${version}`, from: from ?? '-', to: to ?? '-', day });
};
