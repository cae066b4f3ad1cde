import { roundHalfUp } from '../../src/arithmetic.ts';
import type { Model, Term } from '../../src/domain/model.ts';
import type { BinnedFeature } from '../binning/bin-feature.ts';
import type { CalibrationLine } from './calibrate.ts';
import type { ScorecardFit } from './scorecard.ts';

/** The integer tables of a fitted learner: what every learner ends as, before repair, references and interval. */
export interface FittedTables {
  readonly features: readonly BinnedFeature[];
  readonly terms: Term[];
  readonly intercept: Model['intercept'];
}

const MOST_ERROR = 10_000_000;
const HALF = 0.5;

const toMicro = (logOdds: number): number => roundHalfUp(1e6 * logOdds);
const toError = (logOdds: number): number => Math.min(MOST_ERROR, roundHalfUp(1e6 * logOdds));

/**
 * Folds the calibration into a scorecard and rounds once. The error of a cell joins that of its weight with that of its
 * weight of evidence (variance 1 / bad + 1 / good).
 */
export const tabulateScorecard = (fit: ScorecardFit, { slope, intercept }: CalibrationLine): FittedTables => ({
  features: fit.features,
  terms: fit.features.map((feature, place) => {
    const weight = slope * (fit.weights[place] as number);
    const weightError = slope * (fit.errors[place] as number);
    return {
      inputs: [place],
      shape: [feature.woe.length],
      microLogits: Array.from(feature.woe, (woe) => toMicro(weight * woe)),
      se: Array.from(feature.woe, (woe, bin) =>
        toError(Math.hypot(woe * weightError, weight * evidenceError(feature, bin))),
      ),
    };
  }),
  intercept: { microLogits: toMicro(slope * fit.constant + intercept), se: toError(slope * fit.constantError) },
});

/** Standard error of a bin's weight of evidence; an empty bin has none, since its cell is 0 by rule. */
const evidenceError = ({ counts }: BinnedFeature, bin: number): number => {
  const [good, bad] = [counts.good[bin] as number, counts.bad[bin] as number];
  return good + bad === 0 ? 0 : Math.sqrt(1 / (good + HALF) + 1 / (bad + HALF));
};
