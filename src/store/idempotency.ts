import type { PoolClient } from 'pg';

/** A key under which a request may be sent again, and how its answer is rendered. */
export interface Idempotency {
  /** Who asked, where and under which key. */
  readonly key: string;
  /** SHA-256 of the canonical body. */
  readonly digest: string;
  /** How the answer is rendered, as JSON. */
  readonly options: string;
}

/** A key that was used before: by the same request, whose decisions answer it again, or by a different one. */
export type KeyUsed =
  | { readonly outcome: 'replayed'; readonly decisionIds: readonly string[]; readonly options: string }
  | { readonly outcome: 'conflict' };

/** What a key is claimed for. */
interface Claim {
  readonly pending: readonly { readonly decisionId: string }[];
  readonly idempotency: Idempotency | null;
}

/** How long a key is remembered. */
const KEPT_MILLISECONDS = 24 * 3_600_000;

/** Claims the keys of a batch, expired ones gone; of claims on one key the first wins. @returns the losers by their place */
export const claimKeys = async (
  client: PoolClient,
  claims: readonly Claim[],
  now: Date,
): Promise<ReadonlyMap<number, KeyUsed>> => {
  const keyed = claims.flatMap(({ idempotency, pending }, index) =>
    idempotency ? [{ ...idempotency, index, ids: pending.map(({ decisionId }) => decisionId) }] : [],
  );
  if (keyed.length === 0) return new Map();
  await client.query('DELETE FROM idempotency_keys WHERE expires_at <= $1', [now]);
  const stored = await insertKeys(client, keyed, new Date(now.getTime() + KEPT_MILLISECONDS));
  return new Map(
    keyed.flatMap(({ key, digest, ids, index }): [number, KeyUsed][] => {
      const row = stored.get(key);
      if (!row || row.decision_ids[0] === ids[0]) return [];
      if (row.digest !== digest) return [[index, { outcome: 'conflict' }]];
      return [[index, { outcome: 'replayed', decisionIds: row.decision_ids, options: row.options }]];
    }),
  );
};

interface KeyRow {
  readonly key: string;
  readonly digest: string;
  readonly decision_ids: readonly string[];
  readonly options: string;
}

interface Keyed extends Idempotency {
  readonly ids: readonly string[];
}

/** Inserts what is new and answers the row that stands under each key. */
const insertKeys = async (
  client: PoolClient,
  keyed: readonly Keyed[],
  expiresAt: Date,
): Promise<ReadonlyMap<string, KeyRow>> => {
  const { rows: inserted } = await client.query<KeyRow>(
    `INSERT INTO idempotency_keys (key, digest, decision_ids, options, expires_at)
     SELECT key, digest, ARRAY(SELECT jsonb_array_elements_text(ids)), options, $5
     FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[]) AS t(key, digest, ids, options)
     ON CONFLICT DO NOTHING RETURNING key, digest, decision_ids, options`,
    [
      keyed.map(({ key }) => key),
      keyed.map(({ digest }) => digest),
      keyed.map(({ ids }) => JSON.stringify(ids)),
      keyed.map(({ options }) => options),
      expiresAt,
    ],
  );
  const known = new Map(inserted.map((row) => [row.key, row]));
  const older = keyed.flatMap(({ key }) => (known.has(key) ? [] : [key]));
  if (older.length === 0) return known;
  const { rows } = await client.query<KeyRow>(
    'SELECT key, digest, decision_ids, options FROM idempotency_keys WHERE key = ANY($1)',
    [older],
  );
  return new Map([...known, ...rows.map((row) => [row.key, row] as const)]);
};
