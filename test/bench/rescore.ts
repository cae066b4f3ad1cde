import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { simulator } from '../../src/cli/demo-simulator.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { beginAsked, demoSize, loadDemo } from '../../src/usecases/demo.ts';
import { openLive } from '../../src/usecases/live.ts';
import { openAllDueReviews } from '../../src/usecases/open-reviews.ts';
import { seedRegistry, usePolicy } from '../../src/usecases/registry.ts';
import { sweepBook } from '../../src/usecases/sweep.ts';
import { openWatching } from '../../src/usecases/watch.ts';
import { startServer } from '../support/server.ts';
import { forkBench } from './bench-process.ts';
import { readRssMegabytes } from './process-figures.ts';
import { measureLatencies, type SeenRecord } from './rescore-latency.ts';
import type { EventsOrder, PostedEvent } from './rescore-load.ts';

/** How large the book is, and how hard it is loaded. */
export interface RescoreBench {
  readonly customers: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

const TIME_ZONE = 'Asia/Shanghai';
const WARM_SECONDS = 5;
/** How often the chain is looked at for decisions. */
const LOOK_MILLISECONDS = 10;
/** A decision that is not there by then counts as failed. */
const LATEST_MILLISECONDS = 10_000;

/**
 * From an event to the decision that follows it, on the embedded database: a service of its own with a simulated book that
 * the behaviour model decides for, and events posted at a steady pace by a process of its own, each of another customer
 * than the ones before it, so that none shares a decision while all keep up. Latency runs from the start of the POST until
 * another connection has read the stored decision.
 */
export const benchRescore = async ({ customers, eventsPerSecond, seconds }: RescoreBench): Promise<object> => {
  const home = mkdtempSync(join(tmpdir(), 'vigil-rescore-'));
  try {
    const customerIds = await prepareBook(home, customers);
    const server = await startServer({ home });
    const order: EventsOrder = { url: server.url, customerIds, eventsPerSecond, seconds: WARM_SECONDS + seconds };
    const { posted, seen } = await watchChain(home, () => postEvents(order));
    const rss = readRssMegabytes(server.process.pid);
    await server.end('SIGTERM');
    const warm = posted.length - eventsPerSecond * seconds;
    return { customers, ...summarise(posted, seen, warm), rss_mb: Math.round(rss) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

/** Loads the book, puts the behaviour model in use and does the work of the day: signals and reviews. @returns all customers */
const prepareBook = async (home: string, customers: number): Promise<string[]> => {
  const now = () => new Date();
  const database = await openDatabase({ url: undefined, home });
  const folders = { modelFolders: modelFolders(undefined), now: now() };
  await seedRegistry(database, folders);
  await usePolicy(database, { ...folders, policy: 'behaviour', reason: 'bench' });
  await beginAsked(database, { ...demoSize, customers }, now());
  const work = { signal: new AbortController().signal, onProgress: () => undefined };
  await loadDemo(database, { simulator, now }, work);
  const sweeping = { onPage: () => undefined, isStopping: () => false };
  const watching = openWatching(database, { timeZone: TIME_ZONE, now });
  await sweepBook(watching, sweeping);
  await openAllDueReviews({ ...watching, live: await openLive(database, { now, timeZone: TIME_ZONE }) });
  const { rows } = await database.pool.query<{ customer_id: string }>('SELECT customer_id FROM customers ORDER BY 1');
  await database.close();
  return rows.map(({ customer_id }) => customer_id);
};

const postEvents = async (order: EventsOrder): Promise<PostedEvent[]> => {
  const child = forkBench('test/bench/rescore-load.ts');
  child.send(order);
  const [posted] = (await once(child, 'message')) as [PostedEvent[]];
  child.disconnect();
  return posted;
};

/** Reads the chain as it grows while events are posted, until the last of them has its decision. */
const watchChain = async (home: string, post: () => Promise<PostedEvent[]>) => {
  const database = await openDatabase({ url: undefined, home });
  try {
    const seen: SeenRecord[] = [];
    let after = await readLast(database);
    const look = async (): Promise<void> => {
      after = await readBehind(database, after, seen);
      await delay(LOOK_MILLISECONDS);
    };
    let posted: PostedEvent[] | null = null;
    const posting = post().then((found) => {
      posted = found;
    });
    while (!posted) await look();
    await posting;
    const until = Date.now() + LATEST_MILLISECONDS;
    while (measureLatencies(posted, seen).includes(null) && Date.now() < until) await look();
    return { posted: posted as PostedEvent[], seen };
  } finally {
    await database.close();
  }
};

const readLast = async ({ pool }: Database): Promise<string> => {
  const { rows } = await pool.query<{ seq: string }>('SELECT max(seq)::text AS seq FROM records');
  return rows[0]?.seq ?? '0';
};

interface ChainRow {
  readonly seq: string;
  readonly customer_id: string;
  readonly events: number | null;
}

/** Notes the events and decisions behind a place of the chain. @returns the last place */
const readBehind = async ({ pool }: Database, after: string, seen: SeenRecord[]): Promise<string> => {
  const { rows } = await pool.query<ChainRow>(
    `SELECT seq::text, customer_id, CASE kind WHEN 'events' THEN (text::json ->> 'count')::integer END AS events
     FROM records JOIN customers USING (customer_ref) WHERE seq > $1 AND kind IN ('events', 'decision') ORDER BY seq`,
    [after],
  );
  const seenAt = performance.timeOrigin + performance.now();
  for (const { customer_id: customerId, events } of rows) seen.push({ customerId, events, seenAt });
  return rows.at(-1)?.seq ?? after;
};

/** Figures of the events behind the first ones, which only warm the service up. */
const summarise = (posted: readonly PostedEvent[], seen: readonly SeenRecord[], warm: number): object => {
  const measured = posted.slice(warm);
  const [first, last] = [measured[0]?.startedAt ?? 0, measured.at(-1)?.startedAt ?? 0];
  const followed = measureLatencies(posted, seen)
    .slice(warm)
    .filter(isInTime)
    .sort((a, b) => a - b);
  const at = (share: number) => Math.round(followed[Math.ceil(share * followed.length) - 1] ?? Number.NaN);
  return {
    events_per_s: Math.round((1_000 * (measured.length - 1)) / (last - first)),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    decisions: seen.filter(({ events, seenAt }) => events === null && seenAt >= first).length,
    failed: measured.length - followed.length,
  };
};

const isInTime = (latency: number | null): latency is number => latency !== null && latency <= LATEST_MILLISECONDS;
