import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventContent, EventItem } from '../../src/domain/event.ts';
import { createCivilClock, toCivilDate, toDayNumber } from '../../src/features/civil-clock.ts';
import { standingDated, toDatedEvent } from '../../src/features/dated-event.ts';
import { findDefaults, outcomeOf } from '../../src/features/default.ts';
import { facilityOf } from '../factories/event.ts';

const clock = createCivilClock('Asia/Shanghai');
const lastDay = toDayNumber('2026-12-31');

const standingOf = (events: readonly EventItem[]) => {
  const dated = events.map((event) => {
    const { occurredAt } = event;
    return toDatedEvent(
      { ...(event as EventContent), knownAt: occurredAt, recordedAt: occurredAt, isBackfilled: true },
      clock,
    );
  });
  return standingDated(dated, clock.endOf(lastDay));
};

const defaultsOf = (events: readonly EventItem[]): string[] =>
  findDefaults(standingOf(events), lastDay).map(({ day, cause }) => `${toCivilDate(day)} ${cause}`);

const base = { customerId: 'A', facilityId: 'loan', currency: 'CNY', amountMinor: 90_000 } as const;
const at = (date: string): string => `${date}T12:00:00+08:00`;
const due = (date: string): EventItem => ({
  ...base,
  type: 'instalment_due',
  eventId: `due-${date}`,
  occurredAt: at(date),
  payload: { schedule: 'both' },
});
const paid = (date: string): EventItem => ({
  ...base,
  type: 'repayment',
  eventId: `paid-${date}`,
  occurredAt: at(date),
  payload: { method: 'transfer' },
});
const loan = (date: string, restructuredOn: string | null = null): EventItem => {
  const granted = facilityOf({ eventId: `loan-${date}`, facilityId: 'loan', occurredAt: at(date) });
  return { ...granted, payload: { ...granted.payload, restructuredOn } };
};
const granted = loan('2024-01-01');
const changed = (date: string) => loan(date, date);

describe('a default by arrears', () => {
  it('is not undone by a plan that takes the place of the one it broke', () => {
    const late = [granted, due('2024-02-01')];
    expect(defaultsOf(late)).toEqual(['2024-05-02 arrears']);
    expect(defaultsOf([...late, changed('2024-12-01')])).toEqual(['2024-05-02 arrears']);
    expect(defaultsOf([...late, changed('2024-12-01'), changed('2025-06-01')])).toEqual(['2024-05-02 arrears']);
  });

  it('does not begin where another plan took its place before the ninety-first day', () => {
    expect(defaultsOf([granted, due('2024-02-01'), changed('2024-05-02')])).toEqual([]);
    expect(defaultsOf([granted, due('2024-02-01'), changed('2024-05-03')])).toEqual(['2024-05-02 arrears']);
  });

  it('is counted by the plan that holds from its first day on', () => {
    const events = [granted, due('2024-02-01'), changed('2024-04-01'), due('2024-05-01'), due('2024-06-01')];
    expect(defaultsOf(events)).toEqual(['2024-07-31 arrears', '2024-08-31 arrears']);
    expect(defaultsOf([...events, paid('2024-05-05'), paid('2024-06-05')])).toEqual([]);
  });

  it('that had begun stays, whatever plan is agreed after it', () => {
    const day = fc.integer({ min: 0, max: 700 }).map((days) => toCivilDate(toDayNumber('2024-01-02') + days));
    const history = fc.uniqueArray(fc.tuple(fc.constantFrom(due, paid), day), { maxLength: 12, selector: String });
    fc.assert(
      fc.property(history, day, (drawn, on) => {
        const events = [granted, ...drawn.map(([make, date]) => make(date))];
        const before = defaultsOf(events).filter((found) => found < on);
        expect(defaultsOf([...events, changed(on)])).toEqual(expect.arrayContaining(before));
      }),
    );
  });
});

describe('an outcome', () => {
  const observed = '2024-06-30';
  const window = { observedOn: toDayNumber(observed), days: 360, knownTo: lastDay };
  const outcome = (events: readonly EventItem[]) => outcomeOf(standingOf([granted, ...events]), window);

  it('is unknown, not good, where nothing in the window tells how the customer pays', () => {
    const before = [due('2024-05-01'), paid('2024-05-01')];
    expect(outcome(before)).toBe('unknown');
    expect(outcome([...before, due('2024-06-30'), paid('2024-06-30')])).toBe('unknown');
    expect(outcome([...before, due('2025-06-26'), paid('2025-06-26')])).toBe('unknown');
    expect(outcome([...before, due('2025-06-25'), paid('2025-06-25')])).toBe('good');
    expect(outcome([...before, due('2024-07-01'), paid('2024-07-01')])).toBe('good');
  });

  it('is what silence cannot make good: arrears from before stay what they are', () => {
    expect(outcome([due('2024-06-01')])).toBe('bad');
  });

  it('is good only where the window tells, and unknown only where it does not', () => {
    const day = fc.integer({ min: 0, max: 700 }).map((days) => toCivilDate(toDayNumber('2024-01-02') + days));
    const history = fc.uniqueArray(fc.tuple(fc.constantFrom(due, paid), day), { maxLength: 12, selector: String });
    fc.assert(
      fc.property(history, (drawn) => {
        const dayOf = ([, date]: (typeof drawn)[number]) => toDayNumber(date) - window.observedOn;
        const isTold = drawn.some((each) => dayOf(each) > 0 && dayOf(each) <= window.days);
        const found = outcome(drawn.map(([make, date]) => make(date)));
        if (found === 'good') expect(isTold).toBe(true);
        if (found === 'unknown') expect(isTold).toBe(false);
      }),
    );
  });
});
