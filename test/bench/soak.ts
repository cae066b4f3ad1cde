import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { type Server, startServer } from '../support/server.ts';
import { forkBench } from './bench-process.ts';
import type { SoakOrder, SoakResult } from './soak-load.ts';

/** How often the service is killed, and on which database. */
export interface SoakBench {
  readonly kills: number;
  /** PostgreSQL's address; undefined for the embedded database of a new home. */
  readonly databaseUrl: string | undefined;
}

/** What a soak found; every count of `faults` is zero where everything held. */
export interface SoakFound {
  readonly database: 'embedded' | 'postgresql';
  readonly kills: number;
  /** Of them, before the service listened. */
  readonly kills_at_start: number;
  readonly requests: number;
  readonly decisions: number;
  readonly resent: number;
  readonly replayed: number;
  /** Longest from a start after a kill until it listens. */
  readonly slowest_start_s: number;
  readonly seconds: number;
  readonly faults: {
    /** Decisions that were answered and are not stored. */
    readonly lost: number;
    /** Decisions that are stored beside those that were answered. */
    readonly doubled: number;
    /** Answers to one key that named other decisions than before. */
    readonly changed: number;
    readonly broken_chain: number;
  };
}

/** Shortest and longest time under load before a kill, and how long a start may last that is killed. */
const LIFE_MILLISECONDS = [150, 4_000] as const;
const START_MILLISECONDS = 1_500;
/** One start in so many is killed before it listens. */
const KILL_STARTS = 4;

/**
 * Kills the service with no warning at random moments under load, and starts it again on the same rows. Every request has
 * a key and is sent again until it is answered, by a process of its own.
 */
export const benchSoak = async ({ kills, databaseUrl }: SoakBench): Promise<SoakFound> => {
  const home = mkdtempSync(join(tmpdir(), 'vigil-soak-'));
  const run = `soak-${randomBytes(4).toString('hex')}`;
  const startedAt = performance.now();
  const load = forkBench('test/bench/soak-load.ts', { args: [run] });
  const starts: number[] = [];
  const start = async (): Promise<Server> => {
    const at = performance.now();
    const server = await startServer({ home, databaseUrl });
    starts.push((performance.now() - at) / 1_000);
    load.send({ url: server.url } satisfies SoakOrder);
    return server;
  };
  try {
    let server = await start();
    starts.length = 0;
    let killsAtStart = 0;
    for (let kill = 0; kill < kills; kill++) {
      await delay(between(...LIFE_MILLISECONDS));
      await server.end('SIGKILL');
      if (kill + 1 < kills && Math.random() * KILL_STARTS < 1) {
        await killStarting({ home, databaseUrl });
        killsAtStart++;
        kill++;
      }
      server = await start();
    }
    const answered = once(load, 'message');
    load.send('end' satisfies SoakOrder);
    const [result] = (await answered) as [SoakResult];
    await server.end('SIGTERM');
    const database = await openDatabase({ url: databaseUrl, home });
    const faults = { ...(await compare(database, run, result)), changed: result.changed };
    await database.close();
    return {
      database: databaseUrl === undefined ? 'embedded' : 'postgresql',
      kills,
      kills_at_start: killsAtStart,
      requests: result.asked.length,
      decisions: result.asked.reduce((sum, { rows }) => sum + rows, 0),
      resent: result.resent,
      replayed: result.replayed,
      slowest_start_s: Number(Math.max(...starts).toFixed(2)),
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      faults,
    };
  } finally {
    load.disconnect();
    rmSync(home, { recursive: true, force: true });
  }
};

const between = (least: number, most: number): number => least + Math.random() * (most - least);

/** Starts the service and kills it before it listens, or as soon as it does. */
const killStarting = async ({
  home,
  databaseUrl,
}: {
  home: string;
  databaseUrl: string | undefined;
}): Promise<void> => {
  let kill: () => void = () => undefined;
  const timer = setTimeout(() => kill(), Math.random() * START_MILLISECONDS);
  const server = await startServer({ home, databaseUrl }, (child) => {
    kill = () => child.kill('SIGKILL');
  }).catch(() => null);
  clearTimeout(timer);
  await server?.end('SIGKILL');
};

/** Compares what was answered with what is stored. */
const compare = async (database: Database, run: string, { asked }: SoakResult) => {
  const { rows } = await database.pool.query<{ decision_id: string }>(
    `SELECT decision_id FROM records JOIN customers USING (customer_ref)
     WHERE kind = 'decision' AND customer_id LIKE $1`,
    [`${run}-%`],
  );
  const stored = new Set(rows.map(({ decision_id }) => decision_id));
  const answered = new Set(asked.flatMap(({ decisionIds }) => decisionIds));
  const expected = asked.reduce((sum, { rows: count }) => sum + count, 0);
  const verified = await verifyLedger(database);
  return {
    lost: [...answered].filter((id) => !stored.has(id)).length + (expected - answered.size),
    doubled: [...stored].filter((id) => !answered.has(id)).length,
    broken_chain: verified.holds ? 0 : 1,
  };
};
