/** Draws that are the same in every run. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
  /** A number from `least` to `most`. */
  between(range: Range): number;
  /** About standard normal: six uniform draws, centred and scaled (Irwin-Hall). */
  bell(): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** How often something happens that is expected `mean` times (Knuth 1969); means up to about 50. */
  count(mean: number): number;
  /** One of some values, each with its weight; the weights need no sum of 1. */
  weighted<Value>(choices: readonly (readonly [Value, number])[]): Value;
}

/** From the least to the most. */
export type Range = readonly [least: number, most: number];

const WARM_UP = 12;

/**
 * Draws of one stream of one customer: sfc32 (Doty-Humphrey 2010, PractRand), whose state is the seed, the customer and the
 * stream, so that no customer's draws depend on another's, nor one stream's on how much another draws. Methods rather than
 * arrow functions here and where facilities are: an arrow function gets its name from the loader each time it is made, which
 * costs more than a draw.
 */
export const createRandom = (seed: number, customer: number, stream: number): Random => {
  const next = sfc32(seed, customer, stream);
  const uniform = (): number => next() / 4_294_967_296;
  return {
    uniform,
    whole(least, most) {
      return least + Math.floor(uniform() * (most - least + 1));
    },
    between([least, most]) {
      return least + uniform() * (most - least);
    },
    bell() {
      return (uniform() + uniform() + uniform() + uniform() + uniform() + uniform() - 3) * Math.SQRT2;
    },
    chance(probability) {
      return uniform() < probability;
    },
    count(mean) {
      return drawCount(uniform, mean);
    },
    weighted(choices) {
      return drawWeighted(uniform, choices);
    },
  };
};

const sfc32 = (first: number, second: number, third: number): (() => number) => {
  let [a, b, c, counter] = [first | 0, second | 0, third | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let draw = 0; draw < WARM_UP; draw++) next();
  return next;
};

const drawCount = (uniform: () => number, mean: number): number => {
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > least; product *= uniform()) count++;
  return count;
};

const drawWeighted = <Value>(uniform: () => number, choices: readonly (readonly [Value, number])[]): Value => {
  let left = 0;
  for (const choice of choices) left += choice[1];
  left *= uniform();
  for (const choice of choices) {
    left -= choice[1];
    if (left < 0) return choice[0];
  }
  return (choices[choices.length - 1] as readonly [Value, number])[0];
};
