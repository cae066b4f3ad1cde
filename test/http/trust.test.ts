import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../src/domain/model.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { runVigil } from '../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { useFolder } from '../support/folder.ts';
import { championId, championPlace } from '../support/rows.ts';
import { problemOf, startTestService, type TestService } from '../support/service.ts';
import { gateOf, tiny, writeFolder, writeValidation } from '../support/tiny-models.ts';

const files = useFolder();
const makeKey = (name: string): string => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return files.write(name, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
};
const [key, otherKey] = [makeKey('a.key'), makeKey('b.key')];
let publicKey: string;

const sign = async (models: string, { name, version }: Model, by: string): Promise<string> => {
  const ran = await runVigil(['sign', `${name}@${version}`, '--key', by, '--models', models, '--json'], {
    cwd: files.path,
  });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return (JSON.parse(ran.stdout) as { publicKey: string }).publicKey;
};

let database: TestDatabase;
let home: string;
let service: TestService | null = null;
beforeAll(async () => {
  database = await createTestDatabase();
  home = files.folder();
});
afterAll(() => database.drop());
afterEach(async () => {
  await service?.service.stop();
  service = null;
});

const start = async (models: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<TestService> => {
  const url = database.url === undefined ? {} : { DATABASE_URL: database.url };
  service = await startTestService(home, { env: { ...url, ...env }, models });
  return service;
};

const readiness = async ({ request }: TestService) => {
  const response = await request('/readyz');
  const { ready, faults } = (await response.json()) as {
    ready: boolean;
    faults: { model: string; code: string; detail: string }[];
  };
  return { status: response.status, ready, faults };
};

const decide = ({ client }: TestService, model: string) =>
  client().predict({ customerId: 'T-1', purpose: 'application', features: { column_0: 1 }, model });

describe('a service that asks for signatures', () => {
  const models = files.folder();
  const versions = ['1', '2', '3', '4'].map((version) => tiny({ version }));
  const [signed, unsigned, foreign, changed] = versions as [Model, Model, Model, Model];

  beforeAll(async () => {
    for (const model of versions) writeValidation(writeFolder(models, model), model, [gateOf('passed')]);
    publicKey = await sign(models, signed, key);
    await sign(models, foreign, otherKey);
    await sign(models, changed, key);
    appendFileSync(join(models, 'tiny', '4', 'golden.jsonl'), '{}\n');
  });

  it('takes what a trusted key signed, and names what is wrong with the rest in /readyz', async () => {
    const running = await start([models], { VIGIL_MODEL_KEYS: `desk:${publicKey}` });
    expect((await decide(running, 'tiny@1')).model?.version).toBe('1');
    expect(await running.client().readModel({ name: 'tiny', version: '1' })).toMatchObject({ signedBy: publicKey });
    const { faults } = await readiness(running);
    expect(faults.map(({ model, code }) => [model, code])).toEqual(
      [unsigned, foreign, changed].map(({ version }) => [`tiny@${version}`, 'model_untrusted']),
    );
    expect(faults[2]?.detail).toContain('golden.jsonl');
    for (const version of ['2', '3', '4']) {
      expect(await problemOf(decide(running, `tiny@${version}`))).toMatchObject({ status: 404 });
      const registering = running.client().registerModel({ name: 'tiny', version, reason: 'a test' });
      expect(await problemOf(registering)).toMatchObject({ status: 422, code: 'model_unfit' });
    }
  });

  it('refuses what was registered before it asked, and no command promotes it there', async () => {
    await (await start([models])).service.stop();
    const running = await start([models], { VIGIL_MODEL_KEYS: `desk:${publicKey}` });
    expect(await problemOf(decide(running, 'tiny@2'))).toMatchObject({ status: 403, code: 'model_untrusted' });
    const shadow = running.client().shadowModel({ name: 'tiny', version: '2', reason: 'a test' });
    expect(await problemOf(shadow)).toMatchObject({ status: 403, code: 'model_untrusted' });
    expect(await problemOf(decide(running, 'tiny@3'))).toMatchObject({
      status: 403,
      detail: expect.stringContaining('VIGIL_MODEL_KEYS'),
    });
  });

  it('takes it once it is signed and the service has found the signature', async () => {
    await sign(models, unsigned, key);
    const running = await start([models], { VIGIL_MODEL_KEYS: `desk:${publicKey}` });
    expect((await decide(running, 'tiny@2')).model?.version).toBe('2');
    const { history, signedBy } = await running.client().readModel({ name: 'tiny', version: '2' });
    expect(signedBy).toBe(publicKey);
    expect(history.filter(({ event }) => event === 'registered').length).toBe(2);
    await running.service.stop();
    const again = await start([models], { VIGIL_MODEL_KEYS: `desk:${publicKey}` });
    expect((await again.client().readModel({ name: 'tiny', version: '2' })).history).toEqual(history);
  });

  it('a signature that fits nothing is refused by every service', async () => {
    const file = join(models, 'tiny', '1', 'signature.json');
    const whole = readFileSync(file, 'utf8');
    const forged = { ...JSON.parse(whole), signature: `${'A'.repeat(86)}==` };
    writeFileSync(file, JSON.stringify(forged));
    const running = await start([models]);
    expect((await readiness(running)).faults.map(({ model }) => model)).toEqual(['tiny@1', 'tiny@4']);
    writeFileSync(file, whole);
  });

  it('vigil sign says what it needs', async () => {
    const bare = tiny({ version: '9' });
    const path = writeFolder(models, bare);
    rmSync(join(path, 'golden.jsonl'));
    const run = (...args: string[]) => runVigil(['sign', 'tiny@9', '--models', models, ...args], { cwd: files.path });
    expect(await run('--key', key)).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/golden\.jsonl.*\(file_missing\)/),
    });
    expect(await run('--key', join(path, 'model.json'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(bad_signing_key)'),
    });
    expect(await run('--key', join(path, 'nowhere'))).toMatchObject({ code: 2 });
  });
});

describe('a service whose folder of models was damaged', () => {
  it('goes on with the champion it has, and says in /readyz what is wrong, not where', async () => {
    const models = files.folder();
    const [, shipped = ''] =
      modelFolders(undefined).length > 1 ? modelFolders(undefined) : ['', ...modelFolders(undefined)];
    cpSync(shipped, models, { recursive: true });
    const before = await start([models]);
    const fit = await readiness(before);
    expect(fit).toMatchObject({ status: 200, ready: true });
    await before.service.stop();
    writeFileSync(join(models, 'taiwan-card', championPlace.version, 'model.json'), '{ "schema": ');
    const running = await start([models]);
    const { status, ready, faults } = await readiness(running);
    expect({ status, ready }).toEqual({ status: 200, ready: true });
    expect(faults).toMatchObject([{ model: championId, code: 'bad_json' }]);
    expect(faults[0]?.detail).toContain(`taiwan-card/${championPlace.version}/model.json`);
    expect(faults[0]?.detail).not.toContain(models);
    expect((await running.client().readModel(championPlace)).state).toBe('promoted');
  });
});

describe('a service whose database was damaged', () => {
  it('says of a version that is not what it was that it is refused, and does nothing to it', async () => {
    const models = files.folder();
    const [whole, damaged] = [tiny({ version: '7' }), tiny({ version: '8' })];
    for (const model of [whole, damaged]) writeValidation(writeFolder(models, model), model, [gateOf('passed')]);
    const before = await start([models]);
    await before.service.database.pool.query(
      "UPDATE artifacts SET content = replace(content, '-1000000', '-1000001') WHERE fingerprint = $1",
      [damaged.fingerprint],
    );
    await before.service.stop();
    const running = await start([models]);
    const refused = { status: 403, code: 'model_untrusted' };
    const [name, version] = ['tiny', '8'];
    expect(await problemOf(decide(running, 'tiny@8'))).toMatchObject(refused);
    expect(await (await running.request('/v2/models/tiny/versions/8/ready')).json()).toMatchObject(refused);
    expect(await problemOf(running.client().readModel({ name, version }))).toMatchObject(refused);
    const retiring = running.client().retireModel({ name, version, reason: 'it is damaged' });
    expect(await problemOf(retiring)).toMatchObject(refused);
    const { models: standing } = await running.client().readHistory({ name });
    expect(standing.find((each) => each.version === version)).toMatchObject({ state: 'registered' });
    expect((await running.request('/v2/models/tiny/versions/7/ready')).status).toBe(200);
  });
});
