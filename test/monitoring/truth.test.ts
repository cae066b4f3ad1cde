import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/domain/outcome.ts';
import { type JoinRule, joinTruth } from '../../src/monitoring/truth.ts';

const decidedOn = '2026-01-31';
/** A civil day so many days after the decision. */
const dayAfter = (days: number): string =>
  new Date(Date.parse(`${decidedOn}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const seen = (days: number, defaulted: boolean): Outcome => ({ observedOn: dayAfter(days), defaulted, loss: null });
const rule = (change: Partial<JoinRule> = {}): JoinRule => ({
  windowDays: 30,
  today: dayAfter(400),
  silence: 'unknown',
  ...change,
});
const truthOf = (outcomes: readonly Outcome[], change: Partial<JoinRule> = {}) =>
  joinTruth(decidedOn, outcomes, rule(change)).truth;

describe('what became of a decision', () => {
  it.each([
    ['the day of the decision', 0, 'unobserved'],
    ['the first day of the window', 1, 'bad'],
    ['the last day of the window', 30, 'bad'],
    ['the day after the window', 31, 'good'],
  ] as const)('with a default on %s', (_, days, truth) => {
    expect(truthOf([seen(days, true)])).toBe(truth);
  });

  it('is good only where the customer was seen at the end of the window', () => {
    expect(truthOf([seen(29, false)])).toBe('unobserved');
    expect(truthOf([seen(30, false)])).toBe('good');
    expect(truthOf([seen(300, false)])).toBe('good');
    expect(truthOf([])).toBe('unobserved');
    expect(truthOf([], { silence: 'good' })).toBe('good');
  });

  it('is open until the window has passed, unless there was a default', () => {
    expect(truthOf([seen(5, false)], { today: dayAfter(30) })).toBe('immature');
    expect(truthOf([], { today: dayAfter(30), silence: 'good' })).toBe('immature');
    expect(truthOf([seen(5, true)], { today: dayAfter(6) })).toBe('bad');
    expect(truthOf([seen(31, false)], { today: dayAfter(31) })).toBe('good');
  });

  it('names the defaults of the window, and no others', () => {
    const [first, second, later] = [seen(3, true), seen(30, true), seen(31, true)];
    const told = joinTruth(decidedOn, [later, first, seen(10, false), second], rule());
    expect(told).toEqual({ truth: 'bad', isClosed: true, defaults: [first, second] });
  });

  const outcomes = fc.array(fc.record({ days: fc.integer({ min: -50, max: 400 }), defaulted: fc.boolean() }), {
    maxLength: 6,
  });

  it('never changes with the order of outcomes, and once bad or good stays so as time goes on', () => {
    fc.assert(
      fc.property(
        outcomes,
        fc.integer({ min: 1, max: 365 }),
        fc.nat(400),
        fc.nat(100),
        (drawn, windowDays, at, more) => {
          const told = drawn.filter(({ days }) => days <= at).map(({ days, defaulted }) => seen(days, defaulted));
          const before = truthOf(told, { windowDays, today: dayAfter(at) });
          expect(truthOf(told.toReversed(), { windowDays, today: dayAfter(at) })).toBe(before);
          if (before === 'bad' || before === 'good') {
            expect(truthOf(told, { windowDays, today: dayAfter(at + more) })).toBe(before);
          }
        },
      ),
    );
  });

  it('is bad for any window that holds the one that is bad', () => {
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 365 }), fc.nat(100), (drawn, windowDays, more) => {
        const told = drawn.map(({ days, defaulted }) => seen(days, defaulted));
        if (truthOf(told, { windowDays }) === 'bad')
          expect(truthOf(told, { windowDays: windowDays + more })).toBe('bad');
      }),
    );
  });
});
