import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeItem } from '../../src/contract/outcomes.ts';
import { rowOf } from '../support/rows.ts';
import { problemOf, useService } from '../support/service.ts';

const get = useService(() => ({
  env: { VIGIL_API_KEYS: `bank:${createHash('sha256').update('bank').digest('hex')}` },
}));
const client = () => get().client({ key: 'bank', locale: 'en' });
const report = (...outcomes: OutcomeItem[]) => client().recordOutcomes({ outcomes });
const fine: OutcomeItem = { outcomeId: 'x', customerId: 'A', observedOn: '2026-01-02', defaulted: false };
/** The fields that are refused, and what is said of each. */
const refused = async (...outcomes: OutcomeItem[]): Promise<[string | null, string][]> => {
  const { status, errors } = await problemOf(report(...outcomes));
  expect(status).toBe(422);
  return errors.map(({ field, detail }) => [field, detail]);
};

beforeAll(async () => {
  await client().predict({ customerId: 'A', purpose: 'application', features: rowOf(0) });
});

describe('outcomes over HTTP', () => {
  it('name who reported them, and are listed with their corrections', async () => {
    const { outcomes } = await report(fine);
    expect(outcomes).toEqual([
      { outcomeId: 'x', customerRef: expect.stringMatching(/^[0-9a-f]{32}$/), state: 'recorded' },
    ]);
    await report({ ...fine, defaulted: true, loss: { amountMinor: 7, currency: 'CNY' } });
    const listed = await client().listOutcomes({ customerId: 'A', limit: 1 });
    expect(listed.outcomes).toMatchObject([{ outcomeId: 'x', defaulted: true, actor: 'bank', isCurrent: true }]);
    const next = await client().listOutcomes({ customerId: 'A', before: listed.nextBefore ?? '' });
    expect(next).toMatchObject({ outcomes: [{ defaulted: false, loss: null, isCurrent: false }], nextBefore: null });
    expect(await client().listOutcomes({ customerId: 'nobody' })).toEqual({ outcomes: [], nextBefore: null });
  });

  it('are refused with the place and the reason of every fault', async () => {
    const customerRef = 'ab'.repeat(16);
    const { customerId: _, ...nameless } = fine;
    expect(await refused(fine, { ...nameless, outcomeId: 'y' })).toEqual([
      ['outcomes.1.customerId', expect.stringContaining('takes either customerId or customerRef')],
    ]);
    expect(await refused({ ...fine, customerRef })).toEqual([
      ['outcomes.0.customerId', expect.stringContaining('takes either')],
    ]);
    expect(await refused({ ...fine, loss: { amountMinor: 1, currency: 'CNY' } })).toEqual([
      ['outcomes.0.loss', expect.stringContaining('no loss without a default')],
    ]);
    expect(await refused({ ...fine, observedOn: '2026-02-30' })).toEqual([
      ['outcomes.0.observedOn', expect.any(String)],
    ]);
    expect(await refused({ ...fine, observedOn: '2999-01-01' })).toEqual([
      ['outcomes.0.observedOn', expect.stringContaining('lies in the future')],
    ]);
    expect(await problemOf(report({ ...fine, outcomeId: 'new' }, fine, fine))).toMatchObject({
      status: 409,
      code: 'outcome_conflict',
      detail: expect.stringContaining('more than once'),
    });
    expect(await refused()).toEqual([['outcomes', expect.any(String)]]);
    const wrong = { ...fine, defaulted: true, loss: { amountMinor: 1.5, currency: 'yuan' } };
    expect((await refused(wrong)).map(([field]) => field)).toEqual([
      'outcomes.0.loss.amountMinor',
      'outcomes.0.loss.currency',
    ]);
  });

  it('are counted by monitoring, which takes its settings from the query', async () => {
    const { reports } = await client().readMonitoring({ model: 'taiwan-card', windowDays: 365, silence: 'good' });
    expect(reports).toMatchObject([{ model: { name: 'taiwan-card' }, windowDays: 365, silence: 'good', decisions: 1 }]);
    const { status, errors } = await problemOf(client().readMonitoring({ windowDays: 0, from: 'soon' }));
    expect([status, errors.map(({ field }) => field).sort()]).toEqual([422, ['from', 'windowDays']]);
  });
});
