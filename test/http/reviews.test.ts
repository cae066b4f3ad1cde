import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import { facilityOf, profileOf, transactionOf } from '../factories/event.ts';
import { enforcementOf, loanOf } from '../factories/loan.ts';
import { runVigil } from '../support/cli.ts';
import { problemOf, useService } from '../support/service.ts';
import { until } from '../support/until.ts';

const get = useService();
const client = () => get().client({ locale: 'en' });
const vigil = async (...args: string[]) => {
  const ran = await runVigil([...args, '--json'], { cwd: get.folder.folder(), env: get().env });
  expect(ran).toMatchObject({ code: 0 });
  return JSON.parse(ran.stdout);
};

/** A customer with a loan granted long ago, of which the service hears now. */
const grant = async (customerId: string): Promise<void> => {
  const events: EventItem[] = [
    profileOf({ customerId, eventId: `${customerId}-profile` }),
    facilityOf({ customerId, eventId: `${customerId}-loan` }),
    transactionOf({ customerId, eventId: `${customerId}-paid` }),
  ];
  await client().recordEvents({ events });
};

const decisionsOf = async (customerId: string) => (await client().listDecisions({ customerId })).decisions;

beforeAll(async () => {
  await vigil('policy', 'use', 'behaviour', '--reason', 'a test');
  await until(async () => (await client().readPolicy({})).policy.name === 'behaviour');
  for (const customer of ['R-1', 'R-2', 'R-3']) await grant(customer);
  for (const customer of ['R-1', 'R-2', 'R-3'])
    await until(async () => (await decisionsOf(customer)).some(({ purpose }) => purpose === 'monitoring'));
  await vigil('reviews', 'run');
  expect(await vigil('reviews', 'run')).toEqual({ opened: 0 });
});

const reviewOf = async (customerId: string) => {
  const [review] = (await client().listReviews({ customerId })).reviews;
  if (!review) throw new Error('there is no review');
  return review;
};

describe('reviews over HTTP and from the command line', () => {
  it('are listed page by page and by state, the same by both', async () => {
    const { reviews, nextAfter } = await client().listReviews({ state: 'open', limit: 2 });
    expect(reviews).toHaveLength(2);
    const rest = await client().listReviews({ state: 'open', limit: 2, after: nextAfter ?? '' });
    expect(rest).toMatchObject({ reviews: [{ kind: 'use_of_funds', facilityId: 'loan-7' }], nextAfter: null });
    const ids = [...reviews, ...rest.reviews].map(({ customerId }) => customerId);
    expect(ids.sort()).toEqual(['R-1', 'R-2', 'R-3']);
    expect((await client().listReviews({ state: 'overdue' })).reviews).toEqual([]);
    for (const dueBefore of ['2026-01-01', '0000-01-01'])
      expect((await client().listReviews({ dueBefore })).reviews).toEqual([]);
    const listed = await vigil('reviews', 'list', '--customer', 'R-1');
    expect(listed.reviews).toEqual([await reviewOf('R-1')]);
    expect(await vigil('reviews', 'list', '--customer', 'R-1', '--url', get().url)).toEqual(listed);
    const none = await runVigil(['reviews', 'list', '--customer', 'nobody'], {
      cwd: get.folder.folder(),
      env: get().env,
    });
    expect([none.code, none.stdout.trim()]).toEqual([0, 'No review matches.']);
  });

  it('show the form in the language asked for, and say what is not known', async () => {
    const { reviewId } = await reviewOf('R-1');
    const [en, zh] = [
      await client().readReview({ reviewId, locale: 'en' }),
      await client().readReview({ reviewId, locale: 'zh' }),
    ];
    const lineOf = ({ form }: typeof en, name: string) =>
      form.sections.flatMap(({ lines }) => lines).find((line) => line.name === name);
    expect(en.form.sections.map(({ label }) => label)).toEqual([
      ...['Use of funds', 'Credit record', 'Finances', 'Operations'],
    ]);
    expect(lineOf(en, 'statement_revenue')).toMatchObject({ value: null, text: 'not known' });
    expect(lineOf(zh, 'customer_kind')).toMatchObject({ value: 'person', text: '个人' });
    expect(lineOf(zh, 'statement_revenue')).toMatchObject({ label: '最近报表收入', value: null, text: '未知' });
    expect(lineOf(en, 'outflow')).toMatchObject({ value: 12_345, text: '12345 in minor units' });
    expect(en.form.changes.tier.now).toMatchObject({ tier: 'low' });
    expect(await vigil('reviews', 'show', reviewId, '--locale', 'en')).toEqual(en);
  });

  it('show the signals that are open, and that a customer is simulated', async () => {
    const loan = loanOf('R-S', [40, 10], [40]);
    const told = [...loan.filter(({ type }) => type !== 'facility'), enforcementOf('R-S')];
    const lines = told.map((event) => `${JSON.stringify({ ...event, knownAt: event.occurredAt })}\n`);
    await vigil('events', get.folder.write('simulated.ndjson', lines.join('')), '--simulated');
    await client().recordEvents({ events: loan.filter(({ type }) => type === 'facility') });
    await vigil('signals', 'watch');
    await vigil('reviews', 'run');
    const { reviewId } = await reviewOf('R-S');
    const [en, zh] = [
      await client().readReview({ reviewId, locale: 'en' }),
      await client().readReview({ reviewId, locale: 'zh' }),
    ];
    const kinds = en.form.changes.signals.map(({ kind, level }) => `${level} ${kind}`);
    expect(kinds).toEqual(expect.arrayContaining(['red enforcement', 'orange late-repayment']));
    expect(zh.form.changes.signals).toContainEqual(expect.objectContaining({ label: '还款逾期或不规律' }));
    expect(en.form.simulated).toBe(true);
    const shown = await runVigil(['reviews', 'show', reviewId], { cwd: get.folder.path, env: get().env });
    expect(shown.stdout).toContain('A simulated customer: nothing here is of a real one');
    expect(shown.stdout).toMatch(/^ {2}red {2}enforcement {2}/m);
    const other = await client().readReview({ reviewId: (await reviewOf('R-1')).reviewId });
    expect([other.form.simulated, other.form.changes.signals]).toEqual([undefined, []]);
    await client().concludeReview({ reviewId, conclusion: 'keep', reason: 'made up' });
  });

  it('a raise is in every later decision, of which one is made at once, and replays to the last bit', async () => {
    const { reviewId } = await reviewOf('R-1');
    const before = (await decisionsOf('R-1')).length;
    const concluded = await client().concludeReview({
      ...{ reviewId, conclusion: 'raise', tier: 'medium', action: 'restrict', reason: 'spent elsewhere' },
    } as const);
    expect(concluded).toMatchObject({ state: 'concluded', conclusion: { conclusion: 'raise', actor: 'local' } });
    await until(async () => (await decisionsOf('R-1')).length > before);
    const [monitored] = await decisionsOf('R-1');
    const raised = { tier: { model: 'low', final: 'medium' }, action: 'restrict' };
    expect(monitored).toMatchObject({ ...raised, purpose: 'monitoring' });
    const asked = await client().predict({ customerId: 'R-1', purpose: 'application' });
    expect(asked).toMatchObject(raised);
    expect(asked.reasons?.[0]).toMatchObject({ kind: 'override' });
    for (const decisionId of [monitored?.decisionId ?? '', asked.decisionId])
      expect(await client().replayDecision({ id: decisionId })).toEqual({ outcome: 'same', fields: [] });
    expect(await client().predict({ customerId: 'R-2', purpose: 'application' })).toMatchObject({ action: 'pass' });
  });

  it('to ask for less lowers nothing; both are concluded once', async () => {
    const { reviewId } = await reviewOf('R-2');
    const before = await client().predict({ customerId: 'R-2', purpose: 'application' });
    const args = ['conclude', reviewId, '--as', 'ask_to_lower', '--tier', 'low', '--reason', 'it has mended'];
    const concluded = await vigil('reviews', ...args, '--actor', 'desk');
    expect(concluded.conclusion).toMatchObject({ conclusion: 'ask_to_lower', actor: 'local (desk)' });
    const { tier, action } = await client().predict({ customerId: 'R-2', purpose: 'application' });
    expect({ tier, action }).toEqual({ tier: before.tier, action: before.action });
    const again = client().concludeReview({ reviewId, conclusion: 'keep', reason: 'as agreed' });
    expect(await problemOf(again)).toMatchObject({ status: 409, code: 'review_concluded' });
  });

  it('refuses a raise to nothing, a conclusion without a reason, and an end that is past', async () => {
    const { reviewId } = await reviewOf('R-3');
    const send = async (body: object) => {
      const answered = await get().post(`/v1/reviews/${reviewId}/conclude`, body);
      const { errors = [] } = (await answered.json()) as { errors?: { field: string }[] };
      return [answered.status, errors.map(({ field }) => field)];
    };
    expect(await send({ conclusion: 'raise', reason: 'why' })).toEqual([422, ['tier']]);
    expect(await send({ conclusion: 'keep' })).toEqual([422, ['reason']]);
    expect(await send({ conclusion: 'keep', tier: 'low', reason: 'why' })).toEqual([422, ['tier']]);
    const past = { conclusion: 'raise', tier: 'high', until: '2020-01-01T00:00:00Z', reason: 'why' };
    expect(await send(past)).toEqual([422, ['until']]);
    expect((await reviewOf('R-3')).state).toBe('open');
  });

  it('are counted for those who watch', async () => {
    const metrics = await (await fetch(`${get().url}/metrics`)).text();
    expect(metrics).toContain('vigil_reviews{state="open"} 1');
    expect(metrics).toContain('vigil_reviews{state="overdue"} 0');
  });
});
