import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { createPredictor, type Predictor } from '../../src/usecases/predict.ts';
import { readDecision, replayDecision } from '../../src/usecases/replay.ts';
import { databaseKinds, useDatabases } from '../support/database.ts';
import { useFolder } from '../support/folder.ts';
import { readGoldenLines } from '../support/golden.ts';

const databases = useDatabases(useFolder());
const opened = openPlan({ model: 'taiwan-card', modelFolders: modelFolders(undefined), policy: undefined });
const blank = Object.fromEntries(opened.plan.features.columns.map(({ name }) => [name, null]));
const rows = readGoldenLines('taiwan-card').map(({ fields }) => ({ ...blank, ...fields }));

describe.each(databaseKinds)('a decision stored on %s', (kind) => {
  let database: Database;
  let predictor: Predictor;
  beforeAll(async () => {
    database = await databases.open(kind);
    predictor = await createPredictor({ database, opened, timeZone: 'Asia/Shanghai', now: () => new Date() });
  });

  it('is answered as it was stored, replays to the same bits, and the chain holds', async () => {
    const made = await Promise.all(
      rows.map(async (fields, index) => {
        const purpose = index % 2 === 0 ? 'monitoring' : 'application';
        const [decision] = await predictor.predict([{ customerId: `C${index % 50}`, fields, purpose, segment: null }]);
        return decision;
      }),
    );
    for (const decision of made) {
      if (!decision) throw new Error('no decision');
      expect((await readDecision(database, decision.decisionId)).decision).toEqual(decision);
      expect(await replayDecision(database, decision.decisionId)).toEqual({ outcome: 'same' });
    }
    expect(await verifyLedger(database)).toMatchObject({ holds: true, records: BigInt(rows.length) });
  });

  it('is stored with all of its request or not at all', async () => {
    const before = await database.prisma.record.count();
    const good = { customerId: 'D1', fields: rows[0] ?? {}, purpose: 'application', segment: null } as const;
    await expect(predictor.predict([good, { ...good, fields: { nonsense: 1 } }])).rejects.toThrow();
    expect(await database.prisma.record.count()).toBe(before);
  });

  it('keeps the tier state of monitored customers for hysteresis, and only of them', async () => {
    const ask = (purpose: 'monitoring' | 'application') =>
      predictor.predict([{ customerId: `E-${purpose}`, fields: rows[3] ?? {}, purpose, segment: null }]);
    const [first] = await ask('monitoring');
    const [second] = await ask('monitoring');
    expect(first?.previous).toBeNull();
    expect(second?.previous).toEqual({ tier: first?.tier.model, since: first?.decidedAt });
    await ask('application');
    const [application] = await ask('application');
    expect(application?.previous).toBeNull();
  });

  it('says erased after its customer was erased, and the chain holds all the same', async () => {
    const [decision] = await predictor.predict([
      { customerId: 'F1', fields: rows[5] ?? {}, purpose: 'monitoring', segment: null },
    ]);
    expect(await eraseCustomer(database, 'F1', new Date())).toBe(1);
    expect(await replayDecision(database, decision?.decisionId ?? '')).toEqual({ outcome: 'erased' });
    expect((await readDecision(database, decision?.decisionId ?? '')).decision).toBeNull();
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
    await expect(eraseCustomer(database, 'F1', new Date())).rejects.toThrow('There is no customer F1');
  });

  it('names the first record that was tampered with', async () => {
    await database.pool.query(
      "UPDATE personal_parts SET content = replace(content, '[', '[ 1,') WHERE seq = 7 AND section = 'inputs'",
    );
    expect(await verifyLedger(database)).toEqual({ holds: false, broken: { seq: 7n, problem: 'section_changed' } });
    await database.pool.query('UPDATE records SET text = text || $1 WHERE seq = 5', [' ']);
    expect(await verifyLedger(database)).toEqual({ holds: false, broken: { seq: 5n, problem: 'text_changed' } });
  });
});
