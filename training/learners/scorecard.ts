import { type BinnedFeature, binFeature, type Sample } from '../binning/bin-feature.ts';
import type { PreBinned } from '../binning/prebin.ts';
import type { TrainingSettings } from '../settings.ts';
import { fitLogistic, fitNonNegative, type LogisticData, startLogistic } from './logistic.ts';
import type { Backend } from './tensorflow.ts';

/** A scorecard before rounding: binned features with a weight each. */
export interface ScorecardFit {
  readonly features: readonly BinnedFeature[];
  readonly constant: number;
  readonly constantError: number;
  /** Weight of each feature's weight of evidence, and its standard error. */
  readonly weights: Float64Array;
  readonly errors: Float64Array;
}

/** Coefficients below this are taken for 0. */
const NOTHING = 1e-6;

/**
 * Fits a points scorecard (Siddiqi 2006): optimal bins, weights of evidence, L2 logistic regression in which every
 * weight must have the right sign (a negative one would turn its feature's curve around; such features are removed).
 * @param backend gives the start of the regression; null starts from 0 (refits, where the start is a matter of time only)
 */
export const fitScorecard = async (
  features: readonly PreBinned[],
  sample: Sample,
  settings: TrainingSettings,
  backend: Backend | null,
): Promise<ScorecardFit> => {
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
  return {
    features: kept,
    constant: coefficients[0] as number,
    constantError: errors[0] as number,
    weights: coefficients.subarray(1),
    errors: errors.subarray(1),
  };
};

const toLogisticData = (features: readonly BinnedFeature[], { labels, weights }: Sample): LogisticData => {
  const width = features.length;
  const design = new Float64Array(labels.length * width);
  for (const [place, feature] of features.entries()) {
    const value = toPreBinValues(feature);
    const { bins } = feature.pre;
    for (let row = 0; row < labels.length; row++) design[row * width + place] = value[bins[row] as number] as number;
  }
  return { design, width, labels, weights };
};

/** Weight of evidence of each pre-bin. */
const toPreBinValues = ({ toFinal, woe }: BinnedFeature): Float64Array =>
  Float64Array.from(toFinal, (bin) => woe[bin] as number);

/** Log-odds of default of every row, by the features' pre-bins. */
export const scoreScorecard = ({ features, constant, weights }: ScorecardFit, rows: number): Float64Array => {
  const scores = new Float64Array(rows).fill(constant);
  for (const [place, feature] of features.entries()) {
    const value = toPreBinValues(feature);
    const weight = weights[place] as number;
    const { bins } = feature.pre;
    for (let row = 0; row < rows; row++)
      scores[row] = (scores[row] as number) + weight * (value[bins[row] as number] as number);
  }
  return scores;
};
