import type { EventContent, HistoricEvent } from '../domain/event.ts';
import type { CivilClock } from './civil-clock.ts';
import { compareCodePoints, keepStanding } from './standing-events.ts';

/** An event with its times as numbers, read once. */
export interface DatedEvent<Event extends EventContent = EventContent> {
  readonly event: Event;
  /** When it happened, milliseconds since 1970. */
  readonly moment: number;
  /** When it became known. */
  readonly known: number;
  /** The civil day on which it happened, since 1970-01-01, and the minute of that day. */
  readonly day: number;
  readonly minute: number;
}

export const toDatedEvent = (event: HistoricEvent, clock: CivilClock): DatedEvent => {
  const moment = Date.parse(event.occurredAt);
  const known = Date.parse(event.knownAt);
  return { event, moment, known, day: clock.dayOf(moment), minute: clock.minuteOf(moment) };
};

/** Negative where the first stands before the second: by civil day, moment, then id. */
export const compareDated = (a: DatedEvent, b: DatedEvent): number =>
  a.day - b.day || a.moment - b.moment || compareCodePoints(a.event.eventId, b.event.eventId);

/** The events that stand as of an instant, in the order of `compareDated`. */
export const standingDated = (events: readonly DatedEvent[], limit: number): DatedEvent[] =>
  keepStanding(events, limit).sort(compareDated);
