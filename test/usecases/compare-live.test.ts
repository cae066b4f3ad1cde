import { beforeAll, describe, expect, it } from 'vitest';
import { toProbability } from '../../src/arithmetic.ts';
import { LiveComparison } from '../../src/domain/comparison.ts';
import { drawLive } from '../../src/explanation/comparison/draw-live.ts';
import { logLoss } from '../../src/metrics/calibration.ts';
import { auc } from '../../src/metrics/discrimination.ts';
import type { Database } from '../../src/store/database.ts';
import { compareLive, findLivePair, type LiveWish } from '../../src/usecases/compare-live.ts';
import { eraseCustomer } from '../../src/usecases/ledger.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { championId } from '../support/rows.ts';
import { openTraffic, outcomeOf, type Traffic, trafficZone } from '../support/traffic.ts';

const files = useFolder();
const databases = useDatabases(files);
const START = Date.parse('2026-03-02T04:00:00Z');
const DAY = 86_400_000;
const ROWS = 700;
const customers = Array.from({ length: ROWS }, (_, index) => `C-${index}`);
const names = { a: championId, b: 'taiwan-card@worse' };
const costs = { costs: { missedBad: 5, falseAlarm: 1, review: 0.5 }, source: 'options' as const };

describe.each(databaseKinds)('two versions on live traffic on %s', (kind) => {
  let database: Database;
  let traffic: Traffic;
  let clock = START;
  const now = () => new Date(clock);
  let bads: ReadonlySet<string> = new Set();

  const compare = async (wish: Partial<LiveWish> = {}, named = names): Promise<LiveComparison> => {
    const { live } = traffic;
    const pair = await findLivePair(live, named);
    const plan = { silence: 'unknown', replicates: 50, costs, seed: 1, ...wish } as const;
    return LiveComparison.parse(await compareLive({ database, live, now, timeZone: trafficZone }, pair, plan));
  };
  /** Both scores of every customer, as the tables hold them. */
  const readScores = async () => {
    const { rows } = await database.pool.query('SELECT decision_id, micro_logits, tier FROM challenger_scores');
    const others = new Map(rows.map((row) => [row.decision_id, row]));
    return customers.map((customer) => {
      const { decisionId, score } = traffic.decided.get(customer) ?? {};
      const other = others.get(decisionId);
      return { a: score?.microLogits ?? 0, b: Number(other.micro_logits), tiers: [score?.tier, other.tier] };
    });
  };

  beforeAll(async () => {
    database = await databases.open(kind);
    traffic = await openTraffic(database, files.folder(), now);
    await traffic.predict(customers);
  });

  it('says how far they agree before any outcome is known', async () => {
    const found = await compare();
    const scores = await readScores();
    expect(found).toMatchObject({ decisions: ROWS, rows: ROWS, matured: 0, worth: null, windowDays: 30 });
    const mean = scores.reduce((sum, { a, b }) => sum + (b - a), 0) / ROWS;
    expect(found.meanDifference).toBeCloseTo(mean, 6);
    for (const { a, b, rows, outcomes } of found.tiers.matrix) {
      expect(rows).toBe(scores.filter(({ tiers }) => tiers[0] === a && tiers[1] === b).length);
      expect(outcomes).toBeNull();
    }
    expect(found.tiers.up + found.tiers.down + found.tiers.same).toBe(ROWS);
    expect(drawLive(found, 'en')).toContain('nothing can be said about which is right');
  });

  it('gives no verdict on fewer than 100 bad ones, nor before the windows have passed', async () => {
    clock = START + 20 * DAY;
    const early = customers.slice(0, 40);
    await traffic.report(early.map((customer) => outcomeOf(customer, true, START + 3 * DAY)));
    expect(await compare()).toMatchObject({ matured: 40, earlyBads: 40, worth: null });
    clock = START + 40 * DAY;
    const found = await compare({ silence: 'good' });
    expect(found.worth).toMatchObject({ rows: ROWS, bads: 40, evidence: 'insufficient' });
    expect(drawLive(found, 'en')).toMatch(/AUC: .*insufficient evidence \(fewer than 100/);
    expect(drawLive(found, 'zh')).toMatch(/证据不足（坏客户或好客户少于 100）/);
  });

  it('gives no verdict where of too many past their window nobody told', async () => {
    const told = customers.slice(0, 500);
    const isBad = (customer: string) => Number(customer.slice(2)) % 3 === 0;
    await traffic.report(
      told.map((customer) => outcomeOf(customer, isBad(customer), START + (isBad(customer) ? 9 : 30) * DAY)),
    );
    const found = await compare();
    expect(found).toMatchObject({ unobserved: 200, observed: 'insufficient', worth: { evidence: 'sufficient' } });
    expect(drawLive(found, 'en')).toMatch(/AUC: .*of too many past their window nobody told/);
  });

  it('says which is right once outcomes are known, as counted by hand', async () => {
    bads = await traffic.settle(customers, START);
    const found = await compare();
    const scores = await readScores();
    const labels = customers.map((customer) => (bads.has(customer) ? 1 : 0));
    const [a, b] = [scores.map((each) => each.a), scores.map((each) => each.b)];
    expect(found.worth).toMatchObject({ rows: ROWS, bads: bads.size, evidence: 'sufficient' });
    const { auc: ranked, logLoss: lost, money } = found.worth ?? {};
    expect(ranked?.a.value).toBeCloseTo(auc(a, labels) ?? 0, 12);
    expect(ranked?.b.value).toBeCloseTo(auc(b, labels) ?? 0, 12);
    expect(ranked?.difference.value).toBeCloseTo((ranked?.b.value ?? 0) - (ranked?.a.value ?? 0), 12);
    expect(ranked?.difference.upper).toBeLessThan(0);
    expect(lost?.a.value).toBeCloseTo(logLoss(a.map(toProbability), labels), 12);
    expect(lost?.difference.lower).toBeGreaterThan(0);
    const lossOf = (side: 0 | 1) =>
      scores.reduce((sum, { tiers }, row) => {
        const isActed = tiers[side] === 'high';
        if (!isActed) return sum + (labels[row] === 1 ? 5 : 0);
        return sum + 0.5 + (labels[row] === 1 ? 0 : 1);
      }, 0);
    expect([money?.a.loss, money?.b.loss]).toEqual([lossOf(0), lossOf(1)]);
    expect(drawLive(found, 'en')).toMatch(/AUC: .*B is worse/);
    expect(drawLive(found, 'zh')).toMatch(/AUC: .*B 更差/);
    expect(await compare()).toEqual(found);
  });

  it('counts what B scored alone, and neither simulations, nor who was erased', async () => {
    await traffic.predict(['new'], 'simulation');
    await eraseCustomer(database, 'C-0', now());
    expect(await compare()).toMatchObject({ decisions: ROWS - 1, rows: ROWS - 1, erased: 1 });
    const none = await compare({}, { a: 'taiwan-card@worse', b: championId });
    expect(none).toMatchObject({ decisions: 0, rows: 0, meanDifference: null, worth: null });
    expect(drawLive(none, 'en')).toContain('it has to be in shadow while A decides');
    expect(await compare({ from: '2026-03-03' })).toMatchObject({ decisions: 0, from: '2026-03-03' });
  });

  it('refuses what is not registered', async () => {
    await expect(compare({}, { ...names, b: 'taiwan-card@nobody' })).rejects.toMatchObject({ code: 'model_not_live' });
  });
});
