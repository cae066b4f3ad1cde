import { setTimeout as delay } from 'node:timers/promises';
import type { EventItem } from '../../src/domain/event.ts';

/** Whose events are posted, how many a second, and for how long. */
export interface EventsOrder {
  readonly url: string;
  readonly customerIds: readonly string[];
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

/** An event that was posted: its customer, when the request began (milliseconds since 1970), and whether it was stored. */
export interface PostedEvent {
  readonly customerId: string;
  readonly startedAt: number;
  readonly isStored: boolean;
}

/** A purchase a moment ago. */
const toEvent = (customerId: string, index: number): EventItem => ({
  type: 'transaction',
  eventId: `rescore-${index}`,
  customerId,
  occurredAt: new Date(Date.now() - 1_000).toISOString(),
  amountMinor: 10_000 + (index % 977) * 100,
  currency: 'CNY',
  payload: { direction: 'out', counterparty: `M-${index % 31}`, channel: 'mobile', category: 'purchase' },
});

const postEvent = async (url: string, customerId: string, index: number): Promise<PostedEvent> => {
  const body = JSON.stringify(toEvent(customerId, index));
  const startedAt = performance.timeOrigin + performance.now();
  const isStored = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  }).then(
    async (response) => {
      await response.text();
      return response.ok;
    },
    () => false,
  );
  return { customerId, startedAt, isStored };
};

process.on('message', async ({ url, customerIds, eventsPerSecond, seconds }: EventsOrder) => {
  const begun = performance.now();
  const posts: Promise<PostedEvent>[] = [];
  for (let index = 0; index < eventsPerSecond * seconds; index++) {
    const wait = begun + (1_000 * index) / eventsPerSecond - performance.now();
    if (wait > 0) await delay(wait);
    posts.push(postEvent(url, customerIds[index % customerIds.length] as string, index));
  }
  const posted: PostedEvent[] = await Promise.all(posts);
  process.send?.(posted);
});
