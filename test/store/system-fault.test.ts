import { symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText } from '../../src/store/json.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();

describe('what the operating system says of a file', () => {
  it('is told without the place of the file, which the fault names itself', async () => {
    const looped = join(files.path, 'looped.json');
    symlinkSync(looped, looped);
    const socket = join(files.path, 's.json');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    for (const [file, said] of [
      [looped, /^ELOOP: too many symbolic links/],
      [socket, /^ENXIO: no such device/],
    ] as const) {
      const { code, values } = await faultOf(async () => readText(file));
      expect(code).toBe('file_unreadable');
      expect(values.problem).toMatchObject({ en: expect.stringMatching(said) });
      expect(JSON.stringify(values.problem)).not.toContain(files.path);
    }
    server.close();
  });
});
