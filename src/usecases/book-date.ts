import { z } from 'zod';
import { appError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { type Lately, readLately } from '../store/events.ts';
import { withChain } from '../store/records.ts';

/** Where a book starts, and at what moment of the clock that was said. */
const BookStart = z.object({ starts: z.iso.datetime(), setAt: z.iso.datetime(), actor: z.string() });

/** Where a database's book starts; it runs on with the clock from when that was set. */
export type BookStart = z.infer<typeof BookStart>;

/** A clock may be set back by so much without being thought wrong. */
const TOLERANCE_MILLISECONDS = 60_000;

const startOf = ({ book }: Lately): BookStart | null => (book === null ? null : BookStart.parse(JSON.parse(book)));

/** The date of a database's book when the clock says so (DEFINITIONS 8): the clock itself, unless a start was set. */
export const bookDateAt = (lately: Lately, now: Date): Date => {
  const start = startOf(lately);
  if (!start) return now;
  return new Date(Date.parse(start.starts) + now.getTime() - Date.parse(start.setAt));
};

/**
 * The moment as of which events are recorded: the book date, never before that of the last record of events.
 * @throws clock_behind where the clock was set back by more than a minute since then
 */
export const recordingDate = (lately: Lately, now: Date): Date => {
  const date = bookDateAt(lately, now);
  const last = lately.events === null ? null : z.object({ recordedAt: z.string() }).parse(JSON.parse(lately.events));
  if (!last || Date.parse(last.recordedAt) <= date.getTime()) return date;
  if (Date.parse(last.recordedAt) - date.getTime() > TOLERANCE_MILLISECONDS) {
    throw appError('clock_behind', { now: date.toISOString(), last: last.recordedAt });
  }
  return new Date(last.recordedAt);
};

/** What is told of a database's book. */
export interface Book {
  readonly date: Date;
  /** Null where its date is the clock's. */
  readonly start: BookStart | null;
}

/** The book as it is now. */
export const readBook = async ({ pool }: Pick<Database, 'pool'>, now: Date): Promise<Book> => {
  const lately = await orDatabaseFault(readLately(pool));
  return { date: bookDateAt(lately, now), start: startOf(lately) };
};

/** Events that were live, and decisions: both are dated by the book. */
const READ_DATED = `SELECT EXISTS (SELECT 1 FROM records WHERE kind = 'decision')
  OR EXISTS (SELECT 1 FROM records WHERE kind = 'events' AND text::json ->> 'isBackfilled' = 'false') AS is_dated`;

/**
 * Sets where the book starts. It stands on the chain; a later one takes its place.
 * @throws book_started once a live event or a decision is stored
 */
export const startBook = ({ pool }: Pick<Database, 'pool'>, start: BookStart): Promise<Book> =>
  withChain(
    pool,
    ({ opened, append }) => {
      const [[row] = []] = opened as readonly (readonly { readonly is_dated: boolean }[])[];
      if (row?.is_dated) throw appError('book_started');
      const record = { kind: 'book', schema: 1, ...start };
      append([{ kind: 'book', record, sections: {}, decisionId: null, customerRef: null }]);
      return { date: new Date(start.starts), start };
    },
    [READ_DATED],
  );
