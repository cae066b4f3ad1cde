import type { DecisionPlan } from '../decision/plan.ts';
import type { ArtifactRef } from '../domain/model.ts';
import type { PolicyEvent, RegistryEvent } from '../domain/registry.ts';
import { AppError, appError, isContained } from '../errors.ts';
import { FINDER, foldRegistry } from '../model/registry.ts';
import type { Database } from '../store/database.ts';
import { listModels } from '../store/models.ts';
import { findPolicy, readPolicyRegistry } from '../store/policies.ts';
import { readRegistry } from '../store/registry.ts';
import { appendRegistryEvents, emptyLog, readRegistryLog } from '../store/registry-log.ts';
import type { ModelKeys } from '../store/signatures.ts';
import { addsEvidence, type Candidate, readCandidate, toRegistered } from './candidates.ts';
import { type OpenedPlan, openPlan } from './open-plan.ts';
import { registerArtifacts } from './register.ts';
import { createSignalsInUse } from './signals-in-use.ts';

const RELEASE = 'release';

/** Where a service finds models, and the moment it looks. */
export interface SeedRequest {
  readonly modelFolders: readonly string[];
  readonly now: Date;
  /** Keys of which one must have signed a model; none unless told. */
  readonly modelKeys?: ModelKeys;
}

/** What of the folders could not be registered: a version, or the policy shipped for a model. */
export interface FolderFault {
  readonly model: string;
  readonly fault: AppError;
}

/**
 * Registers every model found in the folders (DEFINITIONS 10). What the release promoted is promoted where its name has
 * no promotion yet, with its policy in use; anything else is callable by pin until somebody promotes it. A model that is
 * known already is registered again only where a validation or a signature has come that it lacked.
 * @returns what could not be registered, one fault for each model and policy; the others are
 */
export const seedRegistry = async (
  database: Database,
  { modelFolders, now, modelKeys = new Map() }: SeedRequest,
): Promise<readonly FolderFault[]> => {
  const faults: FolderFault[] = [];
  const found: Candidate[] = [];
  for (const folder of listModels(modelFolders)) {
    try {
      const candidate = readCandidate(folder, modelKeys);
      const { model, origin } = candidate;
      await registerArtifacts(database, { model, origin, stored: null, dictionary: null }, now);
      found.push(candidate);
    } catch (fault) {
      if (!isContained(fault)) throw fault;
      faults.push({ model: `${folder.name}@${folder.version}`, fault });
    }
  }
  const shipped = readRegistry(modelFolders);
  const { policies } = await readRegistryLog(database.pool, emptyLog);
  const wanted = chooseShippedPolicies(found, policies);
  const opened: ReturnType<typeof openShipped>[] = [];
  for (const event of wanted) {
    try {
      opened.push(openShipped(event, modelFolders));
    } catch (fault) {
      if (!(fault instanceof AppError)) throw fault;
      faults.push({ model: event.model, fault });
    }
  }
  for (const { parts } of opened) await registerArtifacts(database, parts, now);
  await appendRegistryEvents(database, (log) => ({
    models: chooseModelEvents({ found, shipped, happened: log.models, now }),
    policies: opened.map(({ event }) => event).filter(({ model }) => !isDecided(model, log.policies)),
  }));
  return faults;
};

interface ChooseModels {
  readonly found: readonly Candidate[];
  readonly shipped: readonly RegistryEvent[];
  readonly happened: readonly RegistryEvent[];
  readonly now: Date;
}

const chooseModelEvents = ({ found, shipped, happened, now }: ChooseModels): RegistryEvent[] => {
  const known = new Map(foldRegistry(happened).map((each) => [each.ref.fingerprint, each]));
  const promoted = new Set(happened.flatMap(({ event, model }) => (event === 'promoted' ? [model.name] : [])));
  return found.flatMap((candidate) => {
    const { model } = candidate;
    const at = now.toISOString();
    const local = toRegistered(candidate, { actor: FINDER, at, reason: 'found in the models folder' });
    const standing = known.get(model.fingerprint);
    if (standing) return addsEvidence(standing, candidate) ? [local] : [];
    const released = shipped.filter(
      ({ event, model: { name, fingerprint }, actor }) =>
        fingerprint === model.fingerprint &&
        actor === RELEASE &&
        (event === 'registered' || (event === 'promoted' && !promoted.has(name))),
    );
    if (released.length === 0) return [local];
    return released.map((event) =>
      event.event === 'registered' ? toRegistered(candidate, { ...event, at }) : { ...event, at },
    );
  });
};

/** Whether a policy was ever put in use for a model. */
const isDecided = (model: string, happened: readonly PolicyEvent[]): boolean =>
  happened.some((event) => event.model === model);

/** What the release put in use, for models that are there and have no policy yet. */
const chooseShippedPolicies = (found: readonly Candidate[], happened: readonly PolicyEvent[]): PolicyEvent[] => {
  const names = new Set(found.map(({ model }) => model.name));
  return readPolicyRegistry().filter(
    ({ actor, model }) => actor === RELEASE && names.has(model) && !isDecided(model, happened),
  );
};

const openShipped = (event: PolicyEvent, modelFolders: readonly string[]) => {
  const { name, version, fingerprint } = event.policy;
  const policy = `${name}@${version}`;
  const { parts } = openPlan({ model: event.model, modelFolders, policy, day: null });
  if (parts.stored.fingerprint !== fingerprint) throw appError('fingerprint_mismatch', { file: policy });
  return { event, parts };
};

interface Use {
  readonly actor: string;
  readonly reason: string;
  readonly now: Date;
}

const policyUsed = ({ plan, parts }: OpenedPlan, { actor, reason, now }: Use): PolicyEvent => {
  const { name, version, models } = parts.stored.policy;
  return {
    schema: 1,
    event: 'used',
    policy: { name, version, fingerprint: parts.stored.fingerprint },
    dictionary: plan.dictionary,
    model: models.default,
    actor,
    at: now.toISOString(),
    reason,
  };
};

/** A policy to be put in use, as the caller names it, and why. */
export interface UsePolicyRequest {
  readonly policy: string;
  readonly modelFolders: readonly string[];
  readonly reason: string;
  readonly now: Date;
}

/**
 * Makes a policy effective for its default model, recorded as local and unapproved; running services follow.
 * @throws policy_missing, bad_policy (a rule that names a kind of signal of which the policy of signals in use knows nothing
 * among them), policy_model_mismatch, model_missing
 */
export const usePolicy = async (database: Database, request: UsePolicyRequest): Promise<ArtifactRef> => {
  const { reason, now } = request;
  const { policy } = findPolicy(request.policy, null);
  const opened = openPlan({ ...request, model: policy.models.default, day: null });
  await requireSignals(database, opened.plan, now);
  await registerArtifacts(database, opened.parts, now);
  const event = policyUsed(opened, { actor: FINDER, reason, now });
  await appendRegistryEvents(database, () => ({ models: [], policies: [event] }));
  return event.policy;
};

/** A rule over signals that are never raised would never fire. */
const requireSignals = async (database: Database, { policy, rules }: DecisionPlan, now: Date): Promise<void> => {
  const named = rules.flatMap(({ rule, fields }) =>
    fields.flatMap(({ name }) =>
      name.startsWith(SIGNALS) ? [{ rule: rule.id, kind: name.slice(SIGNALS.length) }] : [],
    ),
  );
  if (named.length === 0) return;
  const { policy: signals } = await createSignalsInUse(database, () => now).current();
  for (const { rule, kind } of named) {
    if (signals.detectors.some((detector) => detector.kind === kind)) continue;
    const problem = {
      zh: `信号策略 ${signals.name}@${signals.version} 中没有信号 ${kind}`,
      en: `signal policy ${signals.name}@${signals.version} has no signal ${kind}`,
    };
    throw appError('bad_policy', { policy: `${policy.name} ${policy.version}`, rule, problem });
  }
};

const SIGNALS = 'signals.';
