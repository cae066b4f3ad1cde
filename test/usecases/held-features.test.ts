import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import type { Database } from '../../src/store/database.ts';
import { eraseCustomer } from '../../src/usecases/ledger.ts';
import { createFeatureReader, type Features } from '../../src/usecases/read-features.ts';
import { recordEvents } from '../../src/usecases/record-events.ts';
import { profileOf, relationOf, transactionOf } from '../factories/event.ts';
import { loanOf } from '../factories/loan.ts';
import { useDatabases } from '../support/databases.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const databases = useDatabases(useFolder());
const timeZone = 'Asia/Shanghai';

describe('customers who are held', () => {
  let database: Database;
  let clock = Date.now();
  /** Each moment is later than the one before. */
  const now = () => new Date(++clock);
  const record = async (items: readonly EventItem[]) => {
    const results = await recordEvents(database, items, { actor: 'bank', now: now(), source: 'live' });
    expect(results.map(({ state }) => state)).toEqual(items.map(() => 'recorded'));
  };
  const spend = (customerId: string, index: number): EventItem =>
    transactionOf({ customerId, eventId: `${customerId}-${index}`, occurredAt: new Date(clock - 1_000).toISOString() });
  const read = (features: Features, customerId: string, at: Date) => features.read({ customerId, asOf: null, at });
  /** Holding customers must tell of each what reading it anew does. */
  const expectSame = async (held: Features, customerIds: readonly string[]) => {
    const at = now();
    const fresh = await Promise.all(customerIds.map((id) => read(createFeatureReader({ database, timeZone }), id, at)));
    const told = await Promise.all(customerIds.map((id) => read(held, id, at)));
    const plain = (found: typeof fresh) => found.map(({ valuesAt: _, ...each }) => each);
    expect(plain(told)).toEqual(plain(fresh));
    return told;
  };

  beforeAll(async () => {
    database = await databases.open('embedded');
    await record([...loanOf('late', [100, 70, 40, 10], []), ...loanOf('good', [70, 40], [70, 40])]);
  });

  it('are as they are stored at each reading, whatever was added, to them or to whom they are related', async () => {
    const held = createFeatureReader({ database, timeZone }).hold(['late', 'good', 'new']);
    const [, before] = await expectSame(held, ['late', 'good']);
    await record([spend('good', 1), spend('good', 2)]);
    await record([profileOf({ customerId: 'new', eventId: 'new-profile' }), spend('late', 1)]);
    const [, after] = await expectSame(held, ['late', 'good', 'new']);
    expect(after?.events).toHaveLength((before?.events.length ?? 0) + 2);
    await record([
      relationOf({ customerId: 'good', eventId: 'tie', payload: { ...relationOf().payload, party: 'late' } }),
    ]);
    const [tied] = await expectSame(held, ['good']);
    expect(tied?.values).not.toEqual(after?.values);
    await record([{ ...(loanOf('late', [], [100])[0] as EventItem), eventId: 'late-more' } as EventItem]);
    await expectSame(held, ['good', 'late']);
  });

  it('of whom there are more events than are read at once are refused, alone or beside others, who are told as before', async () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, place) => spend('many', from + place));
    await record([profileOf({ customerId: 'many', eventId: 'many-profile' }), ...many(0, 9)]);
    const reader = createFeatureReader({ database, timeZone, mostEvents: 10 });
    const held = reader.hold(['many', 'late']);
    expect((await read(held, 'many', now())).events).toHaveLength(10);
    const { values } = await read(held, 'late', now());
    await record(many(9, 1));
    for (const from of [held, reader, reader.hold(['late', 'many'])]) {
      const fault = await faultOf(() => read(from, 'many', now()));
      expect(fault).toMatchObject({ code: 'history_too_long', values: { customer: 'many', limit: 10 } });
      expect((await read(from, 'late', now())).values).toEqual(values);
    }
    await eraseCustomer(database, 'many', now());
    expect((await faultOf(() => read(reader, 'many', now()))).code).toBe('history_missing');
    await record([profileOf({ customerId: 'many', eventId: 'many-again' })]);
    expect((await read(reader, 'many', now())).events).toHaveLength(1);
  });

  it('say what they said as of an earlier date, by what was known then', async () => {
    const held = createFeatureReader({ database, timeZone }).hold(['good']);
    const moment = now();
    const [first] = await expectSame(held, ['good']);
    await record([spend('good', 3)]);
    const later = await read(held, 'good', now());
    expect(await later.valuesAt(moment.toISOString())).toEqual(first?.values);
    expect(await later.valuesAt('1990-01-01T00:00:00.000Z')).toBeNull();
  });

  it('are not read a second time: a record that was read is not asked for again', async () => {
    const reader = createFeatureReader({ database, timeZone });
    const held = reader.hold(['good']);
    const { events } = await read(held, 'good', now());
    const { pool } = database;
    const kept = `section = 'events' AND seq = (SELECT min(e.seq) FROM events e JOIN customers USING (customer_ref)
      WHERE customer_id = 'good')`;
    const { rows } = await pool.query(`SELECT content FROM personal_parts WHERE ${kept}`);
    await pool.query(`UPDATE personal_parts SET content = '[]' WHERE ${kept}`);
    expect((await read(held, 'good', now())).events).toEqual(events);
    expect((await read(reader, 'good', now())).events.length).toBeLessThan(events.length);
    await pool.query(`UPDATE personal_parts SET content = $1 WHERE ${kept}`, [rows[0].content]);
  });

  it('are let go once they are erased, and known again only by what is new', async () => {
    const held = createFeatureReader({ database, timeZone }).hold(['late', 'good']);
    await expectSame(held, ['late', 'good']);
    await eraseCustomer(database, 'late', now());
    await expect(read(held, 'late', now())).rejects.toMatchObject({ code: 'history_missing' });
    await expectSame(held, ['good']);
    await record([profileOf({ customerId: 'late', eventId: 'late-again' })]);
    const [again] = await expectSame(held, ['late']);
    expect(again?.events).toHaveLength(1);
  });
});
