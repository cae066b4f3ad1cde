import type { EventItem } from '../../src/domain/event.ts';
import { facilityOf, profileOf } from './event.ts';

const DAY = 86_400_000;

/** An instant some days before now. */
export const daysAgo = (days: number): string => new Date(Date.now() - days * DAY).toISOString();

/** A customer with a loan of which instalments were due in the last days, some of them paid. */
export const loanOf = (customerId: string, due: readonly number[], paid: readonly number[]): EventItem[] => [
  profileOf({ customerId, eventId: `${customerId}-profile`, occurredAt: daysAgo(400) }),
  facilityOf({ customerId, eventId: `${customerId}-loan`, facilityId: 'loan', occurredAt: daysAgo(400) }),
  ...due.map((days, place): EventItem => {
    const base = { customerId, facilityId: 'loan', occurredAt: daysAgo(days), currency: 'CNY', amountMinor: 90_000 };
    return { ...base, type: 'instalment_due', eventId: `${customerId}-due-${place}`, payload: { schedule: 'both' } };
  }),
  ...paid.map((days, place): EventItem => {
    const base = { customerId, facilityId: 'loan', occurredAt: daysAgo(days), currency: 'CNY', amountMinor: 90_000 };
    return { ...base, type: 'repayment', eventId: `${customerId}-paid-${place}`, payload: { method: 'transfer' } };
  }),
];

/** An enforcement against a customer, three days ago. */
export const enforcementOf = (customerId: string): EventItem => ({
  type: 'legal_event',
  eventId: `${customerId}-enforced`,
  customerId,
  occurredAt: daysAgo(3),
  amountMinor: 5_000_000,
  currency: 'CNY',
  payload: { kind: 'enforcement', isAgainst: true, stands: true },
});
