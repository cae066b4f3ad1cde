import { randomBytes } from 'node:crypto';
import type { EventItem } from '../domain/event.ts';
import { AppError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { appendEvents, type ChosenEvent, type EventsWanted } from '../store/events.ts';
import { createAdmission } from './admit-events.ts';
import { recordingDate } from './book-date.ts';

/** Where events come from: as they happen, from another system's past, or made up. */
export type EventSource = 'live' | 'import' | 'simulator';

/** Who reports events, by which clock. */
export interface EventReport {
  readonly actor: string;
  readonly now: Date;
  readonly source: EventSource;
}

/** What became of one event. */
export type RecordedEvent =
  | { readonly state: 'recorded' | 'unchanged' }
  | { readonly state: 'refused'; readonly fault: AppError };

/** Bytes of a customer reference. */
const REF_BYTES = 16;

/**
 * Stores events in one transaction, each by itself: what is refused keeps no other from being stored. An id that is known
 * with the same content changes nothing.
 * @returns what became of each, in order; refused with customer_missing, event_conflict, event_untimely, currency_mixed
 * @throws clock_behind, database_unavailable; nothing was stored then
 */
export const recordEvents = async (
  database: Pick<Database, 'pool'>,
  items: readonly EventItem[],
  { actor, now, source }: EventReport,
): Promise<RecordedEvent[]> => {
  const isBackfilled = source !== 'live';
  let results: RecordedEvent[] = [];
  await appendEvents(database, wantedFor(items), (found) => {
    const at = recordingDate(found.lately, now);
    const createRef = () => randomBytes(REF_BYTES).toString('hex');
    const { admit, changed } = createAdmission(found, { at, isBackfilled, createRef });
    const events: ChosenEvent[] = [];
    results = items.map((item) => {
      const admitted = admit(item);
      if (admitted === 'unchanged') return { state: 'unchanged' };
      if (admitted instanceof AppError) return { state: 'refused', fault: admitted };
      events.push(admitted);
      return { state: 'recorded' };
    });
    const record = { actor, recordedAt: at.toISOString(), isBackfilled };
    return { events, customers: changed, record: source === 'simulator' ? { ...record, simulated: true } : record };
  });
  return results;
};

const wantedFor = (items: readonly EventItem[]): EventsWanted => {
  const customerIds = new Set<string>();
  const eventIds = new Set<string>();
  const corrected = new Set<string>();
  for (const item of items) {
    if ('customerId' in item) customerIds.add(item.customerId);
    if (item.type === 'relation') customerIds.add(item.payload.party);
    eventIds.add(item.eventId);
    if (item.supersedes !== undefined) corrected.add(item.supersedes);
  }
  return { customerIds: [...customerIds], eventIds: [...eventIds], corrected: [...corrected] };
};
