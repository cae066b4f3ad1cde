import { createServer, type Server, type Socket } from 'node:net';
import { type ClientMessage, codeOf, createMessageReader, packets } from './wire.ts';

/** One session of PostgreSQL: what is needed of PGlite. */
export interface Session {
  execProtocolRawStream(bytes: Uint8Array, options: { onRawData: (bytes: Uint8Array) => void }): Promise<void>;
  isInTransaction(): boolean;
  query<Row>(sql: string): Promise<{ rows: Row[] }>;
}

/** What is served, and what happens once it cannot answer any more. */
export interface SessionServing {
  readonly session: Promise<Session>;
  readonly onDead: (cause: unknown) => void;
  readonly mostConnections: number;
  /** How long a connection may be silent in a transaction, in which everybody waits for it. */
  readonly idleMilliseconds: number;
}

/** Kinds of messages after which the database answers: query, sync, function call, flush, end of a copy. */
const ANSWERED: ReadonlySet<string> = new Set(['Q', 'S', 'F', 'H', 'c', 'f']);
const TERMINATE = 'X';
const toQuery = (sql: string): Buffer => {
  const text = Buffer.from(`Q....${sql}\0`);
  text.writeInt32BE(text.length - 1, 1);
  return text;
};
const SYNC = Buffer.from('S\0\0\0\x04');
const ROLLBACK = Buffer.concat([SYNC, toQuery('ROLLBACK')]);
/** Without it the database's own log would only grow. */
const CHECKPOINT = toQuery('CHECKPOINT');
/**
 * Tables that grew by a quarter since they were last looked at, anew: without numbers of rows PostgreSQL reads every
 * customer's records to find those of one. A coarse look, of 3,000 rows each, is enough for that and takes milliseconds.
 */
const ANALYSE = toQuery(`DO $$ DECLARE grown regclass; BEGIN
  SET LOCAL default_statistics_target = 10;
  FOR grown IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND pg_relation_size(oid) > 8192 * (1.25 * relpages + 8)
  LOOP EXECUTE format('ANALYZE %s', grown); END LOOP; END $$`);
/**
 * Tables of which more than a fifth is rows that were changed or deleted: their room is used again only once they are
 * vacuumed, and they would grow for ever. Those that are only added to are never among them.
 */
const WORN = `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables
  WHERE n_dead_tup > 1000 + 0.2 * n_live_tup`;
const listVacuums = async (session: Session): Promise<Buffer[]> => {
  const { rows } = await session.query<{ name: string }>(WORN);
  return rows.map(({ name }) => toQuery(`VACUUM ${name}`));
};

/** What a database of one process does not do by itself, and after how many bytes sent it is due. */
interface Duty {
  readonly every: number;
  readonly list: (session: Session) => Promise<readonly Buffer[]>;
}
const upkeep: readonly Duty[] = [
  { every: 16 * 1_048_576, list: async () => [CHECKPOINT] },
  { every: 4 * 1_048_576, list: async () => [ANALYSE] },
  { every: 16 * 1_048_576, list: listVacuums },
];

/**
 * Serves one session to many connections, each of which has it alone from the first message of a group until no
 * transaction is open: messages of two connections never mix, and a connection that ends in a transaction, or says nothing
 * in it for too long, is rolled back.
 * Statements with a name and settings are shared by all.
 */
export const createSessionServer = ({ session, onDead, mostConnections, idleMilliseconds }: SessionServing): Server => {
  const takeTurn = createTurns();
  const duties = upkeep.map((duty) => ({ ...duty, sent: 0 }));
  let isDead = false;
  const run = async (bytes: Uint8Array): Promise<Buffer> => {
    if (isDead) throw new Error('the database is dead');
    for (const duty of duties) duty.sent += bytes.length;
    const answer: Buffer[] = [];
    try {
      await (await session).execProtocolRawStream(bytes, { onRawData: (data) => void answer.push(Buffer.from(data)) });
    } catch (cause) {
      isDead = true;
      onDead(cause);
      throw cause;
    }
    return Buffer.concat(answer);
  };

  const converse = async (socket: Socket): Promise<void> => {
    const read = createMessageReader();
    let group: Buffer[] = [];
    let endTurn: (() => void) | null = null;
    socket.setTimeout(idleMilliseconds, () => void (endTurn && socket.destroy()));
    const answer = async (message: ClientMessage): Promise<void> => {
      if (message.kind === '' && codeOf(message) !== packets.begin) return refusePacket(socket, message);
      group.push(message.bytes);
      if (message.kind !== '' && !ANSWERED.has(message.kind)) return;
      const bytes = Buffer.concat(group);
      group = [];
      endTurn ??= await takeTurn();
      socket.write(await run(bytes));
      if (message.kind === 'H' || (await session).isInTransaction()) return;
      for (const duty of duties) {
        if (duty.sent <= duty.every) continue;
        for (const query of await duty.list(await session)) await run(query);
        duty.sent = 0;
      }
      endTurn();
      endTurn = null;
    };
    try {
      for await (const chunk of socket) {
        for (const message of read(chunk as Buffer)) {
          if (message.kind === TERMINATE) return;
          await answer(message);
        }
      }
    } finally {
      socket.destroy();
      if (endTurn) await run(ROLLBACK);
      (endTurn as (() => void) | null)?.();
    }
  };

  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    converse(socket).catch(() => socket.destroy());
  });
  server.maxConnections = mostConnections;
  return server;
};

/** There is no encryption on a socket of the machine, and nothing to be cancelled. */
const refusePacket = (socket: Socket, message: ClientMessage): void => {
  const code = codeOf(message);
  if (code === packets.ssl || code === packets.gss) socket.write('N');
  else socket.destroy();
};

/** Gives turns, first come first served. @returns what takes a turn and answers how to end it */
const createTurns = (): (() => Promise<() => void>) => {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    let end: () => void = () => undefined;
    last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  };
};
