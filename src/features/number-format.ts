import type { Dictionary } from '../domain/dictionary.ts';

/** How a file writes numbers; by itself with a decimal point, without thousands separators and without units. */
export type NumberFormat = Pick<Dictionary['file'], 'decimal' | 'thousands' | 'units'>;

/** Turns a number as a file writes it into plain text with a decimal point; what is not written so becomes empty. */
export type PlainNumber = (text: string) => string;

/** Every character that a file may set between thousands for the one its format names. */
const separators: Readonly<Record<NonNullable<NumberFormat['thousands']>, string>> = {
  ',': ',',
  '.': '\\.',
  ' ': ' \u00a0\u202f',
  "'": "'\u2019",
};

/** A reader of numbers: thousands come in groups of three, the first of them without a leading zero, or not at all. */
export const createPlainNumber = ({ units, ...format }: NumberFormat): PlainNumber => {
  const toPlain = createUnitless(format);
  return units ? createUnitStripper(units, toPlain) : toPlain;
};

const DIGIT = /\d/;

/** Takes one unit off either end of a number; the sign may stand before or behind the unit. */
const createUnitStripper = (units: readonly string[], toPlain: PlainNumber): PlainNumber => {
  const longestFirst = [...units].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const any = longestFirst.map((unit) => unit.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|');
  const around = new RegExp(`^([+-]?)(?:(?:${any})\\s*(.+)|(.+?)\\s*(?:${any}))$`);
  return (text) => {
    if (DIGIT.test(text.charAt(0)) && DIGIT.test(text.charAt(text.length - 1))) return toPlain(text);
    const [matched, sign = '', behind, before] = around.exec(text) ?? [];
    if (matched === undefined) return toPlain(text);
    const number = toPlain(behind ?? before ?? '');
    return sign !== '' && /^[+-]/.test(number) ? '' : `${sign}${number}`;
  };
};

const createUnitless = ({ decimal = '.', thousands }: NumberFormat): PlainNumber => {
  if (decimal === '.' && thousands === undefined) return (text) => text;
  const mark = thousands === undefined ? null : `[${separators[thousands]}]`;
  const grouped = mark === null ? '' : `[1-9]\\d{0,2}(?:${mark}\\d{3})+|`;
  const number = new RegExp(`^([+-]?)(${grouped}\\d*)(?:[${decimal}](\\d*))?([eE][+-]?\\d+)?$`);
  const marks = new RegExp(mark ?? '$^', 'g');
  return (text) => {
    const [matched, sign = '', whole = '', fraction = '', exponent = ''] = number.exec(text) ?? [];
    return matched === undefined ? '' : `${sign}${whole.replace(marks, '')}.${fraction}${exponent}`;
  };
};
