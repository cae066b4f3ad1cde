import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoricEvent } from '../../src/domain/event.ts';
import { standingEvents } from '../../src/features/standing-events.ts';
import { transactionOf } from '../factories/event.ts';

/** Ids that databases and JavaScript order differently among them. */
const ids = ['a', 'a1', 'B', '', '\u{1F600}', '\uFFFD', '10', '9'].map((id) => `${id}-`);
const moment = fc.integer({ min: 0, max: 5 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString());

const history = fc
  .uniqueArray(
    fc.record({
      eventId: fc.constantFrom(...ids),
      occurredAt: moment,
      knownAt: moment,
      supersedes: fc.option(fc.constantFrom(...ids), { nil: undefined }),
      isRetraction: fc.boolean(),
    }),
    { selector: ({ eventId }) => eventId },
  )
  .map((events) =>
    events.map(({ isRetraction, eventId, occurredAt, knownAt, supersedes }): HistoricEvent => {
      const { customerId: _, ...content } = transactionOf({ eventId, occurredAt });
      const known = { knownAt, recordedAt: knownAt, isBackfilled: true };
      if (isRetraction && supersedes !== undefined) {
        return { type: 'retraction', eventId, occurredAt, supersedes, payload: {}, ...known };
      }
      return { ...content, ...(supersedes === undefined ? {} : { supersedes }), ...known };
    }),
  );

const codePoints = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0);

describe('standingEvents', () => {
  it('shows exactly what was known and neither corrected nor taken back by then', () => {
    fc.assert(
      fc.property(history, moment, (events, asOf) => {
        const stands = (event: HistoricEvent) =>
          event.knownAt <= asOf &&
          event.type !== 'retraction' &&
          !events.some(({ knownAt, supersedes }) => knownAt <= asOf && supersedes === event.eventId);
        expect(new Set(standingEvents(events, asOf))).toEqual(new Set(events.filter(stands)));
      }),
    );
  });

  it('is blind to what became known later, in whatever order events come', () => {
    fc.assert(
      fc.property(history, moment, fc.infiniteStream(fc.nat()), (events, asOf, order) => {
        const seen = standingEvents(events, asOf);
        const shuffled = events
          .filter(({ knownAt }) => knownAt <= asOf)
          .map((event) => ({ event, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ event }) => event);
        expect(standingEvents(shuffled, asOf)).toEqual(seen);
        expect(standingEvents(seen, asOf)).toEqual(seen);
      }),
    );
  });

  it('orders by the moment, then by code points', () => {
    fc.assert(
      fc.property(history, (events) => {
        const seen = standingEvents(events, '2027-01-01T00:00:00+08:00');
        for (const [index, { occurredAt, eventId }] of seen.entries()) {
          const next = seen[index + 1];
          if (!next) continue;
          expect(occurredAt <= next.occurredAt).toBe(true);
          if (occurredAt === next.occurredAt)
            expect(isBefore(codePoints(eventId), codePoints(next.eventId))).toBe(true);
        }
      }),
    );
  });

  it('compares instants, not their texts', () => {
    const { customerId: _, ...content } = transactionOf();
    const known = { knownAt: '2026-02-01T20:00:00+08:00', recordedAt: '2026-02-01T12:00:00Z', isBackfilled: false };
    expect(standingEvents([{ ...content, ...known }], '2026-02-01T12:00:00Z')).toHaveLength(1);
    expect(standingEvents([{ ...content, ...known }], '2026-02-01T11:59:59Z')).toEqual([]);
  });
});

const isBefore = (a: readonly number[], b: readonly number[]): boolean => {
  const at = a.findIndex((code, index) => code !== b[index]);
  return at < 0 ? a.length < b.length : (a[at] ?? 0) < (b[at] ?? -1);
};
