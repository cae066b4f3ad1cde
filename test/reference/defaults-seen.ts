import type { EventItem } from '../../src/domain/event.ts';

/** What of default can be read from events alone. */
export interface SeenDefault {
  /** The day on which somebody who reads only the events sees it. */
  readonly on: string;
  /** The facility in default. */
  readonly facilityId: string;
  readonly by: 'instalments' | 'statement' | 'restructuring' | 'write_off';
}

interface Owed {
  readonly on: string;
  left: number;
}

const DAY = 86_400_000;
const dayOf = (text: string): number => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY;
const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/**
 * Every sign of default in a history, slowly: instalments of the plan that holds, paid oldest first, of which one is more
 * than 90 days past due with at least 100 CNY owed, looked at on every day; statements four begun months late; distressed
 * restructurings; write-offs. Amounts below 1% of the exposure do not occur: an instalment is more than a third of that.
 */
export const findDefaults = (events: readonly EventItem[], lastDay: string): SeenDefault[] => {
  const told = events.flatMap((event): SeenDefault[] => {
    const facilityId = 'facilityId' in event ? event.facilityId : '';
    const on = event.occurredAt.slice(0, 10);
    if (event.type === 'statement' && event.payload.monthsLate >= 4) return [{ on, facilityId, by: 'statement' }];
    if (event.type !== 'facility') return [];
    if (event.payload.status === 'written_off') return [{ on, facilityId, by: 'write_off' }];
    const { isDistressed, restructuredOn } = event.payload;
    return isDistressed ? [{ on: restructuredOn ?? on, facilityId, by: 'restructuring' }] : [];
  });
  const facilities = [
    ...new Set(events.flatMap((event) => (event.type === 'instalment_due' ? [event.facilityId] : []))),
  ];
  const late = facilities.flatMap((facilityId): SeenDefault[] => {
    const on = firstLateDay(events, facilityId, lastDay);
    return on === null ? [] : [{ on, facilityId, by: 'instalments' }];
  });
  return [...told, ...late].sort((a, b) => a.on.localeCompare(b.on));
};

/** Walks through a facility's dues, payments and changes of plan in the order in which they happened. */
const firstLateDay = (events: readonly EventItem[], facilityId: string, lastDay: string): string | null => {
  const own = events
    .filter((event) => 'facilityId' in event && event.facilityId === facilityId)
    .sort((a, b) => a.occurredAt.localeCompare(b.occurredAt));
  let owed: Owed[] = [];
  for (const event of own) {
    const found = lateBy(owed, event.occurredAt.slice(0, 10));
    if (found !== null) return found;
    const on = event.occurredAt.slice(0, 10);
    if (event.type === 'instalment_due' && event.payload.schedule !== 'original')
      owed.push({ on, left: event.amountMinor });
    if (event.type === 'repayment') owed = payOff(owed, event.amountMinor);
    if (event.type === 'facility' && event.payload.restructuredOn === on) owed = [];
    if (event.type === 'facility' && event.payload.status !== 'open') return null;
  }
  return lateBy(owed, lastDay);
};

const payOff = (owed: readonly Owed[], amountMinor: number): Owed[] => {
  let left = amountMinor;
  const after = owed.map(({ on, left: due }) => {
    const part = Math.min(left, due);
    left -= part;
    return { on, left: due - part };
  });
  return after.filter(({ left: due }) => due > 0);
};

/** The day on which the oldest was more than 90 days late with 100 CNY owed, if it was by a day. */
const lateBy = ([...owed]: readonly Owed[], day: string): string | null => {
  const [oldest] = owed;
  if (!oldest || dayOf(day) - dayOf(oldest.on) <= 90) return null;
  let sum = 0;
  const material = owed.find(({ left }) => {
    sum += left;
    return sum >= 10_000;
  });
  return material ? dateOf(Math.max(dayOf(oldest.on) + 91, dayOf(material.on))) : null;
};
