import { factorise, solveFactorised } from '../linear.ts';

/** Where a quadratic model stands and what the loss falls by there, downhill. */
export interface Stand {
  readonly point: Float64Array;
  readonly slope: Float64Array;
}

/** Rounds of exchanging all coordinates at once without progress, before they are exchanged one by one. */
const PATIENCE = 3;
const MOST_ROUNDS = 1_000;
/** How steep, as a share of its own curvature, a coordinate at 0 must gain by rising before it is let go. */
const LET_GO = 1e-9;

/** A quadratic's bend, and which coordinates must not be negative. */
interface Bounded {
  /** Row-major, symmetric and positive definite. */
  readonly curvature: Float64Array;
  /** 1 for each coordinate that must not be negative. */
  readonly bounded: Uint8Array;
}

/**
 * Minimises quadratic models of one curvature with some coordinates held at 0 or above, by block principal pivoting
 * (Portugal, Judice and Vicente 1994): the coordinates at 0 are guessed, the others solved for, and those that are wrong
 * change sides; where that goes round in circles, one at a time (Murty 1974), which ends. The last factor is kept, since
 * models that follow each other mostly share it.
 */
export const createMinimiser = ({ curvature, bounded }: Bounded): ((stand: Stand) => Float64Array) => {
  let places: Uint32Array = new Uint32Array(0);
  let lower: Float64Array | null = null;
  const solve = (right: Float64Array, free: Uint8Array): Float64Array => {
    const wanted = listFree(free);
    if (lower === null || wanted.length !== places.length || wanted.some((place, index) => place !== places[index])) {
      places = wanted;
      lower = factorise(takeFree(curvature, places), places.length);
    }
    const solved = solveFactorised(lower, pick(right, places));
    const target = new Float64Array(right.length);
    for (const [index, place] of places.entries()) target[place] = solved[index] as number;
    return target;
  };
  return ({ point, slope }) => {
    const right = multiply(curvature, point).map((value, place) => value + (slope[place] as number));
    const free = Uint8Array.from(point, (value, place) =>
      bounded[place] === 1 && value <= 0 && (slope[place] as number) <= 0 ? 0 : 1,
    );
    let fewest = point.length + 1;
    let patience = PATIENCE;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const target = solve(right, free);
      const wrong = listWrong(target, { right, free, curvature, bounded });
      if (wrong.length === 0) return target;
      patience = wrong.length < fewest ? PATIENCE : patience - 1;
      fewest = Math.min(fewest, wrong.length);
      for (const place of patience > 0 ? wrong : wrong.slice(-1)) free[place] = free[place] === 1 ? 0 : 1;
    }
    return point;
  };
};

const listFree = (free: Uint8Array): Uint32Array =>
  Uint32Array.from(Array.from(free.keys()).filter((place) => free[place] === 1));

const pick = (vector: Float64Array, places: Uint32Array): Float64Array =>
  Float64Array.from(places, (place) => vector[place] as number);

/** Some rows and the same columns of a square matrix. */
export const takeFree = (matrix: Float64Array, places: Uint32Array): Float64Array => {
  const [size, count] = [Math.sqrt(matrix.length), places.length];
  const taken = new Float64Array(count * count);
  for (let row = 0; row < count; row++) {
    const from = (places[row] as number) * size;
    for (let column = 0; column < count; column++) {
      taken[row * count + column] = matrix[from + (places[column] as number)] as number;
    }
  }
  return taken;
};

const multiply = (matrix: Float64Array, vector: Float64Array): Float64Array =>
  vector.map((_, row) => multiplyRow(matrix, row, vector));

const multiplyRow = (matrix: Float64Array, row: number, vector: Float64Array): number => {
  const from = row * vector.length;
  let sum = 0;
  for (let place = 0; place < vector.length; place++) {
    sum += (matrix[from + place] as number) * (vector[place] as number);
  }
  return sum;
};

/** Free coordinates that would be negative, and those at 0 that would gain by rising. */
const listWrong = (
  target: Float64Array,
  { right, free, curvature, bounded }: Bounded & { readonly right: Float64Array; readonly free: Uint8Array },
): number[] => {
  const isWrong = (place: number): boolean => {
    if (free[place] === 1) return (target[place] as number) < 0;
    const downhill = (right[place] as number) - multiplyRow(curvature, place, target);
    return downhill > LET_GO * (curvature[place * (target.length + 1)] as number);
  };
  return Array.from(bounded.keys()).filter((place) => bounded[place] === 1 && isWrong(place));
};
