import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AdjustmentContent, AdjustmentSignature } from '../../src/domain/adjustment.ts';
import type { Decision } from '../../src/domain/decision.ts';
import { toSigningKey } from '../../src/ledger/signing.ts';
import type { Actor } from '../../src/model/transitions.ts';
import { signAdjustment } from '../../src/store/adjustment-signatures.ts';
import type { Database } from '../../src/store/database.ts';
import {
  approveAdjustment,
  placeAdjustment,
  proposeAdjustment,
  withdrawAdjustment,
} from '../../src/usecases/adjust.ts';
import { createChallengers } from '../../src/usecases/challengers.ts';
import { listChallengerScores, readDecision } from '../../src/usecases/decisions.ts';
import { approveModel, promoteModel, registerModel, retireModel, shadowModel } from '../../src/usecases/desk.ts';
import { readEvents, readHistory } from '../../src/usecases/history.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { type Live, openLive } from '../../src/usecases/live.ts';
import { recordOutcomes } from '../../src/usecases/outcomes.ts';
import { createPredictor, type PredictRequest } from '../../src/usecases/predict.ts';
import { replayDecision } from '../../src/usecases/replay.ts';
import { createAdjustmentContent } from '../factories/adjustment.ts';
import { createInput } from '../factories/model.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { tiny, writeTinyModels } from '../support/tiny-models.ts';

const files = useFolder();
const databases = useDatabases(files);
const timeZone = 'Asia/Shanghai';
const ann: Actor = { name: 'ann', isAuthenticated: true };
const bob: Actor = { name: 'bob', isAuthenticated: true };
const local: Actor = { name: 'local', isAuthenticated: false };

/** A model of one number whose risk rises with it, and of a window of 30 days. */
const rising = (version: string) => {
  const { target } = tiny();
  return tiny({
    version,
    target: { ...target, horizonDays: 30 },
    inputs: [createInput({ counts: [1, 1, 0], direction: 'increasing' })],
  });
};

describe.each(databaseKinds)('adjustments on %s', (kind) => {
  let database: Database;
  let live: Live;
  let folder: string;
  let clock = Date.parse('2026-05-01T04:00:00Z');
  const now = () => new Date(clock);
  const desk = () => ({ database, live, modelKeys: new Map(), timeZone });
  const act = (actor: Actor, version = '1') => ({ name: 'tiny', version, actor, now });
  const propose = async (change: Partial<AdjustmentContent> = {}, { actor = ann, version = '1' } = {}) => {
    const proposal = { content: createAdjustmentContent(change), fingerprint: undefined, signature: null, effects: [] };
    return proposeAdjustment(desk(), act(actor, version), proposal);
  };
  const known = (adjustment: string, actor: Actor, version = '1') => ({
    ...act(actor, version),
    adjustment,
    reason: 'a test',
  });
  const approve = (name: string, actor: Actor = bob, version = '1') =>
    approveAdjustment(desk(), { ...known(name, actor, version), evidence: null });
  const withdraw = (name: string, actor: Actor = local, version = '1') =>
    withdrawAdjustment(desk(), known(name, actor, version));
  /** Decides as a service does that follows the chain. */
  const decide = async (change: Partial<PredictRequest> & { value?: number } = {}): Promise<Decision> => {
    const { value = 1, ...wanted } = change;
    await live.refresh();
    const request = {
      customerId: 'A',
      fields: { column_0: value },
      purpose: 'application',
      segment: null,
      model: 'tiny',
    };
    const { decisions } = await createPredictor({ database, live, timeZone, now }).predict([
      { ...request, purpose: 'application', ...wanted },
    ]);
    const [decision] = decisions;
    if (!decision) throw new Error('nothing was decided');
    return decision;
  };
  const scoreOf = async (change: Parameters<typeof decide>[0] = {}) => (await decide(change)).score?.microLogits;
  const at = (instant: string) => {
    clock = Date.parse(instant);
  };

  beforeAll(async () => {
    database = await databases.open(kind);
    live = await openLive(database, { now, timeZone });
    folder = writeTinyModels(files.folder(), [
      [rising('1'), 'passed'],
      [rising('2'), 'passed'],
      [tiny({ version: '3' }), 'passed'],
    ]);
    for (const version of ['1', '2', '3']) {
      const registering = { name: 'tiny', version, actor: ann, reason: 'a test', now };
      await registerModel(desk(), { ...registering, modelFolders: [folder] });
      await approveModel(desk(), { ...registering, actor: bob, evidence: null });
    }
    await promoteModel(desk(), { name: 'tiny', version: '1', actor: ann, reason: 'a test', now });
  });

  it('are refused where they do not fit, fall in a direction of risk, or have no day left', async () => {
    const table = (...microLogits: number[]) => ({ tables: [{ inputs: ['input_0'], microLogits }] });
    expect(await faultOf(() => propose({}, { version: '9' }))).toMatchObject({ code: 'model_not_live' });
    expect(await faultOf(() => propose(table(1)))).toMatchObject({ code: 'adjustment_unfit' });
    expect(await faultOf(() => propose({ to: '2026-05-01', from: '2026-04-01' }))).toMatchObject({
      code: 'adjustment_conflict',
    });
    expect(await faultOf(() => propose(table(2_000_001, 0, 0)))).toMatchObject({
      code: 'adjustment_not_monotone',
      values: { input: 'input_0', bin: 0, microLogits: 1 },
    });
    const proposal = { content: createAdjustmentContent(), fingerprint: 'f', signature: null, effects: [] };
    expect(await faultOf(() => proposeAdjustment(desk(), act(ann), proposal))).toMatchObject({
      code: 'adjustment_unfit',
    });
    expect((await readEvents(database)).some(({ adjustment }) => adjustment)).toBe(false);
    expect((await database.prisma.artifact.findMany({ where: { kind: 'adjustment' } })).length).toBe(0);
  });

  it('decide nothing until a second person with a key approved them', async () => {
    expect(await propose()).toMatchObject({
      event: 'adjustment_proposed',
      actor: 'ann',
      reason: 'Rates have risen',
      evidence: expect.stringContaining('insufficient evidence'),
      adjustment: { name: 'overlay', effects: [{ source: { kind: 'decisions' }, rows: 0, evidence: 'insufficient' }] },
    });
    at('2026-06-01T04:00:00Z');
    expect((await decide()).adjustments).toEqual([]);
    expect(await faultOf(() => approve('overlay', ann))).toMatchObject({ code: 'approval_refused' });
    expect(await faultOf(() => approve('overlay', local))).toMatchObject({ code: 'approval_refused' });
    expect(await faultOf(() => approve('nothing'))).toMatchObject({ code: 'adjustment_missing' });
    expect(await faultOf(() => propose())).toMatchObject({ code: 'adjustment_conflict' });
    expect(await approve('overlay')).toMatchObject({ event: 'adjustment_approved', actor: 'bob' });
    expect(await faultOf(() => approve('overlay'))).toMatchObject({ code: 'adjustment_conflict' });
    expect(await decide()).toMatchObject({
      score: { microLogits: 1_500_000 },
      adjustments: [{ name: 'overlay', microLogits: 500_000 }],
    });
  });

  it('hold from the first civil day of the zone to the one before they expire, with no event in between', async () => {
    for (const [instant, score] of [
      ['2026-05-31T15:59:59.999Z', 1_000_000],
      ['2026-05-31T16:00:00Z', 1_500_000],
      ['2026-06-30T15:59:59.999Z', 1_500_000],
      ['2026-06-30T16:00:00Z', 1_000_000],
    ] as const) {
      at(instant);
      expect([instant, await scoreOf()]).toEqual([instant, score]);
    }
    expect(await faultOf(() => propose({ name: 'late' }))).toMatchObject({ code: 'adjustment_conflict' });
    at('2026-06-02T04:00:00Z');
  });

  it('of a segment touch its decisions only, beside those of everybody', async () => {
    await propose({ name: 'branch', segments: ['branch-7'], tables: [{ inputs: [], microLogits: [-200_000] }] });
    await approve('branch');
    expect(await scoreOf()).toBe(1_500_000);
    expect(await scoreOf({ segment: 'branch-8' })).toBe(1_500_000);
    expect(await decide({ segment: 'branch-7' })).toMatchObject({
      score: { microLogits: 1_300_000 },
      adjustments: [
        { name: 'overlay', microLogits: 500_000 },
        { name: 'branch', microLogits: -200_000 },
      ],
    });
  });

  it('are proved together with what was approved before them, at the latest when they are approved', async () => {
    const lower = (name: string) =>
      propose({ name, segments: ['branch-9'], tables: [{ inputs: ['input_0'], microLogits: [1_500_000, 0, 0] }] });
    await lower('one');
    await lower('two');
    await approve('one');
    expect(await faultOf(() => approve('two'))).toMatchObject({
      code: 'adjustment_not_monotone',
      values: { beside: { en: expect.stringContaining('one') } },
    });
    await withdraw('one');
    await approve('two');
    expect(await scoreOf({ segment: 'branch-9', value: -1 })).toBe(1_000_000);
    await withdraw('two');
  });

  it('that are withdrawn stop at once, for good, and what they decided replays to the same bits', async () => {
    const before = await decide({ segment: 'branch-7', customerId: 'B' });
    expect(await withdraw('branch')).toMatchObject({ event: 'adjustment_withdrawn', evidence: 'approved by bob' });
    expect(await scoreOf({ segment: 'branch-7' })).toBe(1_500_000);
    expect(await faultOf(() => withdraw('branch'))).toMatchObject({ code: 'adjustment_conflict' });
    expect(await faultOf(() => approve('branch'))).toMatchObject({ code: 'adjustment_conflict' });
    expect(await faultOf(() => propose({ name: 'branch' }))).toMatchObject({ code: 'adjustment_conflict' });
    expect(await replayDecision(database, before.decisionId)).toEqual({ outcome: 'same' });
    expect(await replayDecision(database, before.decisionId, live.planOf)).toEqual({ outcome: 'same' });
    expect((await readDecision(database, before.decisionId)).decision).toEqual(before);
  });

  it('replay after they have expired, and the record that stays says which they were, not what they added', async () => {
    const decision = await decide({ customerId: 'C' });
    at('2026-09-01T00:00:00Z');
    expect(await scoreOf()).toBe(1_000_000);
    expect(await replayDecision(database, decision.decisionId)).toEqual({ outcome: 'same' });
    await eraseCustomer(database, 'C', now());
    const { record } = await readDecision(database, decision.decisionId);
    expect(record.adjustments).toEqual([{ name: 'overlay', fingerprint: decision.adjustments[0]?.fingerprint }]);
    expect(await replayDecision(database, decision.decisionId)).toEqual({ outcome: 'erased' });
    at('2026-06-03T04:00:00Z');
  });

  it('say what they would have done to decisions whose outcome is known', async () => {
    at('2026-02-01T04:00:00Z');
    const customers = Array.from({ length: 240 }, (_, index) => `M-${index}`);
    await live.refresh();
    const predictor = createPredictor({ database, live, timeZone, now });
    const segmentOf = (index: number) => (index % 2 === 0 ? 'branch-5' : null);
    await predictor.predict(
      customers.map((customerId, index) => ({
        ...{ customerId, purpose: 'application' as const, segment: segmentOf(index), model: 'tiny' },
        fields: { column_0: index < 120 ? 1 : -1 },
      })),
    );
    at('2026-04-01T04:00:00Z');
    const outcomes = customers.map((customerId, index) => ({
      ...{ outcomeId: customerId, customerId, observedOn: '2026-02-20', loss: null },
      ...(index < 110 ? { defaulted: true } : { defaulted: false, observedOn: '2026-03-20' }),
    }));
    await recordOutcomes(database, outcomes, { actor: 'bank', now: now(), timeZone, placeOf: String });
    at('2026-06-03T04:00:00Z');
    const { adjustment } = await propose({
      name: 'seen',
      segments: ['branch-5'],
      tables: [{ inputs: ['input_0'], microLogits: [0, 900_000, 0] }],
    });
    const [effect] = adjustment?.effects ?? [];
    expect(effect).toMatchObject({
      known: { rows: 240, bads: 110 },
      evidence: 'sufficient',
      touched: 60,
      auc: { before: { value: expect.any(Number) }, difference: { lower: expect.any(Number) } },
      calibration: { touched: { rows: 60, bads: 55, evidence: 'insufficient' }, all: { rows: 240, bads: 110 } },
      tiers: { up: expect.any(Number), down: 0 },
    });
    const { before, after, badRate } = effect?.calibration.touched ?? {};
    expect(before).toBeCloseTo(1 / (1 + Math.exp(-1)), 8);
    expect(after).toBeCloseTo(1 / (1 + Math.exp(-1.9)), 8);
    expect(badRate).toBeCloseTo(55 / 60, 12);
    const { value } = effect?.auc?.difference ?? {};
    expect(value).toBeCloseTo((effect?.auc?.after.value ?? 0) - (effect?.auc?.before.value ?? 0), 12);
  });

  it('of a version that is promoted over another stay behind, and the promotion says which', async () => {
    expect(await promoteModel(desk(), { name: 'tiny', version: '2', actor: ann, reason: 'a test', now })).toMatchObject(
      {
        evidence: expect.stringMatching(/adjustments that stay with the version before: overlay$/),
      },
    );
    expect(await decide()).toMatchObject({ versions: { model: { version: '2' } }, adjustments: [] });
    expect((await decide({ model: 'tiny@1' })).adjustments).toMatchObject([{ name: 'overlay' }]);
    await propose({ tables: [{ inputs: [], microLogits: [7] }] }, { version: '2' });
    await approve('overlay', bob, '2');
    expect((await decide()).adjustments).toMatchObject([{ name: 'overlay', microLogits: 7 }]);
  });

  it('whose days are over by the civil day where it is used are not among those that stay behind', async () => {
    const promote = (version: string) =>
      promoteModel(desk(), { name: 'tiny', version, actor: ann, reason: 'a test', now });
    at('2026-06-30T18:00:00Z');
    expect((await promote('1')).evidence).not.toContain('overlay');
    at('2026-06-03T04:00:00Z');
    expect((await promote('2')).evidence).toMatch(/adjustments that stay with the version before: overlay$/);
    await live.refresh();
  });

  it('of a version in shadow are on top of what it makes of a request', async () => {
    await shadowModel(desk(), { name: 'tiny', version: '3', actor: ann, reason: 'a test', now });
    await propose({ tables: [{ inputs: [], microLogits: [11] }] }, { version: '3' });
    await approve('overlay', bob, '3');
    const decision = await decide();
    const challengers = createChallengers({ database, live, now, count: () => undefined });
    const fields = { column_0: 1 };
    challengers.take([{ customerId: 'A', fields, purpose: 'application', segment: null, model: 'tiny' }], [decision]);
    await challengers.drain();
    expect(await listChallengerScores(database, decision.decisionId)).toMatchObject([{ microLogits: 1_000_011 }]);
  });

  it('of a retired version can be neither proposed nor approved', async () => {
    await propose({ name: 'last' }, { version: '3' });
    await retireModel(desk(), { name: 'tiny', version: '3', actor: ann, reason: 'a test', now });
    expect(await faultOf(() => approve('last', bob, '3'))).toMatchObject({ code: 'model_retired' });
    expect(await faultOf(() => propose({ name: 'more' }, { version: '3' }))).toMatchObject({ code: 'model_retired' });
  });

  it('that are damaged are left out and told as faults, and everything else goes on', async () => {
    await propose({ name: 'frail', tables: [{ inputs: [], microLogits: [13] }] }, { version: '2' });
    await approve('frail', bob, '2');
    expect(await scoreOf()).toBe(1_000_020);
    const { fingerprint = '' } = (await decide()).adjustments.find(({ name }) => name === 'frail') ?? {};
    const stored = await database.prisma.artifact.findUniqueOrThrow({ where: { fingerprint } });
    await database.prisma.artifact.update({
      where: { fingerprint },
      data: { content: stored.content.replace('[13]', '[14]') },
    });
    live = await openLive(database, { now, timeZone });
    expect(live.faults()).toMatchObject([{ model: 'tiny@2 frail', fault: { code: 'adjustment_untrusted' } }]);
    expect(await scoreOf()).toBe(1_000_007);
    expect(
      (await live.adjustments((await live.read({ name: 'tiny', version: '2' })).ref)).map(({ name }) => name),
    ).toEqual(['overlay']);
    await withdraw('frail', local, '2');
    await live.refresh();
    expect(live.faults()).toEqual([]);
  });

  it('stand in the history of their model, and the chain holds', async () => {
    const [one] = await readHistory(database, { at: now(), name: 'tiny', version: '1' });
    expect(one?.state).toBe('approved');
    const acted = one?.history.filter(({ adjustment }) => adjustment?.name === 'branch').map(({ event }) => event);
    expect(acted).toEqual(['adjustment_proposed', 'adjustment_approved', 'adjustment_withdrawn']);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
  });
});

describe('adjustments where signatures are asked for', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = toSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const other = toSigningKey(
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  if (!key || !other) throw new Error('no key');
  const publicKey = Buffer.from(key.publicKey, 'hex').toString('base64');
  const now = () => new Date('2026-06-15T00:00:00Z');
  const model = rising('1');
  const content = createAdjustmentContent();
  const adjustment = placeAdjustment(content, model);
  let database: Database;
  let live: Live;
  const withKeys = () => ({ database, live, modelKeys: new Map([[publicKey, 'risk']]), timeZone });
  const propose = (signature: AdjustmentSignature | null, desk = withKeys()) => {
    const proposal = { content, fingerprint: undefined, signature, effects: [] };
    return proposeAdjustment(desk, { name: 'tiny', version: '1', actor: ann, now }, proposal);
  };

  beforeAll(async () => {
    database = await databases.open('embedded');
    live = await openLive(database, { now, timeZone });
    const folder = writeTinyModels(files.folder(), [[model, 'passed']]);
    const registering = { name: 'tiny', version: '1', actor: ann, reason: 'a test', now, modelFolders: [folder] };
    await registerModel({ database, live, modelKeys: new Map(), timeZone }, registering);
    await live.refresh();
  });

  it('are proposed only with a signature of a trusted key over their very content', async () => {
    const signed = signAdjustment(adjustment, key);
    const changed = signAdjustment({ ...adjustment, to: '2026-08-01' }, key);
    for (const signature of [null, changed, signAdjustment(adjustment, other)]) {
      expect(await faultOf(() => propose(signature))).toMatchObject({ code: 'adjustment_untrusted' });
    }
    expect(await propose(signed)).toMatchObject({ adjustment: { signature: { publicKey } } });
  });

  it('are applied only with one, and said to be left out', async () => {
    const act = { name: 'tiny', version: '1', actor: bob, now, timeZone, adjustment: 'overlay', reason: 'a test' };
    await approveAdjustment(withKeys(), { ...act, evidence: null });
    const force = async (keys: ReadonlyMap<string, string>) => {
      const opened = await openLive(database, { now, timeZone, modelKeys: keys });
      const { ref } = (await opened.models())[0] ?? {};
      return { force: ref ? opened.adjusting(ref).length : 0, faults: opened.faults().map(({ fault }) => fault.code) };
    };
    expect(await force(new Map())).toEqual({ force: 1, faults: [] });
    expect(await force(new Map([[publicKey, 'risk']]))).toEqual({ force: 1, faults: [] });
    const foreign = Buffer.from(other.publicKey, 'hex').toString('base64');
    expect(await force(new Map([[foreign, 'others']]))).toEqual({ force: 0, faults: ['adjustment_untrusted'] });
  });
});
