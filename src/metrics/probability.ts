const TINY = 1e-300;
const PRECISION = 1e-15;
const MOST_STEPS = 1000;

/** Coefficients of the approximation of the gamma function (Lanczos 1964, with g = 7 and nine terms as in Godfrey 2001). */
const LANCZOS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_59, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6,
  1.505_632_735_149_311_6e-7,
] as const;

/** Natural logarithm of the gamma function (Lanczos 1964). @param x above 0 */
export const logGamma = (x: number): number => {
  const base = x - 1;
  let sum: number = LANCZOS[0];
  for (let term = 1; term < LANCZOS.length; term++) sum += (LANCZOS[term] as number) / (base + term);
  const shifted = base + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (base + 0.5) * Math.log(shifted) - shifted + Math.log(sum);
};

/** A continued fraction by the modified method of Lentz (Thompson and Barnett 1986). */
const continuedFraction = (first: number, step: (index: number) => readonly [above: number, below: number]): number => {
  let value = first === 0 ? TINY : first;
  let [c, d] = [value, 0];
  for (let index = 1; index <= MOST_STEPS; index++) {
    const [above, below] = step(index);
    d = below + above * d;
    d = 1 / (d === 0 ? TINY : d);
    c = below + above / c;
    if (c === 0) c = TINY;
    value *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return value;
};

/**
 * Distribution function of the beta distribution at x: the regularised incomplete beta function (Abramowitz and Stegun
 * 1964, 26.5.8).
 * @param a above 0
 * @param b above 0
 * @returns in [0, 1]
 */
export const betaCdf = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const fraction = continuedFraction(1, (index) => {
    const m = index >> 1;
    if (index % 2 === 0) return [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), 1];
    return [(-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)), 1];
  });
  return front / fraction;
};

/** Quantile of the beta distribution, by halving: the x at which its distribution function is `share`. */
export const betaQuantile = (share: number, a: number, b: number): number => {
  let [low, high] = [0, 1];
  for (let step = 0; step < 100 && high - low > 1e-15; step++) {
    const middle = (low + high) / 2;
    if (betaCdf(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/**
 * Chance that a chi-square variable is above x (Abramowitz and Stegun 1964, 26.4.4): the regularised upper incomplete
 * gamma function, by its series below the mean and by its continued fraction (6.5.31) above.
 */
export const chiSquareAbove = (x: number, degrees: number): number => {
  const [a, z] = [degrees / 2, x / 2];
  if (z <= 0) return 1;
  const front = Math.exp(a * Math.log(z) - z - logGamma(a));
  if (z < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let index = 1; index <= MOST_STEPS && term > sum * PRECISION; index++) {
      term *= z / (a + index);
      sum += term;
    }
    return 1 - front * sum;
  }
  const fraction = continuedFraction(z + 1 - a, (index) => [index * (a - index), z + 1 - a + 2 * index]);
  return front / fraction;
};

/** Chance that a standard normal variable is above z. */
export const normalAbove = (z: number): number => {
  const tail = 0.5 * chiSquareAbove(z * z, 1);
  return z >= 0 ? tail : 1 - tail;
};

/** The normal quantile of a two-sided 95% interval. */
export const NORMAL_95 = 1.959_963_984_540_054;
