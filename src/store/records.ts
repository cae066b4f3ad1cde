import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { toCanonicalJson } from '../fingerprint.ts';
import { type ChainPosition, chainRecords, chainStart } from '../ledger/chain.ts';
import { digestSection, SALT_BYTES } from '../ledger/personal-part.ts';
import { type Queryable, withTransaction } from './transaction.ts';

/** Something that happened, to be put on the chain. */
export interface NewRecord {
  readonly kind: 'decision' | 'erasure';
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
export const withChain = <Result>(
  pool: Pool,
  work: (client: PoolClient, append: AppendRecords) => Promise<Result>,
): Promise<Result> =>
  withTransaction(pool, 'write', async (client) => {
    await holdChain(client);
    return work(client, (records) => appendRecords(client, records));
  });

/** Takes the chain until the transaction ends. */
export const holdChain = (client: Queryable): Promise<unknown> =>
  client.query('SELECT pg_advisory_xact_lock($1)', [CHAIN_LOCK]);

/** The last record's sequence and hash. */
export const readHead = async (client: Queryable): Promise<ChainPosition> => {
  const { rows } = await client.query<{ seq: string; hash: Buffer }>(
    'SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1',
  );
  return rows[0] ? { seq: BigInt(rows[0].seq), hash: rows[0].hash } : chainStart;
};

const appendRecords = async (client: PoolClient, added: readonly NewRecord[]): Promise<void> => {
  const head = await readHead(client);
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
  const chained = chainRecords(head.hash, records);
  const seqs = chained.map((_, index) => String(head.seq + BigInt(index + 1)));
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
