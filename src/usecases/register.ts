import { Adjustment } from '../domain/adjustment.ts';
import type { Decision } from '../domain/decision.ts';
import { Dictionary } from '../domain/dictionary.ts';
import { Model } from '../domain/model.ts';
import { Policy } from '../domain/policy.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { fingerprint as toFingerprint } from '../fingerprint.ts';
import { isSealedAdjustment } from '../model/adjustments.ts';
import { isSealed } from '../model/seal.ts';
import { type Artifact, findArtifact, keepArtifacts } from '../store/artifacts.ts';
import type { Database } from '../store/database.ts';
import { type StoredPolicy, sealPolicy } from '../store/policies.ts';
import { bindPlan, type OpenedPlan, type PlanParts } from './open-plan.ts';

/** A model, and where they are at hand its policy and dictionaries. */
export interface Registrable extends Omit<PlanParts, 'stored' | 'adjustments'> {
  readonly stored: StoredPolicy | null;
}

/**
 * Copies what decisions are made with into the database, by fingerprint, so that any instance can decide and replay.
 * @throws version_exists where another content has the same name and version
 */
export const registerArtifacts = (
  database: Database,
  { model, stored, dictionary, origin }: Registrable,
  addedAt: Date,
): Promise<void> => {
  const { name, version, fingerprint } = model;
  const artifacts: Artifact[] = [
    { kind: 'model', name, version, fingerprint, content: model },
    ...(stored ? [toPolicyArtifact(stored)] : []),
    ...[dictionary, origin].flatMap((each) => (each ? [toDictionaryArtifact(each)] : [])),
  ];
  const byFingerprint = new Map(artifacts.map((artifact) => [artifact.fingerprint, artifact]));
  return keepArtifacts(database, [...byFingerprint.values()], addedAt);
};

const toPolicyArtifact = ({ policy, fingerprint: print }: StoredPolicy): Artifact => ({
  kind: 'policy',
  name: policy.name,
  version: policy.version,
  fingerprint: print,
  content: policy,
});

const toDictionaryArtifact = (dictionary: Dictionary): Artifact => {
  const print = toFingerprint(dictionary);
  return { kind: 'dictionary', name: dictionary.name, version: print, fingerprint: print, content: dictionary };
};

/** The artifacts a decision is made with. */
export interface NamedArtifacts {
  readonly model: string;
  readonly policy: string;
  /** The dictionary whose features the policy names; null where it names none. */
  readonly dictionary: string | null;
  /** What was in force on top of the model. */
  readonly adjustments: readonly string[];
}

/** The part of a decision that names what it was made with. */
export type Naming = Pick<Decision, 'versions' | 'adjustments'>;

/** The artifacts a stored decision names. @throws artifact_missing where it was made without a model */
export const toNames = ({ versions: { model, policy, dictionary }, adjustments }: Naming): NamedArtifacts => {
  if (!model) throw appError('artifact_missing', { fingerprint: 'none' });
  return {
    model: model.fingerprint,
    policy: policy.fingerprint,
    dictionary: dictionary?.fingerprint ?? null,
    adjustments: adjustments.map(({ fingerprint }) => fingerprint),
  };
};

/** Reads and binds artifacts from the database. @throws artifact_missing, model_untrusted, adjustment_untrusted */
export const openRegistered = async (database: Database, named: NamedArtifacts): Promise<OpenedPlan> => {
  const model = await readRegisteredModel(database, named.model);
  const stored = await readRegisteredPolicy(database, named.policy);
  const dictionary =
    named.dictionary === null ? null : Dictionary.parse(await readArtifact(database, named.dictionary));
  const origin = await findArtifact(database, model.dictionary.fingerprint);
  const adjustments = await Promise.all(named.adjustments.map((print) => readRegisteredAdjustment(database, print)));
  return bindPlan({
    model,
    stored,
    dictionary,
    origin: origin === null ? dictionary : Dictionary.parse(origin),
    adjustments,
  });
};

/** Reads a model by its fingerprint, which must be that of what is kept. @throws artifact_missing, model_untrusted */
export const readRegisteredModel = async (database: Database, wanted: string): Promise<Model> => {
  const { success, data } = Model.safeParse(await readArtifact(database, wanted));
  if (success && data.fingerprint === wanted && isSealed(data)) return data;
  throw appError('model_untrusted', { model: wanted, problem: changedContent });
};

/** Reads an adjustment by its fingerprint, which must be that of what is kept. @throws artifact_missing, adjustment_untrusted */
export const readRegisteredAdjustment = async (database: Database, wanted: string): Promise<Adjustment> => {
  const { success, data } = Adjustment.safeParse(await readArtifact(database, wanted));
  if (success && data.fingerprint === wanted && isSealedAdjustment(data)) return data;
  throw appError('adjustment_untrusted', { adjustment: wanted, problem: changedContent });
};

const changedContent: Text = {
  zh: '数据库中的内容与指纹不符，内容被改动',
  en: 'what the database keeps of it does not have its fingerprint; it was changed',
};

/** Reads a policy by its fingerprint. @throws artifact_missing */
export const readRegisteredPolicy = async (database: Database, wanted: string): Promise<StoredPolicy> =>
  sealPolicy(Policy.parse(await readArtifact(database, wanted)));

const readArtifact = async (database: Database, wanted: string): Promise<unknown> => {
  const content = await findArtifact(database, wanted);
  if (content === null) throw appError('artifact_missing', { fingerprint: wanted });
  return content;
};
