import type { Hazard } from '../domain/hazard.ts';
import type { ArtifactRef } from '../domain/model.ts';
import { AppError, appError } from '../errors.ts';
import { findHazard, listHazards, readHazard } from '../store/hazards.ts';
import type { Live } from './live.ts';
import type { OpenedHazard } from './open-hazard.ts';
import { pinOf } from './settle.ts';

/** Where a service finds hazards, and the registry whose models they join. */
export interface ServedHazards {
  readonly live: Pick<Live, 'find' | 'open'>;
  readonly folders: readonly string[];
}

/** A hazard of the folders: what it is, or why it cannot be read. */
export interface ListedHazard {
  readonly name: string;
  readonly version: string;
  readonly found: Hazard | AppError;
}

/** The hazards of the folders whose models may be called; with a fault where that is not so. */
export const listServedHazards = ({ live, folders }: ServedHazards): ListedHazard[] =>
  listHazards(folders).map(({ name, version, path }) => {
    try {
      const hazard = readHazard(path);
      for (const ref of tablesOf(hazard)) findTable(live, ref);
      return { name, version, found: hazard };
    } catch (fault) {
      if (fault instanceof AppError) return { name, version, found: fault };
      throw fault;
    }
  });

/**
 * Opens a hazard over the registered models that it joins, each by the policy that decides for it.
 * @throws model_missing, model_not_live, model_retired, model_untrusted, artifact_missing, policy_model_mismatch, and what
 * reading the hazard throws
 */
export const openServedHazard = async ({ live, folders }: ServedHazards, reference: string): Promise<OpenedHazard> => {
  const hazard = readHazard(findHazard(reference, folders).path);
  const open = (ref: ArtifactRef) => live.open(findTable(live, ref));
  return {
    hazard,
    default: await open(hazard.tables.default),
    payoff: await open(hazard.tables.payoff),
    tiers: hazard.tiers && (await open(hazard.tiers.table)),
  };
};

const tablesOf = ({ tables, tiers }: Hazard): ArtifactRef[] => [
  tables.default,
  tables.payoff,
  ...(tiers ? [tiers.table] : []),
];

/** The very model a hazard names, as it is registered. */
const findTable = (live: ServedHazards['live'], ref: ArtifactRef) => {
  const model = pinOf(ref);
  const found = live.find(model);
  if (found.ref.fingerprint === ref.fingerprint) return found;
  throw appError('model_untrusted', {
    model,
    problem: { zh: '已登记的内容不同', en: 'what is registered has other content' },
  });
};
