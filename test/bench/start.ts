import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Server, startProcess, startServer } from '../support/server.ts';
import { median } from './median.ts';
import { readCpuSeconds, readRssMegabytes } from './process-figures.ts';

/** How often each start is measured. */
export interface StartBench {
  readonly rounds: number;
  /** How long a service rests before its memory is read. */
  readonly restSeconds: number;
}

const floor = fileURLToPath(new URL('./start-floor.js', import.meta.url));

/** One start: seconds until it answers, processor seconds spent by then, and resident memory once it has rested. */
interface Started {
  readonly ready: number;
  readonly cpu: number;
  readonly rss: number;
}

/**
 * Starts on a new home and on one that is there already, the service in turns with its floor: bare Express with PGlite
 * in a worker, in the same run.
 */
export async function* benchStart({ rounds, restSeconds }: StartBench): AsyncGenerator<object> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  const found = { new: emptyTurns(), existing: emptyTurns() };
  try {
    for (let round = 0; round < rounds; round++) {
      const [home, bare] = [join(folder, `home-${round}`), join(folder, `bare-${round}`)];
      for (const kind of ['new', 'existing'] as const) {
        found[kind].vigil.push(await measure(() => startServer({ home }), '/readyz', restSeconds));
        found[kind].floor.push(
          await measure(() => startProcess({ script: floor, args: [bare], env: {} }), '/', restSeconds),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [home, { vigil, floor }] of Object.entries(found)) {
    const of = (turns: readonly Started[], key: keyof Started, digits: number) =>
      Number(median(turns.map((turn) => turn[key])).toFixed(digits));
    yield {
      home,
      ready_s: of(vigil, 'ready', 2),
      cpu_s: of(vigil, 'cpu', 2),
      rss_mb: of(vigil, 'rss', 0),
      floor_ready_s: of(floor, 'ready', 2),
      floor_cpu_s: of(floor, 'cpu', 2),
      floor_rss_mb: of(floor, 'rss', 0),
    };
  }
}

const emptyTurns = (): Record<'vigil' | 'floor', Started[]> => ({ vigil: [], floor: [] });

const measure = async (start: () => Promise<Server>, path: string, restSeconds: number): Promise<Started> => {
  const at = performance.now();
  const server = await start();
  const { pid } = server.process;
  await fetch(server.url + path);
  const ready = (performance.now() - at) / 1_000;
  const cpu = readCpuSeconds(pid);
  await delay(restSeconds * 1_000);
  const rss = readRssMegabytes(pid);
  await server.end('SIGTERM');
  return { ready, cpu, rss };
};
