import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  fstatSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Text } from '../domain/text.ts';
import { AppError, appError } from '../errors.ts';
import { describeFault } from './system-fault.ts';

/** The fault of a place that cannot be written, by what the system said. */
export const toUnwritable = (file: string | Text, cause: unknown): AppError =>
  appError('file_unwritable', { file, problem: describeFault(cause) }, { cause });

/**
 * Refuses a folder in which nothing can be made, so that no long work is done for nothing; it need not be there yet.
 * @throws file_unwritable
 */
export const requireWritable = (folder: string): void => probe(nearestExisting(folder), folder);

const nearestExisting = (folder: string): string => {
  const parent = dirname(folder);
  return existsSync(folder) || parent === folder ? folder : nearestExisting(parent);
};

/** Makes a folder in a folder and removes it again. */
const probe = (folder: string, named: string): void => {
  try {
    rmdirSync(mkdtempSync(join(folder, '.vigil-')));
  } catch (cause) {
    throw toUnwritable(named, cause);
  }
};

/** The same for a result's file, whose folder must be there. @throws file_unwritable */
export const requireWritableFile = (file: string): void => {
  const target = findTarget(file);
  if (target.kind === 'file') probe(dirname(target.path), file);
};

/** Whether two paths lead to one file, through links too. */
export const isSameFile = (a: string, b: string): boolean => {
  const [one, other] = [a, b].map((file) => statSync(file, { bigint: true, throwIfNoEntry: false }));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
};

/**
 * Where a result goes. A file appears under its name only when it is whole; what is no file (a pipe, a device, standard
 * output under any name) is written into as the result comes.
 */
type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'pipe'; readonly path: string }
  | { readonly kind: 'standard' };

const STANDARD_OUTPUT = 1;

const findTarget = (path: string): Target => {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!found) return { kind: 'file', path };
  if (found.isDirectory()) throw toUnwritable(path, { code: 'EISDIR' });
  const standard = fstatSync(STANDARD_OUTPUT, { bigint: true });
  if (found.ino === standard.ino && found.dev === standard.dev) return { kind: 'standard' };
  return found.isFile() ? { kind: 'file', path: realpathSync(path) } : { kind: 'pipe', path };
};

/** Whether a path leads to where standard output goes, so that nothing else may be printed there. */
export const isStandardOutput = (path: string): boolean => findTarget(path).kind === 'standard';

/** A result on its way out. */
export interface Output {
  /** Resolves when there is room for more. @throws file_unwritable */
  write(content: string | Uint8Array): Promise<void>;
}

/**
 * Opens an output for as long as some work writes into it; of a file nothing is left where the work does not succeed.
 * @throws file_unwritable, and what the work throws
 */
export const withOutput = async <Result>(file: string, work: (output: Output) => Promise<Result>): Promise<Result> => {
  const { stream, finish, discard } = await guard(file, () => openSink(file));
  let failure: unknown;
  stream.on('error', (cause) => {
    failure = cause;
  });
  const write = async (content: string | Uint8Array): Promise<void> => {
    if (failure) throw failure;
    if (!stream.write(content)) await once(stream, 'drain');
  };
  try {
    const result = await work({ write: (content) => guard(file, () => write(content)) });
    await guard(file, finish);
    return result;
  } catch (cause) {
    discard();
    throw cause;
  }
};

/** A stream, how it comes to its end and how it is given up. */
interface Sink {
  readonly stream: Writable;
  finish(): Promise<void>;
  discard(): void;
}

const openSink = async (file: string): Promise<Sink> => {
  const target = findTarget(file);
  if (target.kind === 'standard') {
    return { stream: process.stdout, finish: () => flush(process.stdout), discard: () => undefined };
  }
  const isFile = target.kind === 'file';
  const path = isFile ? `${target.path}.unfinished-${process.pid}` : target.path;
  const stream = createWriteStream(path);
  await once(stream, 'open');
  return {
    stream,
    async finish() {
      stream.end();
      await finished(stream);
      if (isFile) renameSync(path, target.path);
    },
    discard() {
      stream.destroy();
      if (isFile) rmSync(path, { force: true });
    },
  };
};

const flush = (stream: Writable): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write('', (cause) => (cause ? reject(cause) : resolve()));
  });

/** Runs some writing; what fails in it is a place that cannot be written. */
const guard = async <Result>(file: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof AppError ? cause : toUnwritable(file, cause);
  }
};
