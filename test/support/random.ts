import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws that are the same in every run. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
  /** About standard normal: the sum of twelve uniform draws, centred (Irwin-Hall). */
  bell(): number;
}

/** Draws from a seed. */
export const createRandom = (seed: number): Random => {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    whole: (least, most) => least + Math.floor(uniform() * (most - least + 1)),
    bell: () => Array.from({ length: 12 }, uniform).reduce((sum, draw) => sum + draw, -6),
  };
};
