import { type BinnedFeature, binFeature, fittedBins, type Sample } from '../binning/bin-feature.ts';
import type { PreBinned } from '../binning/prebin.ts';
import { assignFolds } from '../dataset/folds.ts';
import type { TrainingSettings } from '../settings.ts';
import { type AdditiveFit, scoreAdditive } from './additive.ts';
import { type FitAndScore, scoreFolds } from './calibrate.ts';
import type { Learned, LearnerRequest } from './learner.ts';
import { fitLogistic, fitNonNegative, type LogisticData, startLogistic } from './logistic.ts';
import { type Curve, refineCurves } from './refine.ts';
import type { Backend } from './tensorflow.ts';

/** Coefficients below this are taken for 0. */
const NOTHING = 1e-6;
/** Half a row on each side, as in the weight of evidence. */
const HALF = 0.5;

/**
 * Fits a points scorecard (Siddiqi 2006): optimal bins, weights of evidence, L2 logistic regression in which every
 * weight must have the right sign (a negative one would turn its feature's curve around; such features are removed), and
 * at last the curves refined against each other.
 * @param backend gives the start of the regression; null starts from 0 (refits, where the start is a matter of time only)
 */
export const fitScorecard = async (
  features: readonly PreBinned[],
  sample: Sample,
  settings: TrainingSettings,
  backend: Backend | null,
): Promise<AdditiveFit> => {
  const binned = features
    .map((pre) => binFeature(pre, sample, settings.binning))
    .filter(({ information }) => information >= settings.scorecard.minimumInformation);
  const { ridge } = settings.scorecard;
  const data = toLogisticData(binned, sample);
  const zero = new Float64Array(binned.length + 1);
  const start = backend && binned.length > 0 ? await startLogistic(backend, data, ridge) : zero;
  const bounded = fitNonNegative(data, ridge, start);
  const kept = binned.filter((_, place) => (bounded[place + 1] as number) > NOTHING);
  const from = bounded.filter((value, place) => place === 0 || value > NOTHING);
  const { coefficients, errors } = fitLogistic(toLogisticData(kept, sample), ridge, from);
  const constant = coefficients[0] as number;
  const starts = kept.map((feature, place) =>
    toStartCurve(feature, coefficients[place + 1] as number, errors[place + 1] as number),
  );
  const scores = scoreAdditive({ ...toTerms(starts), constant }, sample.labels.length, fittedBins);
  const curves = refineCurves(starts, scores, sample, settings);
  return { ...toTerms(curves), constant, constantError: errors[0] as number };
};

/** Curves as tables over one feature each. */
const toTerms = (curves: readonly Curve[]): Pick<AdditiveFit, 'features' | 'terms'> => ({
  features: curves.map(({ feature }) => feature),
  terms: curves.map(({ logOdds, errors }, place) => ({ inputs: [place], shape: [logOdds.length], logOdds, errors })),
});

/** Fits a scorecard on all rows; the calibration comes from fits that leave an inner fold out. */
export const learnScorecard = async (
  { set, features, sample, settings, onFit, onCalibrate }: LearnerRequest,
  backend: Backend,
): Promise<Learned> => {
  onFit(0, 1);
  const fit = await fitScorecard(features, sample, settings, backend);
  onFit(1, 1);
  const refit: FitAndScore = async (part) =>
    scoreAdditive(await fitScorecard(features, part, settings, null), sample.labels.length);
  const inner = assignFolds(`${set}:inner`, sample, settings.innerFolds);
  const scoreUnseen = () => scoreFolds(refit, sample, inner, (fold) => onCalibrate(fold + 1, settings.innerFolds));
  return { fit, scoreUnseen, refit, notes: {} };
};

const toLogisticData = (features: readonly BinnedFeature[], { labels, weights }: Sample): LogisticData => {
  const width = features.length;
  const design = new Float64Array(labels.length * width);
  for (const [place, feature] of features.entries()) {
    const bins = fittedBins(feature);
    for (let row = 0; row < labels.length; row++)
      design[row * width + place] = feature.woe[bins[row] as number] as number;
  }
  return { design, width, labels, weights };
};

/** Weight times weight of evidence; its error joins that of the weight with that of the evidence (1 / bad + 1 / good). */
const toStartCurve = (feature: BinnedFeature, weight: number, error: number): Curve => ({
  feature,
  logOdds: feature.woe.map((woe) => weight * woe),
  errors: feature.woe.map((woe, bin) => Math.hypot(woe * error, weight * evidenceError(feature, bin))),
});

/** Standard error of a bin's weight of evidence; an empty bin has none, since its cell is 0 by rule. */
const evidenceError = ({ counts }: BinnedFeature, bin: number): number => {
  const [good, bad] = [counts.good[bin] as number, counts.bad[bin] as number];
  return good + bad === 0 ? 0 : Math.sqrt(1 / (good + HALF) + 1 / (bad + HALF));
};
