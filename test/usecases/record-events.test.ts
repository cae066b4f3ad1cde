import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import type { Database } from '../../src/store/database.ts';
import { readHistory } from '../../src/store/followed.ts';
import { readHistories, readIndustryEvents } from '../../src/store/histories.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { type EventReport, recordEvents } from '../../src/usecases/record-events.ts';
import { industryOf, profileOf, relationOf, retractionOf, transactionOf } from '../factories/event.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { predictFor } from '../support/predictions.ts';

const databases = useDatabases(useFolder());
const now = new Date('2026-03-01T00:00:00Z');

describe.each(databaseKinds)('events on %s', (kind) => {
  let database: Database;
  const record = async (items: readonly EventItem[], change: Partial<EventReport> = {}) =>
    (await recordEvents(database, items, { actor: 'bank', now, source: 'live', ...change })).map((result) =>
      result.state === 'refused' ? result.fault.code : result.state,
    );
  const faultOf = async (item: EventItem) => {
    const [result] = await recordEvents(database, [item], { actor: 'bank', now, source: 'live' });
    return result?.state === 'refused' ? result.fault.detail('en') : result?.state;
  };
  const refOf = async (customerId: string) =>
    (await database.prisma.customer.findUniqueOrThrow({ where: { customerId } })).customerRef;
  const historyOf = async (customerId: string) => readHistory(database.pool, await refOf(customerId));
  const counts = async () => [await database.prisma.record.count(), await database.prisma.event.count()];

  beforeAll(async () => {
    database = await databases.open(kind);
    await predictFor(database, ['known']);
  });

  it('are stored once, however often they are sent, a profile before its events', async () => {
    const items = [profileOf(), transactionOf(), transactionOf({ eventId: 'transaction-2', amountMinor: 1 })];
    expect(await record(items)).toEqual(['recorded', 'recorded', 'recorded']);
    const before = await counts();
    expect(await record(items.toReversed())).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(await record([transactionOf({ occurredAt: '2026-02-01T20:00:00.000+08:00' })])).toEqual(['unchanged']);
    expect(await counts()).toEqual(before);
    expect(await historyOf('A')).toEqual(
      items.map(({ customerId: _, ...item }) => ({
        ...item,
        occurredAt: new Date(item.occurredAt).toISOString(),
        knownAt: now.toISOString(),
        recordedAt: now.toISOString(),
        isBackfilled: false,
      })),
    );
  });

  it('need a customer that is known, from a profile, a decision or a relation to it', async () => {
    expect(await faultOf(transactionOf({ customerId: 'nobody', eventId: 'n' }))).toBe('There is no customer nobody.');
    expect(await record([transactionOf({ customerId: 'known', eventId: 'k' })])).toEqual(['recorded']);
    expect(
      await record([relationOf({ customerId: 'nobody', payload: { ...relationOf().payload, party: 'X' } })]),
    ).toEqual(['customer_missing']);
    expect(await faultOf(transactionOf({ customerId: 'X', eventId: 'x' }))).toBe('There is no customer X.');
    expect(await record([relationOf(), profileOf({ customerId: 'B', eventId: 'profile-B' }), relationOf()])).toEqual([
      'recorded',
      'recorded',
      'unchanged',
    ]);
    expect((await historyOf('A')).at(-1)).toMatchObject({ payload: { party: await refOf('B') } });
  });

  it('are refused under an id that says something else, naming both, and keep no other from being stored', async () => {
    const before = await historyOf('A');
    expect(await faultOf(transactionOf({ occurredAt: '2026-02-03T00:00:00Z' }))).toBe(
      'Event transaction-1: stands as a transaction at 2026-02-01T12:00:00.000Z, and came with other content as a transaction at 2026-02-03T00:00:00.000Z; a correction has an id of its own and supersedes it.',
    );
    expect(await faultOf(transactionOf({ customerId: 'B' }))).toContain('of another customer');
    expect(await historyOf('A')).toEqual(before);
    const mixed = [
      transactionOf({ amountMinor: 2 }),
      transactionOf({ eventId: 'fine' }),
      transactionOf({ eventId: 'fine', amountMinor: 3 }),
    ];
    expect(await record(mixed)).toEqual(['event_conflict', 'recorded', 'event_conflict']);
    expect(await historyOf('A')).toHaveLength(before.length + 1);
  });

  it('are of one currency for a customer, the first', async () => {
    expect(await faultOf(transactionOf({ eventId: 'usd', currency: 'USD' }))).toBe(
      'Event usd is in USD, but the amounts of customer A are in CNY.',
    );
    const other = (eventId: string, currency: string) => transactionOf({ customerId: 'B', eventId, currency });
    expect(await record([other('b1', 'EUR'), other('b2', 'CNY'), other('b3', 'EUR')])).toEqual([
      'recorded',
      'currency_mixed',
      'recorded',
    ]);
  });

  it('never lie in the future, nor before anyone was there to see them', async () => {
    expect(await faultOf(transactionOf({ eventId: 'f', occurredAt: '2026-03-01T00:00:00.001Z' }))).toBe(
      'Event f is wrong at occurredAt: it lies in the future (it is 2026-03-01T00:00:00.000Z now).',
    );
    expect(await record([transactionOf({ eventId: 'now', occurredAt: '2026-03-01T08:00:00+08:00' })])).toEqual([
      'recorded',
    ]);
    expect(await faultOf(transactionOf({ eventId: 'old', occurredAt: '0000-01-01T00:00:00Z' }))).toContain('1900');
    expect(await faultOf(transactionOf({ eventId: 'k1', knownAt: '2026-02-05T00:00:00Z' }))).toContain('imported');
  });

  it('are corrected by another, once, of the same customer and type; a retraction takes any back', async () => {
    const correction = transactionOf({ eventId: 'c1', supersedes: 'transaction-1', amountMinor: 99 });
    const refused = [
      { ...correction, supersedes: 'not-there' },
      { ...correction, customerId: 'B', currency: 'EUR' },
      { ...correction, supersedes: 'profile-A' },
      { ...correction, supersedes: 'c1' },
    ];
    expect(await record(refused)).toEqual(refused.map(() => 'event_conflict'));
    expect(await record([correction, correction])).toEqual(['recorded', 'unchanged']);
    expect(await faultOf({ ...correction, eventId: 'c2' })).toContain('transaction-1, which c1 corrected already');
    expect(await faultOf(retractionOf())).toContain('which c1 corrected already');
    expect(await record([retractionOf({ supersedes: 'c1' })])).toEqual(['recorded']);
    expect(await faultOf(retractionOf({ eventId: 'r2', supersedes: 'retraction-1' }))).toContain('a retraction');
  });

  it('say in imports when they were known, or their type does; only there', async () => {
    const source = { source: 'import' } as const;
    const early = { occurredAt: '2025-01-01T00:00:00Z' };
    const items = [
      profileOf({ customerId: 'I', eventId: 'profile-I' }),
      transactionOf({ customerId: 'I', eventId: 'i1', ...early, knownAt: '2025-06-01T00:00:00+08:00' }),
      industryOf(),
      industryOf({ eventId: 'industry-2', occurredAt: '2026-02-20T00:00:00Z' }),
    ];
    expect(await record(items, source)).toEqual(items.map(() => 'recorded'));
    expect(await record(items, { ...source, now: new Date('2026-03-20T00:00:00Z') })).toEqual(
      items.map(() => 'unchanged'),
    );
    expect(await historyOf('I')).toMatchObject([
      { eventId: 'profile-I', knownAt: '2026-01-01T00:00:00.000Z', isBackfilled: true },
      { eventId: 'i1', knownAt: '2025-05-31T16:00:00.000Z', recordedAt: now.toISOString(), isBackfilled: true },
    ]);
    expect((await readIndustryEvents(database.pool)).map(({ knownAt }) => knownAt)).toEqual([
      '2026-03-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
    const wrong = [
      transactionOf({ customerId: 'I', eventId: 'w1', knownAt: '2026-01-31T00:00:00Z' }),
      transactionOf({ customerId: 'I', eventId: 'w2', knownAt: '2026-04-01T00:00:00Z' }),
    ];
    expect(await record(wrong, source)).toEqual(['event_untimely', 'event_untimely']);
  });

  it('wait where the clock was set back, and are never recorded before what came before', async () => {
    const before = await counts();
    const behind = record([transactionOf({ eventId: 'late' })], { now: new Date('2026-02-28T23:58:59Z') });
    await expect(behind).rejects.toMatchObject({ code: 'clock_behind' });
    expect(await counts()).toEqual(before);
    expect(await record([transactionOf({ eventId: 'late' })], { now: new Date('2026-02-28T23:59:30Z') })).toEqual([
      'recorded',
    ]);
    expect((await historyOf('A')).at(-1)).toMatchObject({ eventId: 'late', recordedAt: now.toISOString() });
  });

  it('are read back for all customers, by their references, whatever their number', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) =>
      transactionOf({ eventId: `many-${index}`, customerId: 'B', currency: 'EUR' }),
    );
    expect(new Set(await record(many))).toEqual(new Set(['recorded']));
    const all: string[] = [];
    for await (const { customerRef, customerId, events } of readHistories(database.pool)) {
      expect(events).toEqual(await readHistory(database.pool, customerRef));
      expect(events).toEqual(await historyOf(customerId));
      all.push(customerRef);
    }
    expect(all).toEqual((await Promise.all(['A', 'B', 'I', 'known'].map(refOf))).sort());
    const longest = await database.pool.query("SELECT max((text::json ->> 'count')::int) AS most FROM records");
    expect(longest.rows).toEqual([{ most: 1_000 }]);
  });

  it('of one customer are found among those of many, whatever the database knows of its tables', async () => {
    const many = Array.from({ length: 2_000 }, (_, place) =>
      profileOf({ customerId: `one-of-${place}`, eventId: `one-of-${place}` }),
    );
    await record(many);
    const ref = await refOf('one-of-7');
    const client = await database.pool.connect();
    const countRead = async (): Promise<number> => {
      const { rows } = await client.query<{ read: number }>(
        `SELECT (seq_tup_read + idx_tup_fetch)::integer AS read FROM pg_stat_xact_user_tables WHERE relname = 'records'`,
      );
      return rows[0]?.read ?? Number.NaN;
    };
    await client.query('BEGIN');
    const before = await countRead();
    const history = await readHistory(client, ref);
    expect([history.length, (await countRead()) - before]).toEqual([1, 1]);
    await client.query('ROLLBACK');
    client.release();
  });

  it('go with their customer where it is erased, and the chain verifies as before', async () => {
    const events = await historyOf('A');
    const customerRef = await refOf('A');
    expect(await eraseCustomer(database, 'A', now)).toEqual({ decisions: 0, outcomes: 0, events: events.length });
    expect(await readHistory(database.pool, customerRef)).toEqual([]);
    expect(await database.prisma.event.count({ where: { customerRef } })).toBe(0);
    const left = await database.pool.query("SELECT 1 FROM personal_parts WHERE content LIKE '%transaction-1%'");
    expect(left.rows).toEqual([]);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
    expect(await record([transactionOf()])).toEqual(['customer_missing']);
  });
});
