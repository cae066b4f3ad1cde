import type { Estimate } from '../../metrics/bootstrap.ts';

/** A share as a percentage. */
export const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)}%`;

/** The same with its sign. */
export const signedPercent = (share: number, digits = 2): string => `${share < 0 ? '' : '+'}${percent(share, digits)}`;

/** Micro-logits as log-odds with a sign. */
export const signedLogOdds = (microLogits: number, digits = 2): string =>
  `${microLogits < 0 ? '-' : '+'}${(Math.abs(microLogits) / 1e6).toFixed(digits)}`;

/** A figure with so many digits; '-' where it cannot be had. */
export const fixed = (value: number | null, digits = 4): string =>
  value === null ? '-' : value.toFixed(digits).replace(/^-(?=[0.]*$)/, '');

/** A figure with its interval in brackets. */
export const ranged = ({ value, lower, upper }: Estimate, digits = 4): string =>
  lower === null
    ? fixed(value, digits)
    : `${fixed(value, digits)} (${fixed(lower, digits)} ... ${fixed(upper, digits)})`;

/** What an interval of B minus A says: below zero, above it, or neither. */
export const readDifference = ({ lower, upper }: Estimate): 'less' | 'more' | 'unclear' => {
  if (lower !== null && lower > 0) return 'more';
  return upper !== null && upper < 0 ? 'less' : 'unclear';
};

/** Columns a text takes in a terminal: Chinese characters take two. */
export const widthOf = (text: string): number =>
  text.length + (text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0);
