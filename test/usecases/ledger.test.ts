import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/domain/decision.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { readDecision } from '../../src/usecases/decisions.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { openLive } from '../../src/usecases/live.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { createPredictor, type Predictor, type PredictRequest } from '../../src/usecases/predict.ts';
import { seedRegistry, usePolicy } from '../../src/usecases/registry.ts';
import { replayDecision } from '../../src/usecases/replay.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { readGoldenLines } from '../support/golden.ts';

const home = mkdtempSync(join(tmpdir(), 'vigil-home-'));
const opened = openPlan({
  model: 'taiwan-card',
  modelFolders: modelFolders(undefined),
  policy: undefined,
  day: '2026-06-01',
});
const blank = Object.fromEntries(opened.plan.features.columns.map(({ name }) => [name, null]));
const ROWS = 250;
const rows = readGoldenLines('taiwan-card')
  .slice(0, ROWS)
  .map(({ fields }) => ({ ...blank, ...fields }));
let database: Database;
let predictor: Predictor;
let own: TestDatabase;
/** Records of the release's models and policies, before the first decision. */
let seeded: number;

const predictOne = async (request: Omit<PredictRequest, 'segment' | 'model'>): Promise<Decision> => {
  const { decisions } = await predictor.predict([{ segment: null, model: undefined, ...request }]);
  if (!decisions[0]) throw new Error('no decision');
  return decisions[0];
};

beforeAll(async () => {
  own = await createTestDatabase();
  database = await openDatabase({ url: own.url, home });
  const now = () => new Date();
  await seedRegistry(database, { modelFolders: modelFolders(undefined), now: now() });
  seeded = await database.prisma.record.count();
  predictor = createPredictor({
    database,
    live: await openLive(database, { now, timeZone: 'Asia/Shanghai' }),
    timeZone: 'Asia/Shanghai',
    now,
  });
});
afterAll(async () => {
  await database.close();
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

describe('a stored decision', () => {
  it('is answered as it was stored, replays to the same bits, and the chain holds', async () => {
    const made = await Promise.all(
      rows.map(async (fields, index) => {
        const purpose = index % 2 === 0 ? 'monitoring' : 'application';
        return predictOne({ customerId: `C${index % 50}`, fields, purpose });
      }),
    );
    for (const decision of made) {
      expect((await readDecision(database, decision.decisionId)).decision).toEqual(decision);
      expect(await replayDecision(database, decision.decisionId)).toEqual({ outcome: 'same' });
    }
    expect(await verifyLedger(database)).toMatchObject({ holds: true, records: BigInt(seeded + rows.length) });
  });

  it('is stored with all of its request or not at all', async () => {
    const before = await database.prisma.record.count();
    const good = {
      customerId: 'D1',
      fields: rows[0] ?? {},
      purpose: 'application',
      segment: null,
      model: undefined,
    } as const;
    await expect(predictor.predict([good, { ...good, fields: { nonsense: 1 } }])).rejects.toThrow();
    expect(await database.prisma.record.count()).toBe(before);
  });

  it('is made under the policy in force on its day, from midnight of the time zone, and there is none where none is', async () => {
    const { policy } = opened.parts.stored;
    const use = async (version: string, days: { from: string; to: string }) => {
      const file = join(home, `${version}.json`);
      writeFileSync(file, JSON.stringify({ ...policy, version, ...days }));
      await usePolicy(database, {
        policy: file,
        modelFolders: modelFolders(undefined),
        reason: 'test',
        now: new Date(),
      });
    };
    await use('may', { from: '2026-05-01', to: '2026-06-02' });
    await use('june', { from: '2026-06-02', to: '2026-07-01' });
    let at = '';
    const clock = { now: () => new Date(at), timeZone: 'Asia/Shanghai' };
    const decider = createPredictor({ database, live: await openLive(database, clock), ...clock });
    const request = { customerId: 'L1', fields: rows[0] ?? {}, purpose: 'application', segment: null } as const;
    const decideAt = async (instant: string) => {
      at = instant;
      const { decisions } = await decider.predict([{ ...request, model: undefined }]);
      return decisions[0]?.versions.policy.version;
    };
    expect(await decideAt('2026-06-01T15:59:59.999Z')).toBe('may');
    expect(await decideAt('2026-06-01T16:00:00.000Z')).toBe('june');
    expect(await decideAt('2026-04-30T15:59:59.999Z')).toBe('1');
  });

  it('keeps the tier state of monitored customers for hysteresis, and only of them', async () => {
    const ask = (purpose: 'monitoring' | 'application') =>
      predictOne({ customerId: `E-${purpose}`, fields: rows[3] ?? {}, purpose });
    const first = await ask('monitoring');
    const second = await ask('monitoring');
    expect(first.previous).toBeNull();
    expect(second.previous).toEqual({ tier: first.tier.model, since: first.decidedAt });
    await ask('application');
    expect((await ask('application')).previous).toBeNull();
  });

  it('says erased after its customer was erased, and the chain holds all the same', async () => {
    const { decisionId } = await predictOne({ customerId: 'F1', fields: rows[5] ?? {}, purpose: 'monitoring' });
    expect(await eraseCustomer(database, 'F1', new Date())).toEqual({ decisions: 1, outcomes: 0, events: 0 });
    expect(await replayDecision(database, decisionId)).toEqual({ outcome: 'erased' });
    expect((await readDecision(database, decisionId)).decision).toBeNull();
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
    await expect(eraseCustomer(database, 'F1', new Date())).rejects.toThrow('There is no customer F1');
  });

  it('names the first record that was tampered with', async () => {
    const { rows } = await database.pool.query<{ seq: string }>(
      `UPDATE personal_parts SET content = replace(content, '[', '[ 1,') WHERE section = 'inputs'
       AND seq = (SELECT max(seq) FROM personal_parts WHERE section = 'inputs' AND content LIKE '%[%') RETURNING seq`,
    );
    const seq = BigInt(rows[0]?.seq ?? 0);
    expect(await verifyLedger(database)).toEqual({ holds: false, broken: { seq, problem: 'section_changed' } });
    await database.pool.query('UPDATE records SET text = text || $1 WHERE seq = 5', [' ']);
    expect(await verifyLedger(database)).toEqual({ holds: false, broken: { seq: 5n, problem: 'text_changed' } });
  });
});
