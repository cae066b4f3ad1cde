import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { readLoaded } from '../../src/store/demo-customers.ts';
import { beginAsked } from '../../src/usecases/demo.ts';
import { readDemo } from '../../src/usecases/demo-log.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { linesOf, runVigil } from '../support/cli.ts';
import { useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { post } from '../support/run-service.ts';
import { type Server, startServer } from '../support/server.ts';

const files = useFolder();
const databases = useDatabases(files);
/** Each command is a process of its own. */
const PATIENCE = { timeout: 180_000 };
const CUSTOMERS = 150;

const withHome = async <Result>(home: string, work: (database: Database) => Promise<Result>): Promise<Result> => {
  const database = await openDatabase({ url: undefined, home });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
};

const standing = (home: string) =>
  withHome(home, async ({ pool }) => ({ state: (await readDemo(pool)).state, loaded: (await readLoaded(pool)).size }));

/** Waits until so many of the demo's customers are there. */
const waitFor = async (home: string, customers: number) => {
  for (;;) {
    const found = await standing(home);
    if (found.loaded >= customers) return found;
    await delay(20);
  }
};

describe('vigil serve with a demo', PATIENCE, () => {
  it('loads in the background, goes on after it was killed, leaves it where it is told to, and decides for its customers', async () => {
    const { home } = await databases.settings('embedded');
    await withHome(home, (database) => beginAsked(database, { customers: CUSTOMERS, months: 4, seed: 2 }, new Date()));
    const without = await startServer({ home });
    expect(await standing(home)).toEqual({ state: 'loading', loaded: 0 });
    await without.end('SIGTERM');

    const start = (): Promise<Server> => startServer({ home, env: { VIGIL_DEMO: '1' } });
    const killed = await start();
    await waitFor(home, 1);
    await killed.end('SIGKILL');
    const before = await standing(home);
    expect(before.state).toBe('loading');

    const server = await start();
    await waitFor(home, CUSTOMERS);
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, place) => {
        const customerId = `SIM-${String(place + 1).padStart(6, '0')}`;
        const answer = await post(`${server.url}/v1/predict`, { customerId, purpose: 'application' });
        return (await answer.json()) as { readonly simulated?: boolean; readonly code?: string };
      }),
    );
    const decided = answers.filter(({ code }) => code === undefined);
    expect(decided.length).toBeGreaterThan(2);
    expect(decided.every(({ simulated }) => simulated)).toBe(true);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(await withHome(home, verifyLedger)).toMatchObject({ holds: true });
  });
});

describe('vigil demo', PATIENCE, () => {
  it('shows, loads and clears', async () => {
    const { home } = await databases.settings('embedded');
    const vigil = (...args: string[]) => runVigil(args, { cwd: files.path, env: { VIGIL_HOME: home } });
    expect(await vigil('demo')).toMatchObject({ code: 0, stdout: 'Demo: no demo was loaded\n' });
    const untold = await vigil('demo', 'truth');
    expect([untold.code, linesOf(untold.stderr)]).toEqual([3, [expect.stringContaining('vigil demo --real')]]);
    const loaded = await vigil('demo', 'load', '--customers', '5', '--seed', '3', '--json');
    expect(loaded.code).toBe(0);
    const book = { source: 'simulator', customers: 5, seed: 3 };
    expect(JSON.parse(loaded.stdout)).toMatchObject({ state: 'loaded', customers: 5, simulated: true, book });
    const other = await vigil('demo', 'load', '--customers', '6');
    expect([other.code, linesOf(other.stderr).at(-1)]).toEqual([3, expect.stringContaining('demo_refused')]);
    const cleared = await vigil('demo', 'clear', '--json');
    expect(JSON.parse(cleared.stdout)).toMatchObject({ decisions: 0, customers: expect.any(Number) });
    expect((await vigil('demo')).stdout).toMatch(/^Demo: cleared \(0 of 5 customers, all simulated/);
  });

  it('is refused where DATABASE_URL is set, before anything is asked of that database', async () => {
    const env = { VIGIL_HOME: files.folder(), DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
    for (const args of [
      ['demo'],
      ['demo', 'load'],
      ['demo', 'clear'],
      ['demo', 'truth'],
      ['demo', '--real', 'any.csv'],
    ]) {
      const refused = await runVigil(args, { cwd: files.path, env });
      expect([refused.code, linesOf(refused.stderr).at(-1)]).toEqual([3, expect.stringContaining('demo_refused')]);
    }
  });
});
