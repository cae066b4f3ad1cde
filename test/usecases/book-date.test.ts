import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { readHistories } from '../../src/store/histories.ts';
import { readBook, startBook } from '../../src/usecases/book-date.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { recordEvents } from '../../src/usecases/record-events.ts';
import { profileOf, transactionOf } from '../factories/event.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { predictFor } from '../support/predictions.ts';

const databases = useDatabases(useFolder());
const now = new Date('2026-03-01T00:00:00Z');
const later = new Date('2026-03-02T00:00:00Z');
const startAt = (starts: string) => ({ starts, setAt: now.toISOString(), actor: 'local' });

describe.each(databaseKinds)('the book of %s', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await databases.open(kind);
  });

  it('is dated by the clock, until a start is set from which it runs on', async () => {
    expect(await readBook(database, now)).toEqual({ date: now, start: null });
    const past = [profileOf(), transactionOf({ eventId: 'past', occurredAt: '2026-02-20T00:00:00Z' })];
    await recordEvents(database, past, { actor: 'bank', now, source: 'import' });
    await startBook(database, startAt('1999-12-31T16:00:00.000Z'));
    const start = startAt('1998-12-31T16:00:00.000Z');
    await startBook(database, start);
    expect(await readBook(database, later)).toEqual({ date: new Date('1999-01-01T16:00:00Z'), start });
    expect(await verifyLedger(database)).toMatchObject({ holds: true, records: 3n });
  });

  it('dates live events, and nothing may lie after it', async () => {
    const live = (occurredAt: string) =>
      recordEvents(database, [transactionOf({ occurredAt })], { actor: 'bank', now: later, source: 'live' });
    expect(await live('1999-01-01T16:00:00.001Z')).toMatchObject([{ fault: { code: 'event_untimely' } }]);
    expect(await live('1999-01-01T16:00:00Z')).toEqual([{ state: 'recorded' }]);
    for await (const { events } of readHistories(database.pool)) {
      expect(events.at(-1)).toMatchObject({
        recordedAt: '1999-01-01T16:00:00.000Z',
        knownAt: '1999-01-01T16:00:00.000Z',
      });
    }
    const behind = recordEvents(database, [transactionOf({ eventId: 'b' })], { actor: 'bank', now, source: 'live' });
    await expect(behind).rejects.toMatchObject({ code: 'clock_behind' });
  });

  it('cannot start anew once a live event or a decision is stored', async () => {
    const start = startAt('2000-01-01T00:00:00.000Z');
    await expect(startBook(database, start)).rejects.toMatchObject({ code: 'book_started' });
    const other = await databases.open(kind);
    await predictFor(other, ['A']);
    await expect(startBook(other, start)).rejects.toMatchObject({ code: 'book_started' });
  });
});
