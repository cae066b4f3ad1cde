import type { Adjustment } from '../domain/adjustment.ts';
import type { ArtifactRef } from '../domain/model.ts';
import { type AppError, isContained } from '../errors.ts';
import { foldAdjustments } from '../model/adjustment-registry.ts';
import { reachesSegment } from '../model/adjustments.ts';
import { foldPromotions, foldRegistry, type RegisteredModel } from '../model/registry.ts';
import { isInForce } from '../policy/in-force.ts';
import { findAdjustmentSignatureFault } from '../store/adjustment-signatures.ts';
import type { RegistryLog } from '../store/registry-log.ts';
import { findSignatureFault, type ModelKeys } from '../store/signatures.ts';
import type { LiveArtifacts } from './live-artifacts.ts';

/** A model that cannot decide though it should, or an adjustment (`model adjustment`) that is left out; and why. */
export interface LiveFault {
  readonly model: string;
  readonly fault: AppError;
}

/** What the chain says at some moment: every version, and of each name the one that decides. */
export interface Settled {
  readonly log: RegistryLog;
  readonly registered: readonly RegisteredModel[];
  readonly deciding: ReadonlyMap<string, RegisteredModel>;
  /** The versions in shadow of each that decides, by its fingerprint. */
  readonly challengers: ReadonlyMap<string, readonly RegisteredModel[]>;
  readonly faults: readonly LiveFault[];
  /** Sound approved adjustments of each version, by its fingerprint, whatever their days. */
  readonly adjustments: ReadonlyMap<string, readonly Adjustment[]>;
  readonly adjustmentFaults: readonly LiveFault[];
}

/** What settling reads, the keys of which one must have signed, and what tells the civil day it is. */
export interface SettleRequest {
  readonly artifacts: Pick<LiveArtifacts, 'readModel' | 'readAdjustment'>;
  readonly modelKeys: ModelKeys;
  readonly today: () => string;
}

/** A version as people write it. */
export const pinOf = ({ name, version }: ArtifactRef): string => `${name}@${version}`;

/** @throws model_untrusted where a signature is asked for and none holds */
export const requireTrust = ({ ref, signature }: RegisteredModel, modelKeys: ModelKeys): void => {
  const fault = findSignatureFault(ref, signature, modelKeys);
  if (fault) throw fault;
};

/** What the registry's events say; what is damaged or not signed is left out and told, and never takes the service down. */
export const settle = async (log: RegistryLog, request: SettleRequest): Promise<Settled> => {
  const registered = foldRegistry(log.models);
  const { deciding, faults } = await settleVersions(log, registered, request);
  const challengers = new Map(
    [...deciding.values()].map(({ ref }) => [
      ref.fingerprint,
      registered.filter((each) => each.ref.name === ref.name && each.state === 'shadowed'),
    ]),
  );
  return { log, registered, deciding, challengers, faults, ...(await settleAdjustments(log, request)) };
};

/** Of a name the version promoted last that is sound. */
const settleVersions = async (
  log: RegistryLog,
  registered: readonly RegisteredModel[],
  { artifacts, modelKeys }: SettleRequest,
): Promise<Pick<Settled, 'deciding' | 'faults'>> => {
  const byPrint = new Map(registered.map((each) => [each.ref.fingerprint, each]));
  const deciding = new Map<string, RegisteredModel>();
  const faults: LiveFault[] = [];
  for (const [name, { live, before }] of foldPromotions(log.models)) {
    if (live === null) continue;
    for (const print of [...before, live].toReversed()) {
      const candidate = byPrint.get(print) as RegisteredModel;
      try {
        requireTrust(candidate, modelKeys);
        await artifacts.readModel(print);
        deciding.set(name, candidate);
        break;
      } catch (fault) {
        if (!isContained(fault)) throw fault;
        faults.push({ model: pinOf(candidate.ref), fault });
      }
    }
  }
  return { deciding, faults };
};

/** Of what is approved that which is sound. */
const settleAdjustments = async (
  log: RegistryLog,
  { artifacts, modelKeys, today }: SettleRequest,
): Promise<Pick<Settled, 'adjustments' | 'adjustmentFaults'>> => {
  const adjustments = new Map<string, Adjustment[]>();
  const adjustmentFaults: LiveFault[] = [];
  for (const { name, fingerprint, model, state, to, signature } of foldAdjustments(log.models)) {
    if (state !== 'approved' || to <= today()) continue;
    try {
      const adjustment = await artifacts.readAdjustment(fingerprint);
      const fault = findAdjustmentSignatureFault(adjustment, signature, modelKeys);
      if (fault) throw fault;
      adjustments.set(model.fingerprint, [...(adjustments.get(model.fingerprint) ?? []), adjustment]);
    } catch (fault) {
      if (!isContained(fault)) throw fault;
      adjustmentFaults.push({ model: `${pinOf(model)} ${name}`, fault });
    }
  }
  return { adjustments, adjustmentFaults };
};

/** The sound approved adjustments of a version that are in force on a day, whatever their segments. */
export const listInForce = (
  { adjustments }: Pick<Settled, 'adjustments'>,
  { fingerprint }: ArtifactRef,
  day: string,
): readonly Adjustment[] => (adjustments.get(fingerprint) ?? []).filter((each) => isInForce(each, day));

/** Fingerprints of those that touch a segment, in the order in which they were proposed. */
export const printsFor = (adjustments: readonly Adjustment[], segment: string | null): string[] =>
  adjustments.flatMap((each) => (reachesSegment(each, segment) ? [each.fingerprint] : []));
