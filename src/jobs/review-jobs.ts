import type { PoolClient } from 'pg';
import PgBoss from 'pg-boss';
import { AppError } from '../errors.ts';
import { type CivilClock, createCivilClock, toCivilDate, toDayNumber } from '../features/civil-clock.ts';
import type { Database } from '../store/database.ts';
import { queryUndoing, withConnection } from '../store/transaction.ts';
import { type CustomerDue, openReviewDay, type ReviewParts, scanDueReviews } from '../usecases/due-reviews.ts';
import { openDueReviews } from '../usecases/open-reviews.ts';
import { repeat } from './repeat.ts';

/** What the jobs of reviews run with. */
export interface ReviewJobsParts {
  readonly reviews: ReviewParts;
  /** Hears of what failed; it is tried again. */
  readonly onFault: (fault: unknown) => void;
  /** How often jobs are looked for; once a minute unless told. */
  readonly pollMilliseconds?: number;
}

const QUEUE = 'reviews';
const POLL_MILLISECONDS = 60_000;
/** How often an instance looks through the whole book. */
const SCAN_MILLISECONDS = 86_400_000;
/** How far ahead jobs are laid, so that none falls between two looks. */
const AHEAD_DAYS = 2;
/** Jobs taken at once. */
const BATCH = 50;
/** A job that fails is tried again after a minute, then after longer; what still fails is laid anew the next day. */
const RETRIES = { retryLimit: 8, retryDelay: 60, retryBackoff: true, expireInMinutes: 30 };

interface ReviewJob {
  readonly customerRef: string;
}

/**
 * Opens reviews when they are due, by jobs that are kept in the database beside the tables (schema `pgboss`): they survive
 * a restart, and of several instances one takes each. A due date waits as one job however many lay it. The queue is
 * never what keeps a review from opening twice (`appendReviews` does), nor is it in a backup: what is due follows from the
 * chain and is laid again. It holds nothing but references of customers.
 * @returns what ends it, once what runs is done
 */
export const startReviewJobs = async ({
  reviews,
  onFault,
  pollMilliseconds = POLL_MILLISECONDS,
}: ReviewJobsParts): Promise<() => Promise<void>> => {
  const boss = await openBoss(reviews.database, onFault);
  const work = () => runJobs(boss, reviews, onFault);
  const scan = () => layJobs(boss, reviews);
  await scan().catch(onFault);
  await work().catch(onFault);
  const pauses = [repeat(work, pollMilliseconds, onFault), repeat(scan, SCAN_MILLISECONDS, onFault)];
  return async () => {
    for (const pause of pauses) await pause();
    await boss.stop({ graceful: false });
  };
};

/**
 * Held while the tables of jobs are made, which two instances that do so at once would wait for each other at. Whoever
 * shares an embedded database shares its session, and with it the lock: there the second finds that they are made.
 */
const MAKING_LOCK = 72_707_371;

/**
 * Opens the queue, made first where there is none. Statements go one by one through a connection that is rolled back where
 * one fails, so that none is left in a transaction of the queue's own.
 */
const openBoss = async ({ pool }: Pick<Database, 'pool'>, onFault: (fault: unknown) => void): Promise<PgBoss> => {
  let making: PoolClient | null = null;
  const executeSql: PgBoss.Db['executeSql'] = (text, values) =>
    making ? queryUndoing(making, text, values) : withConnection(pool, (client) => client.query(text, values));
  const boss = new PgBoss({ db: { executeSql }, schedule: false, maintenanceIntervalMinutes: 60 });
  boss.on('error', onFault);
  await withConnection(pool, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [MAKING_LOCK]);
    making = client;
    try {
      await boss.start();
      await boss.createQueue(QUEUE, { name: QUEUE, policy: 'short', ...RETRIES });
    } finally {
      making = null;
      await client.query(`ROLLBACK; SELECT pg_advisory_unlock(${MAKING_LOCK})`);
    }
  });
  return boss;
};

/** Goes through the book page by page and lays a job for each due date from now to some days ahead. */
const layJobs = async (boss: PgBoss, reviews: ReviewParts): Promise<void> => {
  const day = await openReviewDay(reviews);
  const clock = createCivilClock(reviews.timeZone);
  const until = clock.dayOf(day.asOf.getTime()) + AHEAD_DAYS;
  for await (const page of scanDueReviews(reviews, day, toCivilDate(until))) {
    const jobs = page.flatMap((customer) => toJobs(customer, (dueOn) => secondsUntil(dueOn, day.asOf, clock)));
    if (jobs.length > 0) await boss.insert(jobs);
  }
};

/** Clocks of instances and of the database may differ by less. */
const MARGIN_SECONDS = 60;

/** Seconds from now until a civil day of the book has begun; 0 where it has. */
const secondsUntil = (dueOn: string, asOf: Date, clock: CivilClock): number => {
  const wait = clock.endOf(toDayNumber(dueOn) - 1) + 1 - asOf.getTime();
  return wait <= 0 ? 0 : Math.ceil(wait / 1_000) + MARGIN_SECONDS;
};

/** One for each kind of review and due date, whatever of the customer's is due then. */
const toJobs = (
  { customerRef, due }: CustomerDue,
  secondsUntilDay: (dueOn: string) => number,
): PgBoss.JobInsert<ReviewJob>[] => {
  const jobs = due.map(({ kind, dueOn }) => ({
    name: QUEUE,
    data: { customerRef },
    singletonKey: `${customerRef} ${kind} ${dueOn}`,
    startAfter: String(secondsUntilDay(dueOn)),
  }));
  return [...new Map(jobs.map((job) => [job.singletonKey, job])).values()];
};

/** Takes what waits and opens what is due by now of its customers; what fails goes back. */
const runJobs = async (boss: PgBoss, reviews: ReviewParts, onFault: (fault: unknown) => void): Promise<void> => {
  const run = async (jobs: readonly PgBoss.Job<ReviewJob>[]): Promise<void> => {
    const ids = jobs.map(({ id }) => id);
    try {
      await openDueReviews(reviews, [...new Set(jobs.map(({ data }) => data.customerRef))]);
    } catch (fault) {
      if (jobs.length > 1 && !isUnavailable(fault)) {
        for (const job of jobs) await run([job]);
        return;
      }
      onFault(fault);
      return boss.fail(QUEUE, ids);
    }
    return boss.complete(QUEUE, ids);
  };
  for (;;) {
    const jobs = await boss.fetch<ReviewJob>(QUEUE, { batchSize: BATCH });
    if (jobs.length === 0) return;
    await run(jobs);
  }
};

/** Whether it fails for all alike; else one customer must not keep the others waiting. */
const isUnavailable = (fault: unknown): boolean => fault instanceof AppError && fault.kind === 'unavailable';
