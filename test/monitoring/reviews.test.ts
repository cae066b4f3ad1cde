import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tier } from '../../src/domain/ordered.ts';
import { Policy, type ReviewRules, reviewDefaults } from '../../src/domain/policy.ts';
import { toCivilDate, toDayNumber } from '../../src/features/civil-clock.ts';
import {
  type DueReview,
  findDueReviews,
  type PastReview,
  type ReviewedFacility,
  type ReviewPolicy,
  type ReviewSituation,
} from '../../src/monitoring/reviews.ts';
import { readText } from '../../src/store/json.ts';
import { createPolicy } from '../factories/policy.ts';

const FIRST = toDayNumber('2020-01-01');
const day = fc.integer({ min: 0, max: 3_000 }).map((days) => toCivilDate(FIRST + days));
const plus = (from: string, days: number): string => toCivilDate(toDayNumber(from) + days);

const facility = (facilityId: string): fc.Arbitrary<ReviewedFacility> =>
  fc
    .record({
      facilityId: fc.constant(facilityId),
      isOpen: fc.boolean(),
      openedOn: day,
      term: fc.option(fc.integer({ min: 1, max: 8_000 })),
      late: fc.integer({ min: 0, max: 400 }),
      isBackfilled: fc.boolean(),
    })
    .map(({ term, late, ...each }) => ({
      ...each,
      maturesOn: term === null ? null : plus(each.openedOn, term),
      recordedOn: plus(each.openedOn, late),
    }));

const past: fc.Arbitrary<PastReview> = fc.oneof(
  fc.record({ kind: fc.constant('periodic' as const), facilityId: fc.constant(null), concludedOn: day }),
  fc.record({
    kind: fc.constant('use_of_funds' as const),
    facilityId: fc.constantFrom('a', 'b'),
    concludedOn: fc.option(day),
  }),
);

const situation: fc.Arbitrary<ReviewSituation> = fc.record({
  facilities: fc.tuple(facility('a'), facility('b')).map((pair) => [...pair]),
  past: fc.array(past, { maxLength: 4 }),
  tier: fc.option(fc.record({ tier: fc.constantFrom(...Tier.options), since: day })),
});

const rules: fc.Arbitrary<ReviewRules> = fc.record({
  useOfFundsDays: fc.integer({ min: 1, max: 200 }),
  longTerm: fc.option(
    fc.record({ fromDays: fc.integer({ min: 1, max: 4_000 }), everyDays: fc.integer({ min: 1, max: 800 }) }),
  ),
  concludeWithinDays: fc.integer({ min: 0, max: 60 }),
});

const policyOf = (reviews?: ReviewRules): ReviewPolicy => createPolicy(reviews ? { reviews } : {});
const policy = fc.option(rules, { nil: undefined }).map(policyOf);

const periodicOf = (due: readonly DueReview[]): string | null =>
  due.find(({ kind }) => kind === 'periodic')?.dueOn ?? null;

describe('due dates of reviews', () => {
  it('do not depend on the order in which anything is told', () => {
    fc.assert(
      fc.property(situation, policy, (told, by) => {
        const turned = { ...told, facilities: told.facilities.toReversed(), past: told.past.toReversed() };
        expect(findDueReviews(turned, by)).toEqual(findDueReviews(told, by));
      }),
    );
  });

  it('are of open facilities alone, and none without one', () => {
    fc.assert(
      fc.property(situation, policy, (told, by) => {
        const open = told.facilities.filter(({ isOpen }) => isOpen);
        const due = findDueReviews(told, by);
        expect(findDueReviews({ ...told, facilities: open }, by)).toEqual(due);
        if (open.length === 0) expect(due).toEqual([]);
        else expect(due.filter(({ kind }) => kind === 'periodic')).toHaveLength(1);
      }),
    );
  });

  it('check the use of each facility once: never before its day nor before it was recorded', () => {
    fc.assert(
      fc.property(situation, rules, (told, by) => {
        for (const { kind, facilityId, dueOn } of findDueReviews(told, policyOf(by))) {
          if (kind !== 'use_of_funds') continue;
          const of = told.facilities.find((each) => each.facilityId === facilityId) as ReviewedFacility;
          const checkOn = plus(of.openedOn, by.useOfFundsDays);
          expect(told.past.some((review) => review.facilityId === facilityId)).toBe(false);
          expect([checkOn, of.recordedOn]).toContain(dueOn);
          expect(dueOn >= checkOn && dueOn >= of.recordedOn).toBe(true);
          if (of.isBackfilled) expect(dueOn).toBe(checkOn);
        }
      }),
    );
  });

  it('ask for the next periodic review at least the shortest cadence after the last, and at most that of the tier', () => {
    fc.assert(
      fc.property(situation, rules, (told, by) => {
        const found = policyOf(by);
        const dueOn = periodicOf(findDueReviews(told, found));
        const concluded = told.past.flatMap((review) =>
          review.kind === 'periodic' && review.concludedOn ? [review.concludedOn] : [],
        );
        const last = concluded.toSorted().at(-1);
        if (dueOn === null || last === undefined) return;
        const cadences = [...Object.values(found.reviewEveryDays), by.longTerm?.everyDays ?? 1_000];
        expect(dueOn >= plus(last, Math.min(...cadences))).toBe(true);
        const { tier, since } = told.tier ?? { tier: found.unscored.degraded.tier, since: last };
        const seen = told.facilities.filter(({ isOpen }) => isOpen).map(({ recordedOn }) => recordedOn);
        const from = [last, seen.toSorted()[0] ?? last].toSorted().at(-1) as string;
        const latest = [plus(from, found.reviewEveryDays[tier]), since].toSorted().at(-1) as string;
        expect(dueOn <= latest).toBe(true);
      }),
    );
  });

  it('come no later for a stricter tier that has stood as long', () => {
    fc.assert(
      fc.property(situation, policy, day, (told, by, since) => {
        const dates = Tier.options.map((tier) => periodicOf(findDueReviews({ ...told, tier: { tier, since } }, by)));
        const [low = null, medium = null, high = null] = dates;
        if (low === null || medium === null || high === null) return;
        expect(high <= medium && medium <= low).toBe(true);
      }),
    );
  });

  it('leave an open review alone, and give time to conclude it', () => {
    fc.assert(
      fc.property(situation, rules, (told, by) => {
        const open: PastReview = { kind: 'periodic', facilityId: null, concludedOn: null };
        const due = findDueReviews({ ...told, past: [...told.past, open] }, policyOf(by));
        expect(periodicOf(due)).toBeNull();
        for (const { dueOn, concludeBy } of due) expect(concludeBy).toBe(plus(dueOn, by.concludeWithinDays));
      }),
    );
  });

  it('are told by example', () => {
    const loan: ReviewedFacility = {
      facilityId: 'loan',
      isOpen: true,
      openedOn: '2026-01-10',
      maturesOn: '2046-01-10',
      recordedOn: '2026-01-10',
      isBackfilled: false,
    };
    const found = (change: Partial<ReviewSituation>) =>
      findDueReviews({ facilities: [loan], past: [], tier: null, ...change }, policyOf()).map(({ kind, dueOn }) => [
        kind,
        dueOn,
      ]);
    const tierOf = (tier: Tier, since: string) => ({ tier: { tier, since } });
    expect(found({})).toEqual([
      ['use_of_funds', '2026-02-09'],
      ['periodic', '2026-04-10'],
    ]);
    expect(found(tierOf('high', '2026-01-10'))).toContainEqual(['periodic', '2026-02-09']);
    expect(found(tierOf('high', '2026-05-01'))).toContainEqual(['periodic', '2026-05-01']);
    expect(found(tierOf('low', '2026-01-10'))).toContainEqual(['periodic', '2027-01-05']);
    expect(found({ facilities: [{ ...loan, isBackfilled: true, recordedOn: '2026-06-01' }] })).toEqual([
      ['periodic', '2026-08-30'],
    ]);
  });
});

describe('a policy that says nothing of reviews', () => {
  it('is read as it was written, so that its fingerprint stays, and has the defaults', () => {
    const text = readText(new URL('../../data/policies/behaviour/1.json', import.meta.url).pathname);
    const read = Policy.parse(JSON.parse(text));
    expect(read).toEqual(JSON.parse(text));
    expect(read).not.toHaveProperty('reviews');
    const told = { facilities: [], past: [], tier: null };
    expect(findDueReviews(told, read)).toEqual(findDueReviews(told, { ...read, reviews: reviewDefaults }));
  });
});
