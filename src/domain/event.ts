import { z } from 'zod';
import {
  BusinessChange,
  Communication,
  Complaint,
  ContactChange,
  CreditReport,
  Facility,
  FinancialStatement,
  Hardship,
  IndustryIndex,
  InstalmentDue,
  LegalEvent,
  LimitChange,
  LoanApplication,
  PositiveMinor,
  Profile,
  Relation,
  Repayment,
  Retraction,
  Statement,
  StatusChange,
  Transaction,
} from './event-payload.ts';
import { Currency } from './outcome.ts';
import { CallerId, type Text } from './text.ts';

/** A moment with its offset from UTC. */
const Instant = z.iso.datetime({ offset: true });

/** What every event says of itself. */
const envelope = {
  eventId: CallerId.meta({
    description:
      "The event's id at the caller. Sent again as it was it changes nothing; with other content it is refused.",
  }),
  occurredAt: Instant.meta({ description: 'When it happened; never in the future.' }),
  knownAt: Instant.optional().meta({
    description:
      'When it could be known, which alone decides whether it is seen as of a date. Only in imports; live events are known when they are recorded.',
  }),
  supersedes: CallerId.optional().meta({
    description:
      'The id of an event of the same customer and type that this one corrects: seen in its place from when this one is known.',
  }),
};

/** Most events are about a customer. */
const customer = { customerId: CallerId.meta({ description: "The customer's id at the caller." }) };
/** Those about one of its facilities name it. */
const facility = { facilityId: CallerId.meta({ description: "The facility's id at the caller." }) };
/** Those with one amount, and those whose amount may be unknown. */
const amount = { amountMinor: PositiveMinor, currency: Currency };
const perhapsAmount = { amountMinor: PositiveMinor.nullable(), currency: Currency };
/** Those whose payload holds amounts. */
const money = { currency: Currency };

const define = <Name extends string, Fields extends z.ZodRawShape, Payload extends z.ZodType>(
  name: Name,
  fields: Fields,
  payload: Payload,
) => z.strictObject({ type: z.literal(name), ...envelope, ...fields, payload }).meta({ id: `Event_${name}` });

/** Takes back the event that it supersedes. */
const retraction = z
  .strictObject({
    type: z.literal('retraction'),
    ...envelope,
    ...customer,
    supersedes: CallerId.meta({ description: 'The id of the event of the same customer that is taken back.' }),
    payload: Retraction,
  })
  .meta({ id: 'Event_retraction' });

/** An event as a caller reports it, its payload checked by its type. All amounts of one event are of one currency. */
export const EventItem = z.discriminatedUnion('type', [
  define('profile', customer, Profile),
  define('relation', customer, Relation),
  define('facility', { ...customer, ...facility, ...money }, Facility),
  define('instalment_due', { ...customer, ...facility, ...amount }, InstalmentDue),
  define('repayment', { ...customer, ...facility, ...amount }, Repayment),
  define('transaction', { ...customer, ...amount }, Transaction),
  define('statement', { ...customer, ...facility, ...money }, Statement),
  define('limit_change', { ...customer, ...facility, ...amount }, LimitChange),
  define('contact_change', customer, ContactChange),
  define('loan_application', { ...customer, ...perhapsAmount }, LoanApplication),
  define('credit_report', { ...customer, ...money }, CreditReport),
  define('financial_statement', { ...customer, ...money }, FinancialStatement),
  define('communication', { ...customer, ...money }, Communication),
  define('complaint', customer, Complaint),
  define('hardship', customer, Hardship),
  define('business_change', { ...customer, ...perhapsAmount }, BusinessChange),
  define('legal_event', { ...customer, ...perhapsAmount }, LegalEvent),
  define('status_change', customer, StatusChange),
  retraction,
  define('industry_index', {}, IndustryIndex),
]);
export type EventItem = z.infer<typeof EventItem>;

export type EventType = EventItem['type'];

/** An event as it is kept: beside the customer's reference, so without its id, and with references for other parties. */
export type EventContent = EventItem extends infer Item
  ? Item extends EventItem
    ? Omit<Item, 'customerId'>
    : never
  : never;

interface EventDefinition {
  readonly label: Text;
  /** Days after it happened on which it becomes known, where an import does not say when. */
  readonly lagDays: number;
}

/** What is said of each type. */
export const eventTypes = {
  profile: { label: { zh: '客户资料', en: 'Customer profile' }, lagDays: 0 },
  relation: { label: { zh: '关联关系', en: 'Related party' }, lagDays: 0 },
  facility: { label: { zh: '授信', en: 'Facility' }, lagDays: 0 },
  instalment_due: { label: { zh: '应还款', en: 'Instalment due' }, lagDays: 0 },
  repayment: { label: { zh: '还款', en: 'Repayment' }, lagDays: 0 },
  transaction: { label: { zh: '交易', en: 'Transaction' }, lagDays: 0 },
  statement: { label: { zh: '月结单', en: 'Monthly statement' }, lagDays: 0 },
  limit_change: { label: { zh: '额度调整', en: 'Change of limit' }, lagDays: 0 },
  contact_change: { label: { zh: '联系方式变更', en: 'Change of contact details' }, lagDays: 0 },
  loan_application: { label: { zh: '贷款申请', en: 'Loan application' }, lagDays: 1 },
  credit_report: { label: { zh: '征信报告', en: 'Credit report' }, lagDays: 1 },
  financial_statement: { label: { zh: '财务报表', en: 'Financial statement' }, lagDays: 90 },
  communication: { label: { zh: '沟通记录', en: 'Communication' }, lagDays: 0 },
  complaint: { label: { zh: '投诉', en: 'Complaint' }, lagDays: 0 },
  hardship: { label: { zh: '困难情况', en: 'Hardship' }, lagDays: 0 },
  business_change: { label: { zh: '经营变动', en: 'Change of business' }, lagDays: 7 },
  legal_event: { label: { zh: '司法事件', en: 'Legal event' }, lagDays: 7 },
  status_change: { label: { zh: '客户状态变更', en: 'Change of status' }, lagDays: 0 },
  retraction: { label: { zh: '撤回', en: 'Retraction' }, lagDays: 0 },
  industry_index: { label: { zh: '行业指数', en: 'Industry index' }, lagDays: 30 },
} as const satisfies Record<EventType, EventDefinition>;

/** An event of a history: what is kept, and when it was or could be known. */
export type HistoricEvent = EventContent & {
  /** The instant from which it is seen. */
  readonly knownAt: string;
  readonly recordedAt: string;
  /** Whether an import said when it was known. */
  readonly isBackfilled: boolean;
  /** Present where the simulator told it: nobody did this. */
  readonly isSimulated?: true;
};
