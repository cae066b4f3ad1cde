import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bodyOf } from '../support/run-service.ts';
import { type Server, startServer } from '../support/server.ts';
import { openStream } from '../support/stream.ts';
import { readRssMegabytes } from './process-figures.ts';

/** How much is streamed, and where it is stored. */
export interface StreamBench {
  readonly rows: number;
  readonly databaseUrl: string | undefined;
}

/** Different lines that are sent in turn. */
const BODIES = 200;
const LOOK_MILLISECONDS = 50;
/** How long a caller does not read. */
const STALL_MILLISECONDS = 10_000;

/**
 * One stream of predictions with reasons, its caller in another process than the service: rows a second, and the service's
 * memory while it flows and while its caller sends all it can and reads nothing.
 */
export const benchStream = async ({ rows, databaseUrl }: StreamBench): Promise<object> => {
  const home = mkdtempSync(join(tmpdir(), 'vigil-stream-'));
  const server = await startServer({ home, databaseUrl });
  try {
    await flow(server, 2_000);
    const before = readRssMegabytes(server.process.pid);
    const flowing = await watch(server, () => flow(server, rows));
    const stalled = await watch(server, () => stall(server, rows));
    return {
      database: databaseUrl === undefined ? 'embedded' : 'postgresql',
      rows,
      rows_per_s: Math.round(rows / flowing.seconds),
      rss_before_mb: Math.round(before),
      rss_peak_mb: Math.round(flowing.peak),
      stalled_lines_taken: stalled.result,
      stalled_rss_peak_mb: Math.round(stalled.peak),
    };
  } finally {
    await server.end('SIGTERM');
    rmSync(home, { recursive: true, force: true });
  }
};

const lines = Array.from({ length: BODIES }, (_, index) => {
  const body = bodyOf(`S-${index}`, index, { purpose: 'monitoring' });
  return Buffer.from(`${JSON.stringify({ id: String(index), ...body })}\n`);
});

/** Sends rows as fast as they are taken, and reads every answer. */
const flow = async ({ url }: Server, rows: number): Promise<void> => {
  const stream = openStream(url);
  const answers = stream.rest();
  for (let row = 0; row < rows; row++) {
    if (!stream.send([lines[row % BODIES] as Buffer])) await stream.drained();
  }
  stream.end();
  const stored = (await answers).filter(({ decisionId }) => decisionId !== undefined).length;
  if (stored !== rows) throw new Error(`${stored} of ${rows} lines were stored`);
};

/** Sends rows and reads no answer. @returns how many lines the service took */
const stall = async ({ url }: Server, rows: number): Promise<number> => {
  const stream = openStream(url);
  let taken = 0;
  const until = performance.now() + STALL_MILLISECONDS;
  while (taken < rows && performance.now() < until) {
    if (stream.send([lines[taken % BODIES] as Buffer])) taken++;
    else await Promise.race([stream.drained(), delay(until - performance.now())]);
  }
  stream.destroy();
  return taken;
};

/** Runs some work and watches the memory of the service. */
const watch = async <Result>({ process }: Server, work: () => Promise<Result>) => {
  let peak = 0;
  const looking = setInterval(() => {
    peak = Math.max(peak, readRssMegabytes(process.pid));
  }, LOOK_MILLISECONDS);
  const at = performance.now();
  try {
    const result = await work();
    return { result, seconds: (performance.now() - at) / 1_000, peak };
  } finally {
    clearInterval(looking);
  }
};
