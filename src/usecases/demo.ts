import { setImmediate } from 'node:timers/promises';
import type { EventItem } from '../domain/event.ts';
import { appError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { DEMO_ACTOR, hasOthers, isUntouched, readLoaded } from '../store/demo-customers.ts';
import type { Queryable } from '../store/transaction.ts';
import { changeDemo, type Demo, type DemoBook, readDemo, type SimulatedBook } from './demo-log.ts';
import type { LongWork } from './long-work.ts';
import { recordEvents } from './record-events.ts';

/** What makes customers up. It is handed in, since training is no part of what serves; the same book gives the same events. */
export interface Simulator {
  /** How industries do, which is about no customer. */
  industries(book: SimulatedBook): readonly EventItem[];
  customers(book: SimulatedBook): Iterable<{ readonly customerId: string; readonly events: readonly EventItem[] }>;
  /** Whether an id is that of a customer made up. */
  isSimulated(customerId: string): boolean;
}

/** How large a demo is, unless told otherwise. */
export const demoSize = { customers: 2_000, months: 13, seed: 2026 } as const;

/** A demo's size as somebody asks for it. */
export interface DemoSize {
  readonly customers: number;
  readonly months: number;
  readonly seed: number;
}

const toBook = (size: DemoSize, now: Date): SimulatedBook => ({
  source: 'simulator',
  ...size,
  until: now.toISOString(),
});

/** @throws demo_refused on a database that is not embedded: a demo never touches anybody's own */
export const requireEmbedded = ({ kind }: Pick<Database, 'kind'>): void => {
  if (kind === 'embedded') return;
  throw appError('demo_refused', {
    problem: {
      zh: '只能在内嵌数据库中使用，不能与 DATABASE_URL 同用',
      en: 'it lives on the embedded database only, never with DATABASE_URL',
    },
  });
};

/**
 * Begins the demo of a database that nobody has used yet, once: after it was cleared it does not come back by itself.
 * @returns where the demo stands
 */
export const beginFirst = async (database: Database, now: Date): Promise<Demo> => {
  const demo = await readDemo(database.pool);
  if (demo.state !== 'none' || !(await orDatabaseFault(isUntouched(database.pool)))) return demo;
  return changeDemo(database, now, async (held, client) =>
    held.state === 'none' && (await isUntouched(client)) ? { event: 'begun', book: toBook(demoSize, now) } : null,
  );
};

/**
 * Begins a demo because somebody asked; one that was begun before goes on as it is.
 * @throws demo_refused where another stands, or somebody is known who is not of a demo
 */
export const beginAsked = (database: Database, size: DemoSize, now: Date): Promise<Demo> => {
  requireEmbedded(database);
  const isSame = (book: DemoBook) =>
    book.source === 'simulator' && book.customers === size.customers && book.seed === size.seed;
  return changeDemo(database, now, async (demo, client) =>
    (await mayBegin(demo, client, isSame)) ? { event: 'begun', book: toBook(size, now) } : null,
  );
};

/**
 * Whether a demo may begin.
 * @param isSame whether the one that stands is the one asked for: then it goes on, and nothing begins
 * @throws demo_refused where another stands, or somebody is known who is not of a demo
 */
export const mayBegin = async (
  { state, book }: Demo,
  client: Queryable,
  isSame: (book: DemoBook) => boolean,
): Promise<boolean> => {
  if (state === 'loading' || state === 'loaded') {
    if (isSame(book)) return false;
    throw appError('demo_refused', { problem: standsAlready });
  }
  if (await hasOthers(client)) throw appError('demo_refused', { problem: othersThere });
  return true;
};

const standsAlready = {
  zh: '已有另一份演示数据；请先运行 vigil demo clear',
  en: 'another one stands already; run vigil demo clear first',
};
const othersThere = {
  zh: '数据库中有不属于演示的客户；请用 VIGIL_HOME 另选一个目录',
  en: "the database has customers that are no demo's; choose another folder with VIGIL_HOME",
};

/** Events of a transaction: few enough that a service that loads a demo answers in between. */
const BATCH = 1_000;

/** What a demo is loaded with. */
export interface DemoLoading {
  readonly simulator: Simulator;
  readonly now: () => Date;
}

/**
 * Loads what was begun, whole customers at a time. Stopped or killed, the next call goes on with those who are not there
 * yet; it ends where the demo is cleared meanwhile.
 * @returns where the demo then stands
 * @throws cancelled, database_unavailable, clock_behind
 */
export const loadDemo = async (database: Database, { simulator, now }: DemoLoading, work: LongWork): Promise<Demo> => {
  const demo = await readDemo(database.pool);
  if (demo.state !== 'loading' || demo.book.source !== 'simulator') return demo;
  const { book } = demo;
  const known = await orDatabaseFault(readLoaded(database.pool));
  work.onProgress(known.size, book.customers);
  for await (const { events, done } of inBatches(book, simulator, known)) {
    if (work.signal.aborted) throw appError('cancelled');
    const { state } = await readDemo(database.pool);
    if (state !== 'loading') break;
    const results = await recordEvents(database, events, { actor: DEMO_ACTOR, now: now(), source: 'simulator' });
    for (const result of results) if (result.state === 'refused') throw result.fault;
    work.onProgress(done, book.customers);
  }
  return changeDemo(database, now(), async ({ state }) => (state === 'loading' ? { event: 'loaded' } : null));
};

interface Batch {
  readonly events: readonly EventItem[];
  /** Customers that are there with it. */
  readonly done: number;
}

/** Industries first, then customers whole, but for those who are known. */
async function* inBatches(
  book: SimulatedBook,
  simulator: Simulator,
  known: ReadonlySet<string>,
): AsyncGenerator<Batch> {
  const until = Date.parse(book.until);
  const isPast = ({ knownAt, occurredAt }: EventItem): boolean => Date.parse(knownAt ?? occurredAt) <= until;
  let events: EventItem[] = simulator.industries(book).filter(isPast);
  let done = known.size;
  for (const { customerId, events: told } of simulator.customers(book)) {
    await setImmediate();
    if (known.has(customerId)) continue;
    events.push(...told.filter(isPast));
    done++;
    if (events.length < BATCH) continue;
    yield { events, done };
    events = [];
  }
  if (events.length > 0) yield { events, done };
}
