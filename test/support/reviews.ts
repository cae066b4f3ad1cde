import type { EventItem } from '../../src/domain/event.ts';
import type { Database } from '../../src/store/database.ts';
import type { ReviewParts } from '../../src/usecases/due-reviews.ts';
import { createFeatureReader } from '../../src/usecases/read-features.ts';
import { recordEvents } from '../../src/usecases/record-events.ts';
import { facilityOf, profileOf } from '../factories/event.ts';
import { createPolicy } from '../factories/policy.ts';
import { TIME_ZONE } from './books.ts';

/** A policy in use under which a customer without a decision is reviewed every 90 days. */
const inUse = { event: null, stored: { policy: createPolicy(), fingerprint: 'f'.repeat(64) } };

/** What reviews are opened with, as of an instant. */
export const reviewsAt = (database: Database, at: string): ReviewParts => ({
  database,
  live: { policyFor: async () => inUse as Awaited<ReturnType<ReviewParts['live']['policyFor']>> },
  features: createFeatureReader({ database, timeZone: TIME_ZONE }),
  timeZone: TIME_ZONE,
  now: () => new Date(at),
});

/** A customer who was granted a loan on 10 January 2026, which was recorded the same day. */
export const grantLoan = async (database: Database, customerId: string, more: readonly EventItem[] = []) => {
  const occurredAt = '2026-01-10T00:00:00Z';
  const items: readonly EventItem[] = [
    profileOf({ customerId, eventId: `${customerId}-profile`, occurredAt }),
    facilityOf({
      customerId,
      eventId: `${customerId}-loan`,
      occurredAt,
      payload: { ...facilityOf().payload, openedOn: '2026-01-10' },
    }),
    ...more,
  ];
  return recordEvents(database, items, { actor: 'core', now: new Date('2026-01-10T08:00:00Z'), source: 'live' });
};
