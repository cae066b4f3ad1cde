import { decimalOf, floorQuotient } from './exact.ts';

/** Fixed point: 50 decimals. */
const ONE = 10n ** 50n;

/** `ln((1 + z) / (1 - z))` = 2 (z + z^3/3 + z^5/5 + ...), z = numerator / denominator, small. */
const twiceArtanh = (numerator: bigint, denominator: bigint): bigint => {
  const z = (numerator * ONE) / denominator;
  let [power, sum] = [z, 0n];
  for (let odd = 1n; power !== 0n; odd += 2n) {
    sum += power / odd;
    power = (power * z * z) / (ONE * ONE);
  }
  return 2n * sum;
};

const LN_2 = twiceArtanh(1n, 3n);

/** Natural logarithm of a fraction, in fixed point. */
const logarithm = (numerator: bigint, denominator: bigint): bigint => {
  let [above, below, doublings] = [numerator, denominator, 0n];
  while (above >= 2n * below) [below, doublings] = [below * 2n, doublings + 1n];
  while (above < below) [above, doublings] = [above * 2n, doublings - 1n];
  return doublings * LN_2 + twiceArtanh(above - below, above + below);
};

/** Log-odds of a probability (the decimal it is written as) in micro-logits, between two integers. */
export const bracketLogOdds = (probability: number): { floor: number; ceil: number } => {
  const { digits, decimals } = decimalOf(probability);
  const microLogits = 1_000_000n * logarithm(digits, 10n ** BigInt(decimals) - digits);
  const floor = floorQuotient(microLogits, ONE);
  return { floor: Number(floor), ceil: Number(floor * ONE === microLogits ? floor : floor + 1n) };
};
