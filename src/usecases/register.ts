import { Dictionary } from '../domain/dictionary.ts';
import { Model } from '../domain/model.ts';
import { Policy } from '../domain/policy.ts';
import { appError } from '../errors.ts';
import { fingerprint } from '../fingerprint.ts';
import type { Database } from '../store/database.ts';
import { bindPlan, type OpenedPlan } from './open-plan.ts';

/** Copies what decisions are made with into the database, by fingerprint, so that any instance can replay them. */
export const registerArtifacts = async (
  { prisma }: Database,
  { parts, plan }: OpenedPlan,
  addedAt: Date,
): Promise<void> => {
  const { model, stored, dictionary } = parts;
  const artifacts = [
    { kind: 'model', name: model.name, version: model.version, fingerprint: model.fingerprint, content: model },
    {
      kind: 'policy',
      name: stored.policy.name,
      version: stored.policy.version,
      fingerprint: stored.fingerprint,
      content: stored.policy,
    },
    ...(dictionary && plan.dictionary
      ? [
          {
            kind: 'dictionary',
            name: dictionary.name,
            version: plan.dictionary.fingerprint,
            fingerprint: plan.dictionary.fingerprint,
            content: dictionary,
          },
        ]
      : []),
  ];
  for (const { content, ...artifact } of artifacts) {
    const known = await prisma.artifact.findUnique({ where: { fingerprint: artifact.fingerprint } });
    if (known) continue;
    const same = await prisma.artifact.findFirst({
      where: { kind: artifact.kind, name: artifact.name, version: artifact.version },
    });
    if (same) throw appError('version_exists', { model: artifact.name, version: artifact.version });
    await prisma.artifact.create({ data: { ...artifact, content: JSON.stringify(content), addedAt } });
  }
};

/** The artifacts a decision names. */
export interface NamedArtifacts {
  readonly model: string;
  readonly policy: string;
  readonly dictionary: string | null;
}

/** Binds artifacts again from the database. @throws artifact_missing, fingerprint_mismatch */
export const openRegistered = async (database: Database, named: NamedArtifacts): Promise<OpenedPlan> => {
  const read = async (wanted: string): Promise<unknown> => {
    const artifact = await database.prisma.artifact.findUnique({ where: { fingerprint: wanted } });
    if (!artifact) throw appError('artifact_missing', { fingerprint: wanted });
    return JSON.parse(artifact.content);
  };
  const model = Model.parse(await read(named.model));
  const policy = Policy.parse(await read(named.policy));
  const dictionary = named.dictionary === null ? null : Dictionary.parse(await read(named.dictionary));
  const stored = { policy, fingerprint: fingerprint(policy) };
  return bindPlan({ model, stored, dictionary, origin: dictionary });
};
