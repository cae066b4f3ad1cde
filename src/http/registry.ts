import type { ModelSummary, PolicyAnswer } from '../contract/registry.ts';
import { appError } from '../errors.ts';
import type { Live, LiveModel, PolicyInUse } from '../usecases/live.ts';

/** A model of the registry as the caller reads it. */
export const describeModel = ({ ref, state, history, model }: LiveModel): ModelSummary => ({
  ...ref,
  learner: model.learner,
  state,
  event: model.target.event,
  horizonDays: model.target.horizonDays,
  fields: model.columns.map(({ name, source, label, unit, categories }) => ({
    name,
    source,
    label,
    type: categories ? 'category' : 'number',
    unit,
  })),
  history: history.map(({ event, actor, at, reason }) => ({ event, actor, at, reason })),
});

/** Finds one version of a model, whatever its state. @throws model_not_live */
export const findVersion = async (live: Live, name: string, version: string): Promise<LiveModel> => {
  const found = (await live.models()).find(({ ref }) => ref.name === name && ref.version === version);
  if (!found) throw appError('model_not_live', { model: `${name}@${version}` });
  return found;
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
