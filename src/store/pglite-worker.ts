import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { type HolderSetup, highestNumber } from './home.ts';

/** Connections the holder serves at once: its own pool and the commands that run beside it. */
const MOST_CONNECTIONS = 64;

/**
 * The severity in an error of the database's that it does not survive, as when the disk is full. It would spin for ever
 * then, so the thread ends with it. No value of a row looks so, since texts have no zero byte.
 */
const PANIC = 'SPANIC\0VPANIC\0';

const { home, socket, number } = workerData as HolderSetup;

/** The database once its folder is open; until then queries wait. */
let opened: PGlite | null = null;
let open: (database: PGlite) => void = () => undefined;
const database = new Promise<PGlite>((resolve) => {
  open = resolve;
});

/** Whether the database itself is gone: PostgreSQL's own errors are answers, a fault of WebAssembly is its end. */
const isDead = (fault: unknown): boolean =>
  fault instanceof Error && (fault.name === 'RuntimeError' || fault.name === 'ExitStatus');

/** Parse, Bind, Describe, Execute, Close, Flush: what a connection sends until its Sync belongs together. */
const SEQUENCE = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map((letter) => letter.charCodeAt(0)));
const [SYNC, QUERY] = ['S', 'Q'].map((letter) => letter.charCodeAt(0));

/** Whether a connection has begun a sequence that its Sync has not ended. */
let isInSequence = false;

/**
 * The server takes messages of all connections in turn and lets one alone only while it is in a transaction; the database
 * has one statement and one portal without a name, which a message between a Parse and its Bind would change.
 */
const followSequence = ([letter]: Uint8Array): void => {
  if (letter !== undefined && SEQUENCE.has(letter)) isInSequence = true;
  if (letter === SYNC || letter === QUERY) isInSequence = false;
};

/** Stands for the database while the socket is bound but the folder is not open yet: binding is what takes the home. */
const facade = {
  waitReady: Promise.resolve(),
  isInTransaction: () => isInSequence || (opened?.isInTransaction() ?? false),
  runExclusive: async <Result>(work: () => Promise<Result>) => (await database).runExclusive(work),
  async execProtocolRawStream(...[message, options]: Parameters<PGlite['execProtocolRawStream']>) {
    const onRawData = (data: Uint8Array) => {
      options.onRawData?.(data);
      if (Buffer.from(data.buffer, data.byteOffset, data.length).includes(PANIC)) process.exit(1);
    };
    try {
      followSequence(message);
      return await (await database).execProtocolRawStream(message, { ...options, onRawData });
    } catch (fault) {
      if (isDead(fault)) process.exit(1);
      throw fault;
    }
  },
  async exec(sql: string) {
    isInSequence = false;
    return (await database).exec(sql);
  },
} as unknown as PGlite;

const server = new PGLiteSocketServer({ db: facade, path: socket, maxConnections: MOST_CONNECTIONS });

const take = async (): Promise<void> => {
  try {
    await server.start();
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    parentPort?.postMessage(isTaken ? 'taken' : { fault: String(cause) });
    return;
  }
  if (highestNumber(readdirSync(home)) !== number) {
    await server.stop();
    parentPort?.postMessage('taken');
    return;
  }
  try {
    opened = await PGlite.create({ dataDir: join(home, 'pg'), relaxedDurability: false });
  } catch (cause) {
    await server.stop();
    parentPort?.postMessage({ fault: String(cause) });
    return;
  }
  open(opened);
  parentPort?.postMessage('ready');
};

parentPort?.on('message', async () => {
  const closing = opened;
  opened = null;
  await closing?.close();
  await server.stop();
  parentPort?.postMessage('closed');
});

await take();
