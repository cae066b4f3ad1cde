import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './folders.ts';
import { listEntries } from './listing.ts';
import type { VersionName } from './versions.ts';
import { toUnwritable } from './writing.ts';

/** The folder of a version on disk. */
export interface VersionFolder extends VersionName {
  readonly path: string;
}

const UNFINISHED = '.unfinished-';

/** Every `<name>/<version>` of some folders that holds a file; one in an earlier folder hides the same one in a later. */
export const listVersionFolders = (folders: readonly string[], file: string): VersionFolder[] => {
  const found = new Map<string, VersionFolder>();
  for (const folder of folders) {
    for (const name of listFolders(folder)) {
      for (const version of listFolders(join(folder, name))) {
        const path = join(folder, name, version);
        const key = `${name}@${version}`;
        if (existsSync(join(path, file)) && !found.has(key)) found.set(key, { name, version, path });
      }
    }
  }
  return [...found.values()];
};

const listFolders = (folder: string): string[] =>
  listEntries(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** Puts a version's files into a new folder `<name>/<version>`, all together or not at all. @throws file_unwritable */
export const placeVersion = (
  folder: string,
  { name, version }: VersionName,
  files: Readonly<Record<string, string>>,
): void => {
  const path = join(folder, name, version);
  const unfinished = join(folder, `${UNFINISHED}${name}-${version}-${process.pid}`);
  try {
    makeFolder(unfinished);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(unfinished, file), text);
    makeFolder(join(folder, name));
    renameSync(unfinished, path);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    throw toUnwritable(path, cause);
  }
};
