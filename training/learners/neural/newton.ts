import { appError } from '../../../src/errors.ts';
import type { Sample } from '../../binning/bin-feature.ts';
import { softplus } from '../logistic.ts';
import { measureBend } from './bend.ts';
import { createMinimiser } from './bounded.ts';
import { joinBounded, joinPenalties, type Part, scoreParts, startsOf } from './part.ts';

/** Projected gradient (a row's mean) at which the fit counts as exact, and at which it may end where it gets no better. */
const EXACT_GRADIENT = 1e-13;
const FAIR_GRADIENT = 1e-10;
const MOST_STEPS = 200;
/** A step must leave at most this share of the gradient, or the curvature is measured anew. */
const SLOW = 0.3;

/**
 * Fits all parts jointly: Newton's method on the penalised log loss in float64, the bounds kept exactly in every step, sums
 * in a fixed order. A curvature is kept as long as it serves. The problem is strictly convex, so from any start the same
 * weights follow, to about 1e-12.
 * @param start weights of all parts, in order
 * @throws not_converged
 */
export const fitParts = (parts: readonly Part[], sample: Sample, start: Float64Array): Float64Array => {
  const bounded = joinBounded(parts);
  const penalty = joinPenalties(parts);
  const total = sample.weights.reduce((sum, weight) => sum + weight, 0);
  let weights: Float64Array = start.map((value, place) => (bounded[place] === 1 ? Math.max(0, value) : value));
  let minimise: ReturnType<typeof createMinimiser> | null = null;
  let last = Number.POSITIVE_INFINITY;
  for (let step = 0; step < MOST_STEPS; step++) {
    const scores = scoreParts(parts, weights, sample);
    const pulled = pull(scores, sample);
    const slope = slopeOf(parts, pulled.residuals).map(
      (value, place) => value - (penalty[place] as number) * (weights[place] as number),
    );
    const steep = steepest(slope, { weights, bounded }) / total;
    const isSlow = steep > SLOW * last;
    if (steep < EXACT_GRADIENT || (isSlow && steep < FAIR_GRADIENT)) return weights;
    if (!minimise || isSlow) {
      minimise = createMinimiser({ curvature: measureBend(parts, pulled.spreads), bounded });
    }
    last = steep;
    const loss = lossOf(scores, sample) + penaltyOf(weights, penalty);
    weights = damp(parts, sample, { weights, loss, penalty, target: minimise({ point: weights, slope }) });
  }
  throw appError('not_converged', { steps: MOST_STEPS });
};

/** The largest slope that the bounds leave open. */
const steepest = (
  slope: Float64Array,
  { weights, bounded }: { readonly weights: Float64Array; readonly bounded: Uint8Array },
): number =>
  slope.reduce((most, value, place) => {
    const isHeld = bounded[place] === 1 && weights[place] === 0 && value < 0;
    return isHeld ? most : Math.max(most, Math.abs(value));
  }, 0);

interface Step {
  readonly weights: Float64Array;
  readonly loss: number;
  readonly penalty: Float64Array;
  readonly target: Float64Array;
}

/** Goes towards a target, half as far each time it would raise the loss. */
const damp = (parts: readonly Part[], sample: Sample, { weights, loss, penalty, target }: Step): Float64Array => {
  for (let scale = 1; scale > 1e-6; scale /= 2) {
    const next = weights.map((value, place) => value + scale * ((target[place] as number) - value));
    const reached = lossOf(scoreParts(parts, next, sample), sample) + penaltyOf(next, penalty);
    if (reached <= loss + 1e-9 * Math.abs(loss)) return next;
  }
  return weights;
};

const penaltyOf = (weights: Float64Array, penalty: Float64Array): number =>
  weights.reduce((sum, value, place) => sum + ((penalty[place] as number) / 2) * value * value, 0);

/** Summed log loss of scores. */
export const lossOf = (scores: Float64Array, { labels, weights }: Sample): number => {
  let loss = 0;
  for (let row = 0; row < scores.length; row++) {
    const weight = weights[row] as number;
    const z = scores[row] as number;
    if (weight > 0) loss += weight * (softplus(z) - (labels[row] === 1 ? z : 0));
  }
  return loss;
};

/** What each row's score is pulled by, and how hard it holds: the first and second derivative of its log loss. */
export const pull = (scores: Float64Array, { labels, weights }: Sample) => {
  const residuals = new Float64Array(scores.length);
  const spreads = new Float64Array(scores.length);
  for (let row = 0; row < scores.length; row++) {
    const weight = weights[row] as number;
    if (weight === 0) continue;
    const p = 1 / (1 + Math.exp(-(scores[row] as number)));
    residuals[row] = weight * ((labels[row] as number) - p);
    spreads[row] = weight * p * (1 - p);
  }
  return { residuals, spreads };
};

/** How fast the log loss falls by each weight. */
const slopeOf = (parts: readonly Part[], residuals: Float64Array): Float64Array => {
  const { starts, total } = startsOf(parts.map(({ width }) => width));
  const slope = new Float64Array(total);
  for (const [place, { cells, count, width, basis }] of parts.entries()) {
    const sums = new Float64Array(count);
    for (let row = 0; row < residuals.length; row++) {
      const cell = cells[row] as number;
      sums[cell] = (sums[cell] as number) + (residuals[row] as number);
    }
    const own = slope.subarray(starts[place] as number, (starts[place] as number) + width);
    for (let cell = 0; cell < count; cell++) {
      for (let index = 0; index < width; index++) {
        own[index] = (own[index] as number) + (basis[cell * width + index] as number) * (sums[cell] as number);
      }
    }
  }
  return slope;
};
