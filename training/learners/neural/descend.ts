import type { Series } from './series.ts';

/** What is descended on, what weights cost, and how far to go. */
export interface Descent extends Pick<Series, 'count' | 'slopesOf'> {
  readonly penalty: Float64Array;
  /** 1 for each weight that must not be negative. */
  readonly bounded: Uint8Array;
  readonly steps: number;
}

/** How far a weight moves in the first step; less in each, nothing after the last. */
const RATE = 0.03;
const [GRADIENT_DECAY, SQUARE_DECAY] = [0.9, 0.99];
const NO_ZERO = 1e-8;

/** Gradient descent with momentum and a scale for each weight (Adam, Kingma and Ba 2015), the bounds kept in every step. */
export const descend = async (
  from: Float64Array,
  { count, slopesOf, penalty, bounded, steps }: Descent,
): Promise<Float64Array> => {
  const weights = from.slice();
  const mean = new Float64Array(weights.length);
  const square = new Float64Array(weights.length);
  for (let step = 1; step <= steps; step++) {
    const uphill = await slopesOf(weights);
    const rate = RATE * (1 - (step - 1) / steps);
    for (let at = 0; at < weights.length; at++) {
      const place = Math.floor(at / count);
      const gradient = (uphill[at] as number) + (penalty[place] as number) * (weights[at] as number);
      mean[at] = GRADIENT_DECAY * (mean[at] as number) + (1 - GRADIENT_DECAY) * gradient;
      square[at] = SQUARE_DECAY * (square[at] as number) + (1 - SQUARE_DECAY) * gradient * gradient;
      const direction = (mean[at] as number) / (1 - GRADIENT_DECAY ** step);
      const scale = Math.sqrt((square[at] as number) / (1 - SQUARE_DECAY ** step)) + NO_ZERO;
      const moved = (weights[at] as number) - (rate * direction) / scale;
      weights[at] = bounded[place] === 1 ? Math.max(0, moved) : moved;
    }
  }
  return weights;
};
