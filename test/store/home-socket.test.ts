import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  highestNumber,
  holdNumber,
  isAlive,
  releaseNumber,
  serviceMark,
  socketPath,
} from '../../src/store/home-socket.ts';
import { useFolder } from '../support/folder.ts';

const { folder } = useFolder();

const close = async (server: Server): Promise<void> => {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
};

const sockets = (home: string) => readdirSync(home).filter((file) => file.startsWith('.s.'));

describe('the socket of a home', () => {
  it('is held by one alone, however many try the same number', async () => {
    const home = folder();
    const servers = Array.from({ length: 8 }, () => createServer());
    const held: boolean[] = [];
    for (const server of servers) held.push(await holdNumber(server, { home, number: 1, isService: false }));
    expect(held).toEqual([true, ...servers.slice(1).map(() => false)]);
    expect(sockets(home)).toEqual(['.s.PGSQL.1']);
    await Promise.all(servers.map(close));
  });

  it('stays behind when its holder ends, so that numbers only grow, and the next holder removes it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 12 }),
        async (services) => {
          const home = folder();
          for (const [index, [isService, isReleased]] of services.entries()) {
            const number = highestNumber(readdirSync(home)) + 1;
            expect(number).toBe(index + 1);
            const server = createServer();
            expect(await holdNumber(server, { home, number, isService })).toBe(true);
            const path = socketPath(home, number);
            expect(await isAlive(path)).toBe(true);
            const mark = isService ? [`.s.PGSQL.${number}.service`] : [];
            expect(sockets(home)).toEqual([`.s.PGSQL.${number}`, ...mark]);
            if (isReleased) releaseNumber({ home, number, isService });
            await close(server);
            expect(await isAlive(path)).toBe(false);
            expect(sockets(home)).toContain(`.s.PGSQL.${number}`);
            expect(statSync(join(home, `.s.PGSQL.${number}`)).isFile()).toBe(isReleased);
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  it('is given up by who finds a higher number, and its file with it', async () => {
    const home = folder();
    const [higher, lower] = [createServer(), createServer()];
    expect(await holdNumber(higher, { home, number: 7, isService: true })).toBe(true);
    expect(await holdNumber(lower, { home, number: 6, isService: true })).toBe(false);
    expect(sockets(home)).toEqual(['.s.PGSQL.7', '.s.PGSQL.7.service']);
    await Promise.all([higher, lower].map(close));
  });

  it('lets its owner alone connect', async () => {
    const home = folder();
    const server = createServer();
    await holdNumber(server, { home, number: 1, isService: false });
    expect(statSync(join(home, '.s.PGSQL.1')).mode & 0o777).toBe(0o600);
    await close(server);
  });

  it('is dead where an ordinary file or nothing lies in its place', async () => {
    const home = folder();
    writeFileSync(join(home, '.s.PGSQL.3'), '');
    expect(await isAlive(socketPath(home, 3))).toBe(false);
    expect(await isAlive(socketPath(home, 4))).toBe(false);
    expect(serviceMark(socketPath(home, 3)).endsWith('.s.PGSQL.3.service')).toBe(true);
  });

  it('refuses a home whose path is too long for a socket, saying so', () => {
    const home = join(folder(), 'x'.repeat(120));
    expect(() => socketPath(home, 1)).toThrow('too long for a socket');
  });
});
