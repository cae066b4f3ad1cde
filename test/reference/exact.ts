/** The element at a place, or a loud failure: a reference never reads beside a list. */
export const at = <Value>(list: { readonly [place: number]: Value; readonly length: number }, place: number): Value => {
  const value = list[place];
  if (value === undefined) throw new Error(`no element ${place} in a list of ${list.length}`);
  return value;
};

export const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

export const greater = (left: bigint, right: bigint): bigint => (left > right ? left : right);

export const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

/** Toward minus infinity; BigInt's own division cuts toward zero. */
export const floorQuotient = (dividend: bigint, divisor: bigint): bigint => {
  const cut = dividend / divisor;
  const exact = cut * divisor === dividend;
  return exact || dividend < 0n === divisor < 0n ? cut : cut - 1n;
};

/** `floor(dividend / divisor + 1/2)`. */
export const quotientHalfUp = (dividend: bigint, divisor: bigint): bigint =>
  floorQuotient(2n * dividend + divisor, 2n * divisor);

/** The nearest integer, ties away from zero. */
export const quotientHalfAway = (dividend: bigint, divisor: bigint): bigint => {
  const magnitude = quotientHalfUp(absolute(dividend), absolute(divisor));
  return dividend < 0n === divisor < 0n ? magnitude : -magnitude;
};

/** An integer among equals: everyone the floor, the first ones one more until it is used up. */
export const shareOut = (whole: bigint, parts: number): bigint[] => {
  const shares = Array.from({ length: parts }, () => floorQuotient(whole, BigInt(parts)));
  for (let place = 0; total(shares) < whole; place++) shares[place] = at(shares, place) + 1n;
  return shares;
};

/** `digits / 10^decimals`. */
export interface Decimal {
  readonly digits: bigint;
  readonly decimals: number;
}

/** A number of a few dozen digits is nothing, or far too large, long before this power of ten. */
const FARTHEST_EXPONENT = 1000;

/** Reads a decimal text by hand, one character after the other; null where it is no number. */
export const readDecimal = (text: string): Decimal | null => {
  let rest = text;
  const takeSign = (): bigint => {
    const [sign] = rest;
    if (sign === '-' || sign === '+') rest = rest.slice(1);
    return sign === '-' ? -1n : 1n;
  };
  const takeDigits = (): string => {
    let digits = '';
    for (let next = rest[0]; next !== undefined && '0123456789'.includes(next); next = rest[0]) {
      digits += next;
      rest = rest.slice(1);
    }
    return digits;
  };
  const sign = takeSign();
  const whole = takeDigits();
  let fraction = '';
  if (rest[0] === '.') {
    rest = rest.slice(1);
    fraction = takeDigits();
  }
  if (whole === '' && fraction === '') return null;
  let exponent = 0;
  if (rest[0] === 'e' || rest[0] === 'E') {
    rest = rest.slice(1);
    const direction = takeSign();
    const digits = takeDigits();
    if (digits === '') return null;
    exponent = Number(direction) * Math.min(Number(digits), FARTHEST_EXPONENT);
  }
  if (rest !== '') return null;
  const digits = sign * BigInt(whole + fraction);
  const decimals = fraction.length - exponent;
  return decimals >= 0 ? { digits, decimals } : { digits: digits * 10n ** BigInt(-decimals), decimals: 0 };
};

/** Integer `value x 10^decimals`, half away from zero. */
export const scaleDecimal = (value: Decimal, decimals: number): bigint =>
  quotientHalfAway(value.digits * 10n ** BigInt(decimals), 10n ** BigInt(value.decimals));

/** The decimal that a number's shortest text stands for. */
export const decimalOf = (value: number): Decimal => {
  const decimal = readDecimal(String(value));
  if (!decimal) throw new Error(`${value} is not finite`);
  return decimal;
};
