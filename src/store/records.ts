import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { toCanonicalJson } from '../fingerprint.ts';
import { type ChainPosition, chainRecords, chainStart } from '../ledger/chain.ts';
import { digestSection, SALT_BYTES } from '../ledger/personal-part.ts';
import { orDatabaseFault } from './database-fault.ts';
import { toRows } from './rows-text.ts';
import { type Queryable, withConnection } from './transaction.ts';

/** Something that happened, to be put on the chain. */
export interface NewRecord {
  readonly kind: 'decision' | 'outcome' | 'events' | 'book' | 'erasure' | 'registry' | 'policy';
  readonly record: object;
  /** Sections of its personal part; the record carries their digests. */
  readonly sections: object;
  readonly decisionId: string | null;
  readonly customerRef: string | null;
}

/** A transaction that holds the chain: what it writes is sent at its end, in one round trip with the commit. */
export interface ChainTransaction {
  readonly client: PoolClient;
  /** Rows of the statement it was opened with. */
  readonly opened: readonly unknown[];
  /** The last record, those appended here among them. */
  head(): ChainPosition;
  /** Puts records behind the chain's head. */
  append(records: readonly NewRecord[]): void;
  /** Adds a statement to those sent with the commit. */
  write(statement: string): void;
}

/** Serialises the chain: one transaction at a time takes it, on however many instances. */
const CHAIN_LOCK = 72_707_370;

/** Takes the chain. Whoever waits for it too long gives up, and whoever holds it without a word too long loses it. */
const TAKE_CHAIN = `BEGIN; SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '30s'; SELECT pg_advisory_xact_lock(${CHAIN_LOCK})`;

const READ_HEAD = 'SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1';

/** The last record of the chain. */
interface Head {
  readonly seq: string;
  readonly hash: Uint8Array;
}

const toPosition = (head: Head | undefined): ChainPosition =>
  head ? { seq: BigInt(head.seq), hash: head.hash } : chainStart;

/** Takes the chain until the transaction ends. */
export const holdChain = (client: Queryable): Promise<unknown> =>
  client.query('SELECT pg_advisory_xact_lock($1)', [CHAIN_LOCK]);

/** The last record's sequence and hash. */
export const readHead = async (client: Queryable): Promise<ChainPosition> =>
  toPosition((await client.query<Head>(READ_HEAD)).rows[0]);

/**
 * Runs some work in one transaction that holds the chain; all of it is kept or none.
 * @param opening a statement sent in the round trip that takes the chain
 * @throws database_unavailable
 */
export const withChain = <Result>(
  pool: Pool,
  work: (transaction: ChainTransaction) => Result | Promise<Result>,
  opening = 'SELECT',
): Promise<Result> =>
  orDatabaseFault(
    withConnection(pool, async (client) => {
      const taken = (await client.query(`${TAKE_CHAIN}; ${READ_HEAD}; ${opening}`)) as unknown as QueryResult[];
      let head = toPosition(taken.at(-2)?.rows[0]);
      const statements: string[] = [];
      const result = await work({
        client,
        opened: taken.at(-1)?.rows ?? [],
        head: () => head,
        append(records) {
          if (records.length === 0) return;
          const appended = appendRecords(head, records);
          head = appended.head;
          statements.push(appended.statement);
        },
        write: (statement) => void statements.push(statement),
      });
      await client.query([...statements, 'COMMIT'].join('; '));
      return result;
    }),
  );

/**
 * Writes behind a head of the chain in one round trip, if that is still the last record.
 * @returns whether it is; where it is not, nothing was written
 * @throws database_unavailable
 */
export const appendBehind = async (
  pool: Pool,
  behind: ChainPosition,
  statements: readonly string[],
): Promise<boolean> => {
  const written = [TAKE_CHAIN, checkHead(behind), ...statements, 'COMMIT'].join('; ');
  try {
    await orDatabaseFault(withConnection(pool, (client) => client.query(written)));
    return true;
  } catch (fault) {
    if (isDivisionByZero(fault)) return false;
    throw fault;
  }
};

/** Divides by how many last records are the one believed to be: zero ends the transaction. */
const checkHead = ({ seq, hash }: ChainPosition): string =>
  `SELECT 1 / count(*) FROM (${READ_HEAD}) AS head WHERE seq = ${seq} AND hash = '\\x${toHex(hash)}'`;

const isDivisionByZero = (cause: unknown): boolean => (cause as { code?: unknown }).code === '22012';

/** Records and their personal parts as one statement, and the head they make. */
export const appendRecords = (
  head: ChainPosition,
  added: readonly NewRecord[],
): { readonly statement: string; readonly head: ChainPosition } => {
  const parts = saltSections(added);
  const chained = chainRecords(
    head.hash,
    added.map(({ record }, index) => withDigests(record, parts[index] ?? [])),
  );
  const seqs = chained.map((_, index) => String(head.seq + BigInt(index + 1)));
  const flat = parts.flatMap((sections, index) => sections.map((part) => ({ ...part, seq: seqs[index] as string })));
  const statement = `WITH added AS (
    INSERT INTO records (seq, kind, schema, text, entry, hash, decision_id, customer_ref)
    SELECT seq::bigint, kind, 1, text, decode(entry, 'hex'), decode(hash, 'hex'), decision_id, customer_ref
    FROM ${toRows({
      seq: seqs,
      kind: added.map(({ kind }) => kind),
      text: chained.map(({ text }) => text),
      entry: chained.map(({ entry }) => toHex(entry)),
      hash: chained.map(({ hash }) => toHex(hash)),
      decision_id: added.map(({ decisionId }) => decisionId ?? ''),
      customer_ref: added.map(({ customerRef }) => customerRef ?? ''),
    })}
  )
  INSERT INTO personal_parts (seq, section, salt, content)
  SELECT seq::bigint, section, decode(salt, 'hex'), content
  FROM ${toRows({
    seq: flat.map(({ seq }) => seq),
    section: flat.map(({ section }) => section),
    salt: flat.map(({ salt }) => toHex(salt)),
    content: flat.map(({ text }) => text),
  })}`;
  return {
    statement,
    head: { seq: head.seq + BigInt(chained.length), hash: chained.at(-1)?.hash ?? head.hash },
  };
};

/** A record with the digests of its sections, which take their place among keys that stand in order. */
const withDigests = (record: object, sections: readonly SaltedSection[]): object => {
  const digests = Object.fromEntries(sections.map(({ section, digest }) => [section, digest]));
  const entries = Object.entries(record);
  const place = entries.findIndex(([key]) => key > 'digests');
  return Object.fromEntries(entries.toSpliced(place < 0 ? entries.length : place, 0, ['digests', digests]));
};

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

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
