import { countSample, type Sample } from '../../binning/bin-feature.ts';
import { breathe } from '../../breathe.ts';
import type { Backend } from '../tensorflow.ts';
import { descend } from './descend.ts';
import { joinBounded, joinPenalties, type Part, startsOf } from './part.ts';
import { openSeries } from './series.ts';

/** What is descended: parts at some smoothness (the constant first), rows with their inner folds, and what to try. */
export interface StartRequest {
  readonly partsAt: (smoothness: number) => readonly Part[];
  readonly sample: Sample;
  readonly folds: Uint8Array;
  /** Smoothest first. */
  readonly smoothnesses: readonly number[];
  readonly onStage: (done: number) => void;
}

/** What gradient descent found: the smoothness at which it was stopped, and weights to start from. */
export interface Started {
  readonly smoothness: number;
  readonly weights: Float64Array;
}

const FIRST_STEPS = 60;
const NEXT_STEPS = 30;

/**
 * Fits all parts jointly by gradient descent on the backend: at once on all rows and with each inner fold left out. From
 * smooth to rough, until the loss of the rows left out no longer falls.
 */
export const startParts = async (backend: Backend, request: StartRequest): Promise<Started> => {
  const { partsAt, sample, smoothnesses } = request;
  const [smoothest = 0] = smoothnesses;
  const parts = partsAt(smoothest);
  const series = openSeries(backend, parts, request);
  const bounded = joinBounded(parts);
  const width = startsOf(parts.map((part) => part.width)).total;
  let weights: Float64Array = new Float64Array(width * series.count).fill(logOddsOf(sample), 0, series.count);
  let kept = { smoothness: smoothest, weights };
  let least = Number.POSITIVE_INFINITY;
  for (const [stage, smoothness] of smoothnesses.entries()) {
    const penalty = joinPenalties(partsAt(smoothness));
    weights = await descend(weights, { ...series, penalty, bounded, steps: stage === 0 ? FIRST_STEPS : NEXT_STEPS });
    const loss = await series.lossOf(weights);
    request.onStage(stage + 1);
    await breathe();
    if (loss >= least) break;
    least = loss;
    kept = { smoothness, weights };
  }
  series.close();
  return { ...kept, weights: kept.weights.filter((_, at) => at % series.count === series.count - 1) };
};

/** Log-odds of all rows together, where the constant starts. */
const logOddsOf = (sample: Sample): number => {
  const { good, bad } = countSample(sample);
  return Math.log(bad / good);
};
