import { createRowReader } from '../decision/row.ts';
import type { Adjustment } from '../domain/adjustment.ts';
import type { ArtifactRef, Model } from '../domain/model.ts';
import type { PolicyEvent } from '../domain/registry.ts';
import { type AppError, appError, isContained } from '../errors.ts';
import { civilDayAt } from '../features/civil-day.ts';
import { adjustmentsOf, type RegisteredAdjustment } from '../model/adjustment-registry.ts';
import type { RegisteredModel } from '../model/registry.ts';
import { isInForce, requireInForce } from '../policy/in-force.ts';
import { modelOf, modelsNamed } from '../policy/models-named.ts';
import type { Database } from '../store/database.ts';
import type { StoredPolicy } from '../store/policies.ts';
import { emptyLog, type RegistryLog, readRegistryLog } from '../store/registry-log.ts';
import type { ModelKeys } from '../store/signatures.ts';
import { createLiveArtifacts, type LivePlan, MOST_KEPT } from './live-artifacts.ts';
import { createMemo } from './memo.ts';
import { acceptedNames } from './open-plan.ts';
import { type Naming, toNames } from './register.ts';
import { type LiveFault, listInForce, pinOf, printsFor, requireTrust, type Settled, settle } from './settle.ts';

/** The plan of a request; only one whose policy names its model by default moves the tier a customer stands in. */
export interface ResolvedPlan {
  readonly live: LivePlan;
  readonly isDefault: boolean;
}

/** What a request names: a model's name, a pin `name@version`, or a segment of the current policy. */
export interface WantedPlan {
  readonly model: string | undefined;
  readonly segment: string | null;
}

/** A policy and since when it is in use; no event for the starter policy of a model that has none. */
export interface PolicyInUse {
  readonly stored: StoredPolicy;
  readonly event: PolicyEvent | null;
}

/** A model of the registry with its content. */
export interface LiveModel extends RegisteredModel {
  readonly model: Model;
}

/** An adjustment of the registry with its content. */
export interface LiveAdjustment extends RegisteredAdjustment {
  readonly adjustment: Adjustment;
}

/** When and for whom something is decided: instant and segment, by which adjustments are in force. */
export interface Occasion {
  readonly at: Date;
  readonly segment: string | null;
}

/** The models and policies that decide now, as the chain says. */
export interface Live {
  /**
   * The plan that decides a request made at an instant; now unless told.
   * @throws no_model_live, model_not_live, model_retired, model_untrusted, policy_not_in_force
   */
  resolve(wanted: WantedPlan, at?: Date): Promise<ResolvedPlan>;
  /** The model that a name or a pin calls. @throws model_not_live, model_retired, model_untrusted */
  find(reference: string): RegisteredModel;
  /** One version with its content, whatever its state. @throws model_not_live, model_untrusted, artifact_missing */
  read(place: Pick<ArtifactRef, 'name' | 'version'>): Promise<LiveModel>;
  /**
   * The plan that decides where a version is pinned, be its policy in force or not.
   * @param occasion adjustments in force on it are on top; none unless told
   * @throws model_untrusted, artifact_missing, policy_model_mismatch
   */
  open(version: RegisteredModel, occasion?: Occasion): Promise<LivePlan>;
  /** The adjustments of a version and where they stand, in the order in which they were proposed; damaged ones are left out. */
  adjustments(ref: ArtifactRef): Promise<readonly LiveAdjustment[]>;
  /** One of them by its name. @throws adjustment_missing, adjustment_untrusted */
  adjustment(ref: ArtifactRef, name: string): Promise<LiveAdjustment>;
  /** Those that decide today, whatever their segments. */
  adjusting(ref: ArtifactRef): readonly Adjustment[];
  /** The versions in shadow of a version that decides by its name; none of one that is called by pin. */
  challengersOf(ref: ArtifactRef): readonly RegisteredModel[];
  /** Opens a registered version as if it were promoted. @throws model_untrusted, artifact_missing, policy_model_mismatch */
  rehearse(ref: ArtifactRef): Promise<void>;
  /**
   * Promoted versions that are not what they were, of whose names the last good version decides; and approved adjustments
   * that are damaged or not signed, without which is decided.
   */
  faults(): readonly LiveFault[];
  /** The plan a stored decision was made with. @throws artifact_missing, model_untrusted, adjustment_untrusted */
  planOf(decision: Naming): Promise<LivePlan>;
  models(): Promise<readonly LiveModel[]>;
  /** The policy that decides for a model; without one the current policy. @throws no_model_live, model_not_live */
  policyFor(model: string | undefined): Promise<PolicyInUse>;
  /** Follows what happened since: promotions and policies put in use, by any instance or command; one after the other. */
  refresh(): Promise<void>;
}

/** The clock by which policies come in force, and the keys of which one must have signed a model; none unless told. */
export interface LiveSettings {
  readonly now: () => Date;
  readonly timeZone: string;
  readonly modelKeys?: ModelKeys;
}

/** What is asked for as one text; a model named `undefined` is not no model. */
const toKey = (day: string, { model, segment }: WantedPlan): string => JSON.stringify([day, model ?? null, segment]);

/** The fault of a version that is retired. */
export const refuseRetired = ({ ref, history }: RegisteredModel): AppError => {
  const { at = '', reason = '' } = history.findLast(({ event }) => event === 'retired') ?? {};
  return appError('model_retired', { model: pinOf(ref), at, reason });
};

/** Nothing in place of what cannot be opened; a database that is not available is no such thing. */
const orNothing = (fault: unknown): null => {
  if (isContained(fault)) return null;
  throw fault;
};

/** What could be read; a database that is not available is a fault of all. */
const keepSound = <Value>(settled: readonly PromiseSettledResult<Value>[]): Value[] =>
  settled.flatMap((each) => {
    if (each.status === 'fulfilled') return [each.value];
    if (isContained(each.reason)) return [];
    throw each.reason;
  });

/** Reads what is live from the chain. */
export const openLive = async (
  database: Database,
  { now, timeZone, modelKeys = new Map() }: LiveSettings,
): Promise<Live> => {
  const today = (): string => civilDayAt(now().getTime(), timeZone);
  const artifacts = createLiveArtifacts(database, now);
  const { openPlan, readModel, readPolicy, openStarter, readAdjustment } = artifacts;
  const trust = (version: RegisteredModel): void => requireTrust(version, modelKeys);
  const settleNow = (log: RegistryLog): Promise<Settled> => settle(log, { artifacts, modelKeys, today });
  let settled = await settleNow(await readRegistryLog(database.pool, emptyLog));
  /** What requests resolve to, until something happens. */
  let keepResolved = createMemo<ResolvedPlan>(MOST_KEPT);

  const withContent = async (found: RegisteredAdjustment): Promise<LiveAdjustment> => ({
    ...found,
    adjustment: await readAdjustment(found.fingerprint),
  });
  const challengersOf = ({ fingerprint }: ArtifactRef): readonly RegisteredModel[] =>
    settled.challengers.get(fingerprint) ?? [];
  const findRegistered = (name: string, version: string): RegisteredModel | undefined =>
    settled.registered.find(({ ref }) => ref.name === name && ref.version === version);
  const findModel = (wanted: string): RegisteredModel => {
    const [name = '', version] = wanted.split('@');
    const found = version === undefined ? settled.deciding.get(name) : findRegistered(name, version);
    if (!found) {
      const fault = settled.faults.findLast(
        ({ model }) => version === undefined && model.startsWith(`${name}@`),
      )?.fault;
      throw fault ?? appError('model_not_live', { model: wanted });
    }
    if (found.state === 'retired') throw refuseRetired(found);
    trust(found);
    return found;
  };
  /** Of some policies put in use the last that is in force today; where none is, the last. */
  const lastInForce = async (events: readonly PolicyEvent[]): Promise<PolicyEvent | null> => {
    for (const event of events.toReversed()) if (isInForce((await readPolicy(event)).policy, today())) return event;
    return events.at(-1) ?? null;
  };
  const currentPolicy = async (): Promise<PolicyEvent> => {
    const current = await lastInForce(settled.log.policies);
    if (!current) throw appError('no_model_live');
    return current;
  };
  /** The current policy where it names the model, else the one last put in use for it. */
  const findPolicy = async (model: string, policies: readonly PolicyEvent[]): Promise<PolicyEvent | null> => {
    const current = await lastInForce(policies);
    if (!current) return null;
    const { models } = (await readPolicy(current)).policy;
    if (modelsNamed(models).includes(model)) return current;
    return lastInForce(policies.filter((event) => event.model === model));
  };
  const chooseModel = async ({ model, segment }: WantedPlan): Promise<RegisteredModel> => {
    if (model !== undefined) return findModel(model);
    const { models } = (await readPolicy(await currentPolicy())).policy;
    return findModel(modelOf(models, segment));
  };
  const policyOf = async (ref: ArtifactRef, { policies }: RegistryLog = settled.log): Promise<PolicyInUse> => {
    const event = await findPolicy(ref.name, policies);
    return { event, stored: await (event ? readPolicy(event) : openStarter(ref.fingerprint)) };
  };
  const openWith = (
    { fingerprint }: ArtifactRef,
    { stored, event }: PolicyInUse,
    adjustments: readonly string[] = [],
  ): Promise<LivePlan> =>
    openPlan({
      model: fingerprint,
      policy: stored.fingerprint,
      dictionary: event?.dictionary?.fingerprint ?? null,
      adjustments,
    });

  const dayOf = (at: Date): string => civilDayAt(at.getTime(), timeZone);
  const open = async (version: RegisteredModel, occasion?: Occasion): Promise<LivePlan> => {
    trust(version);
    const { ref } = version;
    const adjustments = occasion ? printsFor(listInForce(settled, ref, dayOf(occasion.at)), occasion.segment) : [];
    return openWith(ref, await policyOf(ref), adjustments);
  };
  /** The same plan with a reader that also accepts what challengers read. */
  const acceptChallengers = async (live: LivePlan, challengers: readonly RegisteredModel[]): Promise<LivePlan> => {
    if (challengers.length === 0) return live;
    const opened = await Promise.all(challengers.map((each) => open(each).catch(orNothing)));
    const names = opened.flatMap(
      (each) => each?.plan.features.columns.flatMap(({ name, source }) => [name, source]) ?? [],
    );
    return { ...live, read: createRowReader(live.plan, new Set([...acceptedNames(live), ...names])) };
  };
  const resolve = async (wanted: WantedPlan, day: string): Promise<ResolvedPlan> => {
    const { ref } = await chooseModel(wanted);
    const isDeciding = settled.deciding.get(ref.name)?.ref.fingerprint === ref.fingerprint;
    const inUse = await policyOf(ref);
    requireInForce(inUse.stored.policy, day);
    const named = modelOf(inUse.stored.policy.models, wanted.segment);
    const adjustments = printsFor(listInForce(settled, ref, day), wanted.segment);
    const live = await acceptChallengers(await openWith(ref, inUse, adjustments), challengersOf(ref));
    return { live, isDefault: isDeciding && ref.name === named };
  };
  /** Opens the plans of what is about to decide, so that no request waits for them; what does not open is told when called. */
  const warm = async ({ log, deciding, ...next }: Settled): Promise<void> => {
    for (const { ref } of deciding.values()) {
      const adjustments = printsFor(listInForce(next, ref, today()), null);
      await policyOf(ref, log)
        .then((inUse) => openWith(ref, inUse, adjustments))
        .catch(() => undefined);
    }
  };
  const follow = async (): Promise<void> => {
    const read = await readRegistryLog(database.pool, settled.log);
    if (read === settled.log) return;
    const next = await settleNow(read);
    await warm(next);
    settled = next;
    keepResolved = createMemo(MOST_KEPT);
  };
  let following: Promise<void> = Promise.resolve();
  const refresh = (): Promise<void> => {
    following = following.catch(() => undefined).then(follow);
    return following;
  };

  return {
    resolve: (wanted, at = now()) => {
      const day = dayOf(at);
      return keepResolved(toKey(day, wanted), () => resolve(wanted, day));
    },
    find: findModel,
    challengersOf,
    open,
    async adjustments({ fingerprint }) {
      const found = adjustmentsOf(settled.log.models, fingerprint);
      return keepSound(await Promise.allSettled(found.map(withContent)));
    },
    async adjustment(ref, name) {
      const found = adjustmentsOf(settled.log.models, ref.fingerprint).find((each) => each.name === name);
      if (!found) throw appError('adjustment_missing', { model: pinOf(ref), adjustment: name });
      return withContent(found);
    },
    adjusting: (ref) => listInForce(settled, ref, today()),
    async read({ name, version }) {
      const found = findRegistered(name, version);
      if (!found) throw appError('model_not_live', { model: `${name}@${version}` });
      return { ...found, model: await readModel(found.ref.fingerprint) };
    },
    planOf: (decision) => openPlan(toNames(decision)),
    faults: () => [...settled.faults, ...settled.adjustmentFaults],
    async rehearse({ fingerprint }) {
      await refresh();
      const found = settled.registered.find(({ ref }) => ref.fingerprint === fingerprint);
      if (!found) throw appError('artifact_missing', { fingerprint });
      await open(found);
    },
    async models() {
      const read = settled.registered.map(async (each) => ({ ...each, model: await readModel(each.ref.fingerprint) }));
      return keepSound(await Promise.allSettled(read));
    },
    async policyFor(model) {
      if (model !== undefined) return policyOf(findModel(model).ref);
      const event = await currentPolicy();
      return { event, stored: await readPolicy(event) };
    },
    refresh,
  };
};
