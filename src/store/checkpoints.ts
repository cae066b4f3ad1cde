import type { Checkpoint } from '../domain/checkpoint.ts';
import type { ChainLink } from '../ledger/chain.ts';
import { toCheckpoint } from './rows.ts';
import type { Queryable } from './transaction.ts';

/** Held while checkpoints are made, so that two instances never cover the same records. */
const CHECKPOINT_LOCK = 72_707_371;

/** Keeps others from making checkpoints until the transaction ends. */
export const holdCheckpoints = (client: Queryable): Promise<unknown> =>
  client.query('SELECT pg_advisory_xact_lock($1)', [CHECKPOINT_LOCK]);

/** Whether there are records behind the last checkpoint. */
export const hasUncovered = async (client: Queryable): Promise<boolean> => {
  const { rows } = await client.query<{ uncovered: boolean }>(
    `SELECT coalesce((SELECT max(seq) FROM records), 0) > coalesce((SELECT max(seq) FROM checkpoints), 0) AS uncovered`,
  );
  return rows[0]?.uncovered ?? false;
};

/** The last record that a checkpoint covers; 0 where none does. */
export const readCoveredTo = async (client: Queryable): Promise<number> => {
  const { rows } = await client.query<{ covered: string }>('SELECT coalesce(max(seq), 0) AS covered FROM checkpoints');
  return Number(rows[0]?.covered);
};

/** The entries and hashes of the records after one, in order, at most so many. */
export const readLinks = async (
  client: Queryable,
  { after, most }: { after: bigint; most: number },
): Promise<ChainLink[]> => {
  const { rows } = await client.query<{ seq: string; entry: Buffer; hash: Buffer }>(
    'SELECT seq, entry, hash FROM records WHERE seq > $1 ORDER BY seq LIMIT $2',
    [String(after), most],
  );
  return rows.map(({ seq, entry, hash }) => ({ seq: BigInt(seq), entry, hash }));
};

/** Stores a checkpoint. */
export const insertCheckpoint = (
  client: Queryable,
  { sequence, fromSeq, head, root, time, publicKey, signature }: Checkpoint,
): Promise<unknown> =>
  client.query(
    `INSERT INTO checkpoints (seq, from_seq, head, root, at, public_key, signature) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [sequence, fromSeq, toBytes(head), toBytes(root), time, toBytes(publicKey), toBytes(signature)],
  );

const toBytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

const SELECT = 'SELECT row_to_json(c) AS row FROM checkpoints c';

/** The last checkpoint; null where there is none. */
export const readLastCheckpoint = (client: Queryable): Promise<Checkpoint | null> =>
  readOne(client, `${SELECT} ORDER BY seq DESC LIMIT 1`, []);

/** The checkpoint that covers a record; null where none does yet. */
export const readCovering = (client: Queryable, seq: bigint): Promise<Checkpoint | null> =>
  readOne(client, `${SELECT} WHERE seq >= $1 ORDER BY seq LIMIT 1`, [String(seq)]);

const readOne = async (client: Queryable, sql: string, values: readonly string[]): Promise<Checkpoint | null> => {
  const { rows } = await client.query<{ row: object }>(sql, [...values]);
  return rows[0] ? toCheckpoint(rows[0].row) : null;
};

/** Checkpoints listed at once. */
const PAGE = 1_000;

/** Every checkpoint, oldest first, in pages. */
export async function* readCheckpoints(client: Queryable): AsyncGenerator<Checkpoint[]> {
  let after = 0;
  for (;;) {
    const { rows } = await client.query<{ row: object }>(`${SELECT} WHERE seq > $1 ORDER BY seq LIMIT ${PAGE}`, [
      after,
    ]);
    const page = rows.flatMap(({ row }) => toCheckpoint(row) ?? []);
    const last = page.at(-1);
    if (!last) return;
    yield page;
    after = last.sequence;
  }
}
