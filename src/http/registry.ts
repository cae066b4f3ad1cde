import type { AdjustmentAnswer, AdjustmentSummary } from '../contract/adjustments.ts';
import type { HistoryEntry } from '../contract/model-event.ts';
import type { HistoryAnswer, ModelSummary, PolicyAnswer } from '../contract/registry.ts';
import type { ArtifactRef } from '../domain/model.ts';
import type { RegistryEvent } from '../domain/registry.ts';
import { isContained } from '../errors.ts';
import { listAdjustedCells } from '../explanation/adjustment-words.ts';
import type { Standing } from '../usecases/history.ts';
import type { Live, LiveAdjustment, LiveModel, PolicyInUse } from '../usecases/live.ts';
import type { LivePlan } from '../usecases/live-artifacts.ts';

/** A model of the registry as the caller reads it. */
export const describeModel = async (live: Live, found: LiveModel): Promise<ModelSummary> => {
  const { ref, state, approvals, gates, signature, history, model } = found;
  return {
    ...ref,
    learner: model.learner,
    state,
    approvedBy: approvals.map(({ actor }) => actor),
    gates: gates.map(({ name, verdict, value, limit, message, waiver }) => ({
      name,
      verdict,
      value,
      limit,
      message,
      waivedBy: waiver?.actor ?? null,
    })),
    signedBy: signature?.publicKey ?? null,
    adjustments: await listAdjustments(live, ref),
    event: model.target.event,
    horizonDays: model.target.horizonDays,
    fields: await describeFields(live, found),
    history: history.map(describeEvent),
  };
};

/** An event as the caller reads it. */
export const describeEvent = (happened: RegistryEvent): HistoryEntry => {
  const { event, actor, at, reason, evidence, gate, adjustment } = happened;
  return { event, actor, at, reason, evidence, gate: gate ?? null, adjustment: adjustment?.name ?? null };
};

/** The adjustments of a version as the caller reads them; damaged ones are left out, and told of as faults. */
export const listAdjustments = async (live: Live, ref: ArtifactRef): Promise<AdjustmentSummary[]> =>
  (await live.adjustments(ref)).map((found) => summariseAdjustment(live, found));

const summariseAdjustment = (live: Live, { adjustment, ...found }: LiveAdjustment): AdjustmentSummary => {
  const { name, fingerprint, owner, reason, from, to, segments } = adjustment;
  return {
    name,
    fingerprint,
    state: found.state,
    isInForce: live.adjusting(found.model).some((each) => each.fingerprint === fingerprint),
    owner,
    reason,
    from,
    to,
    segments,
    proposedBy: found.proposer,
    approvedBy: found.approver,
    signedBy: found.signature?.publicKey ?? null,
  };
};

/** Cells that are told in words. */
const MOST_CELLS = 1_000;

/** One of them whole. @throws adjustment_missing, adjustment_untrusted */
export const describeAdjustment = async (
  live: Live,
  { ref, model }: LiveModel,
  name: string,
): Promise<AdjustmentAnswer> => {
  const found = await live.adjustment(ref, name);
  const { effects, history, adjustment } = found;
  return {
    ...summariseAdjustment(live, found),
    model: found.model,
    tables: adjustment.tables,
    cells: listAdjustedCells(model, adjustment)
      .slice(0, MOST_CELLS)
      .map(({ microLogits, where }) => ({ microLogits, where: [...where] })),
    effects: [...effects],
    history: history.map(describeEvent),
  };
};

/** Where versions stood at a moment, as the caller reads it. */
export const describeHistory = (at: string, standings: readonly Standing[]): HistoryAnswer => ({
  at,
  models: standings.map(({ ref, state, since, approvals, gates, history }) => ({
    ...ref,
    state,
    since,
    approvedBy: approvals.map(({ actor }) => actor),
    waived: gates.flatMap(({ name, waiver }) =>
      waiver ? [{ gate: name, actor: waiver.actor, reason: waiver.reason }] : [],
    ),
    history: history.map(describeEvent),
  })),
});

/** The raw columns a decision by a model needs: the model's own, and those only its policy reads. */
const describeFields = async (live: Live, found: LiveModel): Promise<ModelSummary['fields']> => {
  const opened = await openCallable(live, found);
  const columns = opened?.plan.features.columns ?? found.model.columns;
  const named = opened?.parts.dictionary?.columns.filter((column) => column.role === 'feature') ?? [];
  const worded = [...found.model.columns, ...named];
  return columns.map(({ name, source, categories }) => {
    const { label, unit } = worded.find((column) => column.name === name) ?? {
      label: { zh: name, en: name },
      unit: null,
    };
    return { name, source, label, type: categories ? 'category' : 'number', unit };
  });
};

/** The plan a model decides by when it is pinned, be its policy in force or not; null where it cannot be called. */
export const openCallable = async (live: Live, found: LiveModel): Promise<LivePlan | null> => {
  if (found.state === 'retired') return null;
  try {
    return await live.open(found);
  } catch (fault) {
    if (isContained(fault)) return null;
    throw fault;
  }
};

/** A policy in use as the caller reads it. */
export const describePolicy = ({ stored, event }: PolicyInUse): PolicyAnswer => ({
  name: stored.policy.name,
  version: stored.policy.version,
  fingerprint: stored.fingerprint,
  since: event?.at ?? null,
  actor: event?.actor ?? null,
  policy: stored.policy,
});
