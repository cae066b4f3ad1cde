import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import { creditCatalogue } from '../../src/features/catalogue/catalogue.ts';
import { createFeatureComputer, noSurroundings } from '../../src/features/compute.ts';
import { readHistory } from '../../src/store/followed.ts';
import { findCustomerRef } from '../../src/store/histories.ts';
import { readWhole } from '../../src/usecases/decisions.ts';
import { createHistoryReader } from '../../src/usecases/history-fields.ts';
import { createFeatureReader } from '../../src/usecases/read-features.ts';
import { profileOf, transactionOf } from '../factories/event.ts';
import { daysAgo, loanOf } from '../factories/loan.ts';
import { runVigil } from '../support/cli.ts';
import { problemOf, useService } from '../support/service.ts';
import { until } from '../support/until.ts';

const get = useService();
const client = () => get().client({ locale: 'en' });

/** A customer with a card of which a statement was sent at the end of each of the last months, newest first. */
const cardOf = (customerId: string, monthsLate: readonly number[]): EventItem[] => [
  profileOf({ customerId, eventId: `${customerId}-profile`, occurredAt: daysAgo(400) }),
  ...monthsLate.map((late, back): EventItem => {
    const today = new Date();
    const end = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 0));
    const month = end.toISOString().slice(0, 7);
    const amounts = { balanceMinor: 100_000, limitMinor: 500_000, paymentMinor: 0 };
    return {
      type: 'statement',
      customerId,
      facilityId: 'card',
      eventId: `${customerId}-${month}`,
      occurredAt: end.toISOString(),
      currency: 'CNY',
      payload: { month, ...amounts, status: late > 0 ? 'late' : 'revolving', monthsLate: late },
    };
  }),
];

const report = (events: readonly EventItem[]) => client().recordEvents({ events: [...events] });
const ask = (customerId: string, more: object = {}) =>
  client().predict({ customerId, purpose: 'application', ...more });

beforeAll(async () => {
  const ran = await runVigil(['policy', 'use', 'behaviour', '--reason', 'a test'], {
    cwd: get.folder.folder(),
    env: get().env,
  });
  expect(ran.code).toBe(0);
  await until(async () => (await client().readPolicy({})).policy.name === 'behaviour');
});

describe('a decision without features', () => {
  it('is made from what the events say, stored, and replayed to the last bit', async () => {
    await report(loanOf('good', [100, 70, 40, 10], [100, 70, 40, 10]));
    const answer = await ask('good', { explain: 'full' });
    expect(answer.model).toMatchObject({ name: 'behaviour' });
    expect(answer.policy).toMatchObject({ name: 'behaviour' });
    expect(answer.asOf).toBe(answer.decidedAt);
    expect(answer.simulated).toBe(true);
    expect(answer.probability).toBeGreaterThan(0);
    expect(answer.tier.final).toBe('low');
    const { referenceMicroLogits, sumMicroLogits } = answer.explanation ?? {};
    expect((referenceMicroLogits ?? 0) + (sumMicroLogits ?? 0)).toBe(answer.microLogits);
    expect(await client().replayDecision({ id: answer.decisionId })).toMatchObject({ outcome: 'same' });
  });

  it('holds the integers that the catalogue computes of the stored history as of its date', async () => {
    await report(loanOf('same', [100, 70, 40, 10], [99, 70, 39]));
    const { decisionId } = await ask('same');
    const { database } = get().service;
    const decision = await readWhole(database, decisionId);
    const events = await readHistory(database.pool, (await findCustomerRef(database.pool, 'same')) ?? '');
    const { compute, date } = createFeatureComputer(creditCatalogue, decision.timeZone);
    const { values } = compute(date(events), decision.asOf, noSurroundings);
    const wanted = new Map(creditCatalogue.map(({ name }, place) => [name, values[place] ?? Number.NaN]));
    const { columns } = (await get().service.live.planOf(decision)).plan.features;
    expect(columns.length).toBeGreaterThan(20);
    for (const [place, { name }] of columns.entries())
      expect(decision.values.columns[place] ?? Number.NaN).toBe(wanted.get(name));
  });

  it('rises with arrears, and a rule of the policy speaks', async () => {
    await report(loanOf('late', [100, 70, 40, 10], [100, 70]));
    const [good, late] = [await ask('good'), await ask('late')];
    expect(late.microLogits ?? 0).toBeGreaterThan(good.microLogits ?? 0);
    expect(late.rules.hits.map(({ id }) => id)).toContain('thirty-days-behind');
    expect(late.tier.final).not.toBe('low');
  });

  it('gets no PD in default: a rule tells it, and the policy says what is done', async () => {
    await report(loanOf('broke', [200, 170, 140], []));
    const answer = await ask('broke');
    expect(answer).toMatchObject({ state: 'defaulted', probability: null, microLogits: null, points: null });
    expect(answer).toMatchObject({ tier: { model: null, final: 'high' }, action: 'restrict' });
    expect(answer.reasons?.[0]).toMatchObject({ kind: 'unscored', code: 'defaulted' });
    expect(await client().replayDecision({ id: answer.decisionId })).toMatchObject({ outcome: 'same' });
    expect(await client().readDecision({ id: answer.decisionId })).toMatchObject({ probability: null });
  });

  it('sees nothing that became known after its date', async () => {
    await report(loanOf('dated', [40], [40]));
    const before = await ask('dated');
    const asOf = new Date().toISOString();
    await report([
      {
        ...(loanOf('dated', [40, 35], [])[3] as EventItem),
        eventId: 'dated-due-later',
      } as EventItem,
    ]);
    expect(await ask('dated', { asOf })).toMatchObject({ asOf, microLogits: before.microLogits });
    expect((await ask('dated')).microLogits).not.toBe(before.microLogits);
    expect((await problemOf(ask('dated', { asOf: daysAgo(30) }))).code).toBe('history_missing');
    expect((await problemOf(ask('dated', { asOf: daysAgo(-2) }))).code).toBe('bad_request');
    expect((await problemOf(ask('dated', { asOf, features: {} }))).status).toBe(422);
  });

  it('is refused where there are no events', async () => {
    expect(await problemOf(ask('nobody'))).toMatchObject({ status: 404, code: 'history_missing' });
  });

  it('names a column of a model that no event tells of', async () => {
    const { service } = get();
    const { timeZone } = await readWhole(service.database, (await ask('good')).decisionId);
    const reader = createHistoryReader(createFeatureReader({ database: service.database, timeZone }), timeZone);
    const bounds = { decimals: 0, codes: [], categories: null, minimum: null, maximum: null };
    const reading = reader.read({ customerId: 'good', asOf: null, at: new Date() }, [
      { name: 'sex', source: 'SEX', ...bounds },
    ]);
    await expect(reading).rejects.toMatchObject({ code: 'field_missing', values: { field: 'sex' } });
  });

  it('is made by the champion from the statements of a card, and refused of who has none', async () => {
    await report(cardOf('carded', [0, 0, 2]));
    const answer = await ask('carded', { model: 'taiwan-card' });
    expect(answer).toMatchObject({ model: { name: 'taiwan-card' }, state: 'scored' });
    expect(answer.simulated).toBeUndefined();
    const { values } = await readWhole(get().service.database, answer.decisionId);
    expect(values.columns.slice(0, 8)).toEqual([20_000, 0, 0, 2, null, null, null, 4_000]);
    expect(await client().replayDecision({ id: answer.decisionId })).toMatchObject({ outcome: 'same' });
    expect(await problemOf(ask('good', { model: 'taiwan-card' }))).toMatchObject({
      status: 404,
      code: 'history_missing',
    });
  });

  it('follows a new event within a second', async () => {
    const decided = async () => (await client().listDecisions({ customerId: 'watched' })).decisions.length;
    await report(loanOf('watched', [70, 40, 10], [70, 40, 10]));
    await until(async () => (await decided()) > 0);
    const before = await decided();
    await report([{ ...(loanOf('watched', [70, 5], [])[3] as EventItem), eventId: 'watched-more' } as EventItem]);
    expect(await until(async () => (await decided()) > before)).toBeLessThan(1_000);
    const [latest] = (await client().listDecisions({ customerId: 'watched' })).decisions;
    expect(latest).toMatchObject({ purpose: 'monitoring', model: { name: 'behaviour' } });
  });

  it('follows the last event of each of many customers, of whom some have several while they are decided for', async () => {
    const ids = Array.from({ length: 120 }, (_, place) => `many-${place}`);
    const spent = (customerId: string, place: number) =>
      transactionOf({ customerId, eventId: `${customerId}-${place}`, occurredAt: daysAgo(1) });
    await report(
      ids.map((customerId) => profileOf({ customerId, eventId: `${customerId}-p`, occurredAt: daysAgo(9) })),
    );
    for (const place of [1, 2, 3]) {
      await Promise.all(ids.map((customerId, at) => (at % place === 0 ? report([spent(customerId, place)]) : null)));
    }
    const { pool } = get().service.database;
    const behind = async () => {
      const { rows } = await pool.query<{ customer_id: string; is_last: boolean }>(
        `SELECT customer_id, (array_agg(r.kind ORDER BY r.seq DESC))[1] = 'decision' AS is_last FROM customers
         JOIN records r USING (customer_ref) WHERE customer_id LIKE 'many-%' AND r.kind IN ('events', 'decision') GROUP BY 1`,
      );
      return rows.flatMap(({ customer_id: id, is_last: isLast }) => (isLast ? [] : [id]));
    };
    await until(async () => (await behind()).length === 0);
    const { rows } = await pool.query<{ customer_id: string }>(
      `SELECT customer_id FROM customers JOIN records r USING (customer_ref) WHERE customer_id LIKE 'many-%' GROUP BY 1
       HAVING count(*) FILTER (WHERE r.kind = 'decision') > count(*) FILTER (WHERE r.kind = 'events')`,
    );
    expect(rows).toEqual([]);
  });
});
