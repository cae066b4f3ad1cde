import { randomUUID } from 'node:crypto';
import type { ConcludeBody } from '../contract/reviews.ts';
import type { Override } from '../domain/decision.ts';
import type { Action, Tier } from '../domain/ordered.ts';
import type { ReviewConclusion } from '../domain/review.ts';
import { appError } from '../errors.ts';
import { civilDayAt } from '../features/civil-day.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { readReview, type WholeReview } from '../store/read-reviews.ts';
import { readLastDecisions } from '../store/reviewed-customers.ts';
import { appendConclusion, type NewConclusion, type StandingReview } from '../store/reviews.ts';
import { readBook } from './book-date.ts';
import { readDecision } from './decisions.ts';
import type { Rescorer } from './rescore.ts';

/** What a reviewer comes to. */
export interface Concluding {
  readonly reviewId: string;
  readonly conclusion: ReviewConclusion;
  /** What is raised to, or asked for. */
  readonly tier: Tier | null;
  readonly action: Action | null;
  /** Until when a raise holds at most; null = until the next periodic review is concluded. */
  readonly until: string | null;
  readonly reason: string;
  readonly actor: string;
}

/** What was sent, with what it leaves open as null. */
export const toConcluding = (reviewId: string, body: ConcludeBody, actor: string): Concluding => {
  const { tier = null, action = null, until = null } = { tier: null, action: null, until: null, ...body };
  return { reviewId, conclusion: body.conclusion, tier, action, until, reason: body.reason, actor };
};

/** What concluding needs. */
export interface ConcludeParts {
  readonly database: Database;
  readonly timeZone: string;
  readonly now: () => Date;
  /** Decides anew for the customer; every later decision follows in any case. */
  readonly rescorer: Pick<Rescorer, 'take'>;
}

/**
 * Records what a reviewer came to, once. A raise holds from now on for every decision, at most until its end; it ends with
 * the customer's next periodic review that is concluded as `keep`, and the next raise takes its place. To ask for a lower
 * tier lowers nothing and ends nothing.
 * @throws review_missing, review_concluded, bad_request for an end that is past, database_unavailable
 */
export const concludeReview = async (parts: ConcludeParts, wanted: Concluding): Promise<WholeReview> => {
  const { database, timeZone, now, rescorer } = parts;
  const { reviewId, until } = wanted;
  const at = now();
  const { opened } = await showReview(database, reviewId);
  if (until !== null && Date.parse(until) <= at.getTime())
    throw appError('bad_request', { field: 'until', problem: past });
  const { date } = await readBook(database, at);
  const saw = await readSeen(database, opened.customerRef);
  const concludedOn = civilDayAt(date.getTime(), timeZone);
  await appendConclusion(database, reviewId, (found) => {
    if (!found) throw missing(reviewId);
    if (found.isConcluded) throw appError('review_concluded', { review: reviewId });
    return toConclusion(wanted, found, { concludedAt: at.toISOString(), concludedOn, saw });
  });
  const review = await showReview(database, reviewId);
  rescorer.take([review.customerId]);
  return review;
};

const past = { zh: '须晚于现在', en: 'must lie in the future' };

const missing = (review: string) => appError('review_missing', { review });

/** One review with its form. @throws review_missing, also where it was erased */
export const showReview = async ({ pool }: Pick<Database, 'pool'>, reviewId: string): Promise<WholeReview> => {
  const review = await orDatabaseFault(readReview(pool, reviewId));
  if (!review) throw missing(reviewId);
  return review;
};

type Seen = Override['saw'];

/** What the reviewer had before them: the last monitoring decision; null where there is none. */
const readSeen = async (database: Database, customerRef: string): Promise<Seen | null> => {
  const last = (await orDatabaseFault(readLastDecisions(database.pool, [customerRef]))).get(customerRef);
  if (!last) return null;
  const { decision } = await readDecision(database, last.decisionId);
  const hits = decision?.rules.hits ?? [];
  return {
    modelTier: last.tier.model ?? last.tier.final,
    hits: hits.map(({ id, tier, action }) => ({ id, tier, action })),
  };
};

/** Of a raise without an end. */
const NEVER = '9999-12-31T23:59:59.999Z';

/** In UTC, and of a year of four digits whatever its offset. */
const boundInstant = (instant: string): string =>
  new Date(Math.min(Date.parse(NEVER), Date.parse(instant))).toISOString();

interface Moment {
  readonly concludedAt: string;
  readonly concludedOn: string;
  readonly saw: Seen | null;
}

const toConclusion = (wanted: Concluding, found: StandingReview, moment: Moment): NewConclusion => {
  const { reviewId, conclusion, tier, action, reason, actor } = wanted;
  const until = wanted.until === null ? null : boundInstant(wanted.until);
  const { concludedAt, concludedOn } = moment;
  return {
    concluded: {
      action,
      actor,
      concludedAt,
      concludedOn,
      conclusion,
      customerRef: found.customerRef,
      event: 'concluded',
      kind: 'review',
      opened: found.openedSeq,
      reviewId,
      schema: 1,
      tier,
      until,
    },
    reason,
    raise: raiseOf(wanted, found, moment),
  };
};

const raiseOf = (wanted: Concluding, { kind }: StandingReview, moment: Moment): NewConclusion['raise'] => {
  if (wanted.conclusion === 'raise') return toRaise(wanted, moment);
  return wanted.conclusion === 'keep' && kind === 'periodic' ? 'ended' : 'kept';
};

/** Without a tier of its own it raises the action alone: the mildest tier is below none. */
const toRaise = ({ tier, action, until, actor, reason }: Concluding, { saw }: Moment): Override => ({
  id: randomUUID(),
  kind: 'raise',
  tier: tier ?? 'low',
  action,
  officer: actor,
  reason,
  until: until === null ? NEVER : boundInstant(until),
  saw: saw ?? { modelTier: tier ?? 'low', hits: [] },
});
