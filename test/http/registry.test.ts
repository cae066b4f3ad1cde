import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../src/domain/model.ts';
import { type Policy, Policy as PolicySchema } from '../../src/domain/policy.ts';
import { sealModel } from '../../src/model/seal.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { toModelText, writeModel } from '../../src/store/models.ts';
import { createInput, createModel, createModelColumn, createTerm } from '../factories/model.ts';
import { createPolicy } from '../factories/policy.ts';
import { runVigil } from '../support/cli.ts';
import type { TestFolder } from '../support/folder.ts';
import { champion, championId, championPlace, rowOf } from '../support/rows.ts';
import { problemOf, type TestService, useService } from '../support/service.ts';

/** A model of one number whose score is -1 or +1 log-odds, by its sign. */
const tiny = (change: Partial<Model> = {}): Model => {
  const { fingerprint: _, ...model } = createModel({
    name: 'tiny',
    version: '1',
    columns: [createModelColumn()],
    inputs: [createInput({ counts: [1, 1, 0] })],
    scoreHistogram: { edges: [0], counts: [1, 1] },
    terms: [createTerm({ microLogits: [-1_000_000, 1_000_000, 0] })],
    references: [
      { rows: 1, microLogits: [-1_000_000] },
      { rows: 1, microLogits: [1_000_000] },
    ],
    ...change,
  });
  return sealModel(model);
};

const writeModels = (folder: TestFolder, models: readonly Model[]): string => {
  const path = folder.folder();
  for (const model of models) writeModel(path, model, { 'model.json': toModelText(model) });
  return path;
};

let models: string;
const service = useService((folder) => {
  models = writeModels(folder, [tiny(), tiny({ version: '2', learner: 'boosted' })]);
  return { models: [models, ...modelFolders(undefined)] };
});

/** Puts a policy in use as a person would, while the service runs. */
const usePolicy = async (policy: Policy, on: () => TestService = service) => {
  const file = service.folder.write(
    `${policy.name}-${policy.version}.json`,
    JSON.stringify(PolicySchema.parse(policy)),
  );
  const folders = service.folder.folder();
  const ran = await runVigil(['policy', 'use', file, '--reason', 'a test', '--models', models, '--json'], {
    cwd: folders,
    env: on().env,
  });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ran.stdout) as { fingerprint: string };
};

const decide = (change: object = {}) =>
  service()
    .client()
    .predict({ customerId: 'M-1', purpose: 'monitoring', features: { column_0: 1 }, ...change });

describe('the registry', () => {
  it('lists the champion as promoted, and what only lies in the folder as registered', async () => {
    const { models: listed } = await service().client().listModels();
    const states = Object.fromEntries(listed.map(({ name, version, state }) => [`${name}@${version}`, state]));
    expect(states).toEqual({
      'behaviour@1': 'promoted',
      'taiwan-card@1': 'registered',
      [championId]: 'promoted',
      'tiny@1': 'registered',
      'tiny@2': 'registered',
    });
    const one = await service().client().readModel({ name: 'tiny', version: '2' });
    expect(one).toMatchObject({ learner: 'boosted', history: [{ event: 'registered', actor: 'local, unapproved' }] });
  });

  it('names every field that a decision needs, those that only the policy reads among them', async () => {
    const { fields } = await service().client().readModel(championPlace);
    expect(fields.map(({ name }) => name)).toEqual(champion.plan.features.columns.map(({ name }) => name));
    const features = Object.fromEntries(fields.map(({ name }) => [name, null]));
    const made = await decide({ features, model: 'taiwan-card' });
    expect(made.model).toMatchObject(championPlace);
  });

  it('the current policy decides, and tells itself', async () => {
    const { policy, ...about } = await service().client().readPolicy();
    expect(about).toMatchObject({ name: 'taiwan-card', version: '1', actor: 'release' });
    expect(policy.models.default).toBe('taiwan-card');
    expect(await decide({ features: rowOf(0) })).toMatchObject({
      policy: { name: about.name, fingerprint: about.fingerprint },
    });
  });
});

describe('a name that means something to the language', () => {
  it('is a name like any other', async () => {
    expect(await decide({ features: rowOf(0), segment: 'constructor' })).toMatchObject({
      model: { name: 'taiwan-card' },
    });
    expect(await decide({ features: rowOf(0) })).toMatchObject({ model: { name: 'taiwan-card' } });
    expect(await problemOf(decide({ features: rowOf(0), model: 'undefined' }))).toMatchObject({
      code: 'model_not_live',
    });
  });
});

describe('a model that is not promoted', () => {
  it('is called by name and version only', async () => {
    for (const version of ['1', '2']) {
      expect(await decide({ model: `tiny@${version}` })).toMatchObject({ model: { name: 'tiny', version } });
    }
    expect(await problemOf(decide({ model: 'tiny' }))).toMatchObject({ status: 404, code: 'model_not_live' });
    expect(await problemOf(decide({ model: 'tiny@3' }))).toMatchObject({ status: 404, code: 'model_not_live' });
    expect(await problemOf(decide({ model: 'Tiny@1' }))).toMatchObject({ status: 422, errors: [{ field: 'model' }] });
  });

  it('decides by a starter policy that has no rules, replays, and moves no tier', async () => {
    const made = await decide({ customerId: 'M-2', model: 'tiny@1' });
    expect(made.rules).toEqual({ hits: [], notEvaluable: [], nearest: null });
    expect(made).toMatchObject({ microLogits: 1_000_000, policy: { name: expect.stringContaining('tiny') } });
    expect(await service().client().replayDecision({ id: made.decisionId })).toEqual({ outcome: 'same', fields: [] });
    const { customerRef } = made;
    expect(await service().service.database.prisma.customerState.findUnique({ where: { customerRef } })).toBeNull();
  });
});

describe('vigil policy use while the service runs', () => {
  const strict = createPolicy({
    name: 'strict',
    version: '1',
    models: { default: 'tiny', segments: { retail: 'taiwan-card' } },
    tiers: { medium: { enter: 0.02, leave: 0.01 }, high: { enter: 0.1, leave: 0.08 } },
  });
  let fingerprint: string;

  beforeAll(async () => {
    ({ fingerprint } = await usePolicy(strict));
  });

  it('is followed and recorded on the chain', async () => {
    const read = async () => (await service().client().readPolicy()).fingerprint;
    await expect.poll(read, { timeout: 20_000, interval: 100 }).toBe(fingerprint);
    const inUse = await service().client().readPolicy();
    expect(inUse).toMatchObject({ name: 'strict', version: '1', fingerprint, actor: 'local, unapproved' });
    const records = await service().service.database.prisma.record.findMany({ where: { kind: 'policy' } });
    expect(records.map(({ text }) => JSON.parse(text).policy.fingerprint)).toContain(fingerprint);
    const ran = await runVigil(['verify', '--json'], { cwd: service.folder.folder(), env: service().env });
    expect(ran).toMatchObject({ code: 0 });
  });

  it('decides by the model that a segment names, and by the default for others', async () => {
    const retail = await decide({ segment: 'retail', features: rowOf(0) });
    expect(retail).toMatchObject({ segment: 'retail', model: { name: 'taiwan-card' }, policy: { name: 'strict' } });
    expect(retail.microLogits).toBe((await decide({ model: 'taiwan-card', features: rowOf(0) })).microLogits);
    expect(await problemOf(decide({ segment: 'Retail!' }))).toMatchObject({
      status: 422,
      errors: [{ field: 'segment' }],
    });
  });

  it('a policy whose default model is only registered has none that can be called by name', async () => {
    expect(await problemOf(decide())).toMatchObject({ status: 404, code: 'model_not_live' });
    expect(await decide({ model: 'tiny@1' })).toMatchObject({ policy: { name: 'strict' }, tier: { model: 'high' } });
  });

  it('decisions of before name the policy they were made by, and replay the same', async () => {
    const { decisions } = await service().client().listDecisions({ customerId: 'M-2' });
    expect(decisions[0]?.policy.name).not.toBe('strict');
    for (const { decisionId } of decisions) {
      expect(await service().client().replayDecision({ id: decisionId })).toMatchObject({ outcome: 'same' });
    }
  });
});

describe('a service without a promoted model', () => {
  const bare = useService((folder) => ({ models: [writeModels(folder, [tiny()])] }));

  it('decides by pin, and says otherwise that no model is live', async () => {
    const client = bare().client();
    const body = { customerId: 'N-1', purpose: 'application' as const, features: { column_0: -1 } };
    const pinned = await client.predict({ ...body, model: 'tiny@1' });
    expect(pinned.microLogits).toBe(-1_000_000);
    expect(await problemOf(client.predict(body))).toMatchObject({ status: 503, code: 'no_model_live' });
    expect(await problemOf(client.readPolicy())).toMatchObject({ status: 503, code: 'no_model_live' });
    expect((await bare().request('/readyz')).status).toBe(503);
  });

  it('tells its models while the only policy is not in force', async () => {
    const later = createPolicy({ name: 'later', models: { default: 'tiny', segments: {} }, from: '2999-01-01' });
    await usePolicy(later, bare);
    const client = bare().client();
    const decided = async () =>
      (
        await problemOf(
          client.predict({ customerId: 'N-2', purpose: 'application', features: { column_0: 1 }, model: 'tiny@1' }),
        )
      ).code;
    await expect.poll(decided, { timeout: 10_000, interval: 100 }).toBe('policy_not_in_force');
    expect((await client.listModels()).models).toMatchObject([{ name: 'tiny', fields: [{ name: 'column_0' }] }]);
    expect((await bare().request('/openapi.json')).status).toBe(200);
    const shadowed = await client.shadowModel({ name: 'tiny', version: '1', reason: 'a test' });
    expect(shadowed.state).toBe('shadowed');
  });
});
