import { beforeAll, describe, expect, it } from 'vitest';
import { Monitoring } from '../../src/domain/monitoring.ts';
import { auc } from '../../src/metrics/discrimination.ts';
import type { Database } from '../../src/store/database.ts';
import { eraseCustomer } from '../../src/usecases/ledger.ts';
import { type MonitoringWanted, monitorModels } from '../../src/usecases/monitor.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { championId } from '../support/rows.ts';
import { openTraffic, outcomeOf, type Traffic, trafficZone } from '../support/traffic.ts';

const files = useFolder();
const databases = useDatabases(files);
const DAY = 86_400_000;

describe.each(databaseKinds)('monitoring on %s', (kind) => {
  let database: Database;
  let traffic: Traffic;
  let clock = Date.parse('2026-03-02T04:00:00Z');
  const now = () => new Date(clock);
  const bads = new Set<string>();
  const customersOf = (month: string) => [...traffic.decided.keys()].filter((name) => name.startsWith(`C-${month}`));
  const settle = async (month: string) => {
    const found = await traffic.settle(customersOf(month), Date.parse(`2026-${month}-02T04:00:00Z`));
    for (const customer of found) bads.add(customer);
  };
  const monitor = async (wanted: Partial<MonitoringWanted> = {}): Promise<Monitoring> => {
    const [found] = await monitorModels(
      { database, live: traffic.live, now, timeZone: trafficZone },
      { model: 'taiwan-card', silence: 'unknown', ...wanted },
    );
    if (!found) throw new Error('no model is promoted');
    return Monitoring.parse(found);
  };
  const verdicts = ({ gates }: Monitoring) => Object.fromEntries(gates.map(({ name, verdict }) => [name, verdict]));

  beforeAll(async () => {
    database = await databases.open(kind);
    traffic = await openTraffic(database, files.folder(), now);
    for (const month of ['03', '04']) {
      clock = Date.parse(`2026-${month}-02T04:00:00Z`);
      await traffic.predict(Array.from({ length: 700 }, (_, index) => `C-${month}-${index}`));
    }
  });

  it('says that nothing has matured before the windows have passed, and estimates without outcomes', async () => {
    clock = Date.parse('2026-03-02T05:00:00Z') + 20 * DAY;
    const found = await monitor({ model: championId });
    expect(found).toMatchObject({ decisions: 1_400, matured: 0, performance: null, windowDays: 30, erased: 0 });
    expect(verdicts(found)).toMatchObject({
      observation: 'not_applicable',
      auc: 'insufficient',
      calibration: 'insufficient',
    });
    expect(found.vintages[0]?.expected?.auc).toBeGreaterThan(0.5);
    expect(found.training?.auc).toBeGreaterThan(0.75);
  });

  it('counts no default in a rate before the window of all has passed', async () => {
    clock = Date.parse('2026-04-02T04:00:00Z') + 10 * DAY;
    await traffic.report(['C-04-0', 'C-04-1'].map((customer) => outcomeOf(customer, true, clock)));
    const { earlyBads, matured, vintages } = await monitor();
    expect(earlyBads).toBe(2);
    expect(matured).toBe(2 + 700);
    expect(vintages.map(({ month, unobserved, performance }) => [month, unobserved, performance])).toEqual([
      ['2026-03', 700, null],
      ['2026-04', 0, null],
    ]);
  });

  it('measures what is known month by month, as said by an independent count; 700 rows are too few for an effect of 0.1', async () => {
    clock = Date.parse('2026-05-10T04:00:00Z');
    await settle('03');
    const found = await monitor();
    const [vintage] = found.vintages;
    const march = customersOf('03');
    const labels = march.map((customer) => (bads.has(customer) ? 1 : 0));
    const scores = march.map((customer) => traffic.decided.get(customer)?.score?.microLogits ?? 0);
    expect(vintage).toMatchObject({ month: '2026-03', isComplete: true, decisions: 700, matured: 700, unobserved: 0 });
    expect(vintage?.performance).toMatchObject({ rows: 700, bads: bads.size, rate: bads.size / 700 });
    expect(vintage?.performance?.auc.value).toBeCloseTo(auc(scores, labels) ?? 0, 12);
    const { lower = 0, upper = 0, value = 0 } = vintage?.performance?.auc ?? {};
    expect(lower).toBeLessThan(value ?? 0);
    expect(upper).toBeGreaterThan(value ?? 0);
    expect(vintage?.expected?.auc).toBeCloseTo(value ?? 0, 1);
    expect(vintage?.gates.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['observation', 'passed'],
      ['auc', expect.any(String)],
      ['calibration', 'insufficient'],
      ['score-stability', 'failed'],
      ['expected-auc', expect.any(String)],
    ]);
    expect(
      found.stability.inputs.every(({ verdict, detectable }) => verdict !== 'insufficient' && detectable !== null),
    ).toBe(true);
    expect(found.unobserved).toBe(698);
    expect(verdicts(found)).toMatchObject({ observation: 'insufficient', auc: 'insufficient' });
  });

  it('judges once it is known what became of all, and takes silence for good only where told to', async () => {
    const only = await monitor({ from: '2026-03-01' });
    expect(only.decisions).toBe(1_400);
    const silent = await monitor({ silence: 'good' });
    expect(silent.performance).toMatchObject({ rows: 1_400, bads: bads.size + 2 });
    expect(verdicts(silent)).toMatchObject({
      observation: 'passed',
      calibration: 'failed',
      'expected-auc': 'insufficient',
    });
    await settle('04');
    const found = await monitor();
    expect(found.performance).toMatchObject({ rows: 1_400, bads: bads.size, evidence: 'sufficient' });
    expect(verdicts(found)).toMatchObject({
      observation: 'passed',
      calibration: 'passed',
      'score-stability': 'failed',
    });
    for (const { detectable, verdict } of found.gates)
      if (verdict === 'passed') expect(detectable ?? 0).toBeLessThan(1);
  });

  it('compares a challenger on the same rows: agreement, AUC and money', async () => {
    const { challengers, gates } = await monitor();
    const [compared] = challengers;
    expect(compared).toMatchObject({ model: { version: 'worse' }, rows: 1_400, known: 1_400, bads: bads.size });
    expect((compared?.same ?? 0) + (compared?.milder ?? 0) + (compared?.stricter ?? 0)).toBeCloseTo(1, 12);
    const { deciding, challenger } = compared?.auc ?? {};
    expect(compared?.difference.value).toBeCloseTo((challenger ?? 0) - (deciding ?? 0), 12);
    const { caught } = compared ?? {};
    expect(caught?.deciding.losses).toEqual([{ amountMinor: 1_000 * (caught?.deciding.bads ?? 0), currency: 'CNY' }]);
    expect(gates.at(-1)).toMatchObject({ name: 'challenger.worse', value: compared?.difference.value });
    expect(await monitor()).toEqual(await monitor());
  });

  it('is not moved by simulations, nor by a second decision of a month, and forgets who was erased', async () => {
    const before = await monitor();
    await traffic.predict(['C-03-0', 'new'], 'simulation');
    clock = Date.parse('2026-05-11T04:00:00Z');
    await traffic.predict(['N-1', 'N-2']);
    await traffic.predict(['N-1'], 'monitoring');
    await eraseCustomer(database, 'C-03-1', now());
    const after = await monitor();
    expect(after).toMatchObject({ decisions: before.decisions + 2 - 1, repeated: 1, erased: 1 });
    expect(after.challengers[0]?.rows).toBe(before.decisions + 2 - 1);
    expect(after.vintages.at(-1)).toMatchObject({ month: '2026-05', isComplete: false, decisions: 2, matured: 0 });
  });

  it('says what is missing where the target has no window or a model decided nothing', async () => {
    const found = await monitor({ model: 'taiwan-card@worse' });
    expect(found).toMatchObject({ decisions: 0, vintages: [], performance: null });
    expect(new Set(found.gates.map(({ verdict }) => verdict))).toEqual(new Set(['not_applicable', 'insufficient']));
    await expect(monitor({ model: 'nobody' })).rejects.toMatchObject({ code: 'model_not_live' });
  });
});
