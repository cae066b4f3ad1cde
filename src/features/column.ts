import { INTEGER_LIMIT, scaleDecimalText } from '../arithmetic.ts';
import type { Code } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import type { PlainNumber } from './number-format.ts';

/** What is needed to turn a raw column's text into an integer: the part of a dictionary or model column that parses. */
export interface ColumnDefinition {
  readonly name: string;
  readonly source: string;
  readonly decimals: number;
  readonly codes: readonly Code[];
  /** The values a category may take, in the order of their indexes; null for a number. */
  readonly categories: readonly string[] | null;
  /** Scaled bounds of ordinary values; null = none. */
  readonly minimum: number | null;
  readonly maximum: number | null;
}

/** The index a category gets that is not among the known ones. */
export const UNKNOWN_CATEGORY = -1;

/** Turns a cell's text into the column's integer, or says what is wrong with it. */
export type CellParser = (text: string) => number | Text;

/** What may be wrong with a number, wherever it comes from. */
export const numberFaults = {
  notNumber: { zh: '不是数字', en: 'not a number' },
  tooLarge: { zh: '数值过大', en: 'too large' },
} as const satisfies Record<string, Text>;

/**
 * A parser for one column. Numbers become `value x 10^decimals`, half away from zero; categories their index, or
 * `UNKNOWN_CATEGORY`. Text in `missing` becomes NaN, the storage of null in typed arrays. Any other answer is the fault.
 * @param toPlain reads numbers as the file writes them
 */
export const createCellParser = (
  column: ColumnDefinition,
  missing: ReadonlySet<string>,
  toPlain: PlainNumber = (text) => text,
): CellParser => {
  const { categories } = column;
  if (categories) {
    const indexes = new Map(categories.map((value, index) => [value, index]));
    return (text) => indexes.get(text) ?? (missing.has(text) ? Number.NaN : UNKNOWN_CATEGORY);
  }
  const isPlausible = createPlausibility(column);
  const missingNumbers = new Set([...missing].filter((token) => parseScaled(token, 0) !== undefined));
  return (text) => {
    if (missingNumbers.size > 0 && missingNumbers.has(text)) return Number.NaN;
    const value = parseScaled(toPlain(text), column.decimals);
    if (value === undefined) return missing.has(text) ? Number.NaN : numberFaults.notNumber;
    if (Math.abs(value) >= INTEGER_LIMIT) return numberFaults.tooLarge;
    return isPlausible(value) ? value : describeRange(column);
  };
};

/** Whether a scaled value is a special code or within the column's bounds. */
export const createPlausibility = ({ codes, minimum, maximum }: ColumnDefinition) => {
  const known = new Set(codes.map((code) => code.value));
  const least = minimum ?? Number.NEGATIVE_INFINITY;
  const most = maximum ?? Number.POSITIVE_INFINITY;
  return (value: number): boolean => (value >= least && value <= most) || known.has(value);
};

/** Says in words what a number of this column may be, in its natural unit. */
export const describeRange = ({ minimum, maximum, decimals, codes }: ColumnDefinition): Text => {
  const natural = (value: number | null, open: string) => (value === null ? open : String(value / 10 ** decimals));
  const [least, most] = [natural(minimum, '-∞'), natural(maximum, '+∞')];
  const listed = codes.map((code) => natural(code.value, '')).join(', ');
  return {
    zh: `不在 ${least} 到 ${most} 之间${listed ? `，也不是特殊代码 ${listed}` : ''}`,
    en: `not between ${least} and ${most}${listed ? ` nor one of the codes ${listed}` : ''}`,
  };
};

/** Longest run of digits whose integer is surely exact. */
const SAFE_DIGITS = 15;

/** Exact scaled integer of a decimal text, half away from zero; undefined where it is not a number. */
export const parseScaled = (text: string, decimals: number): number | undefined => {
  const plain = parsePlainInteger(text);
  if (!Number.isNaN(plain)) return decimals === 0 ? plain : plain * 10 ** decimals;
  return scaleDecimalText(text, decimals);
};

/** The common case without a regular expression: an optional minus and at most 15 digits; NaN for anything else. */
const parsePlainInteger = (text: string): number => {
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  const { length } = text;
  if (length === start || length - start > SAFE_DIGITS) return Number.NaN;
  let value = 0;
  for (let index = start; index < length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative && value > 0 ? -value : value;
};
