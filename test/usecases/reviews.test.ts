import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import type { Database } from '../../src/store/database.ts';
import { backupDatabase, restoreBackup } from '../../src/usecases/backup.ts';
import { concludeReview, showReview, toConcluding } from '../../src/usecases/conclude-review.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { openAllDueReviews } from '../../src/usecases/open-reviews.ts';
import { recordEvents } from '../../src/usecases/record-events.ts';
import { countOpenReviews, showReviews } from '../../src/usecases/reviews.ts';
import { transactionOf } from '../factories/event.ts';
import { TIME_ZONE } from '../support/books.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { grantLoan, reviewsAt } from '../support/reviews.ts';

const files = useFolder();
const databases = useDatabases(files);

const open = (database: Database, day: string) => openAllDueReviews(reviewsAt(database, `${day}T04:00:00Z`));
const list = async (database: Database, day: string, customerId: string | null = null) =>
  (
    await showReviews(
      database,
      { state: null, customerId, dueBefore: null, limit: 50, after: null },
      { now: new Date(`${day}T04:00:00Z`), timeZone: TIME_ZONE },
    )
  ).reviews;
const count = (database: Database, day: string) =>
  countOpenReviews(database, { now: new Date(`${day}T04:00:00Z`), timeZone: TIME_ZONE });

type Body = Parameters<typeof toConcluding>[1];

const conclude = (database: Database, day: string, reviewId: string, body: Body, taken: string[] = []) =>
  concludeReview(
    {
      database,
      timeZone: TIME_ZONE,
      now: () => new Date(`${day}T05:00:00Z`),
      rescorer: { take: (ids) => void taken.push(...ids) },
    },
    toConcluding(reviewId, body, 'officer'),
  );

const raiseOf = async ({ pool }: Database, customerRef: string): Promise<Record<string, unknown> | null> => {
  const { rows } = await pool.query<{ override: string | null }>(
    'SELECT override FROM customer_state WHERE customer_ref = $1',
    [customerRef],
  );
  return rows[0]?.override ? JSON.parse(rows[0].override) : null;
};

const only = async (database: Database, day: string, customerId: string) => {
  const reviews = await list(database, day, customerId);
  const [review] = reviews.filter(({ concluded }) => !concluded);
  if (!review) throw new Error('no review is open');
  return review;
};

describe.each(databaseKinds)('reviews on %s', (kind) => {
  /** One for the tests that look at a customer of their own, each granted a loan; of one a payment is known. */
  let shared: Database;
  beforeAll(async () => {
    shared = await databases.open(kind);
    const paid = { occurredAt: '2026-01-10T06:00:00Z', amountMinor: 70_000 };
    await grantLoan(shared, 'form', [transactionOf({ customerId: 'form', eventId: 'form-paid', ...paid })]);
    for (const customer of ['raise', 'once']) await grantLoan(shared, customer);
  });

  it('are opened when they are due, once however many instances look at once', async () => {
    const settings = await databases.settings(kind);
    const [one, other] = [await databases.openAt(settings), await databases.openAt(settings)];
    for (const customer of ['A', 'B', 'C']) await grantLoan(one, customer);
    expect(await open(one, '2026-02-08')).toBe(0);
    const opened = await Promise.all([one, other, one, other].map((each) => open(each, '2026-02-09')));
    expect(opened.reduce((sum, each) => sum + each, 0)).toBe(3);
    expect(await open(other, '2026-02-10')).toBe(0);
    const { rows } = await one.pool.query("SELECT 1 FROM records WHERE kind = 'review'");
    expect(rows).toHaveLength(3);
    await expect(
      one.pool.query(
        `INSERT INTO reviews SELECT 'again', customer_ref, kind, facility_id, due_on, conclude_by, opened_seq, 1 FROM reviews LIMIT 1`,
      ),
    ).rejects.toMatchObject({ code: '23505' });
    await expect(
      one.pool.query(
        `INSERT INTO reviews SELECT 'other day', customer_ref, kind, facility_id, due_on + 1, conclude_by, opened_seq FROM reviews LIMIT 1`,
      ),
    ).rejects.toMatchObject({ code: '23505' });
  });

  it('are overdue once their time has passed, and alerts until they are concluded', async () => {
    const database = await databases.open(kind);
    await grantLoan(database, 'A');
    await open(database, '2026-02-09');
    const { opened } = await only(database, '2026-02-09', 'A');
    expect(opened).toMatchObject({ review: 'use_of_funds', dueOn: '2026-02-09', concludeBy: '2026-02-24' });
    expect(await count(database, '2026-02-24')).toEqual({ open: 1, overdue: 0 });
    expect(await count(database, '2026-02-25')).toEqual({ open: 1, overdue: 1 });
    await conclude(database, '2026-02-26', opened.reviewId, { conclusion: 'keep', reason: 'spent as agreed' });
    expect(await count(database, '2026-02-27')).toEqual({ open: 0, overdue: 0 });
  });

  it('carry a form of what was known, what is not known said so, and then what changed', async () => {
    const database = shared;
    await open(database, '2026-02-09');
    const first = await only(database, '2026-02-09', 'form');
    const { form } = await showReview(database, first.opened.reviewId);
    const linesOf = (name: string) => form.sections.find((each) => each.name === name)?.lines ?? [];
    expect(form.sections.map(({ name }) => name)).toEqual(['use_of_funds', 'credit', 'finances', 'operations']);
    expect(linesOf('use_of_funds')).toContainEqual(expect.objectContaining({ name: 'outflow', value: 70_000 }));
    expect(linesOf('finances')).toContainEqual(expect.objectContaining({ name: 'statement_revenue', value: null }));
    expect(linesOf('operations')).toContainEqual(expect.objectContaining({ name: 'customer_kind', value: 'person' }));
    expect(linesOf('credit').length).toBeGreaterThan(20);
    expect(form.changes).toEqual({
      since: null,
      lines: [],
      events: [],
      tier: { before: null, now: null },
      signals: [],
    });
    await conclude(database, '2026-02-10', first.opened.reviewId, { conclusion: 'keep', reason: 'as agreed' });
    const due: EventItem = {
      type: 'instalment_due',
      eventId: 'form-due',
      customerId: 'form',
      facilityId: 'loan-7',
      occurredAt: '2026-03-05T00:00:00Z',
      amountMinor: 86_000,
      currency: 'CNY',
      payload: { schedule: 'both' },
    };
    await recordEvents(database, [due], { actor: 'core', now: new Date('2026-03-05T08:00:00Z'), source: 'live' });
    await open(database, '2026-04-10');
    const second = await only(database, '2026-04-10', 'form');
    const { changes } = (await showReview(database, second.opened.reviewId)).form;
    expect(second.opened).toMatchObject({ review: 'periodic', dueOn: '2026-04-10' });
    expect(changes.since).toBe(form.asOf);
    expect(changes.events).toEqual([expect.objectContaining({ type: 'instalment_due', count: 1 })]);
    expect(changes.lines).toContainEqual(expect.objectContaining({ name: 'days_past_due', value: 36 }));
  });

  it('raise at once until the next periodic review keeps; asking to lower lowers nothing', async () => {
    const database = shared;
    await open(database, '2026-02-09');
    const taken: string[] = [];
    const first = await only(database, '2026-02-09', 'raise');
    const { customerRef } = first.opened;
    const until = '9999-12-31T23:59:59-12:00';
    const reason = 'spent on something else';
    const raise: Body = { conclusion: 'raise', tier: 'high', action: 'restrict', until, reason };
    await conclude(database, '2026-02-10', first.opened.reviewId, raise, taken);
    expect(taken).toEqual(['raise']);
    const held = {
      kind: 'raise',
      tier: 'high',
      action: 'restrict',
      officer: 'officer',
      until: '9999-12-31T23:59:59.999Z',
    };
    expect(await raiseOf(database, customerRef)).toMatchObject(held);
    await open(database, '2026-04-10');
    const second = await only(database, '2026-04-10', 'raise');
    await conclude(database, '2026-04-11', second.opened.reviewId, {
      conclusion: 'ask_to_lower',
      tier: 'low',
      reason: 'it has mended',
    });
    expect(await raiseOf(database, customerRef)).toMatchObject(held);
    await open(database, '2026-07-10');
    const third = await only(database, '2026-07-10', 'raise');
    await conclude(database, '2026-07-10', third.opened.reviewId, { conclusion: 'keep', reason: 'all is well' });
    expect(await raiseOf(database, customerRef)).toBeNull();
    const concluded = (await list(database, '2026-07-11', 'raise')).map((review) => review.concluded?.conclusion);
    expect(concluded).toEqual(['raise', 'ask_to_lower', 'keep']);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
  });

  it('are concluded once, by whoever comes first', async () => {
    const database = shared;
    await open(database, '2026-02-09');
    const { opened } = await only(database, '2026-02-09', 'once');
    const keep: Body = { conclusion: 'keep', reason: 'as agreed' };
    const both = await Promise.allSettled([1, 2].map(() => conclude(database, '2026-02-10', opened.reviewId, keep)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(conclude(database, '2026-02-10', opened.reviewId, keep)).rejects.toMatchObject({
      code: 'review_concluded',
    });
    await expect(conclude(database, '2026-02-10', randomUUID(), keep)).rejects.toMatchObject({
      code: 'review_missing',
    });
    const past: Body = { conclusion: 'raise', tier: 'high', until: '2026-02-01T00:00:00Z', reason: 'late' };
    await expect(conclude(database, '2026-02-10', opened.reviewId, past)).rejects.toMatchObject({
      code: 'bad_request',
    });
  });

  it('are gone when their customer is erased, and the chain holds', async () => {
    const database = await databases.open(kind);
    await grantLoan(database, 'A');
    await open(database, '2026-02-09');
    const { opened } = await only(database, '2026-02-09', 'A');
    await conclude(database, '2026-02-10', opened.reviewId, { conclusion: 'raise', tier: 'high', reason: 'a name' });
    await eraseCustomer(database, 'A', new Date('2026-02-11T00:00:00Z'));
    expect(await list(database, '2026-02-12')).toEqual([]);
    expect(await raiseOf(database, opened.customerRef)).toBeNull();
    const { rows } = await database.pool.query(
      "SELECT p.content FROM personal_parts p JOIN records r USING (seq) WHERE r.kind = 'review'",
    );
    expect(rows).toEqual([{ content: null }, { content: null }]);
    expect(await open(database, '2026-09-01')).toBe(0);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
  });

  it('are in a backup, with raises; a restored database opens what is due next', async () => {
    const database = await databases.open(kind);
    for (const customer of ['A', 'B']) await grantLoan(database, customer);
    await open(database, '2026-02-09');
    const { opened } = await only(database, '2026-02-09', 'A');
    await conclude(database, '2026-02-10', opened.reviewId, { conclusion: 'raise', tier: 'medium', reason: 'watch' });
    const file = join(files.folder(), 'backup');
    await backupDatabase(database, { file, now: () => new Date('2026-02-11T00:00:00Z') });
    const restored = await databases.open(kind);
    await restoreBackup(restored, file);
    expect(await list(restored, '2026-02-11')).toEqual(await list(database, '2026-02-11'));
    expect(await raiseOf(restored, opened.customerRef)).toEqual(await raiseOf(database, opened.customerRef));
    expect(await open(restored, '2026-04-09')).toBe(0);
    expect(await open(restored, '2026-04-10')).toBe(2);
  });
});
