import type { PostedEvent } from './rescore-load.ts';

/** A record of the chain as another connection saw it for the first time. */
export interface SeenRecord {
  readonly customerId: string;
  /** How many events it holds; null of a decision. */
  readonly events: number | null;
  /** When it was read, milliseconds since 1970: it was stored by then. */
  readonly seenAt: number;
}

/**
 * How long each event waited for its decision: from the start of its request until another connection had read the first
 * decision of its customer that stands on the chain behind it. Several events of a customer may share one.
 * @param posted in the order in which the events were posted
 * @param seen in the order of the chain
 * @returns milliseconds in the order of the events; null where no decision followed
 */
export const measureLatencies = (
  posted: readonly PostedEvent[],
  seen: readonly SeenRecord[],
): readonly (number | null)[] => {
  const latencies: (number | null)[] = posted.map(() => null);
  const sent = gatherPlaces(posted);
  const stored = new Map<string, number[]>();
  for (const { customerId, events, seenAt } of seen) {
    const waiting = stored.get(customerId) ?? [];
    if (events !== null) {
      stored.set(customerId, [...waiting, ...(sent.get(customerId)?.splice(0, events) ?? [])]);
      continue;
    }
    for (const place of waiting) latencies[place] = seenAt - (posted[place] as PostedEvent).startedAt;
    stored.delete(customerId);
  }
  return latencies;
};

/** The places of each customer's events that were stored. */
const gatherPlaces = (posted: readonly PostedEvent[]): Map<string, number[]> => {
  const places = new Map<string, number[]>();
  for (const [place, { customerId, isStored }] of posted.entries())
    if (isStored) places.set(customerId, [...(places.get(customerId) ?? []), place]);
  return places;
};
