import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { toCanonicalJson } from '../fingerprint.ts';
import { type ChainPosition, chainRecords, chainStart } from '../ledger/chain.ts';
import { digestSection, SALT_BYTES } from '../ledger/personal-part.ts';
import { orDatabaseFault } from './database-fault.ts';
import { toColumn } from './rows-text.ts';
import { type Queryable, queryAll, withConnection } from './transaction.ts';

/** Something that happened, to be put on the chain. */
export interface NewRecord {
  readonly kind:
    | 'decision'
    | 'outcome'
    | 'events'
    | 'signal'
    | 'book'
    | 'review'
    | 'demo'
    | 'erasure'
    | 'registry'
    | 'policy'
    | 'signals';
  readonly record: object;
  /** Sections of its personal part; the record carries their digests. */
  readonly sections: object;
  readonly decisionId: string | null;
  readonly customerRef: string | null;
}

/** A transaction that holds the chain: what it writes is sent at its end, in one round trip with the commit. */
export interface ChainTransaction {
  readonly client: PoolClient;
  /** Rows of each statement it was opened with. */
  readonly opened: readonly (readonly unknown[])[];
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
 * @param opening statements sent in the round trip that takes the chain
 * @throws database_unavailable
 */
export const withChain = <Result>(
  pool: Pool,
  work: (transaction: ChainTransaction) => Result | Promise<Result>,
  opening: readonly string[] = [],
): Promise<Result> =>
  orDatabaseFault(
    withConnection(pool, async (client) => {
      const taken = await queryAll(client, [TAKE_CHAIN, READ_HEAD, ...opening]);
      const [found = [], ...opened] = taken.slice(-1 - opening.length);
      let head = toPosition(found[0] as Head | undefined);
      const statements: string[] = [];
      const result = await work({
        client,
        opened,
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
 * Sends statements, of which one appends records, as one transaction in one round trip.
 * @returns whether the head they stand behind is the last record; where it is not, nothing was written
 * @throws database_unavailable
 */
export const writeBehind = async (pool: Pool, statements: readonly string[]): Promise<boolean> => {
  try {
    await orDatabaseFault(withConnection(pool, (client) => client.query(statements.join('; '))));
    return true;
  } catch (fault) {
    if (isRaceLost(fault)) return false;
    throw fault;
  }
};

const isRaceLost = (cause: unknown): boolean => (cause as { code?: unknown }).code === '40001';

/** Records and their personal parts as one statement, which fails where the head is not the last record; and the head they make. */
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
  const columns = [
    seqs,
    added.map(({ kind }) => kind),
    chained.map(({ text }) => text),
    chained.map(({ entry }) => toHex(entry)),
    chained.map(({ hash }) => toHex(hash)),
    added.map(({ decisionId }) => decisionId ?? ''),
    added.map(({ customerRef }) => customerRef ?? ''),
    flat.map(({ seq }) => seq),
    flat.map(({ section }) => section),
    flat.map(({ salt }) => toHex(salt)),
    flat.map(({ text }) => text),
  ];
  const statement = `SELECT append_behind(${CHAIN_LOCK}, ${head.seq}, '\\x${toHex(head.hash)}', ${columns.map(toColumn).join(', ')})`;
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
