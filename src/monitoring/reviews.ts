import type { Tier } from '../domain/ordered.ts';
import { type Policy, reviewDefaults } from '../domain/policy.ts';
import type { ReviewKind } from '../domain/review.ts';
import { toCivilDate, toDayNumber } from '../features/civil-clock.ts';

/** A facility as it stands; civil days throughout. */
export interface ReviewedFacility {
  readonly facilityId: string;
  readonly isOpen: boolean;
  readonly openedOn: string;
  readonly maturesOn: string | null;
  /** When it was first recorded. */
  readonly recordedOn: string;
  /** Whether it came with an import, so that what was due before it was recorded was somebody else's to do. */
  readonly isBackfilled: boolean;
}

/** A review that was opened before. */
export interface PastReview {
  readonly kind: ReviewKind;
  /** Null where it was of the customer as a whole. */
  readonly facilityId: string | null;
  /** Null while it is open. */
  readonly concludedOn: string | null;
}

/** What due dates follow from. */
export interface ReviewSituation {
  readonly facilities: readonly ReviewedFacility[];
  readonly past: readonly PastReview[];
  /** The final tier, and the day since when it has stood; null where nothing was decided yet. */
  readonly tier: { readonly tier: Tier; readonly since: string } | null;
}

/** The rules of a policy that due dates follow from. */
export type ReviewPolicy = Pick<Policy, 'reviewEveryDays' | 'reviews' | 'unscored'>;

/** A review and the civil day on which it is due. */
export interface DueReview {
  readonly kind: ReviewKind;
  readonly facilityId: string | null;
  readonly dueOn: string;
  /** The last day on which it is not overdue. */
  readonly concludeBy: string;
}

/**
 * The next due date of each review of a customer that is not open already, by policy. Of each open facility the use of its
 * funds, once; then the customer, counted from its last review (before the first from its oldest open facility), by the
 * final tier, or by the term left then where that asks for it sooner. A customer for whom nothing was decided yet has the
 * tier that the policy gives where there is no score. A tier that changed asks for a review from that day on, never
 * before it.
 */
export const findDueReviews = (situation: ReviewSituation, policy: ReviewPolicy): DueReview[] => {
  const { concludeWithinDays } = policy.reviews ?? reviewDefaults;
  const open = situation.facilities.filter(({ isOpen }) => isOpen);
  const periodic = findPeriodic({ ...situation, facilities: open }, policy);
  return [
    ...open.flatMap((facility) => findUseOfFunds(facility, situation.past, policy)),
    ...(periodic === null ? [] : [{ kind: 'periodic' as const, facilityId: null, dueOn: periodic }]),
  ]
    .map((due) => ({ ...due, concludeBy: addDays(due.dueOn, concludeWithinDays) }))
    .sort((a, b) => compare(a.dueOn, b.dueOn) || compare(a.facilityId ?? '', b.facilityId ?? ''));
};

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

const addDays = (day: string, days: number): string => toCivilDate(toDayNumber(day) + days);

const latestDay = (first: string, ...others: readonly string[]): string =>
  [first, ...others].sort(compare).at(-1) ?? first;

const earliestDay = (days: readonly string[]): string | null => [...days].sort(compare)[0] ?? null;

/** One that was due before an import told of the facility is not caught up; one that was told late is due at once. */
const findUseOfFunds = (
  { facilityId, openedOn, recordedOn, isBackfilled }: ReviewedFacility,
  past: readonly PastReview[],
  policy: ReviewPolicy,
): { kind: 'use_of_funds'; facilityId: string; dueOn: string }[] => {
  const { useOfFundsDays } = policy.reviews ?? reviewDefaults;
  if (past.some((review) => review.kind === 'use_of_funds' && review.facilityId === facilityId)) return [];
  const dueOn = addDays(openedOn, useOfFundsDays);
  if (isBackfilled && dueOn < recordedOn) return [];
  return [{ kind: 'use_of_funds', facilityId, dueOn: latestDay(dueOn, recordedOn) }];
};

/** @param situation with its open facilities alone */
const findPeriodic = ({ facilities, past, tier }: ReviewSituation, policy: ReviewPolicy): string | null => {
  const periodic = past.filter(({ kind }) => kind === 'periodic');
  const first = earliestDay(facilities.map(seenOn));
  if (first === null || periodic.some(({ concludedOn }) => concludedOn === null)) return null;
  const from = latestDay(first, ...periodic.flatMap(({ concludedOn }) => concludedOn ?? []));
  const standing = tier ?? { tier: policy.unscored.degraded.tier, since: from };
  const byTier = latestDay(addDays(from, policy.reviewEveryDays[standing.tier]), standing.since);
  return earliestDay([byTier, ...findByTerm(facilities, from, policy)]);
};

const seenOn = ({ openedOn, recordedOn }: ReviewedFacility): string => latestDay(openedOn, recordedOn);

/** When facilities that still have long to run on a day ask for the next review. */
const findByTerm = (facilities: readonly ReviewedFacility[], from: string, policy: ReviewPolicy): string[] => {
  const { longTerm } = policy.reviews ?? reviewDefaults;
  if (longTerm === null) return [];
  return facilities.flatMap((facility) => {
    const begins = latestDay(from, seenOn(facility));
    const isLong = facility.maturesOn !== null && facility.maturesOn >= addDays(begins, longTerm.fromDays);
    return isLong ? [latestDay(addDays(from, longTerm.everyDays), seenOn(facility))] : [];
  });
};
