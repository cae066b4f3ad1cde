import type { Dictionary } from '../domain/dictionary.ts';
import type { Model } from '../domain/model.ts';
import type { RegistryEvent, ValidationSeen } from '../domain/registry.ts';
import type { ModelSignature } from '../domain/signature.ts';
import { fingerprint } from '../fingerprint.ts';
import type { RegisteredModel } from '../model/registry.ts';
import { type ModelFolder, readModel } from '../store/models.ts';
import { type ModelKeys, readSignature } from '../store/signatures.ts';
import { readValidation } from '../store/validations.ts';
import { findOrigin } from './open-plan.ts';

/** A model as it lies in its folder, with what lies beside it. */
export interface Candidate {
  readonly model: Model;
  readonly origin: Dictionary | null;
  readonly validation: ValidationSeen | null;
  readonly signature: ModelSignature | null;
}

/** Reads and proves a folder whole: model, signature, validation, dictionary. @throws what is wrong with any of them */
export const readCandidate = (folder: ModelFolder, keys: ModelKeys): Candidate => {
  const model = readModel(folder.path);
  return {
    model,
    signature: readSignature(folder.path, model, keys),
    validation: readValidation(folder.path, model),
    origin: findOrigin(folder, model),
  };
};

/** The event of its registration. */
export const toRegistered = (
  { model: { name, version, fingerprint: print }, validation, signature }: Candidate,
  { actor, at, reason }: Pick<RegistryEvent, 'actor' | 'at' | 'reason'>,
): RegistryEvent => ({
  schema: 1,
  event: 'registered',
  model: { name, version, fingerprint: print },
  actor,
  at,
  reason,
  evidence: null,
  ...(validation ? { validation } : {}),
  ...(signature ? { signature } : {}),
});

/** Whether a folder brings a validation or a signature that the registered model lacks. */
export const addsEvidence = (standing: RegisteredModel, { validation, signature }: Candidate): boolean =>
  (validation !== null && standing.validation === null) || (signature !== null && standing.signature === null);

/** Whether it brings one that differs from what the registered model has. */
export const changesEvidence = (standing: RegisteredModel, { validation, signature }: Candidate): boolean =>
  (validation !== null && validation.digest !== standing.validation?.digest) ||
  (signature !== null && fingerprint(signature) !== fingerprint(standing.signature));
