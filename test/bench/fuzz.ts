import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Described, type DrawnRequest, requestOf } from '../support/arbitrary-request.ts';
import { documentedStatuses, findOperation } from '../support/operations.ts';
import { forkBench } from './bench-process.ts';

/** How many requests, drawn from which seed, over how many connections. */
export interface FuzzBench {
  readonly requests: number;
  readonly seed: number;
  readonly connections: number;
  readonly databaseUrl: string | undefined;
}

/** What the requests came to; it holds where nothing is listed under `faults`. */
export interface FuzzResult {
  readonly requests: number;
  readonly seed: number;
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly overloaded: number;
  /** Answers later than in a second that were not so when the same was sent again. */
  readonly stalls: number;
  /** Of the others. */
  readonly slowest_ms: number;
  /** The main thread's heap after collection, before and after. */
  readonly heap_mb: readonly [number, number];
  readonly rss_mb: readonly [number, number];
  /** The first requests that were answered as none may be, and what was wrong with the answer. */
  readonly faults: readonly string[];
}

/** Requests drawn and sent before the next are drawn. */
const CHUNK = 500;
/** Share of the requests after which memory is first measured. */
const WARM_SHARE = 0.1;
const MOST_MILLISECONDS = 1_000;
/** The heap may grow by this much: caches fill, and collection is no exact science. */
const MOST_HEAP_MB = 24;
const MOST_LISTED = 20;

/** Stands in a drawn path for the last decision that was answered. */
const LAST_DECISION = 'last-decision';
/** What requests may name, so that many of them find something. */
const known = { name: ['taiwan-card'], version: ['1'], model: ['taiwan-card', 'taiwan-card@1'], id: [LAST_DECISION] };

/**
 * Sends requests drawn from the OpenAPI document, fitting and not, to a service in a process of its own. None may be
 * answered by a fault of ours, by a status that is not documented, or later than in a second, and memory must stay flat.
 */
export const benchFuzz = async ({ requests, seed, connections, databaseUrl }: FuzzBench): Promise<FuzzResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-fuzz-'));
  const server = startServer(join(folder, 'home'), databaseUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const document = (await (await fetch(`http://127.0.0.1:${port}/openapi.json`)).json()) as Described;
    const tally = createTally();
    const from = performance.now();
    let before: Memory | null = null;
    for (let sent = 0; sent < requests; sent += CHUNK) {
      const drawn = fc.sample(requestOf(document, known), {
        numRuns: Math.min(CHUNK, requests - sent),
        seed: seed + sent,
      });
      await sendAll(drawn, { connections, send: (each) => send(each, { port, agent, tally }), tally });
      if (!before && sent >= WARM_SHARE * requests) before = await measure(server);
    }
    const after = await measure(server);
    const seconds = Math.round((performance.now() - from) / 100) / 10;
    return summarise({ tally, before: before ?? after, after }, { requests, seed, seconds });
  } finally {
    agent.destroy();
    server.disconnect();
    if (server.exitCode === null) await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
};

const startServer = (home: string, databaseUrl: string | undefined): ChildProcess => {
  const { DATABASE_URL: _, VIGIL_API_KEYS: __, ...env } = process.env;
  return forkBench('test/bench/http-server.ts', {
    args: ['vigil'],
    execArgv: ['--expose-gc'],
    env: { ...env, VIGIL_HOME: home, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) },
  });
};

interface Memory {
  readonly heapMb: number;
  readonly rssMb: number;
}

const measure = async (server: ChildProcess): Promise<Memory> => {
  server.send('usage');
  const [{ heapBytes, rssBytes }] = (await once(server, 'message')) as [{ heapBytes: number; rssBytes: number }];
  return { heapMb: Math.round(heapBytes / 2 ** 20), rssMb: Math.round(rssBytes / 2 ** 20) };
};

interface Answered {
  readonly status: number;
  readonly code: string | null;
  readonly milliseconds: number;
}

interface Tally {
  readonly statuses: Map<number, number>;
  readonly faults: string[];
  overloaded: number;
  stalls: number;
  slowest: number;
  /** The last that was answered. */
  decision: string;
}

const createTally = (): Tally => ({
  statuses: new Map(),
  faults: [],
  overloaded: 0,
  stalls: 0,
  slowest: 0,
  decision: 'none',
});

interface Sending {
  readonly connections: number;
  readonly send: (request: DrawnRequest) => Promise<Answered>;
  readonly tally: Tally;
}

/**
 * Sends over so many connections at once, each the next one when its last was answered. What was slow is sent again: a
 * request that is slow of itself is slow twice, and a machine that stood still once is none of the service's.
 */
const sendAll = async (drawn: readonly DrawnRequest[], { connections, send, tally }: Sending): Promise<void> => {
  const waiting = drawn.values();
  const attempt = (each: DrawnRequest): Promise<Answered> =>
    send(each).catch((fault: Error) => ({ status: 0, code: fault.message, milliseconds: 0 }));
  const work = async () => {
    for (const each of waiting) {
      const answered = await attempt(each);
      if (answered.milliseconds <= MOST_MILLISECONDS) {
        count(tally, each, answered);
        continue;
      }
      tally.stalls++;
      const { milliseconds } = await attempt(each);
      count(tally, each, { ...answered, milliseconds: Math.min(milliseconds, answered.milliseconds) });
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
};

const count = (tally: Tally, drawn: DrawnRequest, { status, code, milliseconds }: Answered): void => {
  tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
  tally.slowest = Math.max(tally.slowest, milliseconds);
  const isOverloaded = status === 503 && code === 'overloaded';
  if (isOverloaded) tally.overloaded++;
  const problem = findProblem(drawn, { status, milliseconds, isOverloaded });
  if (problem === null || tally.faults.length >= MOST_LISTED) return;
  tally.faults.push(
    `${problem} (${code}): ${drawn.method} ${drawn.path} ${JSON.stringify(drawn.headers)} ${drawn.body}`,
  );
};

const findProblem = (
  { method, path }: DrawnRequest,
  { status, milliseconds, isOverloaded }: { status: number; milliseconds: number; isOverloaded: boolean },
): string | null => {
  if (status === 0) return 'no answer';
  if (status >= 500 && !isOverloaded) return `status ${status}`;
  if (milliseconds > MOST_MILLISECONDS) return `${Math.round(milliseconds)} ms`;
  const found = findOperation(method, path);
  return found && !documentedStatuses.get(found.name)?.includes(status) ? `status ${status} is not documented` : null;
};

const send = async (
  { method, path, headers, body }: DrawnRequest,
  { port, agent, tally }: { port: number; agent: Agent; tally: Tally },
): Promise<Answered> => {
  const from = performance.now();
  const bytes = body === null ? null : Buffer.from(body);
  const length = bytes ? { 'content-length': String(bytes.length) } : {};
  const place = path.replace(LAST_DECISION, tally.decision);
  const req = request({ host: '127.0.0.1', port, method, path: place, headers: { ...headers, ...length }, agent });
  req.end(bytes ?? undefined);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  tally.decision = /"decisionId":"([^"]+)"/.exec(text)?.[1] ?? tally.decision;
  const code = /"code":"([a-z_]+)"/.exec(res.statusCode === 200 ? '' : text)?.[1] ?? null;
  return { status: res.statusCode ?? 0, code, milliseconds: performance.now() - from };
};

interface Found {
  readonly tally: Tally;
  readonly before: Memory;
  readonly after: Memory;
}

const summarise = (
  { tally, before, after }: Found,
  run: Pick<FuzzResult, 'requests' | 'seed' | 'seconds'>,
): FuzzResult => {
  const growth = after.heapMb - before.heapMb;
  const leak = growth > MOST_HEAP_MB ? [`the heap grew by ${growth} MB`] : [];
  return {
    ...run,
    statuses: Object.fromEntries([...tally.statuses].sort(([a], [b]) => a - b)),
    overloaded: tally.overloaded,
    stalls: tally.stalls,
    slowest_ms: Math.round(tally.slowest),
    heap_mb: [before.heapMb, after.heapMb],
    rss_mb: [before.rssMb, after.rssMb],
    faults: [...tally.faults, ...leak],
  };
};
