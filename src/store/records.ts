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
  const parts = saltSections(added);
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
    joinList(seqs),
    joinList(added.map(({ kind }) => kind)),
    joinList(chained.map(({ text }) => text)),
    joinList(chained.map(({ entry }) => toHex(entry))),
    joinList(chained.map(({ hash }) => toHex(hash))),
    joinList(added.map(({ decisionId }) => decisionId ?? '')),
    joinList(added.map(({ customerRef }) => customerRef ?? '')),
    joinList(flat.map(({ seq }) => seq as string)),
    joinList(flat.map(({ section }) => section)),
    joinList(flat.map(({ salt }) => toHex(salt))),
    joinList(flat.map(({ text }) => text)),
  ]);
  return { seq: seqs.at(-1) as string, hash: Buffer.from(chained.at(-1)?.hash as Uint8Array) };
};

interface SaltedSection {
  readonly section: string;
  readonly text: string;
  readonly salt: Buffer;
  readonly digest: string;
}

/** The sections of each record, each with a salt of its own; the randomness of all is drawn at once. */
const saltSections = (added: readonly NewRecord[]): SaltedSection[][] => {
  const entries = added.map(({ sections }) => Object.entries(sections));
  const salts = randomBytes(SALT_BYTES * entries.reduce((sum, { length }) => sum + length, 0));
  let used = 0;
  return entries.map((sections) =>
    sections.map(([section, content]) => {
      const salt = salts.subarray(used, used + SALT_BYTES);
      used += SALT_BYTES;
      const text = toCanonicalJson(content);
      return { section, text, salt, digest: digestSection(salt, text) };
    }),
  );
};

/** Parts a list sent as one text; canonical JSON never holds it, and unlike an array's form it needs no quoting. */
const SEPARATOR = '\x1f';

const joinList = (texts: readonly string[]): string => texts.join(SEPARATOR);

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** A list again from its text; an empty part is null. */
const listOf = (place: number): string => `string_to_array($${place}, chr(31), '')`;

const APPEND = `WITH added AS (
  INSERT INTO records (seq, kind, schema, text, entry, hash, decision_id, customer_ref)
  SELECT seq::bigint, kind, 1, text, decode(entry, 'hex'), decode(hash, 'hex'), decision_id, customer_ref
  FROM unnest(${[1, 2, 3, 4, 5, 6, 7].map(listOf).join(', ')})
    AS t(seq, kind, text, entry, hash, decision_id, customer_ref)
)
INSERT INTO personal_parts (seq, section, salt, content)
SELECT seq::bigint, section, decode(salt, 'hex'), content
FROM unnest(${[8, 9, 10, 11].map(listOf).join(', ')}) AS t(seq, section, salt, content)`;
