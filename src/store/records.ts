import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
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

/** Runs some work in one transaction that holds the chain; all of it is kept or none. */
export const withChain = async <Result>(
  pool: Pool,
  work: (client: PoolClient, append: AppendRecords) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect().catch((cause) => {
    throw toDatabaseFault(cause);
  });
  let lost: Error | undefined;
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
    const result = await work(client, (records) => appendRecords(client, records));
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

const appendRecords = async (client: PoolClient, added: readonly NewRecord[]): Promise<void> => {
  if (added.length === 0) return;
  const { rows } = await client.query<{ seq: string; hash: Buffer }>(
    'SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1',
  );
  const [head] = rows;
  const first = BigInt(head?.seq ?? 0) + 1n;
  const salted = added.map(({ sections }) =>
    Object.entries(sections).map(([section, content]) => ({
      section,
      content: toCanonicalJson(content),
      salt: randomBytes(SALT_BYTES),
    })),
  );
  const records = added.map(({ record }, index) => ({
    ...record,
    digests: Object.fromEntries(
      (salted[index] ?? []).map(({ section, content, salt }) => [section, digestSection(salt, content)]),
    ),
  }));
  const chained = chainRecords(head?.hash ?? GENESIS, records);
  const seqs = chained.map((_, index) => String(first + BigInt(index)));
  await client.query(
    `INSERT INTO records (seq, kind, schema, text, entry, hash, decision_id, customer_ref)
     SELECT seq, kind, 1, text, entry, hash, decision_id, customer_ref
     FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::text[])
       AS t(seq, kind, text, entry, hash, decision_id, customer_ref)`,
    [
      seqs,
      added.map(({ kind }) => kind),
      chained.map(({ text }) => text),
      chained.map(({ entry }) => Buffer.from(entry)),
      chained.map(({ hash }) => Buffer.from(hash)),
      added.map(({ decisionId }) => decisionId),
      added.map(({ customerRef }) => customerRef),
    ],
  );
  const parts = salted.flatMap((sections, index) => sections.map((part) => ({ ...part, seq: seqs[index] })));
  await client.query(
    `INSERT INTO personal_parts (seq, section, salt, content)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[])`,
    [
      parts.map(({ seq }) => seq),
      parts.map(({ section }) => section),
      parts.map(({ salt }) => salt),
      parts.map(({ content }) => content),
    ],
  );
};
