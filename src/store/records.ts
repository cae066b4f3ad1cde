import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { toCanonicalJson } from '../fingerprint.ts';
import { chainRecords, GENESIS } from '../ledger/chain.ts';
import { digestSection, SALT_BYTES } from '../ledger/personal-part.ts';
import { toDatabaseFault } from './database-fault.ts';

/** Something that happened, to be put on the chain. */
export interface NewRecord {
  readonly kind: 'decision' | 'erasure' | 'registry' | 'policy';
  readonly record: object;
  /** Sections of its personal part; the record carries their digests. */
  readonly sections: object;
  readonly decisionId: string | null;
  readonly customerRef: string | null;
}

/** Puts records behind the chain's head, inside the transaction that holds the chain. */
export type AppendRecords = (records: readonly NewRecord[]) => Promise<void>;

/** Serialises the chain: one transaction at a time takes it, on however many instances. */
const CHAIN_LOCK = 72_707_370;

/** Takes the chain and reads its head, in one round trip. */
const TAKE_CHAIN = `BEGIN; SELECT pg_advisory_xact_lock(${CHAIN_LOCK}); SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1`;

/** The last record of the chain; null before the first. */
interface Head {
  readonly seq: string;
  readonly hash: Buffer;
}

/** Runs some work in one transaction that holds the chain; all of it is kept or none. @throws database_unavailable */
export const withChain = async <Result>(
  pool: Pool,
  work: (client: PoolClient, append: AppendRecords) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect().catch((cause) => {
    throw toDatabaseFault(cause);
  });
  let lost: Error | undefined;
  try {
    const taken = (await client.query(TAKE_CHAIN)) as unknown as QueryResult<Head>[];
    let head = taken.at(-1)?.rows[0] ?? null;
    const result = await work(client, async (records) => {
      head = await appendRecords(client, { head, added: records });
    });
    await client.query('COMMIT');
    return result;
  } catch (cause) {
    await client.query('ROLLBACK').catch((fault) => {
      lost = fault;
    });
    throw toDatabaseFault(cause);
  } finally {
    client.release(lost);
  }
};

interface Appending {
  readonly head: Head | null;
  readonly added: readonly NewRecord[];
}

/** Records and their personal parts in one statement. @returns the new head */
const appendRecords = async (client: PoolClient, { head, added }: Appending): Promise<Head | null> => {
  if (added.length === 0) return head;
  const parts = added.map(({ sections }) =>
    Object.entries(sections).map(([section, content]) => {
      const salt = randomBytes(SALT_BYTES);
      const text = toCanonicalJson(content);
      return { section, text, salt, digest: digestSection(salt, text) };
    }),
  );
  const chained = chainRecords(
    head?.hash ?? GENESIS,
    added.map(({ record }, index) => ({
      ...record,
      digests: Object.fromEntries((parts[index] ?? []).map(({ section, digest }) => [section, digest])),
    })),
  );
  const first = BigInt(head?.seq ?? 0) + 1n;
  const seqs = chained.map((_, index) => String(first + BigInt(index)));
  const flat = parts.flatMap((sections, index) => sections.map((part) => ({ ...part, seq: seqs[index] })));
  await client.query(APPEND, [
    seqs,
    added.map(({ kind }) => kind),
    chained.map(({ text }) => text),
    chained.map(({ entry }) => entry),
    chained.map(({ hash }) => hash),
    added.map(({ decisionId }) => decisionId),
    added.map(({ customerRef }) => customerRef),
    flat.map(({ seq }) => seq),
    flat.map(({ section }) => section),
    flat.map(({ salt }) => salt),
    flat.map(({ text }) => text),
  ]);
  return { seq: seqs.at(-1) as string, hash: Buffer.from(chained.at(-1)?.hash as Uint8Array) };
};

const APPEND = `WITH added AS (
  INSERT INTO records (seq, kind, schema, text, entry, hash, decision_id, customer_ref)
  SELECT seq, kind, 1, text, entry, hash, decision_id, customer_ref
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::text[])
    AS t(seq, kind, text, entry, hash, decision_id, customer_ref)
)
INSERT INTO personal_parts (seq, section, salt, content)
SELECT * FROM unnest($8::bigint[], $9::text[], $10::bytea[], $11::text[])`;
