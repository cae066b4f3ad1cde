/** Integers at or above this magnitude are not exact in a double; an intermediate that reaches it makes a value null. */
export const INTEGER_LIMIT = 2 ** 53;

/** What an integer may be: from `least` to `most`; both NaN where it is certainly missing. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly perhapsMissing: boolean;
}

/**
 * Mathematical floor division of integers below 2^53, `divisor` > 0 (DEFINITIONS 1). A quotient q between two integers is
 * rounded up to the next one, n, only where `n - q <= n / 2^53`; `(n - q) divisor` is an integer of at least 1, so only
 * where `n divisor >= 2^53`, and `n divisor` is less than `dividend + divisor`.
 */
export const floorDivide = (dividend: number, divisor: number): number =>
  dividend + divisor >= INTEGER_LIMIT ? floorByRemainder(dividend, divisor) : Math.floor(dividend / divisor);

/** The same by the exact but slower remainder, for dividends next to 2^53. */
const floorByRemainder = (dividend: number, divisor: number): number => {
  const remainder = dividend % divisor;
  const quotient = (dividend - remainder) / divisor;
  return remainder < 0 ? quotient - 1 : quotient;
};

/** `floor(x + 1/2)`. */
export const roundHalfUp = (value: number): number => Math.floor(value + 0.5);

/** The integer nearest to `dividend / divisor`, ties away from zero, for integers below 2^53; NaN for divisor 0. */
export const divideHalfAway = (dividend: number, divisor: number): number => {
  if (divisor === 0) return Number.NaN;
  const positive = Math.abs(dividend);
  const magnitude = Math.abs(divisor);
  const rounded =
    positive + magnitude >= DOUBTFUL ? halfUpByRemainder(positive, magnitude) : meanHalfUp(positive, magnitude);
  const sign = 1 - 2 * Number(dividend * divisor < 0);
  return sign * rounded + 0;
};

/** Where two positive integers sum to less, three times their sum is still below 2^53. */
const DOUBTFUL = 2 ** 51;

/** `dividend / divisor` rounded half up, for positive integers of which a multiple may be at or above 2^53. */
const halfUpByRemainder = (dividend: number, divisor: number): number => {
  const quotient = floorDivide(dividend, divisor);
  return quotient + Number((dividend - quotient * divisor) * 2 >= divisor);
};

/** `sum / count` rounded half up, for integers: `floor((2 sum + count) / (2 count))`. */
export const meanHalfUp = (sum: number, count: number): number => floorDivide(2 * sum + count, 2 * count);

/** Integer `value x 10^decimals` of a number, half away from zero, read from its shortest decimal form. */
export const toScaled = (value: number, decimals: number): number => {
  const whole = Number.isInteger(value) ? value * 10 ** decimals : Number.NaN;
  if (Math.abs(whole) < INTEGER_LIMIT) return whole === 0 ? 0 : whole;
  return scaleDecimalText(String(value), decimals) ?? Number.NaN;
};

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Digits whose integer may still be below 2^53. */
const MOST_DIGITS = 16;

/**
 * Integer `value x 10^decimals` of a decimal text, half away from zero, by moving the point in the text: exact.
 * @returns Infinity (signed) where the integer is far beyond 2^53; undefined where the text is no number
 */
export const scaleDecimalText = (text: string, decimals: number): number | undefined => {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (whole + fraction === '') return undefined;
  const point = digits.length - fraction.length + Number(exponent) + decimals;
  if (digits === '' || point < 0) return 0;
  const magnitude = point > MOST_DIGITS ? Number.POSITIVE_INFINITY : roundDigits(digits, point);
  return sign === '-' && magnitude > 0 ? -magnitude : magnitude;
};

/** The integer before the point, one more where the digit after it is at least 5. */
const roundDigits = (digits: string, point: number): number =>
  Number(digits.slice(0, point).padEnd(point, '0')) + (Number(digits[point] ?? '0') >= 5 ? 1 : 0);

/**
 * Divides an integer among `parts` so that it sums exactly: `q = floor(total / parts)`, the first `total - q parts` get
 * `q + 1` (DEFINITIONS 4).
 */
export const divideAmong = (total: number, parts: number): number[] =>
  Array.from({ length: parts }, (_, place) => shareOf(total, parts, place));

/** One of these shares, without allocation. */
export const shareOf = (total: number, parts: number, place: number): number => {
  const least = floorDivide(total, parts);
  const product = least * parts;
  const larger = Math.abs(product) < INTEGER_LIMIT ? total - product : ((total % parts) + parts) % parts;
  return least + Number(place < larger);
};

/** Probability of default of a score, nine decimals: display only, no decision rests on it (DEFINITIONS 1). */
export const toProbability = (microLogits: number): number =>
  Math.round(1e9 / (1 + Math.exp(-microLogits / 1e6))) / 1e9;

/** Log-odds of a probability in micro-logits, not rounded: `10^6 ln(p / (1 - p))`. */
export const toLogOdds = (probability: number): number => 1e6 * Math.log(probability / (1 - probability));
