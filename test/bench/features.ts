import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { EventContent, EventItem, HistoricEvent } from '../../src/domain/event.ts';
import { toCatalogueSql } from '../../src/export/catalogue-sql.ts';
import { creditCatalogue } from '../../src/features/catalogue/catalogue.ts';
import { createCivilClock } from '../../src/features/civil-clock.ts';
import { createFeatureComputer, noSurroundings } from '../../src/features/compute.ts';
import { toEventRow } from '../../src/features/event-row.ts';
import { simulatePortfolio } from '../../training/simulator/portfolio.ts';

/** How large the book is, and whether DuckDB computes it as well. */
export interface FeaturesBench {
  readonly customers: number;
  readonly months: number;
  readonly duckdb: boolean;
}

const TIME_ZONE = 'Asia/Shanghai';
const START = '2023-01';

/** Customers whose histories are held at once, so that the making of them is not measured. */
const CHUNK = 200;

/**
 * All features of the credit catalogue at one date, of simulated customers, on one core: events a second with parsing and
 * making them apart, and DuckDB's time on one thread for the compiled SQL over ours for the same events.
 */
export const benchFeatures = async ({ customers, months, duckdb }: FeaturesBench): Promise<object> => {
  const computer = createFeatureComputer(creditCatalogue, TIME_ZONE);
  const asOf = endOf(months);
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  const file = join(folder, 'events.ndjson');
  const sink = duckdb ? createWriteStream(file) : null;
  let [events, seconds, checksum, rss] = [0, 0, 0, 0];
  try {
    for (const chunk of inChunks(simulatePortfolio({ customers, months, seed: 1, scenario: 'calm', start: START }))) {
      const dated = chunk.map(({ customerId, events: made }) => ({
        customerId,
        dated: computer.date(made.map(toHistoric)),
      }));
      const started = performance.now();
      for (const each of dated) {
        const { values } = computer.compute(each.dated, asOf, noSurroundings);
        for (const value of values) checksum = (checksum + (Number.isNaN(value) ? 1 : value)) % 1_000_000_007;
      }
      seconds += (performance.now() - started) / 1_000;
      events += dated.reduce((sum, each) => sum + each.dated.length, 0);
      rss = Math.max(rss, process.memoryUsage().rss);
      for (const each of sink ? dated : []) {
        const lines = each.dated.map((event) => `${JSON.stringify(toEventRow(each.customerId, event))}\n`);
        if (sink && !sink.write(lines.join(''))) await once(sink, 'drain');
      }
    }
    sink?.end();
    if (sink) await finished(sink);
    const inDuckdb = duckdb ? await timeDuckdb(file, computer.plan, asOf) : null;
    return {
      events_per_s: Math.round(events / seconds),
      events,
      customers,
      features: creditCatalogue.length,
      rss_mb: Math.round(rss / 2 ** 20),
      duckdb_over_ours: inDuckdb === null ? null : Number((inDuckdb / seconds).toFixed(2)),
      checksum,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const endOf = (months: number): string => {
  const [year = 0, month = 0] = START.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString();
};

const toHistoric = (item: EventItem): HistoricEvent => {
  const { knownAt = item.occurredAt } = item;
  return { ...(item as EventContent), knownAt, recordedAt: knownAt, isBackfilled: true };
};

function* inChunks<Item>(items: Iterable<Item>): Generator<Item[]> {
  let held: Item[] = [];
  for (const item of items) {
    held.push(item);
    if (held.length < CHUNK) continue;
    yield held;
    held = [];
  }
  if (held.length > 0) yield held;
}

/** Seconds of the compiled SQL on one thread, the table being there. */
const timeDuckdb = async (file: string, plan: Parameters<typeof toCatalogueSql>[0], asOf: string): Promise<number> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(`CREATE TABLE book AS SELECT * FROM read_json('${file}', format = 'newline_delimited', columns = {
      customer: 'VARCHAR', event_id: 'VARCHAR', type: 'VARCHAR', moment: 'BIGINT', known: 'BIGINT', day: 'INTEGER', minute: 'INTEGER',
      supersedes: 'VARCHAR', facility: 'VARCHAR', amount: 'BIGINT', payload: 'JSON' })`);
    const instant = Date.parse(asOf);
    const day = createCivilClock(TIME_ZONE).dayOf(instant);
    const select = toCatalogueSql(plan, { dialect: 'duckdb', table: 'book', instant, day });
    const started = performance.now();
    await connection.runAndReadAll(select);
    return (performance.now() - started) / 1_000;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};
