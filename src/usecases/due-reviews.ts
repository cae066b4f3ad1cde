import type { Policy } from '../domain/policy.ts';
import { civilDayAt } from '../features/civil-day.ts';
import { type DueReview, findDueReviews, type ReviewedFacility, type ReviewSituation } from '../monitoring/reviews.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import {
  type LastDecision,
  listReviewable,
  readFacilities,
  readLastDecisions,
  readTierSince,
  type ToldFacility,
} from '../store/reviewed-customers.ts';
import { readPastReviews } from '../store/reviews.ts';
import { readBook } from './book-date.ts';
import type { Live, PolicyInUse } from './live.ts';
import type { Features } from './read-features.ts';

/** What reviews are found and opened with. */
export interface ReviewParts {
  readonly database: Database;
  readonly live: Pick<Live, 'policyFor'>;
  readonly features: Features;
  readonly timeZone: string;
  readonly now: () => Date;
}

/** The book's date, its civil day, and the policy by which reviews are due. */
export interface ReviewDay {
  readonly asOf: Date;
  readonly today: string;
  readonly stored: PolicyInUse['stored'];
}

/** A customer with reviews that are due. */
export interface CustomerDue {
  readonly customerRef: string;
  readonly customerId: string;
  readonly decision: LastDecision | null;
  readonly due: readonly DueReview[];
}

/** The day it is in the book. @throws database_unavailable, and what keeps a policy from being in use */
export const openReviewDay = async ({ database, live, timeZone, now }: ReviewParts): Promise<ReviewDay> => {
  const { date: asOf } = await readBook(database, now());
  const { stored } = await live.policyFor(undefined);
  return { asOf, today: civilDayAt(asOf.getTime(), timeZone), stored };
};

/** Customers looked at before others get a turn of the database. */
const PAGE = 20;

/**
 * Goes through the whole book, page by page, and yields those with reviews due until a day; nothing but a page is held.
 * @throws database_unavailable
 */
export async function* scanDueReviews(
  parts: ReviewParts,
  day: ReviewDay,
  until: string,
): AsyncGenerator<CustomerDue[]> {
  const { pool } = parts.database;
  for (let after = ''; ; ) {
    const refs = await orDatabaseFault(listReviewable(pool, after, PAGE));
    const last = refs.at(-1);
    if (last === undefined) return;
    yield await findDueOf(parts, day, { customerRefs: refs, until });
    after = last;
  }
}

/** Which customers, and until which day. */
export interface DueWanted {
  readonly customerRefs: readonly string[];
  readonly until: string;
}

/** Those of some customers that have reviews due until a day. @throws database_unavailable */
export const findDueOf = (
  { database: { pool }, timeZone }: ReviewParts,
  { asOf, stored: { policy } }: ReviewDay,
  { customerRefs, until }: DueWanted,
): Promise<CustomerDue[]> =>
  orDatabaseFault(
    (async () => {
      const told = groupBy(await readFacilities(pool, customerRefs, asOf), ({ customerRef }) => customerRef);
      const past = groupBy(await readPastReviews(pool, customerRefs), ({ customerRef }) => customerRef);
      const decisions = await readLastDecisions(pool, customerRefs);
      const found: CustomerDue[] = [];
      for (const [customerRef, facilities] of told) {
        const decision = decisions.get(customerRef) ?? null;
        const toDay = (instant: number) => civilDayAt(instant, timeZone);
        const situation = {
          facilities: toReviewed(facilities, asOf, toDay),
          past: past.get(customerRef) ?? [],
          tier: decision && { tier: decision.tier.final, since: BEGINNING },
        };
        const isDue = ({ dueOn }: DueReview) => dueOn <= until;
        if (!findDueReviews(situation, policy).some(isDue)) continue;
        const since = decision && (await readTierSince(pool, customerRef, decision.tier.final));
        const due = findSince(situation, policy, since === null ? null : toDay(Date.parse(since))).filter(isDue);
        const { customerId } = facilities[0] as ToldFacility;
        if (due.length > 0) found.push({ customerRef, customerId, decision, due });
      }
      return found;
    })(),
  );

/** Before any tier began: a date that its beginning can only put off. */
const BEGINNING = '0001-01-01';

const findSince = (situation: ReviewSituation, policy: Policy, since: string | null): DueReview[] =>
  findDueReviews({ ...situation, tier: situation.tier && { ...situation.tier, since: since ?? BEGINNING } }, policy);

/** Each facility by what was said of it last, and when it was first told of; by a book that was set back, when that was known. */
const toReviewed = (
  told: readonly ToldFacility[],
  asOf: Date,
  toDay: (instant: number) => string,
): ReviewedFacility[] =>
  [...groupBy(told, ({ content }) => content.facilityId)].map(([facilityId, events]) => {
    const { recordedAt, knownAt, isBackfilled } = events[0] as ToldFacility;
    const { status, openedOn, maturesOn } = (events.at(-1) as ToldFacility).content.payload;
    const recorded = Date.parse(recordedAt) <= asOf.getTime() ? Date.parse(recordedAt) : knownAt.getTime();
    return { facilityId, isOpen: status === 'open', openedOn, maturesOn, recordedOn: toDay(recorded), isBackfilled };
  });

const groupBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return groups;
};
