import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatedEvent } from '../../src/features/dated-event.ts';
import { createIsOfShare } from '../../src/usecases/customer-share.ts';
import { createIsTold } from '../../src/usecases/told-within.ts';

describe('a share of customers', () => {
  it('has everybody once where shares meet end to end, and about its part of them', () => {
    const ids = Array.from({ length: 4_000 }, (_, place) => `customer-${place}`);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), (cut) => {
        const [one, other] = [createIsOfShare({ from: 0, to: cut }), createIsOfShare({ from: cut, to: 100 })];
        expect(ids.every((id) => one(id) !== other(id))).toBe(true);
        expect(Math.abs(ids.filter(one).length / ids.length - cut / 100)).toBeLessThan(0.04);
      }),
      { numRuns: 20 },
    );
    expect(ids.every(createIsOfShare(null))).toBe(true);
  });
});

describe('a customer who was told of', () => {
  const event = (type: string, day: number, known: number): DatedEvent =>
    ({ event: { type }, day, known }) as unknown as DatedEvent;

  it('had something but a profile within the days, known by then', () => {
    const isTold = createIsTold([event('profile', 100, 0), event('statement', 50, 7)], 62);
    expect([49, 50, 111, 112].map((day) => isTold(day, 7))).toEqual([false, true, true, false]);
    expect(isTold(60, 6)).toBe(false);
    expect(createIsTold([event('profile', 100, 0)], 62)(100, 9)).toBe(false);
    expect(createIsTold([], Number.POSITIVE_INFINITY)(1, 1)).toBe(true);
  });
});
