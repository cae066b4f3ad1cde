import { afterEach, describe, expect, it } from 'vitest';
import { startReviewJobs } from '../../src/jobs/review-jobs.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { grantLoan, reviewsAt } from '../support/reviews.ts';
import { runService } from '../support/run-service.ts';
import { until } from '../support/until.ts';

const databases = useDatabases(useFolder());
const faults: unknown[] = [];
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Starts an instance whose clock stands, and lets it look for jobs several times a second. */
const start = async (database: Database, at: string) => {
  const parts = { reviews: reviewsAt(database, at), onFault: (fault: unknown) => void faults.push(fault) };
  const stop = await startReviewJobs({ ...parts, pollMilliseconds: 200 });
  stops.push(stop);
};

const stopAll = async () => {
  for (const stop of stops.splice(0)) await stop();
};

const countRows = async ({ pool }: Database, from: string): Promise<number> => {
  const { rows } = await pool.query<{ count: string }>(`SELECT count(*) AS count FROM ${from}`);
  return Number(rows[0]?.count);
};
const waiting = "pgboss.job WHERE name = 'reviews' AND state IN ('created', 'retry')";

describe.each(databaseKinds)('jobs of reviews on %s', (kind) => {
  it('open each due date once, with two instances at work, and leave nothing behind', async () => {
    const settings = await databases.settings(kind);
    const [one, other] = [await databases.openAt(settings), await databases.openAt(settings)];
    const customers = ['A', 'B', 'C', 'D', 'E'];
    for (const customer of customers) await grantLoan(one, customer);
    await Promise.all([one, other, one].map((each) => start(each, '2026-02-09T04:00:00Z')));
    await until(async () => (await countRows(one, waiting)) === 0 && (await countRows(one, 'reviews')) === 5);
    await stopAll();
    await start(other, '2026-02-09T05:00:00Z');
    expect(await countRows(one, "records WHERE kind = 'review'")).toBe(5);
    expect(await countRows(one, "records WHERE kind = 'review'")).toBe(await countRows(one, 'reviews'));
    expect(faults).toEqual([]);
  });

  it('are laid ahead once, outlive who laid them, and name nobody', async () => {
    const database = await databases.open(kind);
    await grantLoan(database, 'a name');
    await start(database, '2026-02-08T04:00:00Z');
    await start(database, '2026-02-08T04:00:00Z');
    expect(await countRows(database, waiting)).toBe(1);
    expect(await countRows(database, 'reviews')).toBe(0);
    await stopAll();
    const { rows } = await database.pool.query(
      "SELECT data, singleton_key, start_after - now() BETWEEN '11 hours 59 minutes' AND '12 hours 2 minutes' AS is_then FROM pgboss.job",
    );
    expect(rows).toMatchObject([{ is_then: true }]);
    expect(JSON.stringify(rows)).not.toContain('a name');
    await database.pool.query('UPDATE pgboss.job SET start_after = now()');
    await start(database, '2026-02-09T04:00:00Z');
    await until(async () => (await countRows(database, 'reviews')) === 1);
    expect(await countRows(database, "records WHERE kind = 'review'")).toBe(1);
    expect(faults).toEqual([]);
  });

  it('do not let one customer keep the others waiting', async () => {
    const database = await databases.open(kind);
    for (const customer of ['A', 'B', 'C']) await grantLoan(database, customer);
    const reviews = reviewsAt(database, '2026-02-09T04:00:00Z');
    const fault = new Error('its history cannot be read');
    const read: typeof reviews.features.read = (wanted) =>
      wanted.customerId === 'B' ? Promise.reject(fault) : reviews.features.read(wanted);
    const heard: unknown[] = [];
    stops.push(
      await startReviewJobs({ reviews: { ...reviews, features: { read } }, onFault: (each) => void heard.push(each) }),
    );
    expect(await countRows(database, 'reviews')).toBe(2);
    expect(await countRows(database, waiting)).toBe(1);
    expect(heard).toEqual([fault]);
  });

  it('take up again what an instance left under way', async () => {
    const database = await databases.open(kind);
    await grantLoan(database, 'A');
    await start(database, '2026-02-08T04:00:00Z');
    await stopAll();
    await database.pool.query(
      "UPDATE pgboss.job SET state = 'active', started_on = now() - interval '2 hours', start_after = now() - interval '2 hours'",
    );
    await start(database, '2026-02-09T04:00:00Z');
    await until(async () => (await countRows(database, 'reviews')) === 1);
    expect(faults).toEqual([]);
  });
});

describe('a service', () => {
  it('runs them, and tells what is overdue', async () => {
    const { url, home } = await databases.settings(databaseKinds.at(-1) ?? 'embedded');
    const database = await openDatabase({ url, home });
    await grantLoan(database, 'A');
    await database.close();
    const service = await runService({ env: { VIGIL_HOME: home }, databaseUrl: url, jobsAfterMilliseconds: 20 });
    const overdue = async () => {
      const answered = await fetch(`${service.url}/v1/reviews?state=overdue`);
      return ((await answered.json()) as { reviews: { kind: string }[] }).reviews.map((review) => review.kind);
    };
    await until(async () => (await overdue()).length > 0);
    expect((await overdue()).toSorted()).toEqual(['periodic', 'use_of_funds']);
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('vigil_reviews{state="overdue"} 2');
    await service.stop();
  });
});
