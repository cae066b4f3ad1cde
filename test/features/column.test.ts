import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ColumnDefinition, createCellParser, parseScaled } from '../../src/features/column.ts';
import { createCode } from '../factories/model.ts';
import { absolute, at, readDecimal, scaleDecimal } from '../reference/exact.ts';

const LIMIT = 2n ** 53n;

const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 0, maxLength: most });

const sign = fc.constantFrom('', '', '-', '+');
const decimals = fc.integer({ min: 0, max: 9 });

/** Plain decimals: sign, digits, perhaps a point and digits. */
const plain = (most: number) =>
  fc
    .record({ sign, whole: digits(most), fraction: fc.option(digits(most)) })
    .map((parts) => `${parts.sign}${parts.whole}${parts.fraction === null ? '' : `.${parts.fraction}`}`);

const exponent = (most: number) =>
  fc
    .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.integer({ min: 0, max: most }), fc.boolean())
    .map(([letter, direction, power, padded]) => `${letter}${direction}${padded ? '0' : ''}${power}`);

const expectExact = (text: string, scale: number): void => {
  const value = readDecimal(text);
  const parsed = parseScaled(text, scale);
  if (!value) {
    expect(parsed).toBe(undefined);
    return;
  }
  const exact = scaleDecimal(value, scale);
  if (absolute(exact) < LIMIT) expect(parsed).toBe(Number(exact));
  else expect(Math.abs(parsed ?? 0)).toBeGreaterThanOrEqual(2 ** 53);
};

describe('parseScaled', () => {
  it('is exact, half away from zero, for decimals of any length', () => {
    fc.assert(
      fc.property(fc.oneof(plain(6), plain(25)), decimals, (text, scale) => expectExact(text, scale)),
      { numRuns: 2000 },
    );
  });

  it('is exact for digits that lie at a half or beside it', () => {
    const beside = fc
      .record({
        sign,
        whole: digits(15),
        kept: fc.string({ unit: fc.constantFrom('0', '9', '4'), minLength: 0, maxLength: 9 }),
        half: fc.constantFrom('5', '50000', '4999999999999999', '49999999999999999999', '50000000000000000001'),
      })
      .map((parts) => ({ text: `${parts.sign}${parts.whole}.${parts.kept}${parts.half}`, scale: parts.kept.length }));
    fc.assert(
      fc.property(beside, ({ text, scale }) => expectExact(text, scale)),
      { numRuns: 1000 },
    );
  });

  it('is exact for integers up to 2^53 and too large beyond', () => {
    const large = fc.oneof(
      fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
      fc.bigInt({ min: -20n, max: 20n }).map((offset) => LIMIT + offset),
      fc.bigInt({ min: -20n, max: 20n }).map((offset) => 2n ** 52n + offset),
    );
    fc.assert(
      fc.property(large, fc.constantFrom('', '.0', '.4', '.5'), fc.constantFrom(0, 0, 1), (value, fraction, scale) => {
        expectExact(`${value}${fraction}`, scale);
      }),
      { numRuns: 1000 },
    );
  });

  it('is exact for exponents on a few digits', () => {
    const short = fc.tuple(plain(5), exponent(12)).map(([mantissa, power]) => mantissa + power);
    fc.assert(
      fc.property(short, decimals, (text, scale) => expectExact(text, scale)),
      { numRuns: 1000 },
    );
    for (const text of ['8e+05', '8E5', '8.0e+05', '80000000e-2', '+8e5', '.8e6', '8.e05']) {
      expect(parseScaled(text, 0)).toBe(800_000);
      expect(parseScaled(`-${text.replace('+8', '8')}`, 2)).toBe(-80_000_000);
    }
  });

  it('is exact for exponents on any digits', () => {
    const long = fc.tuple(plain(20), exponent(20)).map(([mantissa, power]) => mantissa + power);
    const edge = fc.constantFrom(
      ['9007199254740991e0', 0],
      ['4503599627370497e0', 0],
      ['0.49999999999999999999e0', 0],
      ['1.0049999999999999999999e2', 0],
      ['0.5e-1', 1],
    ) as fc.Arbitrary<[string, number]>;
    fc.assert(
      fc.property(fc.oneof(fc.tuple(long, decimals), edge), ([text, scale]) => expectExact(text, scale)),
      { numRuns: 1000 },
    );
  });

  it('never answers that a number is missing, however large or small its exponent', () => {
    const extreme = fc.tuple(plain(4), exponent(100_000)).map(([mantissa, power]) => mantissa + power);
    fc.assert(
      fc.property(extreme, decimals, (text, scale) => {
        expect(parseScaled(text, scale)).not.toBeNaN();
      }),
      { numRuns: 500 },
    );
  });

  it('refuses blanks, junk and whatever else is no decimal number', () => {
    const junk = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(...'0123456789+-.eE, _xX'), maxLength: 8 }),
      fc.constantFrom(
        '',
        ' ',
        '\t',
        ' 1',
        '1 ',
        '.',
        '-',
        '+',
        '-.',
        'e5',
        '1e',
        '1e+',
        '1e1.5',
        '1.2.3',
        '--1',
        '+-1',
        '1-',
        '1,000',
        '1_000',
        '0x10',
        '0b1',
        'Infinity',
        '-Infinity',
        'NaN',
        'null',
        '１２',
        '٣',
        '1\n',
      ),
    );
    fc.assert(
      fc.property(junk, decimals, (text, scale) => {
        fc.pre(readDecimal(text) === null);
        expect(parseScaled(text, scale)).toBe(undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('never gives a negative zero', () => {
    const nothing = fc.constantFrom('-0', '-0.0', '-.0', '-0e5', '-0.4', '-0.04e1', '-0e-5', '-4e-1', '-000');
    fc.assert(
      fc.property(nothing, (text) => {
        expect(Object.is(parseScaled(text, 0), 0)).toBe(true);
      }),
    );
  });
});

const createColumn = (column: Partial<ColumnDefinition> = {}): ColumnDefinition => ({
  name: 'column_0',
  source: 'COLUMN',
  decimals: 0,
  codes: [],
  categories: null,
  minimum: null,
  maximum: null,
  ...column,
});

describe('createCellParser', () => {
  const missing = new Set(['', 'NA', '-7']);

  it('answers a plausible integer, missing, or what is wrong', () => {
    const bound = fc.option(fc.constantFrom(-600, -60, -6, 0, 6, 60, 600));
    const cell = fc.oneof(
      plain(3),
      plain(20),
      fc.tuple(plain(3), exponent(400)).map(([mantissa, power]) => mantissa + power),
      fc.constantFrom('', 'NA', 'n/a', '-99', '-.99', '-7', '?'),
      fc.constantFrom('-6', '0', '6', '6.0', '-0.6', '.06', '60', '6e1', '-60.00'),
    );
    const problem = { zh: expect.any(String), en: expect.any(String) };
    fc.assert(
      fc.property(cell, fc.integer({ min: 0, max: 2 }), bound, bound, (text, scale, minimum, maximum) => {
        const column = createColumn({ decimals: scale, minimum, maximum, codes: [createCode({ value: -99 })] });
        const answer = createCellParser(column, missing)(text);
        const value = readDecimal(text);
        if (!value) {
          expect(answer).toEqual(missing.has(text) ? Number.NaN : problem);
          return;
        }
        // A number that the file also writes for "not known" is one or the other, never a fault of its own.
        fc.pre(!missing.has(text));
        const exact = scaleDecimal(value, scale);
        const isPlausible =
          absolute(exact) < LIMIT &&
          ((exact >= BigInt(minimum ?? -(2 ** 53)) && exact <= BigInt(maximum ?? 2 ** 53)) || exact === -99n);
        expect(answer).toEqual(isPlausible ? Number(exact) : problem);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a cell that the file writes for "not known" as missing, even where it is a number', () => {
    expect(createCellParser(createColumn(), missing)('-7')).toBeNaN();
    expect(createCellParser(createColumn({ categories: ['a'] }), missing)('NA')).toBeNaN();
  });

  it('gives a category its place among the known ones, and -1 to any other text', () => {
    const texts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(texts, fc.string({ minLength: 1, maxLength: 4 }), (categories, other) => {
        const parse = createCellParser(createColumn({ categories }), new Set(['']));
        for (const [place] of categories.entries()) expect(parse(at(categories, place))).toBe(place);
        if (!categories.includes(other)) expect(parse(other)).toBe(-1);
        expect(parse('')).toBeNaN();
      }),
      { numRuns: 300 },
    );
  });
});
