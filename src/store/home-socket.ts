import { chmodSync, linkSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';

/** The socket of a home's holder, and the mark beside it that the holder is a service. */
const SOCKET = /^\.s\.PGSQL\.(\d+)$/;
const SOCKET_OR_MARK = /^\.s\.PGSQL\.(\d+)(\.service)?$/;
/** Longest path a Unix socket may have, less what the name it is made under may be longer. */
const LONGEST_SOCKET = 107 - 10;
const OWNER_ONLY = 0o600;

/** The highest socket number among a home's files; 0 where there is none. */
export const highestNumber = (files: readonly string[]): number =>
  Math.max(0, ...files.map((file) => Number(SOCKET.exec(file)?.[1] ?? 0)));

const tooLong: Text = {
  zh: '路径过长，无法创建套接字；请用 VIGIL_HOME 指定更短的路径',
  en: 'its path is too long for a socket; name a shorter one in VIGIL_HOME',
};

/** The socket's path, relative where that is shorter, since it must fit in 107 bytes. @throws home_unusable */
export const socketPath = (home: string, number: number): string => {
  const path = nearest(join(home, `.s.PGSQL.${number}`));
  if (Buffer.byteLength(path) <= LONGEST_SOCKET) return path;
  throw appError('home_unusable', { home, problem: tooLong });
};

const nearest = (full: string): string => {
  const near = relative(process.cwd(), full);
  return near.length < full.length ? near : full;
};

/** The file that says that a socket's holder is a service. */
export const serviceMark = (socket: string): string => `${socket}.service`;

/** Whether somebody listens; only a refused connection, or none to connect to, means dead. */
export const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });

/** A number that is to be held in a home. */
export interface Holding {
  readonly home: string;
  readonly number: number;
  readonly isService: boolean;
}

/**
 * Lets a server listen under a number of a home. The socket listens before it gets its name, and its file stays when it
 * closes, so that a refused connection means dead for good and numbers never go down; then lower ones are removed.
 * @returns whether the number is held; not where another process was faster
 */
export const holdNumber = async (server: Server, { home, number, isService }: Holding): Promise<boolean> => {
  const made = ownName(home);
  const socket = socketPath(home, number);
  await listen(server, made);
  chmodSync(made, OWNER_ONLY);
  const isNamed = nameSocket(made, socket);
  const isHeld = isNamed && highestNumber(readdirSync(home)) === number;
  if (isHeld && isService) writeFileSync(serviceMark(socket), '');
  if (isHeld) removeLower(home, number);
  else if (isNamed) rmSync(socket, { force: true });
  return isHeld;
};

/** Leaves an ordinary file in place of a socket that is given up, so that its number is kept and the home can be copied. */
export const releaseNumber = ({ home, number }: Holding): void => {
  const made = ownName(home);
  writeFileSync(made, '');
  renameSync(made, socketPath(home, number));
};

/** A name that no other thread of any process uses. */
const ownName = (home: string): string => nearest(join(home, `.s.${process.pid}.${threadId}`));

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });

/** Gives a socket its name, which nobody else has. @returns false where somebody has it */
const nameSocket = (made: string, socket: string): boolean => {
  try {
    linkSync(made, socket);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  } finally {
    unlinkSync(made);
  }
};

/** Whoever has one of them finds a higher number and gives it up. */
const removeLower = (home: string, number: number): void => {
  for (const file of readdirSync(home)) {
    const found = SOCKET_OR_MARK.exec(file);
    if (found && Number(found[1]) < number) rmSync(join(home, file), { force: true });
  }
};
