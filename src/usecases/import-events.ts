import type { EventItem } from '../domain/event.ts';
import { AppError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { type EventSource, recordEvents } from './record-events.ts';

/** An event of a file and the row it is of, or why there is none. */
export interface PlacedEvent {
  readonly row: number;
  readonly event: EventItem | AppError;
}

/** How an import goes on, and who hears of it. */
export interface Importing {
  readonly actor: string;
  readonly now: () => Date;
  readonly source: Exclude<EventSource, 'live'>;
  /** Hears of every event that is refused. */
  readonly onRefused: (row: number, fault: AppError) => void;
  /** Ends the import after the batch that is being written. */
  readonly signal: AbortSignal;
}

/** What became of a file's events. */
export interface Imported {
  readonly recorded: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** Events that are stored in one transaction. */
const BATCH = 5_000;

/**
 * Stores the events of a file, a batch in each transaction, while the next is read. What was stored stays where it is
 * stopped; importing the same again goes on from there, since what is known changes nothing.
 * @throws database_unavailable, clock_behind, and what reading throws
 */
export const importEvents = async (
  database: Pick<Database, 'pool'>,
  pages: AsyncIterable<readonly PlacedEvent[]>,
  { actor, now, source, onRefused, signal }: Importing,
): Promise<Imported> => {
  const counts = { recorded: 0, unchanged: 0, refused: 0 };
  const refuse = (row: number, fault: AppError): void => {
    counts.refused++;
    onRefused(row, fault);
  };
  const write = async (batch: readonly PlacedEvent[]): Promise<void> => {
    const fit = batch.flatMap(({ row, event }) => (event instanceof AppError ? [] : [{ row, event }]));
    for (const { row, event } of batch) if (event instanceof AppError) refuse(row, event);
    const items = fit.map(({ event }) => event);
    const results = fit.length > 0 ? await recordEvents(database, items, { actor, now: now(), source }) : [];
    for (const [index, result] of results.entries()) {
      if (result.state === 'refused') refuse(fit[index]?.row ?? 0, result.fault);
      else counts[result.state]++;
    }
  };
  let writing = Promise.resolve();
  for await (const batch of inBatches(pages)) {
    await writing;
    if (signal.aborted) break;
    writing = write(batch);
    writing.catch(() => undefined);
  }
  await writing;
  return counts;
};

async function* inBatches(pages: AsyncIterable<readonly PlacedEvent[]>): AsyncGenerator<readonly PlacedEvent[]> {
  let held: PlacedEvent[] = [];
  for await (const page of pages) {
    for (const placed of page) held.push(placed);
    for (; held.length >= BATCH; held = held.slice(BATCH)) yield held.slice(0, BATCH);
  }
  if (held.length > 0) yield held;
}
