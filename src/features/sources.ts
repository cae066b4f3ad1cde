import type { SourceName } from '../domain/catalogue.ts';
import type { EventType } from '../domain/event.ts';

/**
 * How a field of an event becomes an integer: as it stands, a text by its number among those seen, true as 1, a civil day
 * as days since 1970, the minute of the civil day on which it happened.
 */
export type FieldKind = 'number' | 'category' | 'flag' | 'day' | 'minute';

/** A field, and where it stands in the event. */
export interface SourceField {
  readonly kind: FieldKind;
  readonly path: readonly string[];
}

/** What rows of a source are. */
export interface Source {
  /** The type of event each row is; null where rows are made of several. */
  readonly type: EventType | null;
  /** Whether silence means that nobody looks: without a single row its counts are missing, not 0. */
  readonly isFeed: boolean;
  /** Of rows that are made, and of no feed: the type of event that tells of them. */
  readonly toldBy?: EventType;
  readonly fields: Readonly<Record<string, SourceField>>;
}

const at = (kind: FieldKind, ...path: string[]): SourceField => ({ kind, path });
const amount = at('number', 'amountMinor');
const facility = at('category', 'facilityId');
const inPayload = (kind: FieldKind, ...names: readonly string[]): Record<string, SourceField> =>
  Object.fromEntries(names.map((name) => [name, at(kind, 'payload', name)]));
/** Fields of rows that are made, not read. */
const made = (kind: FieldKind, ...names: readonly string[]): Record<string, SourceField> =>
  Object.fromEntries(names.map((name) => [name, at(kind)]));

const instalment: Source = {
  type: null,
  isFeed: true,
  fields: {
    ...made('category', 'facility'),
    ...made('number', 'amount', 'unpaid', 'delay', 'daysPastDue', 'paidInTime', 'isPartial'),
  },
};

/** Every source: which events its rows are and which fields they have. */
export const sources: Readonly<Record<SourceName, Source>> = {
  transaction: {
    type: 'transaction',
    isFeed: true,
    fields: {
      amount,
      minute: at('minute'),
      ...inPayload('category', 'direction', 'counterparty', 'channel', 'category'),
    },
  },
  repayment: { type: 'repayment', isFeed: true, fields: { facility, amount, ...inPayload('category', 'method') } },
  statement: {
    type: 'statement',
    isFeed: true,
    fields: {
      facility,
      ...inPayload('category', 'status'),
      ...inPayload('number', 'balanceMinor', 'limitMinor', 'paymentMinor', 'monthsLate'),
    },
  },
  limit_change: {
    type: 'limit_change',
    isFeed: false,
    fields: { facility, amount, ...inPayload('category', 'initiator'), ...inPayload('number', 'previousMinor') },
  },
  contact_change: { type: 'contact_change', isFeed: false, fields: inPayload('category', 'field') },
  loan_application: {
    type: 'loan_application',
    isFeed: false,
    fields: { amount, ...inPayload('category', 'lender', 'product', 'outcome') },
  },
  credit_report: {
    type: 'credit_report',
    isFeed: true,
    fields: inPayload(
      'number',
      'openLoans',
      'lenders',
      'totalDebtMinor',
      'monthlyObligationMinor',
      'revolvingLimitMinor',
      'revolvingBalanceMinor',
      'overdueAccounts',
      'overdueMinor',
      'worstDaysPastDue',
      'inquiries',
      'guaranteedMinor',
    ),
  },
  financial_statement: {
    type: 'financial_statement',
    isFeed: true,
    fields: {
      ...inPayload('day', 'periodEnd'),
      ...inPayload(
        'number',
        'months',
        'revenueMinor',
        'expenseMinor',
        'interestMinor',
        'assetsMinor',
        'currentAssetsMinor',
        'liabilitiesMinor',
        'currentLiabilitiesMinor',
        'operatingCashFlowMinor',
      ),
    },
  },
  communication: {
    type: 'communication',
    isFeed: false,
    fields: { ...inPayload('category', 'channel', 'initiator'), ...inPayload('flag', 'isReached') },
  },
  business_change: { type: 'business_change', isFeed: false, fields: { amount, ...inPayload('category', 'kind') } },
  legal_event: {
    type: 'legal_event',
    isFeed: false,
    fields: { amount, ...inPayload('category', 'kind'), ...inPayload('flag', 'isAgainst', 'stands') },
  },
  /** What was due on one day on one facility by the plan that holds now, and what became of it; payments fill the oldest first. */
  instalment,
  /** The same by the plan first agreed. */
  original_instalment: instalment,
  /** Promises to pay, by the day they fall due. */
  promise: {
    type: null,
    isFeed: false,
    toldBy: 'communication',
    fields: made('number', 'amount', 'isKept', 'isBroken'),
  },
  /** Facilities as they stand, by the day they were opened. */
  facility: {
    type: null,
    isFeed: true,
    fields: {
      ...made('category', 'product', 'status'),
      ...made('number', 'limit', 'principal', 'rate', 'matures', 'isRestructured', 'isDistressed', 'collateral'),
    },
  },
  /** The latest statement of each facility that is not closed. */
  card: {
    type: null,
    isFeed: true,
    fields: { ...made('category', 'status'), ...made('number', 'balance', 'limit', 'payment', 'monthsLate') },
  },
  /**
   * Statements of one card, one for each month, the last where there are several: of the card, among those that are not
   * closed, with the latest statement. `back` is how many months before that statement's a month lies.
   */
  card_month: {
    type: null,
    isFeed: true,
    fields: { ...made('category', 'status'), ...made('number', 'back', 'balance', 'limit', 'payment', 'monthsLate') },
  },
  /** Other parties to whom a relation stands, and how late they are. */
  party: {
    type: null,
    isFeed: false,
    toldBy: 'relation',
    fields: { ...made('category', 'role'), ...made('number', 'daysPastDue', 'monthsLate') },
  },
  /** Indices of the industry that the customer's profile names. */
  industry: {
    type: null,
    isFeed: true,
    fields: made('number', 'output', 'prices', 'policy', 'competition'),
  },
};
