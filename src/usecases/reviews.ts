import { civilDayAt } from '../features/civil-day.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { countReviews, listReviews, type ReviewsWanted, type StoredReview } from '../store/read-reviews.ts';
import { readBook } from './book-date.ts';

/** By which clock and in which zone a day ends. */
export interface ReviewClock {
  readonly now: Date;
  readonly timeZone: string;
}

/** The civil day of the book, by which reviews are due. @throws database_unavailable */
export const readToday = async (database: Pick<Database, 'pool'>, { now, timeZone }: ReviewClock): Promise<string> =>
  civilDayAt((await readBook(database, now)).date.getTime(), timeZone);

/** A page of reviews, those due first first, and where the next begins. */
export interface ReviewsPage {
  readonly today: string;
  readonly reviews: readonly StoredReview[];
  readonly nextAfter: string | null;
}

/** The first day that every database can write. */
const FIRST_DAY = '0001-01-01';

/** Lists reviews. @throws database_unavailable */
export const showReviews = async (
  database: Pick<Database, 'pool'>,
  { limit, ...wanted }: Omit<ReviewsWanted, 'today'>,
  clock: ReviewClock,
): Promise<ReviewsPage> => {
  const today = await readToday(database, clock);
  const dueBefore = wanted.dueBefore !== null && wanted.dueBefore < FIRST_DAY ? FIRST_DAY : wanted.dueBefore;
  const asked = { ...wanted, dueBefore, today, limit: limit + 1 };
  const found = await orDatabaseFault(listReviews(database.pool, asked));
  const reviews = found.slice(0, limit);
  return { today, reviews, nextAfter: found.length > limit ? (reviews.at(-1)?.opened.reviewId ?? null) : null };
};

/** How many are open, overdue ones among them, and how many are overdue. @throws database_unavailable */
export const countOpenReviews = async (database: Pick<Database, 'pool'>, clock: ReviewClock) =>
  orDatabaseFault(countReviews(database.pool, await readToday(database, clock)));

/** Whether a review is open, overdue or concluded on a day. */
export const stateOf = (
  { opened, concluded }: Pick<StoredReview, 'opened' | 'concluded'>,
  today: string,
): 'open' | 'overdue' | 'concluded' => {
  if (concluded) return 'concluded';
  return opened.concludeBy < today ? 'overdue' : 'open';
};
