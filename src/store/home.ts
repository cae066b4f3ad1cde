import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { makeFolder } from './folders.ts';
import { type Holding, highestNumber, isAlive, serviceMark, socketPath } from './home-socket.ts';
import { describeFault, findRefusal } from './system-fault.ts';

const MOST_TRIES = 20;
/** Before a home that is held by a command, or could not be opened again, is tried once more; doubled up to the longest. */
const RETRY_MILLISECONDS = 250;
const LONGEST_RETRY_MILLISECONDS = 4_000;
/** How long a service waits for commands that hold the home for their own duration. */
const PATIENCE_MILLISECONDS = 30_000;
/** A database that does not close by then is cut off, as a loss of the process would. */
const CLOSE_MILLISECONDS = 5_000;

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
  readonly isHolder: boolean;
  /** Path of the socket to connect to now. */
  socket(): string;
  close(): Promise<void>;
}

/**
 * Opens a home and keeps it open.
 * @param isService whether it must hold the home itself, so that commands are its guests and no second service runs
 * @throws home_unusable, home_in_use
 */
export const keepHome = async (home: string, isService: boolean): Promise<KeptHome> => {
  const open = () => (isService ? holdHome(home) : openHome(home, false));
  let current = await open();
  let isClosed = false;
  let opening: Promise<void> = Promise.resolve();
  const openAgain = async (): Promise<void> => {
    for (let pause = RETRY_MILLISECONDS; !isClosed; pause = Math.min(2 * pause, LONGEST_RETRY_MILLISECONDS)) {
      await delay(pause);
      const next = isClosed ? null : await open().catch(() => null);
      if (!next) continue;
      current = next;
      follow();
      return;
    }
  };
  const follow = (): void =>
    void current.lost.then(() => {
      opening = openAgain();
    });
  follow();
  return {
    isHolder: current.isHolder,
    socket: () => current.socket,
    close: async () => {
      isClosed = true;
      await opening;
      await current.close();
    },
  };
};

/** Opens a home as its holder, after commands that are at work in it. @throws home_unusable, home_in_use */
const holdHome = async (home: string): Promise<OpenedHome> => {
  for (const until = Date.now() + PATIENCE_MILLISECONDS; Date.now() < until; await delay(RETRY_MILLISECONDS)) {
    const opened = await openHome(home, true);
    if (opened.isHolder) return opened;
    if (existsSync(serviceMark(opened.socket))) break;
  }
  throw appError('home_in_use', { home });
};

/**
 * Opens a home (DEFINITIONS 10): connects to the holder of the highest socket, or takes the home over where that socket
 * is dead by binding the next number. Only the holder opens the database's folder, so no rows are lost to a second one.
 * @throws home_unusable where the folder cannot be used
 */
export const openHome = async (home: string, isService = false): Promise<OpenedHome> => {
  makeHome(home);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const number = highestNumber(listHome(home));
    const socket = socketPath(home, number);
    if (number > 0 && (await isAlive(socket))) {
      return { socket, isHolder: false, lost: never, close: async () => undefined };
    }
    const held = await takeHome({ home, number: number + 1, isService });
    if (held) return held;
  }
  throw unusable(home, problems.contended);
};

const problems = {
  contended: { zh: '其他进程不断占用它，请稍后重试', en: 'other processes keep taking it; try again shortly' },
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
    makeFolder(home, 0o700);
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

const never = new Promise<void>(() => undefined);

/** What the holder's worker says: the home is ready, another process was faster, the database is closed, or what is wrong. */
export type HolderWord = 'ready' | 'taken' | 'closed' | { readonly fault: string };

const takeHome = async (holding: Holding): Promise<OpenedHome | null> => {
  const module = new URL('./pglite-worker.ts', import.meta.url).href;
  const worker = new Worker(new URL('../worker.js', import.meta.url), { workerData: { module, ...holding } });
  const lost = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const word = await nextWord(worker);
  if (word === 'ready') {
    const close = async (): Promise<void> => {
      worker.postMessage('close');
      await Promise.race([nextWord(worker), delay(CLOSE_MILLISECONDS, undefined, { ref: false })]);
      await worker.terminate();
    };
    return { socket: socketPath(holding.home, holding.number), isHolder: true, lost, close };
  }
  await worker.terminate();
  if (word === 'taken') return null;
  const refusal = findRefusal(holding.home);
  throw unusable(holding.home, refusal ? describeFault(refusal) : problems.damaged, word);
};

/** What the worker says next; its end is a fault. */
const nextWord = (worker: Worker): Promise<HolderWord> =>
  new Promise((resolve) => {
    worker.once('message', resolve);
    worker.on('error', (cause) => resolve({ fault: cause.message }));
    worker.once('exit', () => resolve({ fault: 'its thread ended' }));
  });
