import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegistryEvent } from '../../src/domain/registry.ts';
import { linesOf, runVigil } from '../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { useFolder } from '../support/folder.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { tiny, writeTinyModels } from '../support/tiny-models.ts';

const files = useFolder();
const cwd = files.path;
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

let database: TestDatabase;
let service: TestService;
let models: string;
beforeAll(async () => {
  database = await createTestDatabase();
  models = writeTinyModels(files.folder(), [
    [tiny(), 'passed'],
    [tiny({ version: '2' }), 'failed'],
  ]);
  const env = {
    VIGIL_API_KEYS: `trainer:${hashOf('trainer')},officer:${hashOf('officer')}`,
    ...(database.url === undefined ? {} : { DATABASE_URL: database.url }),
  };
  service = await startTestService(files.folder(), { env, models: [models] });
});
afterAll(async () => {
  await service.service.stop();
  await database.drop();
});

/** Runs a command on the database itself, beside the service. */
const here = (...args: string[]) => runVigil(args, { cwd, env: service.env });
/** Runs a command that asks the service, by a key. */
const there = (key: string, ...args: string[]) =>
  runVigil([...args, '--url', service.url], { cwd, env: { VIGIL_API_KEY: key } });
const why = ['--reason', 'a test'];

describe('the commands of the registry, on the database and through the service', () => {
  it('register by a label, which can approve nothing', async () => {
    const register = () => here('register', 'tiny@1', ...why, '--actor', 'trainer', '--models', models);
    expect(await register()).toMatchObject({
      code: 0,
      stdout: 'tiny@1 is registered. By local (trainer).\n',
      stderr: '',
    });
    expect((await register()).stdout).toContain('nothing has changed');
    expect(await here('approve', 'tiny@1', ...why)).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(/^vigil: local cannot vouch .*--url.*\(approval_refused\)\n$/),
    });
    const asTrainer = await there('trainer', 'approve', 'tiny@1', ...why);
    expect(asTrainer).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/\(approval_refused\).*\(service_refused\)/),
    });
  });

  it('approve by a key of somebody else, then promote on either way', async () => {
    expect(await here('promote', 'tiny@1', ...why)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('(not_promotable)'),
    });
    const approved = await there('officer', 'approve', 'tiny@1', ...why, '--evidence', 'minutes of 3 March', '--json');
    expect(JSON.parse(approved.stdout)).toMatchObject({
      event: 'approved',
      actor: 'officer',
      evidence: 'minutes of 3 March',
    });
    const promoted = await here('promote', 'tiny@1', ...why);
    expect(promoted).toMatchObject({
      code: 0,
      stdout: 'tiny@1 is promoted; running services follow within a second (approved by officer). By local.\n',
    });
    expect(await there('officer', 'promote', 'tiny@1', ...why)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('(registry_conflict)'),
    });
  });

  it('names everything that stands in the way, a line each', async () => {
    for (const ran of [await here('promote', 'tiny@2', ...why), await there('officer', 'promote', 'tiny@2', ...why)]) {
      const lines = linesOf(ran.stderr);
      expect(lines.length).toBe(2);
      expect(ran.stderr).toMatch(/gate failed failed: discrimination/);
      expect(ran.stderr).toMatch(/vigil approve/);
    }
    const zh = await here('promote', 'tiny@2', ...why, '--locale', 'zh');
    expect(zh.stderr).toMatch(/模型 tiny@2 不能上线：关卡 failed 未通过：区分度。/);
  });

  it('waive, roll back, shadow and retire', async () => {
    const register = () => there('trainer', 'register', 'tiny@2', ...why);
    const registered = { code: 0, stdout: 'tiny@2 is registered. By trainer.\n', stderr: '' };
    expect(await register()).toMatchObject(registered);
    expect(await there('officer', 'waive', 'tiny@2', '--gate', 'failed', ...why)).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await register()).toMatchObject(registered);
    await there('officer', 'approve', 'tiny@2', ...why);
    expect(await there('trainer', 'promote', 'tiny@2', ...why)).toMatchObject({ code: 0 });
    expect((await here('rollback', 'tiny', ...why)).stdout).toContain('tiny@1 decides again');
    expect((await here('shadow', 'tiny@2', ...why)).stdout).toContain('tiny@2 is in shadow');
    expect((await here('retire', 'tiny@2', ...why, '--locale', 'zh')).stdout).toBe('tiny@2 已退役。操作人：local。\n');
    expect(await here('promote', 'tiny@2', ...why)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('(model_retired)'),
    });
  });

  it('history says the same on either way, at any moment, and exports what happened', async () => {
    const told = JSON.parse((await here('history', 'tiny', '--json')).stdout);
    const asked = JSON.parse((await there('officer', 'history', 'tiny', '--json')).stdout);
    expect(asked.models).toEqual(told.models);
    expect(told.models).toMatchObject([
      { version: '1', state: 'promoted', approvedBy: ['officer'] },
      { version: '2', state: 'retired', waived: [{ gate: 'failed', actor: 'officer', reason: 'a test' }] },
    ]);
    const [first] = told.models[0].history;
    const early = await here('history', '--at', first.at);
    expect(early.stdout).toMatch(/tiny@1 {2}registered since .*, without human approval/);
    expect((await here('history', '--at', '2001-01-01T00:00:00Z')).stdout).toContain('No model was registered');
    const out = join(cwd, 'registry.jsonl');
    expect(await here('history', '--out', out)).toMatchObject({ code: 0 });
    const events = linesOf(readFileSync(out, 'utf8')).map((line) => RegistryEvent.parse(JSON.parse(line)));
    expect(events.filter(({ model }) => model.name === 'tiny').length).toBe(
      told.models.flatMap(({ history }: { history: object[] }) => history).length,
    );
    expect(events.find(({ event }) => event === 'waived')).toMatchObject({ gate: 'failed', actor: 'officer' });
  });

  it('refuses what it cannot read, and writes nothing', async () => {
    const bad = await Promise.all([
      here('promote', 'tiny', ...why),
      here('promote', 'tiny@1'),
      here('promote', 'tiny@1', '--reason', ' '),
      here('promote', 'tiny@1', ...why, '--actor', 'a(b)'),
      here('history', '--at', 'yesterday'),
      here('history', '--out', join(cwd, 'none.jsonl'), '--url', service.url),
      here('promote', 'tiny@1', ...why, '--url', 'nowhere'),
    ]);
    for (const ran of bad)
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/^vigil: .*\(bad_arguments\)\n$/) });
    expect(existsSync(join(cwd, 'none.jsonl'))).toBe(false);
    expect(await here('history', '--url', 'http://127.0.0.1:1')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('(service_unreachable)'),
    });
    expect(await there('nobody', 'history')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('(key_unknown)'),
    });
  });

  it('a name that the log keeps for itself is no key', async () => {
    for (const name of ['local', 'release']) {
      const ran = await runVigil(['history'], { cwd, env: { VIGIL_API_KEYS: `${name}:${hashOf('x')}` } });
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('(bad_arguments)') });
    }
    const ran = await runVigil(['history'], { cwd, env: { VIGIL_MODEL_KEYS: 'desk:short' } });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('VIGIL_MODEL_KEYS') });
  });
});
