import { randomUUID } from 'node:crypto';
import { fillForm } from '../monitoring/review-form.ts';
import type { DueReview } from '../monitoring/reviews.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { readLastForm } from '../store/read-reviews.ts';
import { appendReviews, type NewReview } from '../store/reviews.ts';
import { readOpenSignals } from '../store/signals.ts';
import {
  type CustomerDue,
  findDueOf,
  openReviewDay,
  type ReviewDay,
  type ReviewParts,
  scanDueReviews,
} from './due-reviews.ts';
import { isUnreadable } from './read-features.ts';

/** Opens what is due now of some customers. @returns how many; @throws database_unavailable and what keeps a policy from being in use */
export const openDueReviews = async (parts: ReviewParts, customerRefs: readonly string[]): Promise<number> => {
  const day = await openReviewDay(parts);
  const found = await findDueOf(parts, day, { customerRefs, until: day.today });
  return openFound(parts, day, found);
};

/** Opens what is due now in the whole book, page by page. @returns how many; @throws as `openDueReviews` */
export const openAllDueReviews = async (parts: ReviewParts): Promise<number> => {
  const day = await openReviewDay(parts);
  let opened = 0;
  for await (const page of scanDueReviews(parts, day, day.today)) opened += await openFound(parts, day, page);
  return opened;
};

/** Customers whose reviews share a commit. */
const BATCH = 16;

const openFound = async (parts: ReviewParts, day: ReviewDay, found: readonly CustomerDue[]): Promise<number> => {
  let opened = 0;
  for (let from = 0; from < found.length; from += BATCH) {
    const prepared: NewReview[] = [];
    for (const customer of found.slice(from, from + BATCH)) prepared.push(...(await prepare(parts, day, customer)));
    opened += (await appendReviews(parts.database, prepared)).length;
  }
  return opened;
};

/** The reviews of a customer with their forms, from one reading of its history; none where it was erased meanwhile, or is longer than can be read. */
const prepare = async (
  { database: { pool }, features, now }: ReviewParts,
  day: ReviewDay,
  { customerRef, customerId, decision, due }: CustomerDue,
): Promise<NewReview[]> => {
  const at = now();
  const asOf = day.asOf.toISOString();
  const read = await features.read({ customerId, asOf, at }).catch((fault) => {
    if (isUnreadable(fault)) return null;
    throw fault;
  });
  if (!read) return [];
  const last = await orDatabaseFault(readLastForm(pool, customerRef));
  const before = last && { form: last, tier: last.changes.tier.now };
  const tier = decision && { tier: decision.tier.final, action: decision.action, asOf: decision.asOf };
  const { values, standing, isSimulated } = read;
  const signals = await orDatabaseFault(readOpenSignals(pool, customerRef));
  return due.map(({ facilityId, ...review }) => ({
    opened: toOpened(review, { customerRef, asOf, openedAt: at.toISOString(), day }),
    facilityId,
    form: fillForm({ asOf, facilityId, values, standing, tier, before, signals, isSimulated }),
  }));
};

interface Opening {
  readonly customerRef: string;
  readonly asOf: string;
  readonly openedAt: string;
  readonly day: ReviewDay;
}

const toOpened = (
  { kind, dueOn, concludeBy }: Omit<DueReview, 'facilityId'>,
  { customerRef, asOf, openedAt, day: { stored } }: Opening,
): NewReview['opened'] => ({
  asOf,
  concludeBy,
  customerRef,
  dueOn,
  event: 'opened',
  kind: 'review',
  openedAt,
  policy: { fingerprint: stored.fingerprint, name: stored.policy.name, version: stored.policy.version },
  review: kind,
  reviewId: randomUUID(),
  schema: 1,
});
