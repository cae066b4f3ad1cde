import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder, where the shipped models, dictionaries and policies lie. */
const shipped = fileURLToPath(new URL('../..', import.meta.url));

/** Folders in which dictionaries and policies are looked up, in order. */
export const dataFolders = (): string[] => [...new Set([resolve('data'), join(shipped, 'data')])];

/** Folders in which models are looked up, in order. */
export const modelFolders = (models: string | undefined): string[] =>
  models === undefined ? [...new Set([resolve('models'), join(shipped, 'models')])] : [resolve(models)];

/** Folders in which a dictionary's data file is looked up: `VIGIL_DATA`, data/raw, data, ../shared/data (DESIGN). */
export const rawDataFolders = (fromEnvironment: string | undefined): string[] => [
  ...(fromEnvironment === undefined ? [] : [resolve(fromEnvironment)]),
  ...dataFolders().flatMap((folder) => [join(folder, 'raw'), folder]),
  join(shipped, '..', 'shared', 'data'),
];

/** The first of some places in which a file or folder is there; null where none is. */
export const findIn = (folders: readonly string[], path: string): string | null =>
  (isAbsolute(path) ? [path] : folders.map((folder) => join(folder, path))).find((place) => existsSync(place)) ?? null;

/**
 * Makes a folder and those above it that are missing, one by one: Node's own recursive making never ends where the system
 * says of a name in a folder that is there that there is no such place, as below /proc.
 */
export const makeFolder = (folder: string, mode = 0o777): void => {
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makeFolder(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw cause;
  }
};
