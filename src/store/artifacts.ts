import { appError } from '../errors.ts';
import type { Database } from './database.ts';
import { orDatabaseFault } from './database-fault.ts';

/** Something decisions are made with, by its fingerprint; what has its kind, name and version has its content. */
export interface Artifact {
  readonly kind: 'model' | 'policy' | 'dictionary' | 'adjustment' | 'signals';
  readonly name: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly content: unknown;
}

const SAME_NAMES = `SELECT kind, name, version, fingerprint FROM artifacts
WHERE (kind, name, version) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))`;

const INSERT = `INSERT INTO artifacts (kind, name, version, fingerprint, content, added_at)
SELECT *, $6::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT (fingerprint) DO NOTHING`;

const IS_UNIQUE_VIOLATION = '23505';

/**
 * Keeps artifacts that are not kept yet.
 * @throws version_exists where another content has the same name and version; database_unavailable
 */
export const keepArtifacts = async (
  { pool }: Database,
  artifacts: readonly Artifact[],
  addedAt: Date,
): Promise<void> => {
  const columns = (of: readonly Artifact[]) => [
    of.map(({ kind }) => kind),
    of.map(({ name }) => name),
    of.map(({ version }) => version),
  ];
  const { rows } = await orDatabaseFault(pool.query<Omit<Artifact, 'content'>>(SAME_NAMES, columns(artifacts)));
  const added = artifacts.filter((artifact) => {
    const same = rows.find(
      ({ kind, name, version }) => kind === artifact.kind && name === artifact.name && version === artifact.version,
    );
    if (same && same.fingerprint !== artifact.fingerprint) throw versionExists(artifact);
    return !same;
  });
  const [first] = added;
  if (!first) return;
  const prints = added.map(({ fingerprint }) => fingerprint);
  const contents = added.map(({ content }) => JSON.stringify(content));
  try {
    await orDatabaseFault(pool.query(INSERT, [...columns(added), prints, contents, addedAt]));
  } catch (cause) {
    throw (cause as { code?: unknown }).code === IS_UNIQUE_VIOLATION ? versionExists(first) : cause;
  }
};

const versionExists = ({ name, version }: Artifact) => appError('version_exists', { model: name, version });

/** The content of an artifact; null where there is none, or nothing that can be read. @throws database_unavailable */
export const findArtifact = async ({ pool }: Database, fingerprint: string): Promise<unknown> => {
  const asked = pool.query<{ content: string }>('SELECT content FROM artifacts WHERE fingerprint = $1', [fingerprint]);
  const [row] = (await orDatabaseFault(asked)).rows;
  return row ? parseOrNull(row.content) : null;
};

const parseOrNull = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
