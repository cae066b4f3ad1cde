import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideAmong, divideHalfAway, floorDivide, meanHalfUp, roundHalfUp, toScaled } from '../src/arithmetic.ts';
import {
  absolute,
  decimalOf,
  floorQuotient,
  quotientHalfAway,
  quotientHalfUp,
  scaleDecimal,
  shareOut,
} from './reference/exact.ts';

const LIMIT = 2 ** 53;

/** Every size of integer below 2^53, and those at the very edge of what a double holds. */
const integer = fc
  .oneof(
    fc.integer({ min: -50, max: 50 }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.nat(20).map((offset) => LIMIT - 1 - offset),
    fc.nat(20).map((offset) => offset + 1 - LIMIT),
    fc.integer({ min: -20, max: 20 }).map((offset) => 2 ** 52 + offset),
  )
  .map((value) => value + 0);

const positive = integer.map((value) => Math.max(1, Math.abs(value)));

/** A dividend at a multiple of the divisor, at half of one, or beside either. */
const nearMultiple = positive.chain((divisor) =>
  fc.record({
    divisor: fc.constant(divisor),
    dividend: fc
      .tuple(
        fc.integer({ min: -Math.floor((LIMIT - 1) / divisor), max: Math.floor((LIMIT - 1) / divisor) }),
        fc.integer({ min: -2, max: 2 }),
        fc.boolean(),
      )
      .map(([quotient, beside, half]) => quotient * divisor + beside + (half ? Math.floor(divisor / 2) : 0))
      .filter(Number.isSafeInteger)
      .map((value) => value + 0),
  }),
);

const division = fc.oneof(fc.record({ dividend: integer, divisor: positive }), nearMultiple);

describe('floorDivide', () => {
  it('is mathematical floor division for all integers below 2^53', () => {
    fc.assert(
      fc.property(division, ({ dividend, divisor }) => {
        expect(floorDivide(dividend, divisor)).toBe(Number(floorQuotient(BigInt(dividend), BigInt(divisor))));
      }),
      { numRuns: 1000, examples: [[{ dividend: -6_827_431_313_064_795, divisor: 3_413_715_656_532_397 }]] },
    );
  });
});

describe('divideHalfAway', () => {
  it('is the nearest integer, ties away from zero, for divisors of either sign', () => {
    fc.assert(
      fc.property(division, fc.boolean(), ({ dividend, divisor: magnitude }, isNegative) => {
        const divisor = isNegative ? -magnitude : magnitude;
        expect(divideHalfAway(dividend, divisor)).toBe(Number(quotientHalfAway(BigInt(dividend), BigInt(divisor))));
      }),
      { numRuns: 1000 },
    );
  });

  it('is not a number for the divisor 0 and for what is missing', () => {
    fc.assert(
      fc.property(integer, (value) => {
        expect(divideHalfAway(value, 0)).toBeNaN();
        expect(divideHalfAway(Number.NaN, value)).toBeNaN();
        expect(divideHalfAway(value, Number.NaN)).toBeNaN();
      }),
      { numRuns: 100 },
    );
  });
});

describe('meanHalfUp', () => {
  it('is floor(sum / count + 1/2) wherever twice the sum is below 2^53', () => {
    const half = integer.map((value) => Math.trunc(value / 4) + 0);
    const count = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 10_000_000 }));
    fc.assert(
      fc.property(half, count, (sum, rows) => {
        expect(meanHalfUp(sum, rows)).toBe(Number(quotientHalfUp(BigInt(sum), BigInt(rows))));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('divideAmong', () => {
  const expectShares = (whole: number, parts: number): void => {
    const shares = divideAmong(whole, parts);
    expect(shares).toEqual(shareOut(BigInt(whole), parts).map(Number));
    expect(shares.reduce((sum, share) => sum + BigInt(share), 0n)).toBe(BigInt(whole));
  };
  const parts = fc.integer({ min: 1, max: 12 });

  it('gives the floor to all and one more to the first, so that it sums exactly', () => {
    const whole = fc.oneof(
      fc.integer({ min: -50, max: 50 }),
      fc.integer(),
      integer.map((value) => Math.trunc(value / 2) + 0),
    );
    fc.assert(fc.property(whole, parts, expectShares), { numRuns: 500 });
  });

  it('sums exactly up to the last integer below 2^53', () => {
    fc.assert(fc.property(integer, parts, expectShares), { numRuns: 500 });
  });
});

describe('roundHalfUp', () => {
  it('is floor(x + 1/2) of the exact value, ties and negative values included', () => {
    const thousandTwentyFourths = fc.oneof(
      fc.integer(),
      fc.integer({ min: -2000, max: 2000 }).map((halves) => halves * 512),
    );
    fc.assert(
      fc.property(thousandTwentyFourths, (value) => {
        expect(BigInt(roundHalfUp(value / 1024))).toBe(quotientHalfUp(BigInt(value), 1024n));
      }),
      { numRuns: 500 },
    );
  });
});

describe('toScaled', () => {
  const decimals = fc.integer({ min: 0, max: 9 });

  const expectExact = (value: number, places: number): void => {
    const exact = scaleDecimal(decimalOf(value), places);
    if (absolute(exact) < BigInt(LIMIT)) expect(toScaled(value, places)).toBe(Number(exact));
    else expect(Math.abs(toScaled(value, places))).toBeGreaterThanOrEqual(LIMIT);
  };

  it('is exact, half away from zero, for numbers written with few digits', () => {
    const written = fc.record({ digits: fc.integer(), places: fc.integer({ min: 0, max: 10 }) });
    fc.assert(
      fc.property(written, decimals, ({ digits, places }, scale) => {
        expectExact(Number(`${digits}e-${places}`) + 0, scale);
      }),
      { numRuns: 1000 },
    );
  });

  it('is exact, half away from zero, for every number, by its shortest decimal form', () => {
    const any = fc.oneof(
      fc.double({ min: -1e15, max: 1e15, noNaN: true }),
      fc.double({ min: -2, max: 2, noNaN: true }),
      integer,
      fc.constantFrom(0.499_999_999_999_999_94, 1.499_999_999_999_999_8, 0.049_999_999_999_999_99),
    );
    fc.assert(
      fc.property(any, decimals, (value, scale) => expectExact(value, scale)),
      { numRuns: 1000 },
    );
  });

  it('keeps every integer below 2^53 as it is', () => {
    fc.assert(
      fc.property(integer, (value) => {
        expect(toScaled(value, 0)).toBe(value);
      }),
      { numRuns: 500 },
    );
  });
});
