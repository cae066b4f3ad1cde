import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { describeFault, findRefusal } from './system-fault.ts';

const SOCKET = /^\.s\.PGSQL\.(\d+)$/;
/** Longest path a Unix socket may have. */
const LONGEST_SOCKET = 107;
const MOST_TRIES = 20;

/** Who opened the home: its holder, which closes it, or a guest of a running holder. */
export interface OpenedHome {
  /** Path of the socket everybody connects to. */
  readonly socket: string;
  readonly isHolder: boolean;
  /** Resolves where the database in it died though nobody closed it; never for a guest. */
  readonly lost: Promise<void>;
  close(): Promise<void>;
}

/** A home kept open: where its database dies it is opened again. */
export interface KeptHome {
  /** Path of the socket to connect to now. */
  socket(): string;
  close(): Promise<void>;
}

/** Before a home that could not be opened again is tried once more. */
const RETRY_MILLISECONDS = 500;
/** How long a service waits for commands that hold the home for their own duration. */
const PATIENCE_MILLISECONDS = 8_000;

/**
 * Opens a home and keeps it open.
 * @param isService whether it must hold the home itself, so that commands are its guests and no second service runs
 * @throws home_unusable, home_in_use
 */
export const keepHome = async (home: string, isService: boolean): Promise<KeptHome> => {
  let current = await (isService ? holdHome(home) : openHome(home));
  let isClosed = false;
  const reopen = async (): Promise<void> => {
    while (!isClosed) {
      await current.lost;
      while (!isClosed) {
        const next = await openHome(home).catch(() => null);
        if (next) {
          current = next;
          break;
        }
        await delay(RETRY_MILLISECONDS);
      }
    }
  };
  if (current.isHolder) void reopen();
  return {
    socket: () => current.socket,
    close: async () => {
      isClosed = true;
      await current.close();
    },
  };
};

/** Opens a home as its holder, after commands that are at work in it. @throws home_in_use */
const holdHome = async (home: string): Promise<OpenedHome> => {
  for (const until = Date.now() + PATIENCE_MILLISECONDS; Date.now() < until; await delay(RETRY_MILLISECONDS)) {
    const opened = await openHome(home);
    if (opened.isHolder) return opened;
  }
  throw appError('home_in_use', { home });
};

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
      return { socket: socketPath(home, number), isHolder: false, lost: never, close: async () => undefined };
    }
    const held = await takeHome({ home, socket: socketPath(home, number + 1), number: number + 1 });
    if (held) return held;
  }
  throw unusable(home, problems.contended);
};

const problems = {
  contended: { zh: '其他进程不断占用它，请稍后重试', en: 'other processes keep taking it; try again shortly' },
  tooLong: {
    zh: '路径过长，无法创建套接字；请用 VIGIL_HOME 指定更短的路径',
    en: 'its path is too long for a socket; name a shorter one in VIGIL_HOME',
  },
  damaged: {
    zh: '内嵌数据库无法打开，文件可能已损坏；请把备份恢复到新的 VIGIL_HOME',
    en: 'the embedded database does not open, its files may be damaged; restore a backup into a new VIGIL_HOME',
  },
} as const satisfies Record<string, Text>;

const unusable = (home: string, problem: Text, cause?: unknown): AppError =>
  appError('home_unusable', { home, problem }, { cause });

/** Makes the home's folder, for its owner alone. @throws home_unusable */
export const makeHome = (home: string): void => {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(home, describeFault(findRefusal(home) ?? cause), cause);
  }
};

const listHome = (home: string): string[] => {
  try {
    return readdirSync(home);
  } catch (cause) {
    throw unusable(home, describeFault(cause), cause);
  }
};

/** The socket's path, relative where that is shorter, since it must fit in 107 bytes. */
const socketPath = (home: string, number: number): string => {
  const full = join(home, `.s.PGSQL.${number}`);
  const near = relative(process.cwd(), full);
  const path = near.length < full.length ? near : full;
  if (Buffer.byteLength(path) <= LONGEST_SOCKET) return path;
  throw unusable(home, problems.tooLong);
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

const never = new Promise<void>(() => undefined);

const takeHome = async (setup: HolderSetup): Promise<OpenedHome | null> => {
  const module = new URL('./pglite-worker.ts', import.meta.url).href;
  const worker = new Worker(new URL('../worker.js', import.meta.url), { workerData: { module, ...setup } });
  const [answer] = await once(worker, 'message');
  if (answer === 'ready') {
    let isClosing = false;
    const lost = new Promise<void>((resolve) => worker.once('exit', () => isClosing || resolve()));
    worker.on('error', () => undefined);
    return {
      socket: setup.socket,
      isHolder: true,
      lost,
      close: async () => {
        isClosing = true;
        worker.postMessage('close');
        await Promise.race([once(worker, 'message'), lost]);
        await worker.terminate();
      },
    };
  }
  await worker.terminate();
  if (answer === 'taken') return null;
  const refusal = findRefusal(setup.home);
  throw unusable(setup.home, refusal ? describeFault(refusal) : problems.damaged, answer.fault);
};
