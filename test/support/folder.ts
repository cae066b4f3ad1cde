import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of the test file's own, removed when its tests are done. */
export interface TestFolder {
  readonly path: string;
  /** Writes a file below it and answers where it lies. */
  write(name: string, content: string | Uint8Array): string;
  /** A new, empty folder below it. */
  folder(): string;
}

/** Makes the folder. */
export const useFolder = (): TestFolder => {
  const path = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  let folders = 0;
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    folder() {
      folders++;
      const folder = join(path, `folder-${folders}`);
      mkdirSync(folder);
      return folder;
    },
  };
};
