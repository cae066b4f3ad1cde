import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { parametersFingerprint } from '../../training/simulator/parameters.ts';
import { type PortfolioSettings, simulateIndustries, simulatePortfolio } from '../../training/simulator/portfolio.ts';
import { toLine, toTruthLine, truthHeader } from '../../training/simulator/text.ts';
import { appError } from '../errors.ts';
import { type Output, toUnwritable, withOutput } from '../store/writing.ts';
import type { LongWork } from '../usecases/long-work.ts';

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

/** Characters gathered before they are written. */
const PART = 1 << 18;
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
async function* tellAll(settings: PortfolioSettings, { truth, tally, work }: Beside): AsyncGenerator<string> {
  const industries = simulateIndustries(settings);
  let text = industries.map(toLine).join('');
  let told = truthHeader;
  tally.events += industries.length;
  let done = 0;
  for (const customer of simulatePortfolio(settings)) {
    for (const event of customer.events) text += toLine(event);
    told += toTruthLine(customer.truth);
    tally.events += customer.events.length;
    if (customer.truth.defaultOn !== null) tally.defaults++;
    done++;
    if (text.length < PART) continue;
    yield text;
    await truth.write(told);
    text = '';
    told = '';
    await setImmediate();
    if (work.signal.aborted) throw appError('cancelled');
    work.onProgress(done, settings.customers);
  }
  yield text;
  await truth.write(told);
}
