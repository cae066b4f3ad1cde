import type { Hazard, HazardValidation } from '../../src/domain/hazard.ts';
import type { ArtifactRef, Model } from '../../src/domain/model.ts';
import { appError } from '../../src/errors.ts';
import { fingerprint } from '../../src/fingerprint.ts';
import { longestHorizon, sealHazard } from '../../src/model/hazard.ts';
import type { LoadedFrame } from '../dataset/load.ts';
import type { Progress } from '../fit.ts';
import type { LearnerWish } from '../learners/names.ts';
import type { TrainingSettings } from '../settings.ts';
import { type Trained, train } from '../train.ts';
import { defaultFrame, payoffFrame, withinFrame } from './frames.ts';
import type { Panel } from './panel.ts';
import { validateHazard } from './validate.ts';

/** What hazards are trained on and how. */
export interface HazardRequest {
  readonly panel: Panel;
  readonly name: string;
  /** Settles the version of one of the models once its content is known. */
  readonly chooseVersion: (model: string, contentOf: (version: string) => Model) => string;
  /** Settles the version of the hazard that joins them. */
  readonly chooseJoined: (contentOf: (version: string) => Hazard) => string;
  readonly learner: LearnerWish;
  readonly settings: TrainingSettings;
  readonly includeProtected: boolean;
  /** Periods of the table that makes tiers; null = none. */
  readonly tierPeriods: number | null;
  readonly allowLeaks: readonly string[];
  readonly onProgress: Progress;
}

/** A trained model and the rows it was trained on. */
export interface TrainedTable {
  readonly trained: Trained;
  readonly frame: LoadedFrame;
}

/** A trained hazard with its models, first default, then payoff, then that of tiers where there is one. */
export interface TrainedHazard {
  readonly hazard: Hazard;
  readonly tables: readonly TrainedTable[];
  readonly validation: HazardValidation;
}

/**
 * Trains hazards of default and payoff (DEFINITIONS 9): each against surviving by any learner, fitted, calibrated and
 * validated by the periods of the dictionary; and joins them.
 * @throws horizon_unfit where the tiers' horizon is farther than the curve goes, and what training throws
 */
export const trainHazard = async (request: HazardRequest): Promise<TrainedHazard> => {
  const { panel, name, tierPeriods } = request;
  requireTierPeriods(request);
  const trainTable = async (suffix: string, frame: LoadedFrame): Promise<TrainedTable> => {
    const own = `${name}-${suffix}`;
    const chooseVersion = (contentOf: (version: string) => Model) => request.chooseVersion(own, contentOf);
    const trained = await train({ ...request, frame, file: frame.file, name: own, chooseVersion, holdout: 'later' });
    return { trained, frame };
  };
  const bad = await trainTable('default', defaultFrame(panel));
  const paid = await trainTable('payoff', payoffFrame(panel));
  const within =
    tierPeriods === null ? null : await trainTable(`within-${tierPeriods}`, withinFrame(panel, tierPeriods));
  const hazard = joinTables(request, { bad, paid, within });
  const validation = validateHazard({
    hazard,
    panel,
    default: bad.trained.model,
    payoff: paid.trained.model,
    within: within?.trained.model ?? null,
  });
  return { hazard, tables: [bad, paid, ...(within ? [within] : [])], validation };
};

const requireTierPeriods = ({ name, panel, tierPeriods }: HazardRequest): void => {
  const { horizons, periodDays } = panel.dictionary.hazard;
  const longest = longestHorizon({ horizons });
  if (tierPeriods === null || tierPeriods <= longest) return;
  throw appError('horizon_unfit', {
    model: name,
    days: tierPeriods * periodDays,
    period: periodDays,
    longest: longest * periodDays,
  });
};

const refer = ({ trained: { model } }: TrainedTable): ArtifactRef => ({
  name: model.name,
  version: model.version,
  fingerprint: model.fingerprint,
});

const joinTables = (
  { panel, name, tierPeriods, chooseJoined }: HazardRequest,
  tables: { readonly bad: TrainedTable; readonly paid: TrainedTable; readonly within: TrainedTable | null },
): Hazard => {
  const { dictionary } = panel;
  const { period, periodDays, payoff, horizons } = dictionary.hazard;
  const contentOf = (version: string): Hazard =>
    sealHazard({
      schema: 1,
      name,
      version,
      dictionary: { name: dictionary.name, fingerprint: fingerprint(dictionary) },
      event: dictionary.target.event,
      payoff: payoff.event,
      period: { column: period.name, days: periodDays },
      horizons,
      tables: { default: refer(tables.bad), payoff: refer(tables.paid) },
      tiers: tables.within && tierPeriods !== null ? { periods: tierPeriods, table: refer(tables.within) } : null,
    });
  return contentOf(chooseJoined(contentOf));
};
