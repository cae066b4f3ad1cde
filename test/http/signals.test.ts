import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { sweepBook } from '../../src/usecases/sweep.ts';
import { openWatching } from '../../src/usecases/watch.ts';
import { daysAgo, enforcementOf, loanOf } from '../factories/loan.ts';
import { runVigil } from '../support/cli.ts';
import { rowOf } from '../support/rows.ts';
import { problemOf, useService } from '../support/service.ts';
import { until } from '../support/until.ts';

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
const get = useService(() => ({
  env: { VIGIL_API_KEYS: ['ann', 'bob'].map((key) => `${key}:${hashOf(key)}`).join() },
}));
const as = (key: string) => get().client({ locale: 'en', key });
const ann = () => as('ann');
const bob = () => as('bob');

const report = (events: readonly EventItem[]) => ann().recordEvents({ events: [...events] });
const paying = [100, 70, 40, 10];

const openOf = async (customerId: string) => (await ann().listSignals({ customerId, state: 'open' })).signals;
/** Waits for an open signal of a kind. */
const raisedOf = async (customerId: string, kind: string) => {
  const find = async () => (await openOf(customerId)).find((signal) => signal.kind === kind);
  await until(async () => (await find()) !== undefined);
  return (await find()) as NonNullable<Awaited<ReturnType<typeof find>>>;
};
const latestOf = async (customerId: string) => (await ann().listDecisions({ customerId })).decisions[0];

/** Columns that the card model finds low of somebody without signals, and how anybody is asked for with them. */
const findLow = async () => {
  for (let row = 0; row < 50; row++) {
    const ask = (customerId: string) =>
      ann().predict({ customerId, purpose: 'application', model: 'taiwan-card', features: rowOf(row) });
    const low = await ask('nobody-special');
    if (low.tier.final === 'low') return { ask, low };
  }
  throw new Error('no row is low');
};

beforeAll(async () => {
  const used = await runVigil(['policy', 'use', 'behaviour', '--reason', 'a test'], {
    cwd: get.folder.folder(),
    env: get().env,
  });
  expect(used.code).toBe(0);
  await until(async () => (await ann().readPolicy({})).policy.name === 'behaviour');
});

describe('early-warning signals', () => {
  it('are raised within a second of the event that shows them, with what they were raised on', async () => {
    await report(loanOf('late', paying, [100, 70, 40]));
    const signal = await raisedOf('late', 'late-repayment');
    expect(signal).toMatchObject({
      customerId: 'late',
      label: 'Late or irregular repayment',
      level: 'orange',
      state: 'raised',
      isSnoozable: false,
      isOverdue: false,
      reopened: 0,
      raises: { tier: 'medium', action: 'monitor' },
      policy: { name: 'early-warning', version: '2' },
    });
    expect(signal.seen).toContainEqual({
      feature: 'days_past_due',
      label: expect.any(String),
      value: 10,
      unit: expect.any(String),
    });
    expect(Date.parse(signal.dueAt) - Date.parse(signal.raisedAt)).toBe(24 * 3_600_000);
    expect(await ann().readSignal({ signalId: signal.signalId })).toEqual(signal);
    const inChinese = await ann().readSignal({ signalId: signal.signalId, locale: 'zh' });
    expect(inChinese.label).toBe('还款逾期或不规律');
  });

  it('say that nobody looked where the book is told of no such thing, and clear once somebody else had it', async () => {
    const findingOf = async (kind: string) =>
      (await ann().readFindings({ customerId: 'late' })).findings.find((found) => found.kind === kind)?.finding;
    expect([await findingOf('enforcement'), await findingOf('contact-changes')]).toEqual(['unobserved', 'unobserved']);
    await report([...loanOf('elsewhere', paying, paying), enforcementOf('elsewhere')]);
    expect([await findingOf('enforcement'), await findingOf('contact-changes')]).toEqual(['clear', 'unobserved']);
  });

  it('raise tier and action of the decision that follows, which says why and is replayed to the last bit', async () => {
    await report(loanOf('good', paying, paying));
    await until(async () => (await latestOf('good')) !== undefined);
    expect(await latestOf('good')).toMatchObject({ tier: { model: 'low', final: 'low' }, action: 'pass' });
    await report([enforcementOf('good')]);
    const { level, signalId } = await raisedOf('good', 'enforcement');
    expect(level).toBe('red');
    await until(async () => (await latestOf('good'))?.action !== 'pass');
    const decision = (await latestOf('good')) as NonNullable<Awaited<ReturnType<typeof latestOf>>>;
    expect(decision).toMatchObject({ action: 'review', purpose: 'monitoring' });
    expect(decision?.reasons?.map(({ kind, code }) => [kind, code])).toContainEqual(['rule', 'enforcement']);
    const { ask, low } = await findLow();
    expect(low).toMatchObject({ tier: { model: 'low', final: 'low' }, action: 'pass' });
    const raised = await ask('good');
    expect(raised).toMatchObject({ tier: { model: 'low', final: 'medium' }, action: 'review' });
    expect(raised.reasons?.[0]).toMatchObject({
      kind: 'signal',
      code: 'enforcement',
      text: 'Early-warning signal: Enforcement',
    });
    for (const { decisionId } of [decision, raised])
      expect(await ann().replayDecision({ id: decisionId })).toMatchObject({ outcome: 'same' });
    const cause = { cause: 'resolved', evidence: 'paid' } as const;
    expect(await problemOf(ann().clearSignal({ signalId, ...cause }))).toMatchObject({ code: 'signal_refused' });
    await ann().confirmSignal({ signalId, reason: 'read the ruling' });
    expect(await problemOf(ann().clearSignal({ signalId, ...cause }))).toMatchObject({
      status: 403,
      code: 'signal_refused',
    });
    await bob().treatSignal({ signalId, treatment: 'collateral asked for' });
    const cleared = await bob().clearSignal({ signalId, cause: 'wrong_data', evidence: 'another company' });
    expect(cleared.state).toBe('cleared');
    expect(cleared.history.map(({ event, actor, text }) => [event, actor, text])).toEqual([
      ['raised', 'vigil', null],
      ['confirmed', 'ann', 'read the ruling'],
      ['treated', 'bob', 'collateral asked for'],
      ['cleared', 'bob', 'another company'],
    ]);
  });

  it('is reopened where what it shows holds on and it may not be snoozed, and stays explained where it may', async () => {
    await report(loanOf('again', paying, [100, 70]));
    const first = await raisedOf('again', 'late-repayment');
    await ann().clearSignal({ signalId: first.signalId, cause: 'explained', evidence: 'abroad' });
    await until(async () => (await openOf('again')).length > 0);
    expect((await openOf('again'))[0]).toMatchObject({ kind: 'late-repayment', reopened: 1 });
    const changes = [9, 5].map(
      (days, place): EventItem => ({
        type: 'contact_change',
        eventId: `moved-${place}`,
        customerId: 'moved',
        occurredAt: daysAgo(days),
        payload: { field: 'phone' },
      }),
    );
    await report([...loanOf('moved', paying, paying), ...changes]);
    const { signalId } = await raisedOf('moved', 'contact-changes');
    await ann().clearSignal({ signalId, cause: 'explained', evidence: 'a new phone' });
    const decided = async () => (await ann().listDecisions({ customerId: 'moved' })).decisions.length;
    const before = await decided();
    await report([{ ...(loanOf('moved', [], [1])[2] as EventItem), eventId: 'moved-later' } as EventItem]);
    await until(async () => (await decided()) > before);
    expect(await openOf('moved')).toEqual([]);
  });

  it('says unobserved, never clear, of what no data tells', async () => {
    const { findings, asOf } = await ann().readFindings({ customerId: 'late' });
    const found = new Map(findings.map(({ kind, finding }) => [kind, finding]));
    expect(found.get('late-repayment')).toBe('held');
    expect(found.get('transaction-frequency')).toBe('unobserved');
    expect(found.get('industry-downturn')).toBe('unobserved');
    expect(Date.parse(asOf)).toBeLessThanOrEqual(Date.now());
    expect(findings.find(({ kind }) => kind === 'late-repayment')?.signalId).toBe((await openOf('late'))[0]?.signalId);
  });

  it('are listed by state, level, kind and page', async () => {
    const all = await ann().listSignals({ limit: 100 });
    expect(all.nextBefore).toBeNull();
    const first = await ann().listSignals({ limit: 1 });
    const second = await ann().listSignals({ limit: 1, before: first.nextBefore ?? '' });
    expect([first.signals[0]?.signalId, second.signals[0]?.signalId]).toEqual(
      all.signals.slice(0, 2).map(({ signalId }) => signalId),
    );
    const listed = async (query: object) => (await ann().listSignals({ limit: 100, ...query })).signals;
    const { signals } = all;
    expect(await listed({ state: 'cleared' })).toEqual(signals.filter(({ state }) => state === 'cleared'));
    expect(await listed({ level: 'red' })).toEqual(signals.filter(({ level }) => level === 'red'));
    expect(await listed({ kind: 'contact-changes' })).toEqual(signals.filter(({ kind }) => kind === 'contact-changes'));
    expect(await listed({ overdue: 'true' })).toEqual([]);
    const metrics = await (await fetch(`${get().url}/metrics`, { headers: { 'X-Api-Key': 'ann' } })).text();
    const orange = signals.filter(({ level, state }) => level === 'orange' && state !== 'cleared').length;
    expect(orange).toBeGreaterThan(0);
    expect(metrics).toContain(`vigil_signals{level="orange",state="open"} ${orange}`);
    expect(metrics).toContain('vigil_signals{level="orange",state="overdue"} 0');
  });

  it('refuses what cannot be, and names the signal', async () => {
    const [{ signalId } = { signalId: '' }] = await openOf('late');
    const until = new Date(Date.now() + 86_400_000).toISOString();
    expect(await problemOf(ann().snoozeSignal({ signalId, until, reason: 'a promise' }))).toMatchObject({
      status: 403,
      code: 'signal_refused',
    });
    await ann().confirmSignal({ signalId, reason: 'called' });
    const twice = await problemOf(ann().confirmSignal({ signalId, reason: 'called' }));
    expect(twice).toMatchObject({ status: 409, code: 'signal_conflict' });
    expect(twice.detail).toContain(signalId);
    expect(await problemOf(ann().readSignal({ signalId: 'nothing' }))).toMatchObject({ code: 'signal_missing' });
  });

  it('finds by itself what nothing but time shows, and raises nothing twice', async () => {
    const { service } = get();
    const { database } = service;
    await report(loanOf('silent', [100, 70, 0], [100, 70]));
    await until(async () => (await latestOf('silent')) !== undefined);
    expect(await openOf('silent')).toEqual([]);
    const later = () => new Date(Date.now() + 2 * 86_400_000);
    const watching = openWatching(database, { timeZone: 'Asia/Shanghai', now: later });
    let watched = 0;
    const onPage = (count: number) => {
      watched += count;
    };
    await Promise.all([1, 2].map(() => sweepBook(watching, { onPage, isStopping: () => false })));
    expect(watched).toBeGreaterThanOrEqual(5);
    expect((await openOf('silent')).map(({ kind }) => kind)).toEqual(['late-repayment']);
    const open = (await ann().listSignals({ limit: 100, state: 'open' })).signals;
    expect(new Set(open.map(({ customerId, kind }) => `${customerId} ${kind}`)).size).toBe(open.length);
  });

  it('go with the customer: erased they are gone, and the chain verifies', async () => {
    const { database } = get().service;
    const [{ signalId } = { signalId: '' }] = await openOf('late');
    await eraseCustomer(database, 'late', new Date());
    expect(await problemOf(ann().readSignal({ signalId }))).toMatchObject({ status: 404, code: 'signal_missing' });
    expect((await ann().listSignals({ limit: 100 })).signals.map(({ customerId }) => customerId)).not.toContain('late');
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
  });
});
