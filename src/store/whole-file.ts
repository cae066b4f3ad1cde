import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { appError } from '../errors.ts';
import { wordSystemFault } from './system-fault.ts';

/** Readable by its owner alone. */
export const OWNER_ONLY = 0o600;

/** The name a file has until it is whole. */
export const unfinishedName = (file: string): string => `${file}.unfinished-${process.pid}`;

/** Writes a text file so that it is there whole or not at all, even after a loss of power. @throws file_unwritable */
export const writeWhole = (file: string, text: string, mode = 0o666): void =>
  place(file, { text, mode }, (unfinished) => renameSync(unfinished, file));

/** The same, but never over another file. @returns whether it was written; false where there is one already */
export const writeOnce = (file: string, text: string, mode: number): boolean => {
  try {
    place(file, { text, mode }, (unfinished) => linkSync(unfinished, file));
    return true;
  } catch (fault) {
    if (((fault as Error).cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  }
};

const place = (file: string, { text, mode }: { text: string; mode: number }, finish: (unfinished: string) => void) => {
  const unfinished = unfinishedName(file);
  try {
    const descriptor = openSync(unfinished, 'w', mode);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    finish(unfinished);
  } catch (cause) {
    throw appError('file_unwritable', { file, problem: wordSystemFault(cause) }, { cause });
  } finally {
    rmSync(unfinished, { force: true });
  }
};
