import { createRowReader, type RowReader } from '../decision/row.ts';
import type { Decision } from '../domain/decision.ts';
import type { Model } from '../domain/model.ts';
import type { PolicyEvent } from '../domain/registry.ts';
import { appError } from '../errors.ts';
import { civilDayAt } from '../features/civil-day.ts';
import { foldRegistry, type RegisteredModel } from '../model/registry.ts';
import { isInForce, requireInForce } from '../policy/in-force.ts';
import { createStarterPolicy } from '../policy/starter.ts';
import type { Database } from '../store/database.ts';
import { type StoredPolicy, sealPolicy } from '../store/policies.ts';
import { emptyLog, readRegistryLog } from '../store/registry-log.ts';
import { createMemo } from './memo.ts';
import { acceptedNames, type OpenedPlan } from './open-plan.ts';
import {
  type NamedArtifacts,
  openRegistered,
  readRegisteredModel,
  readRegisteredPolicy,
  registerArtifacts,
  toNames,
} from './register.ts';

/** A bound plan that decides, with the reader of its rows. */
export interface LivePlan extends OpenedPlan {
  readonly read: RowReader;
}

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

/** The models and policies that decide now, as the chain says. */
export interface Live {
  /** The plan that decides a request. @throws no_model_live, model_not_live, policy_not_in_force */
  resolve(wanted: WantedPlan): Promise<ResolvedPlan>;
  /** The plan a stored decision was made with. @throws artifact_missing */
  planOf(versions: Decision['versions']): Promise<LivePlan>;
  models(): Promise<readonly LiveModel[]>;
  /** The policy that decides for a model; without one the current policy. @throws no_model_live, model_not_live */
  policyFor(model: string | undefined): Promise<PolicyInUse>;
  /** Follows what happened since: promotions and policies put in use, by any instance or command. */
  refresh(): Promise<void>;
}

/** Most plans, models and policies kept at hand; beyond that the oldest are read anew when asked for. */
const MOST_KEPT = 64;

/** The clock by which policies come in force. */
export interface LiveSettings {
  readonly now: () => Date;
  readonly timeZone: string;
}

/** Reads what is live from the chain. */
export const openLive = async (database: Database, { now, timeZone }: LiveSettings): Promise<Live> => {
  const today = (): string => civilDayAt(now().getTime(), timeZone);
  let log = await readRegistryLog(database.pool, emptyLog);
  let registered = foldRegistry(log.models);
  const keepPlan = createMemo<LivePlan>(MOST_KEPT);
  const keepModel = createMemo<Model>(MOST_KEPT);
  const keepPolicy = createMemo<StoredPolicy>(MOST_KEPT);
  const keepStarter = createMemo<StoredPolicy>(MOST_KEPT);
  /** What requests resolve to, until something happens. */
  let keepResolved = createMemo<ResolvedPlan>(MOST_KEPT);

  const openPlan = (named: NamedArtifacts): Promise<LivePlan> =>
    keepPlan(`${named.model} ${named.policy} ${named.dictionary}`, async () => {
      const opened = await openRegistered(database, named);
      return { ...opened, read: createRowReader(opened.plan, acceptedNames(opened)) };
    });
  const readModel = (fingerprint: string) => keepModel(fingerprint, () => readRegisteredModel(database, fingerprint));
  const readPolicy = ({ policy: { fingerprint } }: PolicyEvent) =>
    keepPolicy(fingerprint, () => readRegisteredPolicy(database, fingerprint));
  /** The starter policy of a model that has no policy, registered so that its decisions replay. */
  const openStarter = (fingerprint: string) =>
    keepStarter(fingerprint, async () => {
      const model = await readModel(fingerprint);
      const stored = sealPolicy(createStarterPolicy(model));
      await registerArtifacts(database, { model, stored, dictionary: null, origin: null }, now());
      return stored;
    });

  const findModel = (wanted: string): RegisteredModel => {
    const [name, version] = wanted.split('@');
    const found = registered.find(
      ({ ref, state }) =>
        ref.name === name &&
        (version === undefined ? state === 'promoted' : state !== 'retired' && ref.version === version),
    );
    if (!found) throw appError('model_not_live', { model: wanted });
    return found;
  };
  /** Of some policies put in use the last that is in force today; where none is, the last. */
  const lastInForce = async (events: readonly PolicyEvent[]): Promise<PolicyEvent | null> => {
    for (const event of events.toReversed()) if (isInForce((await readPolicy(event)).policy, today())) return event;
    return events.at(-1) ?? null;
  };
  const currentPolicy = async (): Promise<PolicyEvent> => {
    const current = await lastInForce(log.policies);
    if (!current) throw appError('no_model_live');
    return current;
  };
  /** The current policy where it names the model, else the one last put in use for it. */
  const findPolicy = async (model: string): Promise<PolicyEvent | null> => {
    const current = await lastInForce(log.policies);
    if (!current) return null;
    const { models } = (await readPolicy(current)).policy;
    if (models.default === model || Object.values(models.segments).includes(model)) return current;
    return lastInForce(log.policies.filter((event) => event.model === model));
  };
  const chooseModel = async ({ model, segment }: WantedPlan): Promise<RegisteredModel> => {
    if (model !== undefined) return findModel(model);
    const { models } = (await readPolicy(await currentPolicy())).policy;
    return findModel((segment === null ? undefined : models.segments[segment]) ?? models.default);
  };
  const policyOf = async ({ ref }: RegisteredModel): Promise<PolicyInUse> => {
    const event = await findPolicy(ref.name);
    return { event, stored: await (event ? readPolicy(event) : openStarter(ref.fingerprint)) };
  };

  const resolve = async (wanted: WantedPlan): Promise<ResolvedPlan> => {
    const chosen = await chooseModel(wanted);
    const { stored, event } = await policyOf(chosen);
    requireInForce(stored.policy, today());
    const { models } = stored.policy;
    const named = (wanted.segment === null ? undefined : models.segments[wanted.segment]) ?? models.default;
    const live = await openPlan({
      model: chosen.ref.fingerprint,
      policy: stored.fingerprint,
      dictionary: event?.dictionary?.fingerprint ?? null,
    });
    return { live, isDefault: chosen.state === 'promoted' && chosen.ref.name === named };
  };

  return {
    resolve: (wanted) => keepResolved(`${today()} ${wanted.model} ${wanted.segment}`, () => resolve(wanted)),
    planOf: (versions) => openPlan(toNames(versions)),
    models: () =>
      Promise.all(registered.map(async (each) => ({ ...each, model: await readModel(each.ref.fingerprint) }))),
    async policyFor(model) {
      if (model !== undefined) return policyOf(findModel(model));
      const event = await currentPolicy();
      return { event, stored: await readPolicy(event) };
    },
    async refresh() {
      const read = await readRegistryLog(database.pool, log);
      if (read === log) return;
      log = read;
      registered = foldRegistry(log.models);
      keepResolved = createMemo(MOST_KEPT);
    },
  };
};
