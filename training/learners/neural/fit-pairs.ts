import type { BinnedFeature } from '../../binning/bin-feature.ts';
import type { LearnerRequest } from '../learner.ts';
import { rankPairs } from './choose.ts';
import { fitParts } from './newton.ts';
import { type Axis, toAxis, toPair } from './pairs.ts';
import { joinPenalties, type Part, scoreParts } from './part.ts';
import type { Pair } from './read-out.ts';

/** Curves and tables over pairs, fitted jointly. */
export interface FittedPairs {
  readonly pairs: readonly Pair[];
  /** The constant, the curves and the tables. */
  readonly parts: readonly Part[];
  readonly weights: Float64Array;
}

interface PairsRequest extends Omit<LearnerRequest, 'features' | 'onFit'> {
  readonly features: readonly BinnedFeature[];
  readonly folds: Uint8Array;
  readonly smoothness: number;
  readonly onFit: (done: number) => void;
}

/** Adds tables over the pairs of features that gain most on rows the curves alone were not fitted on, and fits all anew. */
export const fitPairs = (
  { features, sample, folds, smoothness, settings, onFit }: PairsRequest,
  alone: Pick<FittedPairs, 'parts' | 'weights'>,
): FittedPairs => {
  const { most, bins, leastGain, cost } = settings.neural.pairs;
  if (most === 0) return { ...alone, pairs: [] };
  const { parts, weights } = alone;
  const unseen = Array.from({ length: settings.innerFolds }, (_, fold) => {
    const left = sample.weights.map((weight, row) => (folds[row] === fold ? 0 : weight));
    const own = fitParts(parts, { ...sample, weights: left }, weights);
    onFit(fold + 1);
    return { fold, scores: scoreParts(parts, own, sample) };
  });
  const axes = features.map((feature) => toAxis(feature, bins));
  const pairs = rankPairs(axes, { sample, folds }, unseen)
    .filter(({ gain }) => gain >= leastGain)
    .slice(0, most)
    .map(({ inputs }): Pair => ({ inputs, axes: [axes[inputs[0]] as Axis, axes[inputs[1]] as Axis] }));
  const grown = [...parts, ...pairs.map(({ axes: [x, y] }) => toPair(x, y, cost * smoothness))];
  return { pairs, parts: grown, weights: fitParts(grown, sample, pad(weights, grown)) };
};

/** Weights of the first parts, and 0 for the rest. */
const pad = (weights: Float64Array, parts: readonly Part[]): Float64Array => {
  const padded = new Float64Array(joinPenalties(parts).length);
  padded.set(weights);
  return padded;
};
