/** Integers at or above this magnitude are not exact in a double; an intermediate that reaches it makes a value null. */
export const INTEGER_LIMIT = 2 ** 53;

/** Mathematical floor division of integers below 2^53, `divisor` > 0 (DEFINITIONS 1). */
export const floorDivide = (dividend: number, divisor: number): number => {
  const quotient = Math.floor(dividend / divisor);
  const remainder = dividend - quotient * divisor;
  if (remainder < 0) return quotient - 1;
  return remainder >= divisor ? quotient + 1 : quotient;
};

/** `floor(x + 1/2)`. */
export const roundHalfUp = (value: number): number => Math.floor(value + 0.5);

/** The integer nearest to `dividend / divisor`, ties away from zero, for integers below 2^53; NaN for divisor 0. */
export const divideHalfAway = (dividend: number, divisor: number): number => {
  const magnitude = Math.abs(divisor);
  if (magnitude === 0) return Number.NaN;
  const positive = Math.abs(dividend);
  const quotient = floorDivide(positive, magnitude);
  const rounded = (positive - quotient * magnitude) * 2 >= magnitude ? quotient + 1 : quotient;
  return dividend < 0 !== divisor < 0 && rounded > 0 ? -rounded : rounded;
};

/** `sum / count` rounded half up, for integers: `floor((2 sum + count) / (2 count))`. */
export const meanHalfUp = (sum: number, count: number): number => floorDivide(2 * sum + count, 2 * count);

/** Integer `value x 10^decimals` of a number, half away from zero, read from its shortest decimal form. */
export const toScaled = (value: number, decimals: number): number => {
  const [mantissa = '0', exponent = '0'] = String(Math.abs(value)).split('e');
  const scaled = Math.floor(Number(`${mantissa}e${Number(exponent) + decimals}`) + 0.5);
  return value < 0 && scaled > 0 ? -scaled : scaled;
};

/**
 * Divides an integer among `parts` so that it sums exactly: `q = floor(total / parts)`, the first `total - q parts` get
 * `q + 1` (DEFINITIONS 4).
 */
export const divideAmong = (total: number, parts: number): number[] => {
  const quotient = floorDivide(total, parts);
  const larger = total - quotient * parts;
  return Array.from({ length: parts }, (_, index) => (index < larger ? quotient + 1 : quotient));
};

/** Probability of default of a score, nine decimals: display only, no decision rests on it (DEFINITIONS 1). */
export const toProbability = (microLogits: number): number =>
  Math.round(1e9 / (1 + Math.exp(-microLogits / 1e6))) / 1e9;

/** Log-odds of a probability in micro-logits, not rounded: `10^6 ln(p / (1 - p))`. */
export const toLogOdds = (probability: number): number => 1e6 * Math.log(probability / (1 - probability));
