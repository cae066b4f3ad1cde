import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './folders.ts';
import type { VersionName } from './versions.ts';
import { toUnwritable } from './writing.ts';

const UNFINISHED = '.unfinished-';

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
