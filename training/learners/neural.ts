import { fittedBins } from '../binning/bin-feature.ts';
import { assignFolds } from '../dataset/folds.ts';
import { type AdditiveFit, scoreAdditive } from './additive.ts';
import { type FitAndScore, scoreFolds } from './calibrate.ts';
import type { Learned, LearnerRequest, NeuralNotes } from './learner.ts';
import { binCurve, priceCurves, toCurve } from './neural/curves.ts';
import { measureErrors } from './neural/errors.ts';
import { fitPairs } from './neural/fit-pairs.ts';
import { fitParts } from './neural/newton.ts';
import { createConstant, scoreParts } from './neural/part.ts';
import { readOut } from './neural/read-out.ts';
import { startParts } from './neural/start.ts';
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
  const folds = assignFolds(`${set}:inner`, sample, innerFolds);
  const stages = neural.smoothnesses.length;
  const all = stages + innerFolds + 2;
  const curves = request.features
    .map((pre) => binCurve(pre, sample, settings))
    .filter(({ information }) => information >= neural.minimumInformation)
    .map((feature) => toCurve(feature, binning.minimumRows))
    .filter(({ part }) => part.width > 0);
  const { level } = neural;
  const partsAt = (smoothness: number) => [
    createConstant(sample.labels.length),
    ...priceCurves(curves, { smoothness, level }),
  ];
  const onStage = (done: number) => onFit(done, all);
  const { smoothnesses } = neural;
  const started = await startParts(backend, { partsAt, sample, folds, smoothnesses, onStage });
  const { smoothness } = started;
  const alone = partsAt(smoothness);
  const onFold = (done: number) => onFit(stages + 1 + done, all);
  const features = curves.map(({ feature }) => feature);
  const { pairs, parts, weights } = fitPairs(
    { ...request, features, folds, smoothness, onFit: onFold },
    { parts: alone, weights: fitParts(alone, sample, started.weights) },
  );
  onFit(all, all);
  const errors = measureErrors(parts, weights, sample);
  const fit = readOut({ features, pairs, parts, weights, errors }, binning.minimumRows);
  const raw = scoreParts(parts, weights, sample);
  const settled = scoreAdditive(fit, raw.length, fittedBins).map((score, row) => score - (raw[row] as number));
  const refit: FitAndScore = async (part) =>
    scoreParts(parts, fitParts(parts, part, weights), sample).map((score, row) => score + (settled[row] as number));
  return {
    fit,
    scoreUnseen: () => scoreFolds(refit, sample, folds, (fold) => onCalibrate(fold + 1, innerFolds)),
    refit,
    notes: { neural: describeFit(fit, smoothness) },
  };
};

const describeFit = ({ terms }: AdditiveFit, smoothness: number): NeuralNotes => ({
  smoothness,
  pairs: terms.filter(({ inputs }) => inputs.length > 1).length,
});
