import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * Little memory of its own, since the system caches the files as well; and a log that is not kept longer than a crash
 * needs it, so that recovering takes about a second.
 */
const settings = ['shared_buffers=32MB', 'max_wal_size=128MB', 'min_wal_size=32MB'];
const startParams = [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ['-c', setting])];
const OWNER_ONLY = 0o700;

/** Opens the database of a folder, made first where there is none; where PostgreSQL aborts, PGlite would try for ever to go on. */
export const openPglite = async (folder: string, onAbort: () => void): Promise<PGlite> => {
  class Folder extends NodeFS {
    override async init(...[database, options]: Parameters<NodeFS['init']>) {
      const { emscriptenOpts } = await super.init(database, options);
      return { emscriptenOpts: { ...emscriptenOpts, onAbort } };
    }
  }
  const open = (path: string) => PGlite.create({ fs: new Folder(path), startParams });
  if (existsSync(join(folder, 'PG_VERSION'))) return open(folder);
  await make(folder, open);
  const opened = await open(folder);
  collectGarbage();
  return opened;
};

/** Makes a database aside and names its folder once it is whole, so that one that was interrupted is made anew. */
const make = async (folder: string, open: (path: string) => Promise<PGlite>): Promise<void> => {
  const aside = `${folder}.unfinished`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { mode: OWNER_ONLY });
  const made = await open(aside);
  await made.close();
  renameSync(aside, folder);
};

/** Making a database leaves half a gigabyte behind, which nothing in a thread that then rests would give back. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
};
