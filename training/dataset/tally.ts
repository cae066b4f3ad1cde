import { INTEGER_LIMIT } from '../../src/arithmetic.ts';
import { parseScaled } from '../../src/features/column.ts';
import type { PlainNumber } from '../../src/features/number-format.ts';

/** Cells that files without a dictionary write for "not known". */
export const MISSING = [
  '',
  'NA',
  'Na',
  'na',
  'N/A',
  'n/a',
  '#N/A',
  'N.A.',
  'n.a.',
  'NaN',
  'nan',
  'NAN',
  'null',
  'NULL',
  'Null',
  'None',
  'none',
  'NONE',
  '?',
  '.',
  '-',
  '--',
  'Missing',
  'missing',
  'MISSING',
  '缺失',
  '空',
  'NaT',
  '<NA>',
  ...['inf', 'Inf', 'INF', 'Infinity', 'infinity', '∞'].flatMap((word) => [word, `-${word}`, `+${word}`]),
  '#DIV/0!',
  '#NUM!',
  '#VALUE!',
];
/** Distinct values are counted up to here: of fractions, of whole numbers (which may be codes) and of texts. */
const MOST_DISTINCT = { fractions: 5_000, wholes: 50_000, texts: 200_000 };
const INFINITE = /^[+-]?(inf(inity)?|∞)$|^#DIV/i;
const NOT_KNOWN = new Set(MISSING);
const MOST_DECIMALS = 9;

/** Numbers that lenders use for "not known" and the like. */
const SUSPECT = /^-(1|7+|8+|9+)$|^9[0-9]$|^9{2,}$/;

/** Digits as codes have them and amounts have not. */
const LEADING_ZERO = /^0\d+$/;

/** Texts among numbers that are kept to be shown. */
const MOST_STRANGERS = 3;
/** Words beside numbers that can mean "not known", and how many different numbers there must be beside them. */
const [MOST_WORDS, FEW_NUMBERS] = [2, 20];

/** What one pass over a column tells; labels take no part in it. */
export class ColumnTally {
  rows = 0;
  missing = 0;
  /** Missing cells that say infinite, or a division by zero. */
  infinite = 0;
  numbers = 0;
  /** Numbers of digits alone, the first of several a zero. */
  leadingZeros = 0;
  decimals = 0;
  rising = true;
  /** Ends of the numbers that do not look like codes. */
  least = Number.POSITIVE_INFINITY;
  most = Number.NEGATIVE_INFINITY;
  /** Largest magnitude of a number. */
  largest = 0;
  #last = Number.NEGATIVE_INFINITY;
  readonly values = new Map<string, number>();
  full = false;
  /** Rows of each number that looks like a code. */
  readonly suspects = new Map<number, number>();
  /** The first texts that are no numbers. */
  readonly strangers = new Set<string>();
  readonly #toPlain: PlainNumber;

  constructor(toPlain: PlainNumber) {
    this.#toPlain = toPlain;
  }

  add(cell: string): void {
    this.rows++;
    if (NOT_KNOWN.has(cell)) {
      this.missing++;
      if (INFINITE.test(cell)) this.infinite++;
      return;
    }
    this.#tallyNumber(this.#toPlain(cell), cell);
    const seen = this.values.get(cell);
    if (seen !== undefined) this.values.set(cell, seen + 1);
    else if (this.values.size < this.#mostDistinct) this.values.set(cell, 1);
    else this.full = true;
  }

  #tallyNumber(plain: string, cell: string): void {
    if (parseScaled(plain, 0) === undefined) {
      if (this.strangers.size < MOST_STRANGERS) this.strangers.add(cell);
      return;
    }
    this.numbers++;
    if (LEADING_ZERO.test(cell)) this.leadingZeros++;
    const value = Number(plain);
    if (value <= this.#last) this.rising = false;
    this.largest = Math.max(this.largest, Math.abs(value));
    if (SUSPECT.test(String(value))) this.suspects.set(value, (this.suspects.get(value) ?? 0) + 1);
    else [this.least, this.most] = [Math.min(this.least, value), Math.max(this.most, value)];
    this.#last = value;
    const fraction = /\.(\d+)/.exec(plain)?.[1]?.length ?? (/e-/i.test(plain) ? MOST_DECIMALS : 0);
    this.decimals = Math.min(MOST_DECIMALS, Math.max(this.decimals, fraction));
  }

  /** Most decimals, up to those written, with which every number stays an exact integer; negative where none does. */
  get exactDecimals(): number {
    const room = Math.floor(Math.log10((INTEGER_LIMIT - 1) / Math.max(1, this.largest)));
    return Math.min(this.decimals, room);
  }

  get #mostDistinct(): number {
    if (this.numbers < this.known) return MOST_DISTINCT.texts;
    return this.decimals > 0 ? MOST_DISTINCT.fractions : MOST_DISTINCT.wholes;
  }

  /** The one or two words, without digits, beside more than a few different numbers: they mean "not known". */
  get words(): string[] {
    const { strangers, values } = this;
    const isWords = strangers.size <= MOST_WORDS && [...strangers].every((text) => !/\d/.test(text));
    return isWords && values.size - strangers.size > FEW_NUMBERS ? [...strangers] : [];
  }

  get known(): number {
    return this.rows - this.missing;
  }
}
