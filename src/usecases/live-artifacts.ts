import { createRowReader, type RowReader } from '../decision/row.ts';
import type { Adjustment } from '../domain/adjustment.ts';
import type { Model } from '../domain/model.ts';
import type { PolicyEvent } from '../domain/registry.ts';
import { createStarterPolicy } from '../policy/starter.ts';
import type { Database } from '../store/database.ts';
import { type StoredPolicy, sealPolicy } from '../store/policies.ts';
import { createMemo } from './memo.ts';
import { acceptedNames, type OpenedPlan } from './open-plan.ts';
import {
  type NamedArtifacts,
  openRegistered,
  readRegisteredAdjustment,
  readRegisteredModel,
  readRegisteredPolicy,
  registerArtifacts,
} from './register.ts';

/** A bound plan that decides, with the reader of its rows. */
export interface LivePlan extends OpenedPlan {
  readonly read: RowReader;
}

/** Registered artifacts by fingerprint, those asked for last kept at hand. */
export interface LiveArtifacts {
  /** @throws artifact_missing, policy_model_mismatch */
  openPlan(named: NamedArtifacts): Promise<LivePlan>;
  /** @throws artifact_missing */
  readModel(fingerprint: string): Promise<Model>;
  /** @throws artifact_missing */
  readPolicy(event: PolicyEvent): Promise<StoredPolicy>;
  /** The starter policy of a model that has no policy, registered so that its decisions replay. @throws artifact_missing */
  openStarter(fingerprint: string): Promise<StoredPolicy>;
  /** @throws artifact_missing */
  readAdjustment(fingerprint: string): Promise<Adjustment>;
}

/** Most plans, models and policies kept at hand; beyond that the oldest are read anew when asked for. */
export const MOST_KEPT = 64;

/** Reads artifacts from the database. */
export const createLiveArtifacts = (database: Database, now: () => Date): LiveArtifacts => {
  const keepPlan = createMemo<LivePlan>(MOST_KEPT);
  const keepModel = createMemo<Model>(MOST_KEPT);
  const keepPolicy = createMemo<StoredPolicy>(MOST_KEPT);
  const keepStarter = createMemo<StoredPolicy>(MOST_KEPT);
  const keepAdjustment = createMemo<Adjustment>(MOST_KEPT);
  const openPlan = (named: NamedArtifacts): Promise<LivePlan> =>
    keepPlan([named.model, named.policy, named.dictionary, ...named.adjustments].join(' '), async () => {
      const opened = await openRegistered(database, named);
      return { ...opened, read: createRowReader(opened.plan, acceptedNames(opened)) };
    });
  const readModel = (fingerprint: string) => keepModel(fingerprint, () => readRegisteredModel(database, fingerprint));
  const readPolicy = ({ policy: { fingerprint } }: PolicyEvent) =>
    keepPolicy(fingerprint, () => readRegisteredPolicy(database, fingerprint));
  const openStarter = (fingerprint: string) =>
    keepStarter(fingerprint, async () => {
      const model = await readModel(fingerprint);
      const stored = sealPolicy(createStarterPolicy(model));
      await registerArtifacts(database, { model, stored, dictionary: null, origin: null }, now());
      return stored;
    });
  const readAdjustment = (fingerprint: string) =>
    keepAdjustment(fingerprint, () => readRegisteredAdjustment(database, fingerprint));
  return { openPlan, readModel, readPolicy, openStarter, readAdjustment };
};
