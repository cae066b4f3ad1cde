import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Policy } from '../domain/policy.ts';
import { PolicyEvent } from '../domain/registry.ts';
import { appError } from '../errors.ts';
import { fingerprint } from '../fingerprint.ts';
import { dataFolders } from './folders.ts';
import { readJson, readJsonLines } from './json.ts';

/** A policy and the fingerprint by which decisions name it. */
export interface StoredPolicy {
  readonly policy: Policy;
  readonly fingerprint: string;
}

/** Closes a policy with its fingerprint. */
export const sealPolicy = (policy: Policy): StoredPolicy => ({ policy, fingerprint: fingerprint(policy) });

/** Reads a policy from a file. */
export const readPolicyFile = (file: string): StoredPolicy => sealPolicy(readJson(file, Policy));

/** Every policy in the data folders (`policies/<name>/<version>.json`), by name and version. */
export const listPolicies = (): StoredPolicy[] =>
  dataFolders()
    .map((folder) => join(folder, 'policies'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.json'))
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
        .map((file) => readPolicyFile(join(folder, file))),
    );

/**
 * Finds a policy by `name`, `name@version` or path of its file.
 * @throws policy_missing
 */
export const findPolicy = (reference: string): StoredPolicy => {
  if (reference.endsWith('.json')) return readPolicyFile(reference);
  const [name, version] = reference.split('@');
  const found = listPolicies().findLast(
    ({ policy }) => policy.name === name && (version === undefined || policy.version === version),
  );
  if (found) return found;
  throw appError('policy_missing', { policy: reference, places: dataFolders().join(', ') });
};

/** The newest policy whose default model this is; null where there is none. */
export const findPolicyFor = (model: string): StoredPolicy | null =>
  listPolicies().findLast(({ policy }) => policy.models.default === model) ?? null;

/** What the release put in use, as it lies beside the policies. */
export const readPolicyRegistry = (): PolicyEvent[] =>
  dataFolders().flatMap((folder) => readJsonLines(join(folder, 'policies', 'registry.jsonl'), PolicyEvent));
