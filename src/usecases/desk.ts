import type { ArtifactRef } from '../domain/model.ts';
import type { RegistryEvent } from '../domain/registry.ts';
import { type AppError, appError } from '../errors.ts';
import { civilDayAt } from '../features/civil-day.ts';
import { listLeftBehind } from '../model/adjustment-registry.ts';
import { foldPromotions, foldRegistry, type RegisteredModel } from '../model/registry.ts';
import {
  type Actor,
  describeEvidence,
  findPrevious,
  findVouchingFault,
  listPromotionFaults,
} from '../model/transitions.ts';
import type { Database } from '../store/database.ts';
import { findModel } from '../store/models.ts';
import { appendRegistryEvents, emptyLog, type RegistryLog, readRegistryLog } from '../store/registry-log.ts';
import type { ModelKeys } from '../store/signatures.ts';
import { changesEvidence, readCandidate, toRegistered } from './candidates.ts';
import { type Live, refuseRetired } from './live.ts';
import { readRegisteredModel, registerArtifacts } from './register.ts';

/** Something that is done to one version of a model: by whom, why and when. */
export interface Act {
  readonly name: string;
  readonly version: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly now: () => Date;
}

/** What the registry works with. */
export interface Desk {
  readonly database: Database;
  readonly live: Live;
  /** Keys of which one must have signed a model; empty = signatures are not asked for. */
  readonly modelKeys: ModelKeys;
  /** Whose civil days adjustments last by. */
  readonly timeZone: string;
}

const pinOf = ({ name, version }: Pick<Act, 'name' | 'version'>): string => `${name}@${version}`;

/**
 * Copies a model from its folder into the database and registers it, with its validation and its signature. What the same
 * person registered already adds nothing; a changed validation voids approvals and waivers given before.
 * @returns the event; null where nothing is new
 * @throws model_missing, model_retired, version_exists, and what is wrong with the folder
 */
export const registerModel = async (
  { database, modelKeys }: Desk,
  { modelFolders, actor, reason, now, ...place }: Act & { readonly modelFolders: readonly string[] },
): Promise<RegistryEvent | null> => {
  const candidate = readCandidate(findModel(pinOf(place), modelFolders), modelKeys);
  const { model, origin } = candidate;
  await registerArtifacts(database, { model, origin, stored: null, dictionary: null }, now());
  const { models } = await appendRegistryEvents(database, (log) => {
    const standing = foldRegistry(log.models).find(({ ref }) => ref.fingerprint === model.fingerprint);
    if (standing?.state === 'retired') throw refuseRetired(standing);
    const isKnown = standing?.registrants.includes(actor.name) && !changesEvidence(standing, candidate);
    const event = toRegistered(candidate, { actor: actor.name, at: now().toISOString(), reason });
    return { models: isKnown ? [] : [event], policies: [] };
  });
  return models[0] ?? null;
};

/**
 * Approves a version as it is now, with the validation it has.
 * @param evidence what the approval rests on, such as minutes; the validation unless told
 * @throws model_not_live, model_retired, model_untrusted, artifact_missing, approval_refused, registry_conflict where the
 * same person did already
 */
export const approveModel = (desk: Desk, act: Act & { readonly evidence: string | null }): Promise<RegistryEvent> =>
  record(desk, act, (standing) => {
    refuseVouching(standing, act);
    const { validation, approvals } = standing;
    if (approvals.some(({ actor }) => actor === act.actor.name)) {
      throw conflict(act, { zh: '您已批准过', en: 'you have approved it already' });
    }
    const rest = validation ? `validation.json ${validation.digest}` : 'no validation';
    return { event: 'approved', evidence: act.evidence ?? rest };
  });

/**
 * Waives a gate that is failed or lacks evidence; it stands in the log, and holds for the validation the model has now.
 * @throws model_not_live, model_retired, model_untrusted, artifact_missing, approval_refused, registry_conflict where the
 * gate does not block
 */
export const waiveGate = (desk: Desk, act: Act & { readonly gate: string }): Promise<RegistryEvent> =>
  record(desk, act, (standing) => {
    refuseVouching(standing, act);
    const gate = standing.gates.find(({ name }) => name === act.gate);
    if (!gate) {
      const names = standing.gates.map(({ name }) => name).join(', ');
      throw conflict(act, {
        zh: `没有关卡 ${act.gate}，只有：${names}`,
        en: `it has no gate ${act.gate}, but ${names}`,
      });
    }
    if (gate.waiver) {
      throw conflict(act, { zh: `关卡 ${act.gate} 已被豁免`, en: `gate ${act.gate} is waived already` });
    }
    if (gate.verdict === 'passed' || gate.verdict === 'not_applicable') {
      throw conflict(act, { zh: `关卡 ${act.gate} 没有阻止上线`, en: `gate ${act.gate} does not stand in the way` });
    }
    return { event: 'waived', gate: gate.name, evidence: `${gate.name}: ${gate.verdict}` };
  });

const refuseVouching = (standing: RegisteredModel, { actor }: Act): void => {
  const problem = findVouchingFault(standing, actor);
  if (problem) throw appError('approval_refused', { actor: actor.name, model: pinOf(standing.ref), problem });
};

/**
 * Makes a version the one that decides by its name, once its gates are passed or waived and a second person approved it.
 * Adjustments sit on one version: those of the version before do not come along, and the event says which.
 * @throws model_not_live, model_retired, model_untrusted, artifact_missing, not_promotable naming everything in the way,
 * registry_conflict where it is promoted already
 */
export const promoteModel = (desk: Desk, act: Act): Promise<RegistryEvent> =>
  record(desk, act, (standing, { models }) => {
    if (standing.state === 'promoted') throw conflict(act, { zh: '已经上线', en: 'it is promoted already' });
    const faults = listPromotionFaults(standing).map((problem) =>
      appError('not_promotable', { model: pinOf(act), problem }),
    );
    const [first, ...others] = faults;
    if (first) throw first.beside(others);
    const left = listLeftBehind(models, standing.ref, civilDayAt(act.now().getTime(), desk.timeZone));
    const note = left.length === 0 ? [] : [`adjustments that stay with the version before: ${left.join(', ')}`];
    return { event: 'promoted', evidence: [describeEvidence(standing), ...note].join('; ') };
  });

/** Puts a version in shadow: registered, and to be scored beside the one that decides. @throws as `promoteModel` */
export const shadowModel = (desk: Desk, act: Act): Promise<RegistryEvent> =>
  record(desk, act, ({ state }) => {
    if (state === 'promoted') throw conflict(act, { zh: '已经上线，不能作影子', en: 'it decides, and is no shadow' });
    if (state === 'shadowed') throw conflict(act, { zh: '已在影子运行', en: 'it is in shadow already' });
    return { event: 'shadowed', evidence: null };
  });

/**
 * Ends a version for good; nobody can call it any more, by pin either.
 * @throws model_not_live, model_retired, model_untrusted, artifact_missing, registry_conflict where it decides
 */
export const retireModel = (desk: Desk, act: Act): Promise<RegistryEvent> =>
  record(desk, act, ({ state }) => {
    if (state === 'promoted') {
      throw conflict(act, {
        zh: '正在决策；请先上线另一版本或回滚',
        en: 'it decides; promote another version or roll back first',
      });
    }
    return { event: 'retired', evidence: null };
  });

/**
 * Promotes the version of a name that decided before the one that does now, as an event of its own. It needs no new
 * approval: it decided before. A second rollback goes one further back.
 * @throws registry_conflict where there is none, model_untrusted, artifact_missing
 */
export const rollBackModel = async (
  desk: Desk,
  { name, actor, reason, now }: Omit<Act, 'version'>,
): Promise<RegistryEvent> => {
  const { models: before } = await readRegistryLog(desk.database.pool, emptyLog);
  const previous = requirePrevious(before, name);
  await desk.live.rehearse(previous);
  const { models } = await appendRegistryEvents(desk.database, (log) => {
    const target = requirePrevious(log.models, name);
    if (target.fingerprint !== previous.fingerprint) throw outrun({ name });
    const live = foldPromotions(log.models).get(name)?.live;
    const given = foldRegistry(log.models).find(({ ref }) => ref.fingerprint === live)?.ref;
    const event: RegistryEvent = {
      schema: 1,
      event: 'rolled_back',
      model: target,
      actor: actor.name,
      at: now().toISOString(),
      reason,
      evidence: given ? `in place of ${pinOf(given)}` : null,
    };
    return { models: [event], policies: [] };
  });
  return models[0] as RegistryEvent;
};

const requirePrevious = (events: readonly RegistryEvent[], name: string): ArtifactRef => {
  const previous = findPrevious(events, name);
  if (previous) return previous;
  if (!events.some(({ model }) => model.name === name)) throw appError('model_not_live', { model: name });
  const problem = {
    zh: '之前没有其他版本决策过，无法回滚',
    en: 'no other version decided before, so there is none to go back to',
  };
  throw appError('registry_conflict', { model: name, problem });
};

const conflict = (act: Pick<Act, 'name' | 'version'>, problem: { zh: string; en: string }): AppError =>
  appError('registry_conflict', { model: pinOf(act), problem });

const outrun = ({ name }: { name: string }): AppError =>
  appError('registry_conflict', {
    model: name,
    problem: { zh: '同时发生了另一变更，请重试', en: 'something else happened to it meanwhile; try again' },
  });

type Chosen = Pick<RegistryEvent, 'event' | 'evidence'> & { readonly gate?: string };

/**
 * Appends an event about one version that is registered, not retired and still what it was, chosen while the chain is held.
 */
const record = async (
  desk: Desk,
  { name, version, actor, reason, now }: Act,
  choose: (standing: RegisteredModel, log: RegistryLog) => Chosen,
): Promise<RegistryEvent> => {
  const find = (registered: readonly RegisteredModel[]): RegisteredModel => {
    const found = registered.find(({ ref }) => ref.name === name && ref.version === version);
    if (!found) throw appError('model_not_live', { model: pinOf({ name, version }) });
    if (found.state === 'retired') throw refuseRetired(found);
    return found;
  };
  const known = await readRegistryLog(desk.database.pool, emptyLog);
  const before = find(foldRegistry(known.models));
  const { event } = choose(before, known);
  await readRegisteredModel(desk.database, before.ref.fingerprint);
  if (event === 'promoted' || event === 'shadowed') await desk.live.rehearse(before.ref);
  const { models } = await appendRegistryEvents(desk.database, (log) => {
    const standing = find(foldRegistry(log.models));
    const made: RegistryEvent = {
      schema: 1,
      model: standing.ref,
      actor: actor.name,
      at: now().toISOString(),
      reason,
      ...choose(standing, log),
    };
    return { models: [made], policies: [] };
  });
  return models[0] as RegistryEvent;
};
