import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGoldenLines } from '../support/golden.ts';
import { forkBench } from './bench-process.ts';
import type { LoadOrder, LoadResult } from './http-load.ts';
import { median } from './median.ts';

/** How long and how hard each server is loaded. */
export interface HttpBench {
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly databaseUrl: string | undefined;
}

const kinds = ['echo', 'vigil', 'unstored'] as const;
type Kind = (typeof kinds)[number];

interface Started {
  readonly process: ChildProcess;
  readonly port: number;
}

/** One turn of load, and the processor time all threads of the server took for each request, in microseconds. */
interface Turn extends LoadResult {
  readonly cpu: number;
}

const cpuOf = async ({ process: server }: Started): Promise<number> => {
  server.send('cpu');
  const [{ cpuMicroseconds }] = (await once(server, 'message')) as [{ cpuMicroseconds: number }];
  return cpuMicroseconds;
};

/** Different bodies that are sent in turn. */
const BODIES = 200;

/**
 * Durable predictions with reasons against a bare Express echo of the same bodies, in turns in one run; every server and
 * the load generator in a process of its own. `ratio` = vigil / echo, `unstored_ratio` the same without the writing.
 */
export const benchHttp = async ({ seconds, rounds, connections, databaseUrl }: HttpBench): Promise<object> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  const started = new Map<Kind, Started>();
  try {
    for (const kind of kinds) {
      started.set(kind, await startServer(kind, { home: join(folder, kind), databaseUrl }));
    }
    const bodies = makeBodies();
    const found: Record<Kind, Turn[]> = { echo: [], vigil: [], unstored: [] };
    for (let round = 0; round <= rounds; round++) {
      for (const kind of kinds) {
        const server = started.get(kind) as Started;
        const before = await cpuOf(server);
        const result = await load({
          url: `http://127.0.0.1:${server.port}`,
          seconds: round === 0 ? 2 : seconds,
          connections,
          bodies,
        });
        const cpu = ((await cpuOf(server)) - before) / result.requests;
        if (round > 0) found[kind].push({ ...result, cpu });
      }
    }
    return summarise(found, databaseUrl ? 'postgresql' : 'embedded');
  } finally {
    for (const { process } of started.values()) process.disconnect();
    for (const { process } of started.values()) if (process.exitCode === null) await once(process, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
};

const summarise = (found: Record<Kind, Turn[]>, database: string): object => {
  const rps = (kind: Kind) => Math.round(median(found[kind].map((result) => result.rps)));
  const over = (kind: Kind, key: 'p50' | 'p99' | 'cpu') => Math.round(median(found[kind].map((turn) => turn[key])));
  const ratio = (kind: Kind) =>
    Number(median(found[kind].map((result, round) => result.rps / (found.echo[round] as Turn).rps)).toFixed(3));
  return {
    database,
    vigil_rps: rps('vigil'),
    unstored_rps: rps('unstored'),
    echo_rps: rps('echo'),
    ratio: ratio('vigil'),
    unstored_ratio: ratio('unstored'),
    p50_ms: over('vigil', 'p50'),
    p99_ms: over('vigil', 'p99'),
    echo_p99_ms: over('echo', 'p99'),
    cpu_us: over('vigil', 'cpu'),
    unstored_cpu_us: over('unstored', 'cpu'),
    echo_cpu_us: over('echo', 'cpu'),
    failed: kinds.flatMap((kind) => found[kind]).reduce((sum, { failed }) => sum + failed, 0),
  };
};

interface ServerPlace {
  readonly home: string;
  readonly databaseUrl: string | undefined;
}

const startServer = async (kind: Kind, { home, databaseUrl }: ServerPlace): Promise<Started> => {
  const { DATABASE_URL: _, ...env } = process.env;
  const child = forkBench('test/bench/http-server.ts', {
    args: [kind],
    env: { ...env, VIGIL_HOME: home, ...(databaseUrl && kind !== 'echo' ? { DATABASE_URL: databaseUrl } : {}) },
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { process: child, port };
};

const load = async (order: LoadOrder): Promise<LoadResult> => {
  const child = forkBench('test/bench/http-load.ts');
  child.send(order);
  const [result] = (await once(child, 'message')) as [LoadResult];
  child.disconnect();
  return result;
};

/** Requests for the champion's golden rows, each of another customer. */
const makeBodies = (): string[] =>
  readGoldenLines('taiwan-card')
    .slice(0, BODIES)
    .map(({ fields }, index) => JSON.stringify({ customerId: `C-${index}`, purpose: 'monitoring', features: fields }));
