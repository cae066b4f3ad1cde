import type { EventContent, HistoricEvent } from '../domain/event.ts';

/**
 * The events of a history that stand as of an instant (DEFINITIONS 8): known by then, neither corrected nor taken back by
 * one that is known by then, retractions left out.
 * @param events of one customer, in any order; the same ids are the same events
 * @param asOf an instant with its offset
 * @returns by the moment they happened, then by the code points of their ids
 */
export const standingEvents = (events: readonly HistoricEvent[], asOf: string): HistoricEvent[] => {
  const timed = events.map((event) => ({
    event,
    known: Date.parse(event.knownAt),
    moment: Date.parse(event.occurredAt),
  }));
  return keepStanding(timed, Date.parse(asOf))
    .sort((a, b) => a.moment - b.moment || compareCodePoints(a.event.eventId, b.event.eventId))
    .map(({ event }) => event);
};

/** An event with when it became known, in milliseconds since 1970. */
interface KnownEvent {
  readonly event: EventContent;
  readonly known: number;
}

/** The same in the order in which they are given, of events whose times have been read. */
export const keepStanding = <Event extends KnownEvent>(events: readonly Event[], limit: number): Event[] => {
  const visible = events.filter(({ known }) => known <= limit);
  const replaced = new Set(visible.map(({ event }) => event.supersedes));
  return visible.filter(({ event }) => event.type !== 'retraction' && !replaced.has(event.eventId));
};

/** Orders texts by their code points, as databases do; JavaScript's own order is by UTF-16 units. */
export const compareCodePoints = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    if (a.charCodeAt(at) === b.charCodeAt(at)) continue;
    return rankUnit(a.charCodeAt(at)) - rankUnit(b.charCodeAt(at));
  }
  return a.length - b.length;
};

const [FIRST_SURROGATE, AFTER_SURROGATES, ABOVE_UNITS] = [0xd800, 0xe000, 0x10000];

/** The rank of a UTF-16 unit: halves of characters, which stand for code points above all others, come last. */
const rankUnit = (unit: number): number =>
  unit >= FIRST_SURROGATE && unit < AFTER_SURROGATES ? unit + ABOVE_UNITS : unit;
