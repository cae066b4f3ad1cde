import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { parametersFingerprint } from '../../training/simulator/parameters.ts';
import { divide, type PortfolioSettings, simulateIndustries } from '../../training/simulator/portfolio.ts';
import { type StretchWanted, type ToldStretch, tellStretch } from '../../training/simulator/tell-stretch.ts';
import { toLine, truthHeader } from '../../training/simulator/text.ts';
import { appError } from '../errors.ts';
import { type Output, toUnwritable, withOutput } from '../store/writing.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { answerInTurn, type Thread } from '../usecases/threads.ts';

/** What a simulation was made from and came to; `simulated` is always true. */
export interface About extends PortfolioSettings {
  readonly simulated: true;
  /** SHA-256 of the simulator's parameters. */
  readonly parameters: string;
  readonly events: number;
  readonly defaults: number;
  readonly files: { readonly events: string; readonly truth: string };
}

interface Place {
  readonly folder: string;
  readonly isPacked: boolean;
}

const GZIP_LEVEL = 3;

/**
 * Writes events (in the order of customer and time of knowledge, the indices of industries first), the truth of each
 * customer, and what they were made from. Each file appears whole or not at all, `about.json` last.
 * @throws file_unwritable, cancelled
 */
export const writeSimulated = async (
  settings: PortfolioSettings,
  { folder, isPacked }: Place,
  work: LongWork,
): Promise<About> => {
  makeFolder(folder);
  const { customers, months, seed, scenario, start } = settings;
  const files = { events: isPacked ? 'events.ndjson.gz' : 'events.ndjson', truth: 'truth.csv' };
  const tally: Tally = { events: 0, defaults: 0 };
  await withOutput(join(folder, files.truth), (truth) =>
    withOutput(join(folder, files.events), async (events) => {
      const parts = tellAll(settings, { truth, tally, work });
      const chunks = isPacked ? Readable.from(parts).pipe(createGzip({ level: GZIP_LEVEL })) : parts;
      for await (const chunk of chunks) await events.write(chunk);
    }),
  );
  const made = { simulated: true, scenario, seed, customers, months, start } as const;
  const about: About = { ...made, parameters: parametersFingerprint(), ...tally, files };
  await withOutput(join(folder, 'about.json'), ({ write }) => write(`${JSON.stringify(about, null, 2)}\n`));
  return about;
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw toUnwritable(folder, cause);
  }
};

interface Tally {
  events: number;
  defaults: number;
}

interface Beside {
  readonly truth: Output;
  readonly tally: Tally;
  readonly work: LongWork;
}

/** The lines of all events, in parts; the truth is written beside them. */
async function* tellAll(settings: PortfolioSettings, { truth, tally, work }: Beside): AsyncGenerator<Uint8Array> {
  const industries = simulateIndustries(settings);
  yield new TextEncoder().encode(industries.map(toLine).join(''));
  await truth.write(truthHeader);
  tally.events += industries.length;
  let done = 0;
  for await (const { lines, truth: told, customers, events, defaults } of simulateAll(settings)) {
    yield lines;
    await truth.write(told);
    tally.events += events;
    tally.defaults += defaults;
    done += customers;
    await setImmediate();
    if (work.signal.aborted) throw appError('cancelled');
    work.onProgress(done, settings.customers);
  }
}

/** Customer months from which threads take less time than they need to start. */
const MANY = 20_000;

/** Every stretch of a portfolio in order, whoever worked on it. */
async function* simulateAll(settings: PortfolioSettings): AsyncGenerator<ToldStretch> {
  const wanted = divide(settings).map((stretch): StretchWanted => ({ settings, stretch }));
  if (settings.customers * settings.months < MANY) {
    for (const each of wanted) yield tellStretch(each);
    return;
  }
  const ask = (thread: Thread<StretchWanted, ToldStretch>, each: StretchWanted) => thread.ask(each);
  yield* answerInTurn({ module: WORKER }, wanted, ask);
}

const WORKER = new URL('../../training/simulator/stretch-worker.ts', import.meta.url).href;
