import type { Sample } from '../binning/bin-feature.ts';
import { assignFolds } from '../dataset/folds.ts';
import { scoreAdditive } from './additive.ts';
import { type FitAndScore, fitCalibration } from './calibrate.ts';
import type { Learned, LearnerRequest } from './learner.ts';
import { rankPairs } from './neural/choose.ts';
import { binCurve, priceCurve, toCurve } from './neural/curves.ts';
import { measureErrors } from './neural/errors.ts';
import { fitParts } from './neural/newton.ts';
import { type Axis, toAxis, toPair } from './neural/pairs.ts';
import { createConstant, joinPenalties, type Part, scoreParts } from './neural/part.ts';
import { type Pair, readOut } from './neural/read-out.ts';
import { type Started, startParts } from './neural/start.ts';
import type { Backend } from './tensorflow.ts';

/**
 * Fits a neural additive model (Agarwal et al. 2021) whose networks are one layer over the bins: a curve for each feature
 * and a table for each chosen pair, all jointly, with penalties on their steps and steps in the direction of risk only.
 * Gradient descent settles how smooth the curves are, stopped by the rows that inner folds leave out, and where Newton's
 * method starts, which finishes exactly; so no backend shows in the model.
 */
export const learnNeural = async (request: LearnerRequest, backend: Backend): Promise<Learned> => {
  const { set, sample, settings, onFit, onCalibrate } = request;
  const { neural, innerFolds, binning } = settings;
  const { minimumRows } = binning;
  const rows = sample.labels.length;
  const stages = neural.smoothnesses.length;
  const all = stages + innerFolds + 1;
  let done = 0;
  const onDone = () => onFit(++done, all);
  const folds = assignFolds(`${set}:inner`, sample.labels, innerFolds);
  const curves = request.features
    .map((pre) => toCurve(binCurve(pre, sample, settings), minimumRows))
    .filter(({ part }) => part.width > 0);
  const features = curves.map(({ feature }) => feature);
  const priced = (smoothness: number): Part[] => [
    createConstant(rows),
    ...curves.map((curve) => priceCurve(curve, smoothness, neural.level)),
  ];
  const started = await startParts(backend, {
    parts: priced(0),
    penaltyAt: (smoothness) => joinPenalties(priced(smoothness)),
    sample,
    folds,
    smoothnesses: neural.smoothnesses,
    onStage: onDone,
  });
  done = stages;
  const alone = priced(started.smoothness);
  const pairs = choosePairs({ ...request, onFit: onDone }, { features, alone, started, folds });
  done = all - 1;
  const tables = pairs.map(({ axes: [x, y] }) => toPair(x, y, neural.pairs.cost * started.smoothness));
  const parts = [...alone, ...tables];
  const weights = fitParts(parts, sample, pad(started.weights, parts));
  onDone();
  const errors = measureErrors(parts, weights, sample);
  const fit = readOut({ features, pairs, parts, weights, errors }, minimumRows);
  const raw = scoreParts(parts, weights, sample);
  const settled = scoreAdditive(fit, rows).map((score, row) => score - (raw[row] as number));
  const refit: FitAndScore = async (part) =>
    scoreParts(parts, fitParts(parts, part, weights), sample).map((score, row) => score + (settled[row] as number));
  return {
    fit,
    calibrate: () => fitCalibration(refit, sample, folds, (fold) => onCalibrate(fold + 1, innerFolds)),
    refit,
    notes: {
      neural: { smoothness: started.smoothness, pairs: fit.terms.filter(({ inputs }) => inputs.length > 1).length },
    },
  };
};

/** Weights of the first parts, and 0 for the rest. */
const pad = (weights: Float64Array, parts: readonly Part[]): Float64Array => {
  const padded = new Float64Array(joinPenalties(parts).length);
  padded.set(weights);
  return padded;
};

interface Candidates {
  readonly features: Parameters<typeof readOut>[0]['features'];
  readonly alone: readonly Part[];
  readonly started: Started;
  readonly folds: Uint8Array;
}

/** The pairs that gain most on rows that curves alone were not fitted on. */
const choosePairs = (
  { sample, settings, onFit }: LearnerRequest,
  { features, alone, started, folds }: Candidates,
): Pair[] => {
  const { most, bins, leastGain } = settings.neural.pairs;
  if (most === 0 || features.length < 2) return [];
  const unseen = Array.from({ length: settings.innerFolds }, (_, fold) => {
    const weights = sample.weights.map((weight, row) => (folds[row] === fold ? 0 : weight));
    const part: Sample = { labels: sample.labels, weights };
    const scores = scoreParts(alone, fitParts(alone, part, started.weights), sample);
    onFit(fold, settings.innerFolds);
    return { fold, scores };
  });
  const axes = features.map((feature) => toAxis(feature, bins));
  return rankPairs(axes, { sample, folds }, unseen)
    .filter(({ gain }) => gain >= leastGain)
    .slice(0, most)
    .map(({ inputs: [a, b] }) => ({ inputs: [a, b], axes: [axes[a] as Axis, axes[b] as Axis] }));
};
