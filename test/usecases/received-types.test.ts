import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem, EventType } from '../../src/domain/event.ts';
import { creditCatalogue } from '../../src/features/catalogue/catalogue.ts';
import { createCivilClock } from '../../src/features/civil-clock.ts';
import { receivedBy } from '../../src/features/received-types.ts';
import { createDetectors } from '../../src/signals/detect.ts';
import type { Database } from '../../src/store/database.ts';
import { forgetSimulatedTypes, readReceivedTypes, writeReceivedTypes } from '../../src/store/received-types.ts';
import { withTransaction } from '../../src/store/transaction.ts';
import { readCourses } from '../../src/usecases/courses.ts';
import { openStoredBook } from '../../src/usecases/event-book.ts';
import type { EventSource } from '../../src/usecases/record-events.ts';
import { recordEvents } from '../../src/usecases/record-events.ts';
import { useSignals } from '../../src/usecases/signals-in-use.ts';
import { openWatching } from '../../src/usecases/watch.ts';
import { profileOf } from '../factories/event.ts';
import { daysAgo, enforcementOf, loanOf } from '../factories/loan.ts';
import { aDetector, aSignalPolicy } from '../factories/signal.ts';
import { at } from '../reference/exact.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const databases = useDatabases(files);
const timeZone = 'Asia/Shanghai';
const now = () => new Date();

const changeOf = (customerId: string, days: number): EventItem => ({
  type: 'contact_change',
  eventId: `${customerId}-moved`,
  customerId,
  occurredAt: daysAgo(days),
  payload: { field: 'phone' },
});
const unreachedOf = (customerId: string, days: number): EventItem => ({
  type: 'communication',
  eventId: `${customerId}-unreached-${days}`,
  customerId,
  occurredAt: daysAgo(days),
  currency: 'CNY',
  payload: { channel: 'phone', initiator: 'lender', isReached: false, promise: null },
});

describe.each(databaseKinds)('types of events that a book has received (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await databases.open(kind);
  });
  const record = async (source: EventSource, ...items: readonly EventItem[]) => {
    const results = await recordEvents(database, items, { actor: 'bank', now: now(), source });
    expect(results.map(({ state }) => state)).toEqual(items.map(() => 'recorded'));
  };
  const look = async (customerId: string) =>
    (await openWatching(database, { timeZone, now }).watcher.look(customerId)).detections([]);
  const findingsOf = async (customerId: string) => {
    const found = new Map((await look(customerId)).map((each) => [each.kind, each.finding]));
    return [found.get('contact-changes'), found.get('enforcement')];
  };

  it('connect no source of real customers where simulated ones alone were told of, nor after those are gone', async () => {
    await record('simulator', profileOf({ customerId: 'SIM' }), changeOf('SIM', 300), enforcementOf('SIM'));
    await record('simulator', profileOf({ customerId: 'SIM-2', eventId: 'profile-2' }));
    await record('live', ...loanOf('real', [40, 10], [40, 10]));
    expect(await findingsOf('SIM-2')).toEqual(['clear', 'clear']);
    expect(await findingsOf('real')).toEqual(['unobserved', 'unobserved']);
    await record('live', enforcementOf('real'));
    expect(await findingsOf('real')).toEqual(['unobserved', 'raised']);
    await forgetSimulatedTypes(database.pool);
    expect(await findingsOf('SIM-2')).toEqual(['unobserved', 'clear']);
    expect(await findingsOf('real')).toEqual(['unobserved', 'raised']);
  });

  it('are found again from what is stored', async () => {
    await record('import', { ...changeOf('real', 500), eventId: 'long-ago' });
    await record('simulator', { ...changeOf('SIM', 700), eventId: 'longer-ago' });
    await withTransaction(database.pool, 'write', async (client) => {
      const kept = await readReceivedTypes(client);
      await client.query('DROP TABLE event_types');
      for (const name of ['20261124000000_event_types', '20261124010000_types_known_since'])
        await client.query(readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8'));
      expect(kept.ofReal).toEqual((await readReceivedTypes(client)).ofReal);
      expect(kept.ofReal.get('contact_change')).toBeGreaterThan(kept.ofAnybody.get('contact_change') ?? Infinity);
    });
  });

  it('are known since the first event of each, whatever the order in which they came', async () => {
    const types = ['contact_change', 'legal_event', 'communication'] as const;
    const told = fc.record({ type: fc.constantFrom(...types), known: fc.integer({ min: 1, max: 9 }) });
    const batch = fc.record({ events: fc.array(told, { minLength: 1, maxLength: 4 }), isSimulated: fc.boolean() });
    const firstOf = (batches: readonly { events: readonly { type: EventType; known: number }[] }[]) => {
      const all = batches.flatMap(({ events }) => events);
      const knownOf = (type: EventType) => all.flatMap((event) => (event.type === type ? [event.known] : []));
      return new Map(all.map(({ type }) => [type, Math.min(...knownOf(type))]));
    };
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 5 }), fc.nat(10), fc.boolean(), async (batches, instant, of) => {
        await database.pool.query('DELETE FROM event_types');
        for (const { events, isSimulated } of batches) {
          const dated = events.map(({ type, known }) => ({ type, knownAt: new Date(known).toISOString() }));
          await database.pool.query(writeReceivedTypes(dated, isSimulated));
        }
        const received = await readReceivedTypes(database.pool);
        const [anybody, real] = [firstOf(batches), firstOf(batches.filter(({ isSimulated }) => !isSimulated))];
        expect(received).toEqual({ ofAnybody: anybody, ofReal: real });
        const wanted = [...(of ? anybody : real)].filter(([, first]) => first <= instant).map(([type]) => type);
        expect(receivedBy(received, { instant, isSimulated: of })).toEqual(new Set(wanted));
      }),
      { numRuns: 30 },
    );
  });

  it('count from then on, the same live as in an evaluation of the book', async () => {
    await database.pool.query('DELETE FROM event_types');
    const policy = aSignalPolicy(
      aDetector({
        cases: [
          { all: [{ feature: 'unreached_90d', is: 'atLeast', enter: 1, leave: 1, full: 9, missing: 'unknown' }] },
        ],
        needs: [['contact_changes_90d']],
        persistence: 3,
      }),
    );
    await useSignals(database, {
      policy: files.write('policy.json', JSON.stringify(policy)),
      actor: 'ann',
      reason: 'a test',
      now: now(),
    });
    await record('import', profileOf({ customerId: 'quiet', eventId: 'quiet', occurredAt: daysAgo(400) }));
    await record('import', unreachedOf('quiet', 140), unreachedOf('quiet', 1), changeOf('real', 2));
    const clock = createCivilClock(timeZone);
    const today = clock.dayOf(Date.now());
    const live = at(await look('quiet'), 0);
    expect([live.finding, live.after.held]).toEqual(['pending', 2]);
    const { detect } = createDetectors(policy, creditCatalogue);
    for await (const { customerId, dates } of readCourses(openStoredBook(database.pool), {
      days: [today - 60, today - 30, today],
      lastDay: today,
      opened: null,
      timeZone,
    })) {
      if (customerId !== 'quiet') continue;
      const found = dates.reduce(
        (before, date) =>
          detect(
            date,
            before.map(({ after }) => after),
          ),
        [] as (typeof live)[],
      );
      expect(at(found, 0)).toEqual(live);
      expect(dates.map(({ received }) => received.has('contact_change'))).toEqual([false, false, true]);
    }
    expect.assertions(5);
  });
});
