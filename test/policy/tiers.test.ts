import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tier, tierRank } from '../../src/domain/ordered.ts';
import {
  allTargets,
  appliedCutOff,
  type CutOffs,
  holdFall,
  reachedRank,
  targetScore,
  tierOf,
  toCutOffs,
} from '../../src/policy/tiers.ts';
import { bracketLogOdds } from '../reference/log-odds.ts';
import { cutOffOf, type TierBounds, targetOf, tierReached } from '../reference/tiers.ts';

/** leave <= enter, and leaving high needs more than entering medium; often close together. */
const bounds: fc.Arbitrary<TierBounds> = fc
  .record({
    start: fc.integer({ min: -8_000_000, max: 2_000_000 }),
    gaps: fc
      .constantFrom(2, 50, 1_000_000)
      .chain((most) => fc.tuple(fc.nat(most), fc.integer({ min: 1, max: most }), fc.nat(most))),
  })
  .map(({ start, gaps: [mediumWidth, between, highWidth] }) => ({
    medium: { leave: start, enter: start + mediumWidth },
    high: { leave: start + mediumWidth + between, enter: start + mediumWidth + between + highWidth },
  }));

const toRanks = ({ medium, high }: TierBounds): CutOffs => ({
  enter: [Number.NEGATIVE_INFINITY, medium.enter, high.enter],
  leave: [Number.NEGATIVE_INFINITY, medium.leave, high.leave],
});

const previousTier = fc.option(fc.constantFrom(...Tier.options));
const rankOf = (previous: Tier | null): number => (previous === null ? -1 : tierRank(previous));

/** Scores at and beside the cut-offs. */
const cases = bounds.chain((tiers) =>
  fc.record({
    tiers: fc.constant(tiers),
    score: fc
      .tuple(
        fc.constantFrom(tiers.medium.leave, tiers.medium.enter, tiers.high.leave, tiers.high.enter),
        fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -10_000_000, max: 10_000_000 })),
      )
      .map(([cutOff, offset]) => cutOff + offset),
    previous: previousTier,
  }),
);

describe('the model tier', () => {
  it('is the highest whose enter the score meets, or whose leave it meets while the previous tier was as high', () => {
    fc.assert(
      fc.property(cases, ({ tiers, score, previous }) => {
        expect(tierOf(reachedRank(toRanks(tiers), score, rankOf(previous)))).toBe(tierReached(tiers, score, previous));
      }),
      { numRuns: 1000 },
    );
  });

  it('never falls as the score or the previous tier rises', () => {
    fc.assert(
      fc.property(cases, fc.nat(1_000_000), ({ tiers, score, previous }, more) => {
        const cutOffs = toRanks(tiers);
        const rank = reachedRank(cutOffs, score, rankOf(previous));
        expect(reachedRank(cutOffs, score + more, rankOf(previous))).toBeGreaterThanOrEqual(rank);
        expect(reachedRank(cutOffs, score, Math.min(2, rankOf(previous) + 1))).toBeGreaterThanOrEqual(rank);
      }),
      { numRuns: 500 },
    );
  });

  it('is its own answer when it is the previous tier', () => {
    fc.assert(
      fc.property(cases, ({ tiers, score, previous }) => {
        const cutOffs = toRanks(tiers);
        const rank = reachedRank(cutOffs, score, rankOf(previous));
        expect(reachedRank(cutOffs, score, rank)).toBe(rank);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the cut-off that applied', () => {
  it('is leave where the previous model tier was as high, else enter', () => {
    fc.assert(
      fc.property(bounds, previousTier, fc.constantFrom('medium', 'high'), (tiers, previous, tier) => {
        expect(appliedCutOff(toRanks(tiers), tierRank(tier), rankOf(previous))).toBe(cutOffOf(tiers, tier, previous));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the target score', () => {
  it('is the worst score of the next better tier, and for the lowest tier the cut-off upward', () => {
    fc.assert(
      fc.property(cases, ({ tiers, score, previous }) => {
        const cutOffs = toRanks(tiers);
        const rank = reachedRank(cutOffs, score, rankOf(previous));
        const target = targetScore(cutOffs, rank, rankOf(previous));
        expect(target).toBe(targetOf(tiers, tierReached(tiers, score, previous), previous));
        const next = reachedRank(cutOffs, target, rankOf(previous));
        expect(next).toBe(rank === 0 ? 1 : rank - 1);
        const beside = reachedRank(cutOffs, rank === 0 ? target - 1 : target + 1, rankOf(previous));
        expect(beside).toBe(rank);
      }),
      { numRuns: 1000 },
    );
  });

  it('is among those prepared beforehand, whatever the score and the previous tier', () => {
    fc.assert(
      fc.property(cases, ({ tiers, score, previous }) => {
        expect(allTargets(toRanks(tiers))).toContain(targetOf(tiers, tierReached(tiers, score, previous), previous));
      }),
      { numRuns: 500 },
    );
  });
});

describe('minimum stay', () => {
  const rank = fc.integer({ min: 0, max: 2 });
  const days = fc.integer({ min: 0, max: 5 });

  it('holds falls, and falls alone, until the previous tier has stood long enough', () => {
    fc.assert(
      fc.property(rank, fc.option(fc.record({ rank, stoodDays: days })), days, (reached, previous, minimumStayDays) => {
        const falls = previous !== null && reached < previous.rank;
        const isHeld = falls && previous.stoodDays < minimumStayDays;
        expect(holdFall(reached, previous, minimumStayDays)).toBe(isHeld ? previous.rank : reached);
      }),
      { numRuns: 500 },
    );
  });
});

describe('toCutOffs', () => {
  const probability = fc.oneof(
    fc.integer({ min: 1, max: 9_999 }).map((share) => share / 10_000),
    fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
  );
  const four = fc
    .uniqueArray(probability, { minLength: 4, maxLength: 4 })
    .map((list) => list.sort((a, b) => a - b))
    .map(([a = 0, b = 0, c = 0, d = 0]) => ({ medium: { leave: a, enter: b }, high: { leave: c, enter: d } }));

  it('gives the least integer that is not below the exact log-odds', () => {
    fc.assert(
      fc.property(four, ({ medium, high }) => {
        const { enter, leave } = toCutOffs({ medium, high });
        const expected = (tier: typeof medium, side: 'enter' | 'leave') => bracketLogOdds(tier[side]).ceil;
        expect(enter.map((cutOff) => cutOff + 0)).toEqual([
          Number.NEGATIVE_INFINITY,
          expected(medium, 'enter'),
          expected(high, 'enter'),
        ]);
        expect(leave.map((cutOff) => cutOff + 0)).toEqual([
          Number.NEGATIVE_INFINITY,
          expected(medium, 'leave'),
          expected(high, 'leave'),
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('never gives a negative zero, which JSON would not keep', () => {
    const justBelowHalf = fc.integer({ min: 1, max: 900 }).map((step) => 0.5 - step * 2.7e-10);
    fc.assert(
      fc.property(justBelowHalf, (enter) => {
        const cutOffs = toCutOffs({ medium: { enter: 0.1, leave: 0.1 }, high: { enter, leave: enter } });
        expect(Object.is(cutOffs.enter[2], -0)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});
