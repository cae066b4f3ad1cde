import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelFolders } from '../../src/store/folders.ts';
import { readHistory } from '../../src/usecases/history.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { runVigil } from '../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { useFolder } from '../support/folder.ts';
import { rowOf } from '../support/rows.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { tiny, writeTinyModels } from '../support/tiny-models.ts';

const files = useFolder();
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
const keys = { VIGIL_API_KEYS: `trainer:${hashOf('trainer')},officer:${hashOf('officer')}` };
/** How late another instance may follow. */
const LATE_MILLISECONDS = 2_500;

let database: TestDatabase;
/** One instance, and on PostgreSQL a second. */
const services: TestService[] = [];
let models: string;
const at = (index: number): TestService => {
  const service = services[index];
  if (!service) throw new Error('there is no such instance');
  return service;
};
const clientOf = (key: string, index = 0) => at(index).client({ key });

beforeAll(async () => {
  database = await createTestDatabase();
  models = writeTinyModels(files.folder(), [
    [tiny(), 'passed'],
    [tiny({ version: '2', learner: 'boosted' }), 'passed'],
    [tiny({ version: '3', learner: 'neural' }), 'passed'],
  ]);
  const env = { ...keys, ...(database.url === undefined ? {} : { DATABASE_URL: database.url }) };
  for (let index = 0; index < (database.url === undefined ? 1 : 2); index++) {
    services.push(await startTestService(files.folder(), { env, models: [models, ...modelFolders(undefined)] }));
  }
  for (const version of ['1', '2', '3']) {
    await clientOf('trainer').registerModel({ name: 'tiny', version, reason: 'trained' });
    await clientOf('officer').approveModel({ name: 'tiny', version, reason: 'read its card' });
  }
  await clientOf('trainer').promoteModel({ name: 'tiny', version: '1', reason: 'the first' });
  await new Promise((resolve) => setTimeout(resolve, LATE_MILLISECONDS));
});
afterAll(async () => {
  for (const { service } of services) await service.stop();
  await database.drop();
});

interface Made {
  readonly decisionId: string;
  readonly version: string;
  readonly decidedAt: number;
}

/** Asks without a pause until told to stop; whatever is not answered as it should be fails the test. */
const startLoad = (index: number, lanes: number) => {
  const made: Made[] = [];
  let isOver = false;
  let asked = 0;
  const client = clientOf('trainer', index);
  const lane = async (number: number): Promise<void> => {
    while (!isOver) {
      const body = {
        customerId: `P-${index}-${asked++ % 50}`,
        purpose: 'monitoring' as const,
        model: 'tiny',
        features: { column_0: asked % 2 },
      };
      const answers =
        number % 4 === 0
          ? (await client.predictBatch({ requests: [body, { ...body, model: 'taiwan-card', features: rowOf(asked) }] }))
              .answers
          : [await client.predict(body)];
      const [first] = answers;
      if (!first) throw new Error('nothing was answered');
      made.push({
        decisionId: first.decisionId,
        version: first.model?.version ?? '',
        decidedAt: Date.parse(first.decidedAt),
      });
    }
  };
  const running = Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  return {
    made,
    /** Resolves once so many more were answered. */
    async more(count: number): Promise<void> {
      const enough = made.length + count;
      while (made.length < enough) await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), running]);
    },
    async stop(): Promise<readonly Made[]> {
      isOver = true;
      await running;
      return made;
    },
  };
};

/** Some change of what decides, when it began and when it was told to be done. */
const timed = async (change: () => Promise<unknown>) => {
  const from = Date.now();
  await change();
  return { from, to: Date.now() };
};

describe('a promotion under load', () => {
  it('drops and fails nothing; what is decided after its answer is decided by the new version, elsewhere a little later', async () => {
    const loads = services.map((_, index) => startLoad(index, 8));
    const steps = [
      { version: '2', do: () => clientOf('officer').promoteModel({ name: 'tiny', version: '2', reason: 'better' }) },
      {
        version: '3',
        do: () => clientOf('trainer').promoteModel({ name: 'tiny', version: '3', reason: 'better still' }),
      },
      { version: '2', do: () => clientOf('trainer').rollBackModel({ name: 'tiny', reason: 'it was not' }) },
    ];
    const changes: { version: string; from: number; to: number }[] = [{ version: '1', from: 0, to: 0 }];
    for (const { version, do: change } of steps) {
      await loads[0]?.more(100);
      changes.push({ version, ...(await timed(change)) });
      await new Promise((resolve) => setTimeout(resolve, LATE_MILLISECONDS));
    }
    await loads[0]?.more(100);
    for (const [index, load] of loads.entries()) {
      const late = index === 0 ? 0 : LATE_MILLISECONDS;
      const made = await load.stop();
      expect(new Set(made.map(({ version }) => version))).toEqual(new Set(['1', '2', '3']));
      const strays = made.filter(({ version, decidedAt }) => {
        const last = changes.findLast(({ to }) => to + late < decidedAt);
        const under = changes.filter(({ from, to }) => from <= decidedAt && to + late >= decidedAt);
        return ![last, ...under].some((change) => change?.version === version);
      });
      expect(strays).toEqual([]);
    }
  }, 120_000);

  it('the log says which version was live when each was made', async () => {
    const { database: stored } = at(0).service;
    const { decisions } = await clientOf('trainer').listDecisions({ customerId: 'P-0-7', limit: 100 });
    expect(decisions.length).toBeGreaterThan(2);
    for (const { decidedAt, model } of decisions) {
      const versions = await Promise.all(
        [0, 500].map(async (before) => {
          const moment = new Date(Date.parse(decidedAt) - before);
          const standings = await readHistory(stored, { at: moment, name: model?.name });
          return standings.find(({ state }) => state === 'promoted')?.ref.version;
        }),
      );
      expect(versions).toContain(model?.version);
    }
  });

  it('old decisions replay the same, and a pinned version goes on until it is retired', async () => {
    const client = clientOf('trainer');
    const { decisions } = await client.listDecisions({ customerId: 'P-0-7', limit: 100 });
    for (const { decisionId } of decisions) {
      expect(await client.replayDecision({ id: decisionId })).toEqual({ outcome: 'same', fields: [] });
    }
    const body = {
      customerId: 'P-pinned',
      purpose: 'application' as const,
      features: { column_0: 1 },
      model: 'tiny@3',
    };
    const pinned = await client.predict(body);
    expect(pinned.model?.version).toBe('3');
    await client.retireModel({ name: 'tiny', version: '3', reason: 'it was worse' });
    await expect(client.predict(body)).rejects.toMatchObject({ problem: { status: 410, code: 'model_retired' } });
    expect(await client.replayDecision({ id: pinned.decisionId })).toMatchObject({ outcome: 'same' });
    expect((await client.readDecision({ id: pinned.decisionId })).model?.version).toBe('3');
  });

  it('follows a command beside the service within a second or so', async () => {
    const load = startLoad(0, 4);
    await load.more(50);
    const { env } = at(0);
    const ran = await runVigil(['rollback', 'tiny', '--reason', 'by hand', '--actor', 'night shift', '--json'], {
      cwd: files.path,
      env,
    });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      event: 'rolled_back',
      model: { version: '1' },
      actor: 'local (night shift)',
    });
    const to = Date.now();
    const follows = () => load.made.at(-1)?.version;
    await expect.poll(follows, { timeout: 10_000, interval: 50 }).toBe('1');
    expect(Date.now() - to).toBeLessThan(LATE_MILLISECONDS);
    await load.stop();
  });

  it('stands on a chain that holds', async () => {
    expect(await verifyLedger(at(0).service.database)).toMatchObject({ holds: true });
  });
});
