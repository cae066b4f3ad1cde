import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CatalogueFeature } from '../../src/domain/catalogue.ts';
import type { HistoricEvent } from '../../src/domain/event.ts';
import { creditCatalogue, creditGroups } from '../../src/features/catalogue/catalogue.ts';
import { launderingFeatures } from '../../src/features/catalogue/laundering.ts';
import { createFeatureComputer, noSurroundings } from '../../src/features/compute.ts';
import { sources } from '../../src/features/sources.ts';
import { AS_OF, arbitraryBook, arbitraryHistory } from '../support/arbitrary-history.ts';
import { computer, everyFeature, surroundingsOf, TIME_ZONE, toNamed } from '../support/books.ts';

const compute = (events: readonly HistoricEvent[], asOf = AS_OF) =>
  toNamed(computer.compute(computer.date(events), asOf, noSurroundings).values);

const DAY = 86_400_000;
const earlier = (days: number): string => new Date(Date.parse(AS_OF) - days * DAY).toISOString();

describe('every feature of the catalogue', () => {
  it('is well formed, of a group with a reason code, named once', () => {
    for (const feature of everyFeature) expect(CatalogueFeature.parse(feature)).toEqual(feature);
    expect(new Set(everyFeature.map(({ name }) => name)).size).toBe(everyFeature.length);
    expect(creditCatalogue.length).toBeGreaterThanOrEqual(70);
    const groups = creditGroups.map(({ name }) => name);
    expect([...new Set(creditCatalogue.map(({ group }) => group))]).toEqual(groups);
  });

  it('has a value other than 0 in some history', () => {
    const seen = new Set<string>();
    for (const book of fc.sample(arbitraryBook, { numRuns: 60, seed: 1 })) {
      const surroundings = surroundingsOf(book, AS_OF);
      for (const events of book.customers.values()) {
        const values = toNamed(computer.compute(computer.date(events), AS_OF, surroundings).values);
        for (const [name, value] of Object.entries(values)) if (value !== null && value !== 0) seen.add(name);
      }
    }
    expect(everyFeature.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });

  it('is missing of an empty history', () => {
    expect(Object.values(compute([])).every((value) => value === null)).toBe(true);
  });

  it('is an integer or missing, the same twice, and leaves the history as it was', () => {
    fc.assert(
      fc.property(arbitraryHistory('c1', 80), (events) => {
        const before = structuredClone(events);
        const values = compute(events);
        expect(Object.values(values).every((value) => value === null || Number.isSafeInteger(value))).toBe(true);
        expect(compute(events)).toEqual(values);
        expect(events).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  it('does not see what became known after the date', () => {
    fc.assert(
      fc.property(arbitraryHistory('c1', 80), fc.integer({ min: 0, max: 400 }), (events, days) => {
        const asOf = earlier(days);
        const known = events.filter(({ knownAt }) => Date.parse(knownAt) <= Date.parse(asOf));
        expect(compute(events, asOf)).toEqual(compute(known, asOf));
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order in which events are given', () => {
    fc.assert(
      fc.property(arbitraryHistory('c1', 80), fc.infiniteStream(fc.nat()), (events, keys) => {
        const shuffled = events
          .map((event) => ({ event, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        expect(compute(shuffled)).toEqual(compute(events));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same of a history that grows event by event, asked at any date on the way', () => {
    fc.assert(
      fc.property(
        arbitraryHistory('c1', 40),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6 }),
        fc.boolean(),
        (events, dates, inOrder) => {
          const history = computer.open();
          const order = inOrder ? [...events].sort((a, b) => a.knownAt.localeCompare(b.knownAt)) : events;
          const step = Math.ceil((order.length + 1) / (dates.length + 1));
          for (const [place, days] of [...dates, 0].entries()) {
            history.add(order.slice(place * step, (place + 1) * step));
            const asOf = earlier(inOrder ? 0 : days);
            const wanted = compute(order.slice(0, (place + 1) * step), asOf);
            expect(toNamed(history.valuesAt(asOf, noSurroundings).values)).toEqual(wanted);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is blind to hardship and complaints, unless nothing else is known', () => {
    const other = { type: 'contact_change', payload: { field: 'phone' } } as const;
    const base = { occurredAt: earlier(5), knownAt: earlier(5), recordedAt: earlier(5), isBackfilled: false };
    const anything = { ...base, ...other, eventId: 'any' } as HistoricEvent;
    fc.assert(
      fc.property(arbitraryHistory('c1', 80), (events) => {
        const without = events.filter(
          ({ type, supersedes }) => type !== 'hardship' && type !== 'complaint' && supersedes === undefined,
        );
        const withCare = [...without, ...events.filter(({ type }) => type === 'hardship' || type === 'complaint')];
        expect(compute([anything, ...withCare])).toEqual(compute([anything, ...without]));
      }),
      { numRuns: 40 },
    );
  });

  it('counts the customers and industries around it', () => {
    fc.assert(
      fc.property(arbitraryBook, (book) => {
        const surroundings = surroundingsOf(book, AS_OF);
        for (const [id, events] of book.customers) {
          const own = computer.compute(computer.date(events), AS_OF, surroundings).values;
          const open = computer.open();
          open.add(book.customers.get(id) ?? []);
          expect(open.valuesAt(AS_OF, surroundings).values).toEqual(own);
        }
      }),
      { numRuns: 5 },
    );
  });
});

describe('the two catalogues', () => {
  it('share no feature, and nothing of credit is for the watch on laundering', () => {
    expect(creditCatalogue.every(({ purposes }) => !purposes.includes('aml'))).toBe(true);
    expect(launderingFeatures.every(({ purposes }) => purposes.length === 1 && purposes[0] === 'aml')).toBe(true);
  });

  it('have no source of hardship or complaints', () => {
    const types = Object.values(sources).map(({ type }) => type);
    expect(types).not.toContain('hardship');
    expect(types).not.toContain('complaint');
  });
});

describe('instalments', () => {
  const due = (days: number, amountMinor: number, id: string): HistoricEvent => ({
    type: 'instalment_due',
    eventId: id,
    occurredAt: earlier(days),
    knownAt: earlier(days),
    recordedAt: earlier(days),
    isBackfilled: false,
    facilityId: 'f1',
    amountMinor,
    currency: 'CNY',
    payload: { schedule: 'both' },
  });
  const paid = (days: number, amountMinor: number, id: string): HistoricEvent =>
    ({ ...due(days, amountMinor, id), type: 'repayment', payload: { method: 'transfer' } }) as HistoricEvent;
  const { compute: of, date } = createFeatureComputer(creditCatalogue, TIME_ZONE);
  const value = (name: string, events: readonly HistoricEvent[], asOf = AS_OF): number | null => {
    const place = creditCatalogue.findIndex((feature) => feature.name === name);
    const found = of(date(events), asOf, noSurroundings).values[place] ?? Number.NaN;
    return Number.isNaN(found) ? null : found;
  };

  it('are paid oldest first: a payment in full of the second leaves the first past due', () => {
    const events = [due(70, 1_000, 'd1'), due(40, 1_000, 'd2'), paid(39, 1_000, 'p1')];
    expect(value('days_past_due', events)).toBe(40);
    expect(value('unpaid_amount', events)).toBe(1_000);
    expect(value('worst_days_past_due_90d', events)).toBe(40);
    expect(value('late_share_90d', events)).toBe(100_00);
  });

  it('paid in time leave nothing past due, and partial ones are told', () => {
    const inTime = [due(40, 1_000, 'd1'), paid(41, 1_000, 'p1')];
    expect(value('days_past_due', inTime)).toBe(0);
    expect(value('late_share_90d', inTime)).toBe(0);
    const partial = [due(40, 1_000, 'd1'), paid(41, 400, 'p1')];
    expect(value('days_past_due', partial)).toBe(40);
    expect(value('partial_payments_180d', partial)).toBe(1);
    expect(value('paid_in_time_share_90d', partial)).toBe(40_00);
  });

  it('count the days of the civil calendar, not spans of 24 hours', () => {
    const atMidnight = '2026-06-30T15:59:59.999Z';
    const justAfter = '2026-06-30T16:00:00.000Z';
    const events = [
      { ...due(0, 1_000, 'd1'), occurredAt: '2026-06-29T16:00:00.000Z', knownAt: '2026-06-29T16:00:00.000Z' },
    ];
    expect(value('days_past_due', events, atMidnight)).toBe(0);
    expect(value('days_past_due', events, justAfter)).toBe(1);
  });
});
