import { describe, expect, it } from 'vitest';
import type { EventContent, EventItem } from '../../src/domain/event.ts';
import { createCivilClock, toCivilDate, toDayNumber } from '../../src/features/civil-clock.ts';
import { standingDated, toDatedEvent } from '../../src/features/dated-event.ts';
import { findSpells } from '../../src/signals/spells.ts';
import { simulatePortfolio } from '../../training/simulator/portfolio.ts';

const clock = createCivilClock('Asia/Shanghai');
const lastDay = toDayNumber('2025-06-30');

const spellsOf = (events: readonly EventItem[]) => {
  const dated = events.map((event) => {
    const knownAt = event.knownAt ?? event.occurredAt;
    return toDatedEvent({ ...(event as EventContent), knownAt, recordedAt: knownAt, isBackfilled: true }, clock);
  });
  return findSpells(standingDated(dated, clock.endOf(lastDay)), lastDay).map((spell) => [
    toCivilDate(spell.firstUnpaidOn),
    toCivilDate(spell.defaultOn),
  ]);
};

const statement = (month: number, monthsLate: number): EventItem => ({
  type: 'statement',
  eventId: `s${month}`,
  customerId: 'A',
  facilityId: 'card',
  currency: 'CNY',
  occurredAt: `2024-${String(month).padStart(2, '0')}-20T08:00:00+08:00`,
  payload: {
    month: `2024-${String(month).padStart(2, '0')}`,
    status: monthsLate > 0 ? 'late' : 'revolving',
    balanceMinor: 500_000,
    limitMinor: 1_000_000,
    paymentMinor: null,
    monthsLate,
  },
});

describe('spells of default', () => {
  it('begin as the simulator knows, seen at most a statement later, and never run back to a later day than that', () => {
    const settings = { customers: 900, months: 30, seed: 9, scenario: 'recession', start: '2023-01' } as const;
    let compared = 0;
    for (const { events, truth } of simulatePortfolio(settings)) {
      if (truth.defaultOn === null || truth.firstUnpaidDueOn === null) continue;
      const [spell] = spellsOf(events);
      if (spell === undefined) continue;
      const [due = 0, on = 0] = spell.map((date) => toDayNumber(date));
      const seenLater = on - toDayNumber(truth.defaultOn);
      expect(seenLater, truth.customerId).toBeGreaterThanOrEqual(0);
      expect(seenLater, truth.customerId).toBeLessThanOrEqual(31);
      expect(due - toDayNumber(truth.firstUnpaidDueOn), truth.customerId).toBeLessThanOrEqual(seenLater);
      compared++;
    }
    expect(compared).toBeGreaterThan(60);
  });

  it('run back, where only statements tell, to the last one that was not late', () => {
    const months = [0, 1, 0, 0, 1, 2, 3, 4, 5];
    expect(spellsOf(months.map((late, place) => statement(place + 1, late)))).toEqual([['2024-04-20', '2024-08-20']]);
  });

  it('are one where defaults follow within probation', () => {
    const months = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5];
    expect(spellsOf(months.map((late, place) => statement(place + 1, late)))).toHaveLength(1);
  });
});
