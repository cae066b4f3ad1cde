import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import { recordEvents } from '../../src/usecases/record-events.ts';
import { facilityOf, industryOf, profileOf, relationOf, retractionOf, transactionOf } from '../factories/event.ts';
import { problemOf, useService } from '../support/service.ts';

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const get = useService(() => ({ env: { VIGIL_API_KEYS: `bank:${hashOf('bank')},desk:${hashOf('desk')}` } }));
const client = () => get().client({ key: 'bank', locale: 'en' });
const report = (...events: object[]) =>
  client().recordEvents({ events: events as EventItem[] }) as Promise<{ events: { state: string }[] }>;
const timeline = (query: object = {}) => client().readTimeline({ customerId: 'A', ...query });
const idsOf = ({ events }: { readonly events: readonly { readonly eventId: string }[] }) =>
  events.map(({ eventId }) => eventId);

const facility = facilityOf();

beforeAll(async () => {
  await report(profileOf(), profileOf({ customerId: 'B/2', eventId: 'profile-B' }));
});

describe('events over HTTP', () => {
  it('are stored one by one or many at once, and answered one by one', async () => {
    expect(await client().recordEvents(transactionOf())).toEqual({ eventId: 'transaction-1', state: 'recorded' });
    expect(await client().recordEvents(transactionOf())).toEqual({ eventId: 'transaction-1', state: 'unchanged' });
    const { events } = await report(
      transactionOf(),
      transactionOf({ amountMinor: 1 }),
      facility,
      { ...facility, eventId: 'facility-2', type: 'unheard-of' },
      transactionOf({ eventId: 'negative', amountMinor: -1 }),
      transactionOf({ eventId: 'usd', currency: 'USD' }),
      transactionOf({ eventId: 'nobody', customerId: 'nobody' }),
      transactionOf({ eventId: 'soon', occurredAt: '2999-01-01T00:00:00Z' }),
      transactionOf({ eventId: 'knowing', knownAt: '2026-02-01T12:00:00Z' }),
      { nonsense: 1 },
      industryOf(),
    );
    expect(events).toMatchObject([
      { eventId: 'transaction-1', state: 'unchanged' },
      { eventId: 'transaction-1', state: 'refused', problem: { code: 'event_conflict', status: 409 } },
      { eventId: 'facility-1', state: 'recorded' },
      { eventId: 'facility-2', problem: { code: 'bad_request', errors: [{ field: 'events.3.type' }] } },
      { eventId: 'negative', problem: { code: 'bad_request', errors: [{ field: 'events.4.amountMinor' }] } },
      { eventId: 'usd', problem: { code: 'currency_mixed', errors: [{ field: 'events.5' }] } },
      { eventId: 'nobody', problem: { code: 'customer_missing', status: 404 } },
      { eventId: 'soon', problem: { code: 'event_untimely', errors: [{ field: 'events.7.occurredAt' }] } },
      { eventId: 'knowing', problem: { code: 'bad_request', errors: [{ field: 'events.8.knownAt' }] } },
      { eventId: null, state: 'refused', problem: { code: 'bad_request' } },
      { eventId: 'industry-1', state: 'recorded' },
    ]);
  });

  it('are refused alone with the problem itself, in the words of its field', async () => {
    const alone = (change: object) =>
      problemOf(client().recordEvents({ ...transactionOf({ eventId: 'x' }), ...change }));
    expect(await alone({ type: 'unheard-of' })).toMatchObject({
      status: 422,
      errors: [{ field: 'type', detail: expect.stringContaining('must be one of profile, relation') }],
    });
    expect(await alone({ amountMinor: 0 })).toMatchObject({ status: 422, errors: [{ field: 'amountMinor' }] });
    expect(await alone({ payload: { ...transactionOf().payload, direction: 'up' } })).toMatchObject({
      errors: [{ field: 'payload.direction', detail: expect.stringContaining('in, out') }],
    });
    expect(await alone({ eventId: 'transaction-1', amountMinor: 1 })).toMatchObject({
      status: 409,
      code: 'event_conflict',
    });
    expect(await alone({ customerId: 'nobody' })).toMatchObject({ status: 404, code: 'customer_missing' });
    const many = Array.from({ length: 1_001 }, (_, index) => transactionOf({ eventId: `m-${index}` }));
    expect(await problemOf(report(...many))).toMatchObject({ status: 422 });
  });

  it('are corrected by a new event, and both are shown as each date knew them', async () => {
    const before = await timeline();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await client().recordEvents(
      transactionOf({ eventId: 'transaction-1b', supersedes: 'transaction-1', amountMinor: 5 }),
    );
    const { events } = await timeline({ type: 'transaction' });
    expect(events).toMatchObject([
      { eventId: 'transaction-1b', supersedes: 'transaction-1', supersededBy: null, amountMinor: 5, customerId: 'A' },
      { eventId: 'transaction-1', supersededBy: 'transaction-1b', isBackfilled: false },
    ]);
    expect(events[0]?.knownAt).toBe(events[0]?.recordedAt);
    expect(await timeline({ asOf: before.asOf })).toEqual(before);
    expect(await timeline({ asOf: '1000-01-01T00:00:00+08:00' })).toMatchObject({ events: [], nextBefore: null });
  });

  it('are paged, newest first, and by when they happened', async () => {
    const many = Array.from({ length: 25 }, (_, index) =>
      transactionOf({
        eventId: `p-${String(index).padStart(2, '0')}`,
        occurredAt: `2026-02-0${2 + (index % 5)}T00:00:00Z`,
      }),
    );
    await report(...many);
    const window = { from: '2026-02-02T08:00:00+08:00', to: '2026-02-05T00:00:00Z', type: 'transaction' as const };
    const whole = await timeline(window);
    const wanted = many
      .filter(({ occurredAt }) => occurredAt < window.to)
      .sort((a, b) => (`${b.occurredAt} ${b.eventId}` < `${a.occurredAt} ${a.eventId}` ? -1 : 1));
    expect(idsOf(whole)).toEqual(wanted.map(({ eventId }) => eventId));
    const paged: string[] = [];
    for (let before: string | null | undefined; before !== null; ) {
      const page = await timeline({ ...window, limit: 4, ...(before === undefined ? {} : { before }) });
      expect(page.events.length).toBeLessThanOrEqual(4);
      paged.push(...idsOf(page));
      before = page.nextBefore;
    }
    expect(paged).toEqual(idsOf(whole));
    expect(await timeline({ before: 'no such event' })).toMatchObject({ events: [] });
  });

  it('make up a customer as it stood: profile, facilities, relations, counts', async () => {
    await report(
      relationOf({ payload: { party: 'B/2', role: 'guarantor', stands: true } }),
      relationOf({ eventId: 'relation-2', payload: { party: 'B/2', role: 'family', stands: true } }),
      relationOf({
        eventId: 'relation-3',
        occurredAt: '2026-02-03T00:00:00Z',
        payload: { party: 'B/2', role: 'family', stands: false },
      }),
      {
        ...facility,
        eventId: 'facility-3',
        occurredAt: '2026-02-20T00:00:00Z',
        payload: { ...facility.payload, status: 'closed' },
      },
      { ...facility, eventId: 'facility-4', facilityId: 'loan-8', occurredAt: '2026-02-19T00:00:00Z' },
      transactionOf({ eventId: 'taken-back', occurredAt: '2026-02-28T00:00:00Z' }),
      retractionOf({ supersedes: 'taken-back', occurredAt: '2026-02-28T00:00:00Z' }),
    );
    expect(await client().readCustomer({ customerId: 'A' })).toMatchObject({
      customerId: 'A',
      currency: 'CNY',
      profile: profileOf().payload,
      facilities: [
        { facilityId: 'loan-7', facility: { status: 'closed' } },
        { facilityId: 'loan-8', facility: { status: 'open' } },
      ],
      relations: [{ party: 'B/2', role: 'guarantor' }],
      events: [
        { type: 'facility', count: 3 },
        { type: 'profile', count: 1 },
        { type: 'relation', count: 3 },
        { type: 'transaction', count: 26 },
      ],
      firstEventAt: '2026-01-01T00:00:00.000Z',
      lastEventAt: '2026-02-20T00:00:00.000Z',
    });
    expect(await client().readCustomer({ customerId: 'A', asOf: '2026-01-01T00:00:00Z' })).toMatchObject({
      profile: null,
      facilities: [],
      events: [],
      lastEventAt: null,
    });
    expect(await client().readCustomer({ customerId: 'B/2' })).toMatchObject({ currency: null, facilities: [] });
  });

  it("are nobody's where the customer is not known", async () => {
    for (const asked of [
      client().readTimeline({ customerId: 'nobody' }),
      client().readCustomer({ customerId: 'nobody' }),
    ]) {
      expect(await problemOf(asked)).toMatchObject({ status: 404, code: 'customer_missing' });
    }
    expect(await problemOf(timeline({ from: 'soon', type: 'unheard-of' }))).toMatchObject({ status: 422 });
  });

  it('name who reported them, however they are gathered', async () => {
    const both = [client(), get().client({ key: 'desk' })].flatMap((each, key) =>
      Array.from({ length: 20 }, (_, index) => each.recordEvents(transactionOf({ eventId: `both-${key}-${index}` }))),
    );
    await Promise.all(both);
    const { rows } = await get().service.database.pool.query<{ actor: string; ids: string }>(
      `SELECT r.text::json ->> 'actor' AS actor, string_agg(e.event_id, ' ') AS ids FROM events e JOIN records r USING (seq)
       WHERE e.event_id LIKE 'both-%' GROUP BY 1 ORDER BY 1`,
    );
    expect(rows.map(({ actor, ids }) => [actor, ids.split(' ').length])).toEqual([
      ['bank', 20],
      ['desk', 20],
    ]);
    expect(
      rows.every(({ actor, ids }) =>
        ids.split(' ').every((id) => id.startsWith(actor === 'bank' ? 'both-0' : 'both-1')),
      ),
    ).toBe(true);
  });

  it('are many for one customer, and still read by the page', async () => {
    const { database } = get().service;
    const many = Array.from({ length: 20_000 }, (_, index) =>
      transactionOf({ eventId: `h-${index}`, customerId: 'B/2' }),
    );
    await recordEvents(database, many, { actor: 'bank', now: new Date(), source: 'live' });
    const page = await client().readTimeline({ customerId: 'B/2', limit: 2 });
    expect(page.events).toHaveLength(2);
    expect((await client().readCustomer({ customerId: 'B/2' })).events).toContainEqual({
      type: 'transaction',
      count: 20_000,
    });
  });
});
