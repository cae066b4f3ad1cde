import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCivilClock, toDayNumber } from '../../src/features/civil-clock.ts';
import { listMonthEnds } from '../../src/features/civil-day.ts';
import { standingDated, toDatedEvent } from '../../src/features/dated-event.ts';
import { findDefaults } from '../../src/features/default.ts';
import { createRepaymentFollower, splitByFacility } from '../../src/features/repayment-course.ts';
import { repaymentStates, stateOf } from '../../src/features/repayment-state.ts';
import { slowOpening, slowState } from '../reference/repayment-state.ts';
import { AS_OF, arbitraryHistory } from '../support/arbitrary-history.ts';

const timeZone = 'Asia/Shanghai';
const clock = createCivilClock(timeZone);
const lastDay = clock.dayOf(Date.parse(AS_OF));
const days = listMonthEnds(toDayNumber('2024-06-01'), lastDay);
const follow = createRepaymentFollower({ days, lastDay, performanceDays: 180, timeZone });

const day = toDayNumber('2025-03-31');
const standing = { day, daysLate: 0, hasLeft: false, defaultDays: [] };

describe('where somebody stands at the end of a month', () => {
  it('is what a slow walk through the events finds, of customers and of each facility', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitraryHistory('c1'), (events) => {
        const all = standingDated(
          events.map((event) => toDatedEvent(event, clock)),
          clock.endOf(lastDay),
        );
        for (const own of [all, ...splitByFacility(all)]) {
          const course = follow(own);
          if (course === null) {
            expect(slowOpening(own)).toBe(Number.POSITIVE_INFINITY);
            continue;
          }
          const defaultDays = findDefaults(own, lastDay).map((each) => each.day);
          const expected = days.map((end) => slowState(own, end, defaultDays));
          expect(course.months.map((month) => month?.state ?? null)).toEqual(expected);
          expect(course).toMatchObject({ openedOn: slowOpening(own), defaultDays });
          for (const state of expected) seen.add(String(state));
        }
      }),
      { numRuns: 60 },
    );
    expect([...seen].sort()).toEqual([...repaymentStates, 'null'].sort());
  });

  it.each([
    [0, 'current'],
    [1, 'days_1_30'],
    [30, 'days_1_30'],
    [31, 'days_31_60'],
    [60, 'days_31_60'],
    [61, 'days_61_on'],
    [91, 'days_61_on'],
    [null, 'unknown'],
  ] as const)('without a default is %s days past due: %s', (daysLate, state) => {
    expect(stateOf({ ...standing, daysLate })).toBe(state);
  });

  it('is no cure where somebody left, whatever was past due, and default where that was within a year of one', () => {
    for (const daysLate of [null, 0, 45]) {
      expect(stateOf({ ...standing, daysLate, hasLeft: true })).toBe('closed');
      expect(stateOf({ ...standing, daysLate, hasLeft: true, defaultDays: [day - 359] })).toBe('default');
      expect(stateOf({ ...standing, daysLate, hasLeft: true, defaultDays: [day - 360] })).toBe('closed');
    }
  });

  it('is default while more than 90 days are past due, then probation, then what days past due say', () => {
    const defaultDays = [day - 100, day + 1];
    expect(stateOf({ ...standing, defaultDays, daysLate: 91 })).toBe('default');
    expect(stateOf({ ...standing, defaultDays, daysLate: 90 })).toBe('probation');
    expect(stateOf({ ...standing, defaultDays: [day - 360], daysLate: 0 })).toBe('current');
    expect(stateOf({ ...standing, defaultDays: [day - 30] })).toBe('default');
    expect(stateOf({ ...standing, defaultDays: [day - 31] })).toBe('probation');
  });
});
