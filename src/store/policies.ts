import { join } from 'node:path';
import { Policy } from '../domain/policy.ts';
import { PolicyEvent } from '../domain/registry.ts';
import { appError } from '../errors.ts';
import { fingerprint } from '../fingerprint.ts';
import { isInForce, requireInForce } from '../policy/in-force.ts';
import { modelsNamed } from '../policy/models-named.ts';
import { dataFolders } from './folders.ts';
import { readJson, readJsonLines } from './json.ts';
import { listEntries, readEach } from './listing.ts';
import { checkPlace, compareVersions, type VersionName } from './versions.ts';

/** A policy and the fingerprint by which decisions name it. */
export interface StoredPolicy {
  readonly policy: Policy;
  readonly fingerprint: string;
}

/** Closes a policy with its fingerprint. */
export const sealPolicy = (policy: Policy): StoredPolicy => ({ policy, fingerprint: fingerprint(policy) });

/** A policy's file, named by its place `policies/<name>/<version>.json`. */
interface PolicyFile extends VersionName {
  readonly file: string;
}

/** Every policy file in the data folders, oldest version first; one in an earlier folder hides the same one in a later. */
const listPolicyFiles = (): PolicyFile[] => {
  const files = new Map<string, PolicyFile>();
  for (const folder of dataFolders().map((data) => join(data, 'policies'))) {
    for (const { name } of listEntries(folder)) {
      for (const { name: entry } of listEntries(join(folder, name)).filter((file) => file.name.endsWith('.json'))) {
        const version = entry.slice(0, -'.json'.length);
        const key = `${name}@${version}`;
        if (!files.has(key)) files.set(key, { name, version, file: join(folder, name, entry) });
      }
    }
  }
  return [...files.values()].sort((a, b) => compareVersions(a.version, b.version));
};

const readPolicy = (place: PolicyFile): StoredPolicy => {
  const policy = readJson(place.file, Policy);
  checkPlace(place.file, policy, place);
  return sealPolicy(policy);
};

/**
 * Finds the policy to decide under on a civil day (null = whenever it is in force): by `name@version` or the path of its file that one, by `name` the
 * newest version in force.
 * @throws policy_missing, policy_not_in_force, and what reading any version of that name throws
 */
export const findPolicy = (reference: string, day: string | null): StoredPolicy => {
  const [name, version] = reference.split('@');
  const versions = reference.endsWith('.json')
    ? [sealPolicy(readJson(reference, Policy))]
    : listPolicyFiles()
        .filter((place) => place.name === name && (version === undefined || place.version === version))
        .map(readPolicy);
  const found = newestInForce(versions, day);
  if (found) return found;
  throw appError('policy_missing', { policy: reference, places: dataFolders().join(', ') });
};

/**
 * Finds the policy made for a model, else one that names it for a segment, that is in force on a civil day (null = whenever it is in force), newest version; null where there is none at all.
 * A bad file stands in the way only where it is a version of such a policy, or is called like the model.
 * @throws policy_not_in_force where none is; bad_arguments where policies of several names are
 */
export const findPolicyFor = (model: string, day: string | null): StoredPolicy | null => {
  const places = listPolicyFiles();
  const { found } = readEach(places, readPolicy);
  const isStandard = ({ policy }: StoredPolicy) => policy.models.default === model;
  const isNamed = ({ policy }: StoredPolicy) => modelsNamed(policy.models).includes(model);
  const isFor = found.some(isStandard) ? isStandard : isNamed;
  const names = new Set(found.filter(isFor).map(({ policy }) => policy.name));
  const versions = places
    .filter(({ name }) => names.has(name) || name === model)
    .map(readPolicy)
    .filter(isFor);
  const isCounted = ({ policy }: StoredPolicy) => day === null || isInForce(policy, day);
  const inForce = new Set(versions.filter(isCounted).map(({ policy }) => policy.name));
  if (inForce.size <= 1) return newestInForce(versions, day);
  throw appError('bad_arguments', {
    problem: {
      zh: `请写明策略，模型 ${model} 有多个：${[...inForce].join('、')}`,
      en: `name the policy, model ${model} has several: ${[...inForce].join(', ')}`,
    },
  });
};

/** The newest of some versions that is in force; null where there are no versions. @throws policy_not_in_force */
const newestInForce = (versions: readonly StoredPolicy[], day: string | null): StoredPolicy | null => {
  if (day === null) return versions.at(-1) ?? null;
  const found = versions.findLast(({ policy }) => isInForce(policy, day)) ?? versions.at(-1);
  if (found) requireInForce(found.policy, day);
  return found ?? null;
};

/** What the release put in use, as it lies beside the policies. */
export const readPolicyRegistry = (): PolicyEvent[] =>
  dataFolders().flatMap((folder) => readJsonLines(join(folder, 'policies', 'registry.jsonl'), PolicyEvent));
