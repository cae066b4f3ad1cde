import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBook } from '../../src/monitoring/book.ts';
import { compareChallenger } from '../../src/monitoring/challengers.ts';
import { type Measuring, measurePerformance, pickKnown } from '../../src/monitoring/performance.ts';
import type { JoinedTruth } from '../../src/monitoring/truth.ts';
import { createRandom } from '../support/random.ts';

const challenger = { name: 'card', version: '2', fingerprint: 'f' };

/** Scores of a customer by both versions, and what became of it. */
interface Customer {
  readonly ours: number;
  readonly theirs: number;
  readonly isBad: boolean;
}

/** A book in which every customer is decided on each of some days, with the same scores and the same end. */
const openRepeated = (customers: readonly Customer[], days: readonly string[]) => {
  const book = openBook({ inputs: [] });
  for (const decidedOn of days) {
    for (const [index, { ours, theirs, isBad }] of customers.entries()) {
      const truth: JoinedTruth = { truth: isBad ? 'bad' : 'good', isClosed: true, defaults: [] };
      const other = { fingerprint: challenger.fingerprint, microLogits: theirs, tier: 'low' as const };
      const score = { microLogits: ours, tier: 'low' as const, bins: [], isSimulated: false };
      book.add({ ...score, customerRef: `c${index}`, decidedOn, truth, challengers: [other] });
    }
  }
  return book.months();
};

const startMeasuring = (): Measuring => {
  const { whole } = createRandom(3);
  return { leastBads: 1, replicates: 20, random: (most) => whole(0, most), pause: async () => undefined };
};

const score = fc.integer({ min: -3_000_000, max: 3_000_000 });
const customers = fc.array(fc.record({ ours: score, theirs: score, isBad: fc.boolean() }), {
  minLength: 1,
  maxLength: 30,
});

const YEAR = ['2026-01-05', '2026-02-05', '2026-03-05'];

describe('decisions on the same customers month after month', () => {
  it('make nothing surer than one decision on each: intervals draw customers, not rows', async () => {
    await fc.assert(
      fc.asyncProperty(customers, async (drawn) => {
        const [once, often] = [openRepeated(drawn, YEAR.slice(0, 1)), openRepeated(drawn, YEAR)];
        const [alone, repeated] = [
          await measurePerformance(pickKnown(once), startMeasuring()),
          await measurePerformance(pickKnown(often), startMeasuring()),
        ];
        expect(repeated?.rows).toBe(3 * drawn.length);
        expect(repeated?.auc).toEqual(alone?.auc);
        const [first, all] = [
          await compareChallenger(once, challenger, startMeasuring()),
          await compareChallenger(often, challenger, startMeasuring()),
        ];
        expect(all.difference).toEqual(first.difference);
      }),
    );
  });

  it('keep their customer where others are left out in between', () => {
    const drawn = [0, 1, 2].map((ours) => ({ ours, theirs: ours, isBad: ours === 1 }));
    const [first, second] = openRepeated(drawn, YEAR.slice(0, 2));
    expect(first?.customers).toEqual([0, 1, 2]);
    const book = openBook({ inputs: [] });
    const rest = { microLogits: 0, tier: 'low' as const, bins: [], truth: null, challengers: [], isSimulated: false };
    for (const [customerRef, decidedOn] of [
      ['b', YEAR[0]],
      ['b', YEAR[0]],
      ['a', YEAR[1]],
      ['b', YEAR[1]],
    ] as const) {
      book.add({ ...rest, customerRef, decidedOn: decidedOn ?? '' });
    }
    expect(book.months().map((month) => month.customers)).toEqual([[0], [1, 0]]);
    expect(second?.customers).toEqual(first?.customers);
  });
});
