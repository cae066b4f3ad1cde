import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDecisionPlan, type DecisionPlan } from '../decision/plan.ts';
import type { Adjustment } from '../domain/adjustment.ts';
import { Dictionary } from '../domain/dictionary.ts';
import type { Model } from '../domain/model.ts';
import { namedFeatures } from '../policy/rules.ts';
import { createStarterPolicy } from '../policy/starter.ts';
import { listDictionaries, readDictionary } from '../store/dictionaries.ts';
import { readJson } from '../store/json.ts';
import { findModel, type ModelFolder, readModel } from '../store/models.ts';
import { findPolicy, findPolicyFor, type StoredPolicy, sealPolicy } from '../store/policies.ts';

/** A model and a policy as the caller names them. */
export interface PlanRequest {
  readonly model: string;
  readonly modelFolders: readonly string[];
  /** Undefined = the newest policy made for the model that is in force, else a starter policy without rules. */
  readonly policy: string | undefined;
  /** Civil day on which the policy must be in force; null = a policy named may be of any day. */
  readonly day: string | null;
}

/** Reads a model and its policy and binds them. @throws policy_not_in_force, and what reading and binding throw */
export const openPlan = ({ model: reference, modelFolders, policy, day }: PlanRequest): OpenedPlan => {
  const folder = findModel(reference, modelFolders);
  const model = readModel(folder.path);
  const stored = choosePolicy(model, policy, day);
  const dictionary = namedFeatures(stored.policy).length > 0 ? readDictionary(stored.policy.dictionary) : null;
  return bindPlan({ model, stored, dictionary, origin: findOrigin(folder, model) });
};

/** What a plan is made of, as plain data that can be handed to a worker. */
export interface PlanParts {
  readonly model: Model;
  readonly stored: StoredPolicy;
  readonly dictionary: Dictionary | null;
  /** The dictionary of the data the model was trained on, where it is at hand. */
  readonly origin: Dictionary | null;
  /** Adjustments on top of the model; none unless told. */
  readonly adjustments?: readonly Adjustment[];
}

/** A bound plan and what it was made of. */
export interface OpenedPlan {
  readonly plan: DecisionPlan;
  readonly parts: PlanParts;
}

/** Binds parts that were read already. */
export const bindPlan = (parts: PlanParts): OpenedPlan => ({
  parts,
  plan: createDecisionPlan({
    model: parts.model,
    policy: parts.stored.policy,
    policyFingerprint: parts.stored.fingerprint,
    dictionary: parts.dictionary,
    adjustments: parts.adjustments ?? [],
  }),
});

const choosePolicy = (model: Model, reference: string | undefined, day: string | null): StoredPolicy => {
  if (reference !== undefined) return findPolicy(reference, day);
  return (day === null ? null : findPolicyFor(model.name, day)) ?? sealPolicy(createStarterPolicy(model));
};

/** Names that may be present in a row though nothing reads them: every column of the dictionary the model came from. */
export const acceptedNames = (opened: OpenedPlan): ReadonlySet<string> => {
  const dictionary = originOf(opened);
  if (!dictionary) return new Set();
  return new Set([...dictionary.columns.flatMap(({ name, source }) => [name, source]), dictionary.target.column]);
};

/** How a file of rows is written. */
export type FileFormat = Omit<Dictionary['file'], 'path'>;

/** How files of the model's data set are written. */
export const acceptedFormat = (opened: OpenedPlan): FileFormat => {
  const { path: _, ...format } = originOf(opened)?.file ?? { separator: ',', header: true, missing: ['NA'] };
  return { ...format, missing: [...new Set(['', ...format.missing])] };
};

/** The dictionary of the data the model was trained on, where it is at hand. */
export const originOf = ({ parts }: OpenedPlan): Dictionary | null => parts.origin ?? parts.dictionary;

/** The dictionary a model was trained with lies beside it; else that of its name among the data folders. */
export const findOrigin = ({ path }: ModelFolder, model: Model): Dictionary | null => {
  const beside = join(path, 'dictionary.json');
  if (existsSync(beside)) return readJson(beside, Dictionary);
  return (
    listDictionaries().found.find(({ dictionary }) => dictionary.name === model.dictionary.name)?.dictionary ?? null
  );
};
