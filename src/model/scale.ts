import { floorDivide, INTEGER_LIMIT } from '../arithmetic.ts';
import type { PointsScale } from '../domain/model.ts';

/** Points of a score, higher = safer: an integer expression of DEFINITIONS 1. */
export const toPoints = (microLogits: number, { offsetMilli, factorMilli }: PointsScale): number => {
  const numerator = offsetMilli * 1e6 - factorMilli * microLogits + 5e8;
  if (Math.abs(numerator) < INTEGER_LIMIT) return floorDivide(numerator, 1e9);
  const exact = BigInt(offsetMilli) * 1_000_000n - BigInt(factorMilli) * BigInt(microLogits) + 500_000_000n;
  const quotient = exact / 1_000_000_000n;
  return Number(exact < 0n && exact % 1_000_000_000n !== 0n ? quotient - 1n : quotient);
};

/**
 * The scale that gives `points` at good:bad odds of `odds` and halves the odds of default every `pointsToDouble` points
 * (Siddiqi 2006, ch. 6); defaults 600 at 30:1 and 20.
 */
export const createPointsScale = ({ points = 600, odds = 30, pointsToDouble = 20 } = {}): PointsScale => {
  const factor = pointsToDouble / Math.LN2;
  return {
    offsetMilli: Math.round(1000 * (points - factor * Math.log(odds))),
    factorMilli: Math.round(1000 * factor),
  };
};

/** Points one cell takes off the offset, two decimals, for tables that people read; only the total is rounded. */
export const toCellPoints = (microLogits: number, { factorMilli }: PointsScale): number =>
  Math.round((-factorMilli * microLogits) / 1e7) / 100;
