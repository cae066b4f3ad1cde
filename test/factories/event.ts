import type { EventItem } from '../../src/domain/event.ts';

type Of<Type extends EventItem['type']> = Extract<EventItem, { type: Type }>;

/** A person's profile. */
export const profileOf = (change: Partial<Of<'profile'>> = {}): Of<'profile'> => ({
  type: 'profile',
  eventId: 'profile-A',
  customerId: 'A',
  occurredAt: '2026-01-01T08:00:00+08:00',
  payload: { kind: 'person', industry: null, scale: null, customerSince: '2020-02-29' },
  ...change,
});

/** A loan of a customer. */
export const facilityOf = (change: Partial<Of<'facility'>> = {}): Of<'facility'> => ({
  type: 'facility',
  eventId: 'facility-1',
  customerId: 'A',
  facilityId: 'loan-7',
  occurredAt: '2026-01-05T00:00:00Z',
  currency: 'CNY',
  payload: {
    product: 'instalment',
    status: 'open',
    limitMinor: null,
    principalMinor: 1_000_000,
    rateBasisPoints: 650,
    openedOn: '2026-01-05',
    maturesOn: '2027-01-05',
    schedule: { instalments: 12, everyMonths: 1, amountMinor: 86_000, firstDueOn: '2026-02-05' },
    collateral: [],
    restructuredOn: null,
    isDistressed: false,
  },
  ...change,
});

/** A card payment of a customer. */
export const transactionOf = (change: Partial<Of<'transaction'>> = {}): Of<'transaction'> => ({
  type: 'transaction',
  eventId: 'transaction-1',
  customerId: 'A',
  occurredAt: '2026-02-01T12:00:00Z',
  amountMinor: 12_345,
  currency: 'CNY',
  payload: { direction: 'out', counterparty: 'shop', channel: 'pos', category: 'purchase' },
  ...change,
});

/** Takes back an event. */
export const retractionOf = (change: Partial<Of<'retraction'>> = {}): Of<'retraction'> => ({
  type: 'retraction',
  eventId: 'retraction-1',
  customerId: 'A',
  occurredAt: '2026-02-02T00:00:00Z',
  supersedes: 'transaction-1',
  payload: {},
  ...change,
});

/** A customer's relation to another. */
export const relationOf = (change: Partial<Of<'relation'>> = {}): Of<'relation'> => ({
  type: 'relation',
  eventId: 'relation-1',
  customerId: 'A',
  occurredAt: '2026-02-01T00:00:00Z',
  payload: { party: 'B', role: 'guarantor', stands: true },
  ...change,
});

/** How an industry does in a month. */
export const industryOf = (change: Partial<Of<'industry_index'>> = {}): Of<'industry_index'> => ({
  type: 'industry_index',
  eventId: 'industry-1',
  occurredAt: '2026-01-31T00:00:00Z',
  payload: {
    industry: { section: 'C', division: null },
    month: '2026-01',
    outputHundredths: 10_120,
    pricesHundredths: null,
    policyHundredths: null,
    competitionHundredths: null,
  },
  ...change,
});
