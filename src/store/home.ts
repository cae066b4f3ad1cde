import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { appError } from '../errors.ts';

const SOCKET = /^\.s\.PGSQL\.(\d+)$/;
/** Longest path a Unix socket may have. */
const LONGEST_SOCKET = 107;
const MOST_TRIES = 20;

/** Who opened the home: its holder, which closes it, or a guest of a running holder. */
export interface OpenedHome {
  /** Path of the socket everybody connects to. */
  readonly socket: string;
  readonly isHolder: boolean;
  close(): Promise<void>;
}

/** What the holder's worker needs. */
export interface HolderSetup {
  readonly home: string;
  readonly socket: string;
  readonly number: number;
}

/** The highest socket number among a home's files; 0 where there is none. */
export const highestNumber = (files: readonly string[]): number =>
  Math.max(0, ...files.map((file) => Number(SOCKET.exec(file)?.[1] ?? 0)));

/**
 * Opens a home (DEFINITIONS 10): connects to the holder of the highest socket, or takes the home over where that socket
 * is dead by binding the next number. Only the holder opens the database's folder, so no rows are lost to a second one.
 * @throws home_unusable where the folder cannot be used
 */
export const openHome = async (home: string): Promise<OpenedHome> => {
  makeHome(home);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const number = highestNumber(listHome(home));
    if (number > 0 && (await isAlive(socketPath(home, number)))) {
      return { socket: socketPath(home, number), isHolder: false, close: async () => undefined };
    }
    const held = await takeHome({ home, socket: socketPath(home, number + 1), number: number + 1 });
    if (held) return held;
  }
  throw appError('home_unusable', { home, problem: 'other processes keep taking it' });
};

const makeHome = (home: string): void => {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw appError('home_unusable', { home, problem: (cause as NodeJS.ErrnoException).code ?? 'unknown' }, { cause });
  }
};

const listHome = (home: string): string[] => {
  try {
    return readdirSync(home);
  } catch (cause) {
    throw appError('home_unusable', { home, problem: (cause as NodeJS.ErrnoException).code ?? 'unknown' }, { cause });
  }
};

/** The socket's path, relative where that is shorter, since it must fit in 107 bytes. */
const socketPath = (home: string, number: number): string => {
  const full = join(home, `.s.PGSQL.${number}`);
  const near = relative(process.cwd(), full);
  const path = near.length < full.length ? near : full;
  if (Buffer.byteLength(path) <= LONGEST_SOCKET) return path;
  throw appError('home_unusable', { home, problem: 'its path is too long for a socket' });
};

/** Whether somebody listens; only a refused connection means dead. */
const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      resolve(cause.code !== 'ECONNREFUSED' && cause.code !== 'ENOENT'),
    );
  });

const takeHome = async (setup: HolderSetup): Promise<OpenedHome | null> => {
  const module = new URL('./pglite-worker.ts', import.meta.url).href;
  const worker = new Worker(new URL('../worker.js', import.meta.url), { workerData: { module, ...setup } });
  const [answer] = await once(worker, 'message');
  if (answer === 'ready') {
    return {
      socket: setup.socket,
      isHolder: true,
      close: async () => {
        worker.postMessage('close');
        await once(worker, 'message');
        await worker.terminate();
      },
    };
  }
  await worker.terminate();
  if (answer === 'taken') return null;
  throw appError('home_unusable', { home: setup.home, problem: String(answer.fault) });
};
