import { beforeAll, describe, expect, it } from 'vitest';
import { simulator } from '../../src/cli/demo-simulator.ts';
import type { AppError } from '../../src/errors.ts';
import type { Database } from '../../src/store/database.ts';
import { readHistories } from '../../src/store/histories.ts';
import { clearDemo } from '../../src/usecases/clear-demo.ts';
import { beginAsked, beginFirst, demoSize, loadDemo, requireEmbedded } from '../../src/usecases/demo.ts';
import { readDemo } from '../../src/usecases/demo-log.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { type LongWork, unwatched } from '../../src/usecases/long-work.ts';
import { recordEvents } from '../../src/usecases/record-events.ts';
import { replayDecision } from '../../src/usecases/replay.ts';
import { profileOf, transactionOf } from '../factories/event.ts';
import { useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { openPredictor } from '../support/predictions.ts';

const databases = useDatabases(useFolder());
const at = new Date('2026-11-23T04:00:00Z');
const now = () => at;
const size = { customers: 24, months: 8, seed: 5 };
const loading = { simulator, now };
const clearing = { now, isSimulated: simulator.isSimulated };

/** Every event by its customer's id and its own, with whether it is told as simulated; no id twice. */
const eventsOf = async ({ pool }: Database): Promise<Map<string, string[]>> => {
  const found = new Map<string, string[]>();
  for await (const { customerId, events } of readHistories(pool)) {
    expect(events.every(({ isSimulated }) => isSimulated)).toBe(simulator.isSimulated(customerId));
    const ids = events.map(({ eventId }) => eventId).sort();
    expect(new Set(ids).size).toBe(ids.length);
    found.set(customerId, ids);
  }
  return found;
};

/** Work that is stopped as soon as so many customers are there. */
const stoppedAt = (customers: number): LongWork => {
  const controller = new AbortController();
  const onProgress = (done: number) => {
    if (done >= customers) controller.abort();
  };
  return { signal: controller.signal, onProgress };
};

let database: Database;
let whole: Map<string, string[]>;
beforeAll(async () => {
  database = await databases.open('embedded');
  await beginAsked(database, size, at);
  await loadDemo(database, loading, unwatched);
  whole = await eventsOf(database);
});

describe('a demo', () => {
  it('holds the customers that the simulator makes up, as far as they are known by its end', async () => {
    const demo = await readDemo(database.pool);
    expect(demo).toEqual({ state: 'loaded', book: { source: 'simulator', ...size, until: at.toISOString() } });
    if (demo.book?.source !== 'simulator') throw new Error('it is made up');
    const told = [...simulator.customers(demo.book)].map(({ customerId, events }) => {
      const past = events.filter(({ knownAt }) => Date.parse(knownAt ?? '') <= at.getTime());
      return [customerId, past.map(({ eventId }) => eventId).sort()] as const;
    });
    expect(whole).toEqual(new Map(told));
    const latest = [...simulator.customers(demo.book)].flatMap(({ events }) =>
      events.map(({ knownAt }) => knownAt ?? ''),
    );
    expect(latest.some((knownAt) => Date.parse(knownAt) > at.getTime() - 7 * 86_400_000)).toBe(true);
  });

  it('changes nothing when it is loaded again, and no other takes its place', async () => {
    const { rows } = await database.pool.query('SELECT max(seq) FROM records');
    await beginAsked(database, size, at);
    expect(await loadDemo(database, loading, unwatched)).toMatchObject({ state: 'loaded' });
    expect((await database.pool.query('SELECT max(seq) FROM records')).rows).toEqual(rows);
    await expect(beginAsked(database, { ...size, seed: 6 }, at)).rejects.toMatchObject({ code: 'demo_refused' });
  });

  it('that was cut off goes on where it was, also on another day, and comes to the same', async () => {
    const cut = await databases.open('embedded');
    await beginAsked(cut, size, at);
    await expect(loadDemo(cut, loading, stoppedAt(5))).rejects.toMatchObject({ code: 'cancelled' });
    const part = await eventsOf(cut);
    expect(part.size).toBeGreaterThanOrEqual(5);
    expect(part.size).toBeLessThan(whole.size);
    for (const [customerId, ids] of part) expect(ids).toEqual(whole.get(customerId));
    const later = { simulator, now: () => new Date('2026-12-02T00:00:00Z') };
    expect(await loadDemo(cut, later, unwatched)).toMatchObject({ state: 'loaded' });
    expect(await eventsOf(cut)).toEqual(whole);
    expect(await verifyLedger(cut)).toMatchObject({ holds: true });
  });

  it('is decided for by the champion from its cards, and every decision says simulated', async () => {
    const { predictor } = await openPredictor(database, now);
    let decided = 0;
    for (const customerId of whole.keys()) {
      const request = { customerId, fields: null, purpose: 'monitoring', segment: null, model: undefined } as const;
      const decision = await predictor.predict([request]).then(
        ({ decisions }) => decisions[0],
        (fault: AppError) => {
          expect(fault.code).toBe('history_missing');
          return null;
        },
      );
      if (!decision) continue;
      expect(decision).toMatchObject({ simulated: true, asOf: at.toISOString() });
      expect(await replayDecision(database, decision.decisionId)).toEqual({ outcome: 'same' });
      decided++;
    }
    expect(decided).toBeGreaterThan(whole.size / 2);
  });
});

describe('a demo that is cleared', () => {
  it('is gone with what was decided, but for its records; nobody else is touched; it does not come back by itself', async () => {
    const own = [profileOf(), transactionOf()];
    await recordEvents(database, own, { actor: 'bank', now: at, source: 'import' });
    const { rows } = await database.pool.query<{ decisions: string }>(
      `SELECT count(*) AS decisions FROM records WHERE kind = 'decision'`,
    );
    const events = [...whole.values()].reduce((sum, ids) => sum + ids.length, 0);
    const cleared = await clearDemo(database, clearing, unwatched);
    expect(cleared).toMatchObject({ decisions: Number(rows[0]?.decisions) });
    expect(cleared.customers).toBeGreaterThanOrEqual(size.customers);
    expect(cleared.events).toBeGreaterThan(events);
    expect(await eventsOf(database)).toEqual(new Map([['A', own.map(({ eventId }) => eventId).sort()]]));
    const left = await database.pool.query(`SELECT DISTINCT customer_ref IS NULL AS nobodys FROM events`);
    expect(left.rows).toEqual([{ nobodys: false }]);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
    expect(await beginFirst(database, at)).toMatchObject({ state: 'cleared' });
    await expect(beginAsked(database, size, at)).rejects.toMatchObject({ code: 'demo_refused' });
  });

  it('ends a loading under way, and can be loaded anew', async () => {
    const other = await databases.open('embedded');
    await beginAsked(other, size, at);
    let isCleared = false;
    const onProgress = (done: number) => {
      if (done < 5 || isCleared) return;
      isCleared = true;
      clearingDone = clearDemo(other, clearing, unwatched);
    };
    let clearingDone: Promise<unknown> = Promise.resolve();
    const ended = await loadDemo(other, loading, { ...unwatched, onProgress });
    await clearingDone;
    expect(ended).toMatchObject({ state: 'cleared' });
    await clearDemo(other, clearing, unwatched);
    expect((await eventsOf(other)).size).toBe(0);
    await beginAsked(other, size, at);
    expect(await loadDemo(other, loading, unwatched)).toMatchObject({ state: 'loaded' });
    expect(await eventsOf(other)).toEqual(whole);
    expect(await verifyLedger(other)).toMatchObject({ holds: true });
  });
});

describe('the demo of a new database', () => {
  it('begins once, where nobody is known and nothing was decided', async () => {
    const fresh = await databases.open('embedded');
    const begun = await beginFirst(fresh, at);
    expect(begun).toEqual({ state: 'loading', book: { source: 'simulator', ...demoSize, until: at.toISOString() } });
    expect(await beginFirst(fresh, new Date('2027-01-01T00:00:00Z'))).toEqual(begun);
    const used = await databases.open('embedded');
    await recordEvents(used, [profileOf()], { actor: 'bank', now: at, source: 'import' });
    expect(await beginFirst(used, at)).toEqual({ state: 'none', book: null });
  });

  it('is refused on PostgreSQL', () => {
    expect(() => requireEmbedded({ kind: 'postgresql' })).toThrow('embedded database only');
    expect(() => requireEmbedded({ kind: 'embedded' })).not.toThrow();
  });
});
