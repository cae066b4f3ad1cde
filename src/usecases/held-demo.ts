import type { EventItem } from '../domain/event.ts';
import { appError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { DEMO_ACTOR, listUndecided } from '../store/demo-customers.ts';
import { startBook } from './book-date.ts';
import { mayBegin, requireEmbedded } from './demo.ts';
import { changeDemo, type Demo, type DemoBook, readDemo } from './demo-log.ts';
import type { LongWork } from './long-work.ts';
import type { Predictor } from './predict.ts';
import { recordEvents } from './record-events.ts';

/** Customers of a public file that took no part in training, as a demo. */
export interface HeldCustomers {
  readonly book: Extract<DemoBook, { source: 'file' }>;
  /** Where the database's book starts: the end of what was observed. */
  readonly starts: string;
  /** The events of each. */
  readonly customers: readonly (readonly EventItem[])[];
}

/** What a loading is done with. */
export interface HeldLoading {
  readonly predictor: Predictor;
  readonly now: () => Date;
}

/** Customers whose events are stored in one transaction. */
const RECORDED_AT_ONCE = 200;
/** Customers decided for in one request. */
const DECIDED_AT_ONCE = 100;

/**
 * Makes customers of a public file the book of a database nobody has used, starts its date where the file ends, and
 * decides for each by the model in use. Stopped, the next call goes on.
 * @throws demo_refused, book_started where something was decided before, cancelled, database_unavailable, clock_behind
 */
export const loadHeld = async (
  database: Database,
  { book, starts, customers }: HeldCustomers,
  { predictor, now }: HeldLoading,
  work: LongWork,
): Promise<Demo> => {
  requireEmbedded(database);
  const isSame = (other: DemoBook) => other.source === 'file' && other.file === book.file;
  if (await mayBegin(await readDemo(database.pool), database.pool, isSame)) {
    await startBook(database, { starts, setAt: now().toISOString(), actor: DEMO_ACTOR });
  }
  const begun = await changeDemo(database, now(), async (demo, client) =>
    (await mayBegin(demo, client, isSame)) ? { event: 'begun', book } : null,
  );
  if (begun.state === 'loaded') return begun;
  for (let from = 0; from < customers.length; from += RECORDED_AT_ONCE) {
    if (work.signal.aborted) throw appError('cancelled');
    const page = customers.slice(from, from + RECORDED_AT_ONCE);
    const results = await recordEvents(database, page.flat(), { actor: DEMO_ACTOR, now: now(), source: 'import' });
    for (const result of results) if (result.state === 'refused') throw result.fault;
    work.onProgress(from + page.length, 2 * customers.length);
  }
  await decideForAll(database, predictor, work);
  return changeDemo(database, now(), async ({ state }) => (state === 'loading' ? { event: 'loaded' } : null));
};

/** Decides for everybody for whom nothing was decided, from what the events say: the second half of the work. */
const decideForAll = async (database: Database, predictor: Predictor, work: LongWork): Promise<void> => {
  const waiting = await orDatabaseFault(listUndecided(database.pool));
  for (let from = 0; from < waiting.length; from += DECIDED_AT_ONCE) {
    if (work.signal.aborted) throw appError('cancelled');
    const asked = waiting.slice(from, from + DECIDED_AT_ONCE);
    const about = { fields: null, purpose: 'monitoring', segment: null, model: undefined } as const;
    await predictor.predict(asked.map((customerId) => ({ customerId, ...about })));
    work.onProgress(waiting.length + from + asked.length, 2 * waiting.length);
  }
};
