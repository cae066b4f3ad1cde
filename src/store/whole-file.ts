import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { toUnwritable } from './writing.ts';

/** Readable by its owner alone. */
export const OWNER_ONLY = 0o600;

/**
 * Writes a small file for its owner alone so that it is there whole or not at all, even after a loss of power, and never
 * over another.
 * @returns whether it was written; false where there is one already
 * @throws file_unwritable
 */
export const writeOnce = (file: string, text: string): boolean => {
  const unfinished = `${file}.unfinished-${process.pid}`;
  try {
    writeFlushed(unfinished, text);
    linkSync(unfinished, file);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw toUnwritable(file, cause);
  } finally {
    rmSync(unfinished, { force: true });
  }
};

const writeFlushed = (file: string, text: string): void => {
  const descriptor = openSync(file, 'w', OWNER_ONLY);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
