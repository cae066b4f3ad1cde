import { createCivilClock } from '../features/civil-clock.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { listUnwatched } from '../store/signals.ts';
import type { Watcher } from './watch.ts';

/** What a sweep is built of. */
export interface SweepParts {
  readonly database: Pick<Database, 'pool'>;
  readonly watcher: Pick<Watcher, 'watch'>;
  readonly timeZone: string;
  readonly now: () => Date;
}

/** How a sweep is followed and cut short. */
export interface SweepWatch {
  /** Hears how many customers were looked at since the last time, and of whom a signal was raised. */
  readonly onPage: (watched: number, raised: readonly string[]) => void;
  readonly isStopping: () => boolean;
}

/** Customers looked at before others get a turn. */
const PAGE = 20;

/**
 * Looks at every customer with events at which nobody looked today: arrears grow by nothing happening. Cut short, it goes
 * on where it was the next time; two instances at once do some of it twice, and raise nothing twice.
 * @throws database_unavailable
 */
export const sweepBook = (parts: SweepParts, { onPage, isStopping }: SweepWatch): Promise<void> =>
  orDatabaseFault(
    (async () => {
      const { database, watcher, timeZone, now } = parts;
      const clock = createCivilClock(timeZone);
      const today = new Date(clock.endOf(clock.dayOf(now().getTime()) - 1)).toISOString();
      let after = '';
      while (!isStopping()) {
        const page = await listUnwatched(database.pool, { before: today, after, limit: PAGE });
        const last = page.at(-1);
        if (!last) return;
        onPage(page.length, await watcher.watch(page.map(({ customerId }) => customerId)));
        after = last.customerRef;
      }
    })(),
  );

/** Sweeps once a civil day; asked again the same day it does nothing. */
export const createDailySweep = (parts: SweepParts, watch: SweepWatch): (() => Promise<void>) => {
  const clock = createCivilClock(parts.timeZone);
  let swept = Number.NEGATIVE_INFINITY;
  return async () => {
    const today = clock.dayOf(parts.now().getTime());
    if (today <= swept) return;
    await sweepBook(parts, watch);
    if (!watch.isStopping()) swept = today;
  };
};
