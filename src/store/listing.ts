import { type Dirent, readdirSync } from 'node:fs';
import { AppError, appError } from '../errors.ts';
import { describeFault } from './system-fault.ts';

/** What could be read of some files, and what is wrong with the others; every fault names its file. */
export interface Listing<Item> {
  readonly found: readonly Item[];
  readonly faults: readonly AppError[];
}

/** Reads each place; a fault of one never hides the others. */
export const readEach = <Place, Item>(places: readonly Place[], read: (place: Place) => Item): Listing<Item> => {
  const found: Item[] = [];
  const faults: AppError[] = [];
  for (const place of places) {
    try {
      found.push(read(place));
    } catch (fault) {
      if (!(fault instanceof AppError)) throw fault;
      faults.push(fault);
    }
  }
  return { found, faults };
};

/** What lies in a folder but hidden entries, by name; nothing where there is no such folder. @throws file_unreadable */
export const listEntries = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw appError('file_unreadable', { file: folder, problem: describeFault(cause) }, { cause });
  }
};
