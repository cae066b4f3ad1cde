import { roundHalfUp } from '../../src/arithmetic.ts';
import type { Model, Term } from '../../src/domain/model.ts';
import type { BinnedFeature } from '../binning/bin-feature.ts';
import type { AdditiveFit } from './additive.ts';
import type { CalibrationLine } from './calibrate.ts';

/** The integer tables of a fitted learner: what every learner ends as, before repair, references and interval. */
export interface FittedTables {
  readonly features: readonly BinnedFeature[];
  readonly terms: Term[];
  readonly intercept: Model['intercept'];
}

const MOST_ERROR = 10_000_000;

const toMicro = (logOdds: number): number => roundHalfUp(1e6 * logOdds);
const toError = (logOdds: number): number => Math.min(MOST_ERROR, roundHalfUp(1e6 * logOdds));

/** Folds the calibration into a fit's tables and rounds once. */
export const tabulate = (
  { features, terms, constant, constantError }: AdditiveFit,
  { slope, intercept }: CalibrationLine,
): FittedTables => ({
  features,
  terms: terms.map(({ inputs, shape, logOdds, errors }) => ({
    inputs: [...inputs],
    shape: [...shape],
    microLogits: Array.from(logOdds, (value) => toMicro(slope * value)),
    se: Array.from(errors, (error) => toError(slope * error)),
  })),
  intercept: { microLogits: toMicro(slope * constant + intercept), se: toError(slope * constantError) },
});
