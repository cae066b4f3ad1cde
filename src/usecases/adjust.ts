import type { Adjustment, AdjustmentContent, AdjustmentEffect, AdjustmentSignature } from '../domain/adjustment.ts';
import type { Model } from '../domain/model.ts';
import { RegistryEvent } from '../domain/registry.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { summariseEffects } from '../explanation/adjustment-words.ts';
import { civilDayAt } from '../features/civil-day.ts';
import { adjustmentsOf, type RegisteredAdjustment } from '../model/adjustment-registry.ts';
import { findAdjustmentFall, findAdjustmentFaults, sealAdjustment } from '../model/adjustments.ts';
import { foldRegistry, type RegisteredModel } from '../model/registry.ts';
import { findVouchingFault } from '../model/transitions.ts';
import { findAdjustmentSignatureFault } from '../store/adjustment-signatures.ts';
import { keepArtifacts } from '../store/artifacts.ts';
import { appendRegistryEvents, emptyLog, type RegistryLog, readRegistryLog } from '../store/registry-log.ts';
import { measureOnDecisions } from './adjust-effect.ts';
import type { Act, Desk } from './desk.ts';
import { refuseRetired } from './live.ts';
import { readRegisteredAdjustment, readRegisteredModel } from './register.ts';

/** Who does something about an adjustment of which version, and when; one that is proposed has a reason of its own. */
type AdjustAct = Omit<Act, 'reason'>;

/** The same about one that was proposed, by its name and with a reason. */
export interface KnownAdjustAct extends Act {
  readonly adjustment: string;
}

/** An adjustment as it is proposed: what was measured on files is the proposer's word, with the file's digest. */
export interface Proposal {
  readonly content: AdjustmentContent;
  /** What the proposer found; undefined = it is not held against anything. */
  readonly fingerprint: string | undefined;
  readonly signature: AdjustmentSignature | null;
  readonly effects: readonly AdjustmentEffect[];
}

const pinOf = ({ name, version }: Pick<AdjustAct, 'name' | 'version'>): string => `${name}@${version}`;

/** The version an adjustment sits on. @throws model_not_live, model_retired */
const requireVersion = (log: RegistryLog, { name, version }: Pick<AdjustAct, 'name' | 'version'>): RegisteredModel => {
  const found = foldRegistry(log.models).find(({ ref }) => ref.name === name && ref.version === version);
  if (!found) throw appError('model_not_live', { model: pinOf({ name, version }) });
  if (found.state === 'retired') throw refuseRetired(found);
  return found;
};

/** An adjustment of a version by its name. @throws adjustment_missing */
const requireAdjustment = (log: RegistryLog, { ref }: RegisteredModel, name: string): RegisteredAdjustment => {
  const found = adjustmentsOf(log.models, ref.fingerprint).find((each) => each.name === name);
  if (!found) throw appError('adjustment_missing', { model: pinOf(ref), adjustment: name });
  return found;
};

const conflict = (act: AdjustAct, adjustment: string, problem: Text): AppError =>
  appError('adjustment_conflict', { model: pinOf(act), adjustment, problem });

const problems = {
  taken: {
    zh: '此名称已用过，请另取名称',
    en: 'there was one of this name before; choose another',
  },
  over: { zh: '有效期已过', en: 'its last day is over' },
  other: { zh: '内容与所给指纹不符', en: 'it does not have the fingerprint it came with' },
  withdrawn: { zh: '已被撤回', en: 'it was withdrawn' },
  approved: { zh: '已获批准', en: 'it is approved already' },
  outrun: { zh: '同时发生了另一变更，请重试', en: 'something else happened meanwhile; try again' },
  own: { zh: '调整由其本人提出，须由另一人批准', en: 'they proposed it themselves; it takes a second person' },
  unnamed: {
    zh: '提出时未具名，还没有人对它负责；请具名另行提出（--actor 或密钥）',
    en: 'it was proposed under no name, so nobody answers for it yet; propose it again under one (--actor, or a key)',
  },
} as const satisfies Record<string, Text>;

/** An adjustment as it would sit on a version, with the model's fingerprint and its own. */
export const placeAdjustment = (content: AdjustmentContent, model: Pick<Model, 'name' | 'version' | 'fingerprint'>) => {
  const { name, version, fingerprint } = model;
  return sealAdjustment({ ...content, model: { name, version, fingerprint } });
};

/**
 * Refuses an adjustment that does not fit its model or would fall in a direction of risk, alone or together with others.
 * @param others adjustments of the same version that may decide beside it
 * @throws adjustment_unfit naming everything that is wrong, adjustment_not_monotone
 */
export const checkAdjustment = (model: Model, adjustment: Adjustment, others: readonly Adjustment[]): void => {
  const faults = findAdjustmentFaults(model, adjustment).map((problem) =>
    appError('adjustment_unfit', { adjustment: adjustment.name, model: pinOf(model), problem }),
  );
  const [first, ...rest] = faults;
  if (first) throw first.beside(rest);
  const fall = findAdjustmentFall(model, adjustment, others);
  if (!fall) return;
  const { input, atBin, leastStep } = fall.proof;
  const names = fall.beside.join(', ');
  const beside = names === '' ? { zh: '', en: '' } : { zh: `（连同 ${names}）`, en: ` (together with ${names})` };
  throw appError('adjustment_not_monotone', {
    adjustment: adjustment.name,
    beside,
    input,
    bin: atBin ?? 0,
    microLogits: -leastStep,
  });
};

/** Of a version's adjustments those that are approved, with their content. @throws artifact_missing, adjustment_untrusted */
const readApproved = ({ database }: Desk, log: RegistryLog, { ref }: RegisteredModel): Promise<Adjustment[]> =>
  Promise.all(listApproved(log, ref.fingerprint).map((print) => readRegisteredAdjustment(database, print)));

const listApproved = (log: RegistryLog, model: string): string[] =>
  adjustmentsOf(log.models, model).flatMap(({ state, fingerprint }) => (state === 'approved' ? [fingerprint] : []));

const refuseOver = ({ timeZone }: Desk, act: AdjustAct, { name, to }: Adjustment): void => {
  if (to <= civilDayAt(act.now().getTime(), timeZone)) throw conflict(act, name, problems.over);
};

/**
 * Proposes an adjustment: sealed on the version's fingerprint, checked, proved, measured on what the version decided so far,
 * and kept with its effects. It decides nothing until a second person approves it.
 * @throws model_not_live, model_retired, model_untrusted, artifact_missing, adjustment_unfit, adjustment_not_monotone,
 * adjustment_untrusted, adjustment_conflict where its name was used or its days are over
 */
export const proposeAdjustment = async (desk: Desk, act: AdjustAct, proposal: Proposal): Promise<RegistryEvent> => {
  const { database, live, modelKeys, timeZone } = desk;
  const before = await readRegistryLog(database.pool, emptyLog);
  const standing = requireVersion(before, act);
  const model = await readRegisteredModel(database, standing.ref.fingerprint);
  const adjustment = placeAdjustment(proposal.content, model);
  const { name, fingerprint } = adjustment;
  if (proposal.fingerprint !== undefined && proposal.fingerprint !== fingerprint) {
    throw appError('adjustment_unfit', { adjustment: name, model: pinOf(act), problem: problems.other });
  }
  const refuseTaken = (log: RegistryLog) => {
    const isTaken = adjustmentsOf(log.models, standing.ref.fingerprint).some((each) => each.name === name);
    if (isTaken) throw conflict(act, name, problems.taken);
  };
  refuseTaken(before);
  refuseOver(desk, act, adjustment);
  const fault = findAdjustmentSignatureFault(adjustment, proposal.signature, modelKeys);
  if (fault) throw fault;
  checkAdjustment(model, adjustment, await readApproved(desk, before, standing));
  await live.refresh();
  const { stored: policy } = await live.policyFor(pinOf(act));
  const now = act.now();
  const measured = { database, model, ref: standing.ref, policy, now, timeZone };
  const effects = [...proposal.effects, await measureOnDecisions(adjustment, measured)];
  const artifact = { kind: 'adjustment' as const, name, version: fingerprint, fingerprint, content: adjustment };
  await keepArtifacts(database, [artifact], now);
  const { models } = await appendRegistryEvents(database, (log) => {
    requireVersion(log, act);
    refuseTaken(log);
    const event = RegistryEvent.parse({
      schema: 1,
      event: 'adjustment_proposed',
      model: standing.ref,
      actor: act.actor.name,
      at: act.now().toISOString(),
      reason: adjustment.reason.en,
      evidence: summariseEffects(effects),
      adjustment: { name, fingerprint, to: adjustment.to, signature: proposal.signature, effects },
    });
    return { models: [event], policies: [] };
  });
  return models[0] as RegistryEvent;
};

/**
 * Approves an adjustment, as somebody with a key who did not propose it; from then on it decides on its days.
 * @param evidence what the approval rests on, such as minutes; the effects unless told
 * @throws model_not_live, model_retired, model_untrusted, artifact_missing, adjustment_missing, approval_refused,
 * adjustment_untrusted, adjustment_not_monotone together with what was approved since, adjustment_conflict where it was
 * approved or withdrawn or its days are over
 */
export const approveAdjustment = async (
  desk: Desk,
  act: KnownAdjustAct & { readonly evidence: string | null },
): Promise<RegistryEvent> => {
  const { database, modelKeys } = desk;
  const before = await readRegistryLog(database.pool, emptyLog);
  const choose = (log: RegistryLog) => {
    const standing = requireVersion(log, act);
    const found = requireAdjustment(log, standing, act.adjustment);
    const problem = findVouchingFault({ registrants: [found.proposer] }, act.actor, problems);
    if (problem) {
      throw appError('approval_refused', { actor: act.actor.name, model: `${pinOf(act)} (${found.name})`, problem });
    }
    if (found.state !== 'proposed') throw conflict(act, found.name, problems[found.state]);
    return { standing, found };
  };
  const { standing, found } = choose(before);
  const model = await readRegisteredModel(database, standing.ref.fingerprint);
  const adjustment = await readRegisteredAdjustment(database, found.fingerprint);
  refuseOver(desk, act, adjustment);
  const fault = findAdjustmentSignatureFault(adjustment, found.signature, modelKeys);
  if (fault) throw fault;
  checkAdjustment(model, adjustment, await readApproved(desk, before, standing));
  const known = listApproved(before, model.fingerprint).join(' ');
  return append(desk, act, 'adjustment_approved', (log) => {
    choose(log);
    if (listApproved(log, model.fingerprint).join(' ') !== known) throw conflict(act, found.name, problems.outrun);
    return { found, evidence: act.evidence ?? summariseEffects(found.effects) };
  });
};

/**
 * Ends an adjustment for good, whether it was approved or not: from then on it decides nothing. Anybody may, as with a
 * rollback; what takes a second person is to let it decide.
 * @throws model_not_live, model_retired, adjustment_missing, adjustment_conflict where it was withdrawn before
 */
export const withdrawAdjustment = (desk: Desk, act: KnownAdjustAct): Promise<RegistryEvent> =>
  append(desk, act, 'adjustment_withdrawn', (log) => {
    const found = requireAdjustment(log, requireVersion(log, act), act.adjustment);
    if (found.state === 'withdrawn') throw conflict(act, found.name, problems.withdrawn);
    return { found, evidence: found.approver === null ? null : `approved by ${found.approver}` };
  });

interface Chosen {
  readonly found: RegisteredAdjustment;
  readonly evidence: string | null;
}

/** Appends an event about an adjustment, chosen while the chain is held. */
const append = async (
  { database }: Desk,
  act: KnownAdjustAct,
  event: RegistryEvent['event'],
  choose: (log: RegistryLog) => Chosen,
): Promise<RegistryEvent> => {
  const { models } = await appendRegistryEvents(database, (log) => {
    const { found, evidence } = choose(log);
    const { name, fingerprint } = found;
    const made: RegistryEvent = {
      schema: 1,
      event,
      model: found.model,
      actor: act.actor.name,
      at: act.now().toISOString(),
      reason: act.reason,
      evidence,
      adjustment: { name, fingerprint },
    };
    return { models: [made], policies: [] };
  });
  return models[0] as RegistryEvent;
};
