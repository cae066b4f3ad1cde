import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { linesOf, runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';
import { bodyOf, post } from '../support/run-service.ts';
import { startServer } from '../support/server.ts';

const disk = process.env.VIGIL_TEST_SMALL_DISK;
if (!disk) throw new Error('VIGIL_TEST_SMALL_DISK must name a folder on a small disk of its own');
const folder = mkdtempSync(join(disk, 'vigil-'));
const files = useFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filler = join(folder, 'filler');
const MEGABYTE = Buffer.alloc(2 ** 20);

/** Leaves so many bytes free. */
const fill = (left: number): void => {
  const { bavail, bsize } = statfsSync(folder);
  const size = bavail * bsize - left;
  writeFileSync(filler, Buffer.alloc(0));
  for (let done = 0; done < size; done += MEGABYTE.length)
    writeFileSync(filler, MEGABYTE.subarray(0, Math.min(MEGABYTE.length, size - done)), { flag: 'a' });
};
const free = (): void => rmSync(filler, { force: true });

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly decisionId?: string; readonly code?: string; readonly detail?: string };
}

describe('a service whose disk is full', () => {
  it('answers 503 and why, goes on by itself once there is room, and has stored what it answered and nothing else', async () => {
    const home = join(folder, 'home');
    const server = await startServer({ home });
    const stored: string[] = [];
    const ask = async (index: number): Promise<Answer> => {
      const response = await post(`${server.url}/v1/predict`, bodyOf(`C-${index}`, index));
      const answer = (await response.json()) as Answer['body'];
      if (answer.decisionId) stored.push(answer.decisionId);
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: answer };
    };
    expect((await ask(0)).status).toBe(200);
    fill(0);
    let last = await ask(1);
    for (let index = 2; last.status === 200 && index < 20_000; index++) last = await ask(index);
    expect(last).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    expect(last.body.detail).toContain('its disk is full; free some space and try again');
    expect(Number(last.retryAfter)).toBeGreaterThan(0);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    free();
    for (let tries = 0; (await ask(30_000)).status !== 200 && tries < 50; tries++) await delay(100);
    expect(await server.end('SIGTERM')).toBe(0);

    const database = await openDatabase({ url: undefined, home });
    const decisions = await database.prisma.record.findMany({
      where: { kind: 'decision' },
      select: { decisionId: true },
      orderBy: { seq: 'asc' },
    });
    expect(decisions.map(({ decisionId }) => decisionId)).toEqual(stored);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
    await database.close();
  });
});

describe('a command whose disk is full', () => {
  const vigil = (home: string, ...args: string[]) => runVigil(args, { cwd: files.path, env: { VIGIL_HOME: home } });
  const faultsOf = ({ stderr }: { stderr: string }) => linesOf(stderr).filter((line) => line.includes('disk is full'));

  it('says so in one line and leaves nothing half-made', async () => {
    const [home, begun] = [files.folder(), join(folder, 'begun')];
    const [kept, out] = [join(files.path, 'kept'), join(folder, 'backup')];
    expect((await vigil(home, 'backup', '--out', kept)).code).toBe(0);
    fill(0);
    const backup = await vigil(home, 'backup', '--out', out);
    expect([backup.code, faultsOf(backup).length]).toEqual([5, 1]);
    expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual([]);
    const restore = await vigil(begun, 'restore', '--in', kept);
    expect([restore.code, faultsOf(restore).length]).toEqual([5, 1]);
    free();
    expect((await vigil(begun, 'restore', '--in', kept)).code).toBe(0);
    expect((await vigil(begun, 'verify')).code).toBe(0);
  });
});
