import type { Sample } from '../../binning/bin-feature.ts';
import { factorise } from '../linear.ts';
import { measureBend } from './bend.ts';
import { takeFree } from './bounded.ts';
import { pull } from './newton.ts';
import { joinBounded, type Part, scoreParts, startsOf } from './part.ts';

/**
 * Standard errors of the cells of all parts, from the inverse of the penalised information of the weights that no bound
 * holds: those at 0 are taken for certain.
 */
export const measureErrors = (parts: readonly Part[], weights: Float64Array, sample: Sample): Float64Array[] => {
  const bounded = joinBounded(parts);
  const isFree = (place: number) => bounded[place] === 0 || (weights[place] as number) > 0;
  const free = Uint32Array.from(Array.from(weights.keys()).filter(isFree));
  const { spreads } = pull(scoreParts(parts, weights, sample), sample);
  const lower = factorise(takeFree(measureBend(parts, spreads), free), free.length);
  const { starts } = startsOf(parts.map(({ width }) => width));
  return parts.map(({ count, width, basis }, part) => {
    const from = starts[part] as number;
    const own = Array.from(free.keys()).filter((index) => {
      const place = (free[index] as number) - from;
      return place >= 0 && place < width;
    });
    return Float64Array.from({ length: count }, (_, cell) => {
      const line = new Float64Array(free.length);
      for (const index of own) line[index] = basis[cell * width + (free[index] as number) - from] as number;
      return Math.sqrt(squareSolved(lower, line, own[0] ?? free.length));
    });
  });
};

/** Square of the length of L^-1 v, where v is 0 before `from`: what the inverse of L L' makes of v on both sides. */
const squareSolved = (lower: Float64Array, vector: Float64Array, from: number): number => {
  const size = vector.length;
  let sum = 0;
  for (let row = from; row < size; row++) {
    let value = vector[row] as number;
    for (let column = from; column < row; column++) {
      value -= (lower[row * size + column] as number) * (vector[column] as number);
    }
    vector[row] = value / (lower[row * size + row] as number);
    sum += (vector[row] as number) ** 2;
  }
  return sum;
};
