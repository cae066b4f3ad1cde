import { join } from 'node:path';
import type { Hazard } from '../domain/hazard.ts';
import type { ArtifactRef } from '../domain/model.ts';
import { appError } from '../errors.ts';
import { findHazard, readHazard } from '../store/hazards.ts';
import { type OpenedPlan, openPlan } from './open-plan.ts';

/** A hazard with the models it joins, each bound to its policy. */
export interface OpenedHazard {
  readonly hazard: Hazard;
  readonly default: OpenedPlan;
  readonly payoff: OpenedPlan;
  readonly tiers: OpenedPlan | null;
}

/** What is opened. */
export interface HazardPlace {
  /** `name@version`, or `name` for the newest. */
  readonly reference: string;
  readonly folders: readonly string[];
  /** Civil day on which a policy of the tiers' table must be in force. */
  readonly day: string;
}

/**
 * Reads a hazard and the very models it was made of.
 * @throws model_missing, bad_artifact where a model is not the one the hazard names, and what reading models throws
 */
export const openHazard = ({ reference, folders, day }: HazardPlace): OpenedHazard => {
  const { path } = findHazard(reference, folders);
  const hazard = readHazard(path);
  const open = (place: string, ref: ArtifactRef): OpenedPlan => {
    const model = `${ref.name}@${ref.version}`;
    const opened = openPlan({ model, modelFolders: folders, policy: undefined, day });
    if (opened.plan.model.fingerprint === ref.fingerprint) return opened;
    throw appError('bad_artifact', {
      file: join(path, 'hazard.json'),
      place,
      problem: { zh: `${model} 已不是当时的模型`, en: `${model} is not the model it was made of` },
    });
  };
  return {
    hazard,
    default: open('tables.default', hazard.tables.default),
    payoff: open('tables.payoff', hazard.tables.payoff),
    tiers: hazard.tiers && open('tiers.table', hazard.tiers.table),
  };
};
