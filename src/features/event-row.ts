import type { DatedEvent } from './dated-event.ts';

/** An event as a row of the table that catalogues in SQL read (`src/export/catalogue-sql.ts`). */
export interface EventRow {
  readonly customer: string | null;
  readonly event_id: string;
  readonly type: string;
  readonly moment: number;
  readonly known: number;
  readonly day: number;
  readonly minute: number;
  readonly supersedes: string | null;
  readonly facility: string | null;
  readonly amount: number | null;
  readonly payload: string;
}

/** @param customer what stands for the customer; null for an event of an industry */
export const toEventRow = (customer: string | null, { event, moment, known, day, minute }: DatedEvent): EventRow => ({
  customer,
  event_id: event.eventId,
  type: event.type,
  moment,
  known,
  day,
  minute,
  supersedes: event.supersedes ?? null,
  facility: 'facilityId' in event ? event.facilityId : null,
  amount: 'amountMinor' in event ? event.amountMinor : null,
  payload: JSON.stringify(event.payload),
});
