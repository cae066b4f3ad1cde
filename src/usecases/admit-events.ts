import { hash } from 'node:crypto';
import { type EventContent, type EventItem, eventTypes } from '../domain/event.ts';
import { type AppError, appError } from '../errors.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import type { ChosenEvent, EventsFound, KnownCustomer } from '../store/events.ts';

/** Which rules hold for events that come. */
export interface Admission {
  /** The date as of which they are recorded; nothing may lie after it. */
  readonly at: Date;
  /** Whether they are known from before: then they may say when, and else their type's lag does. */
  readonly isBackfilled: boolean;
  /** Makes the reference of a new customer. */
  readonly createRef: () => string;
}

/** What an event came to: to be stored, as it stands already, or refused. */
export type Admitted = ChosenEvent | 'unchanged' | AppError;

const DAY = 86_400_000;
/** What happened before is thought a mistake. */
const EARLIEST = Date.UTC(1900, 0, 1);

/**
 * Judges events one after the other against what stands and what of them was taken before, so that a customer's profile
 * may come with its events. Nothing that is refused leaves a trace.
 */
export const createAdmission = (found: EventsFound, { at, isBackfilled, createRef }: Admission) => {
  const customers = new Map(found.customers);
  const events = new Map(found.events);
  const correctedBy = new Map(found.correctedBy);
  const changed = new Map<string, KnownCustomer>();

  const admit = (item: EventItem): Admitted => {
    const customer = customerOf(item);
    if (customer === undefined) return customerMissing('customerId' in item ? item.customerId : '');
    const party = partyOf(item);
    const content = toContent(item, party);
    const customerRef = customer?.customerRef ?? null;
    const digest = digestOf(customerRef, content);
    const standing = events.get(item.eventId);
    if (standing?.digest === digest) return 'unchanged';
    const fault = standing
      ? conflict(item, notTheSame(item, standing, standing.customerRef === customerRef))
      : (findTimeFault(item, at, isBackfilled) ?? findCorrectionFault(item, customerRef) ?? findMixed(item, customer));
    if (fault) return fault;
    return take(item, { content, customer, party, digest });
  };

  /** Null for what is about no customer, undefined where the customer is not known; a profile makes it known. */
  const customerOf = (item: EventItem): KnownCustomer | null | undefined => {
    if (!('customerId' in item)) return null;
    const known = customers.get(item.customerId);
    return known ?? (item.type === 'profile' ? { customerRef: createRef(), currency: null } : undefined);
  };

  /** The other party of a relation, who need be no customer: whom it names for the first time gets a reference. */
  const partyOf = (item: EventItem): KnownCustomer | null =>
    item.type === 'relation'
      ? (customers.get(item.payload.party) ?? { customerRef: createRef(), currency: null })
      : null;

  /** Without the customer, instants in UTC, the other party by its reference. */
  const toContent = (item: EventItem, party: KnownCustomer | null): EventContent => {
    const { customerId: _, ...content } = { customerId: null, ...item };
    content.occurredAt = toUtc(item.occurredAt);
    if (item.knownAt !== undefined) content.knownAt = toUtc(item.knownAt);
    if (!party) return inOrder(content) as EventContent;
    return inOrder({ ...content, payload: { ...content.payload, party: party.customerRef } }) as EventContent;
  };

  const findCorrectionFault = (item: EventItem, customerRef: string | null): AppError | null => {
    const { supersedes, type } = item;
    if (supersedes === undefined) return null;
    const target = events.get(supersedes);
    if (!target || target.customerRef !== customerRef) return conflict(item, noSuchEvent(supersedes));
    if (target.type === 'retraction') return conflict(item, retracts(supersedes));
    if (type !== 'retraction' && target.type !== type) return conflict(item, otherType(supersedes, target.type));
    const earlier = correctedBy.get(supersedes);
    return earlier === undefined ? null : conflict(item, corrected(supersedes, earlier));
  };

  const findMixed = (item: EventItem, customer: KnownCustomer | null): AppError | null => {
    if (!('currency' in item) || !customer || (customer.currency ?? item.currency) === item.currency) return null;
    const { eventId: event, currency, customerId } = item;
    return appError('currency_mixed', { event, currency, customer: customerId, standing: customer.currency ?? '' });
  };

  const take = (item: EventItem, { content, customer, party, digest }: Taken): ChosenEvent => {
    const { type, eventId, supersedes } = item;
    const { occurredAt } = content;
    const knownAt = isBackfilled ? (content.knownAt ?? laggedFrom(item, at)) : at.toISOString();
    const kept = { customerRef: customer?.customerRef ?? null, type, occurredAt, digest };
    events.set(eventId, kept);
    if (supersedes !== undefined) correctedBy.set(supersedes, eventId);
    if (customer && 'customerId' in item) meet(item.customerId, customer, 'currency' in item ? item.currency : null);
    if (party && item.type === 'relation') meet(item.payload.party, party, null);
    const isKnown = !isBackfilled || content.knownAt !== undefined;
    return { ...kept, knownAt, content: isKnown ? content : withKnownAt(content, knownAt) };
  };

  const meet = (customerId: string, customer: KnownCustomer, currency: string | null): void => {
    const met = { ...customer, currency: customer.currency ?? currency };
    if (customers.has(customerId) && met.currency === customer.currency) return;
    customers.set(customerId, met);
    changed.set(customerId, met);
  };

  return { admit, changed: changed as ReadonlyMap<string, KnownCustomer> };
};

interface Taken {
  readonly content: EventContent;
  readonly customer: KnownCustomer | null;
  readonly party: KnownCustomer | null;
  readonly digest: string;
}

/** As instants are kept: in UTC, with milliseconds. */
const KEPT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const toUtc = (instant: string): string => (KEPT.test(instant) ? instant : new Date(instant).toISOString());

/** The same JSON with its keys in their canonical order, in which it is digested and kept. */
const inOrder = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const fields = value as Readonly<Record<string, unknown>>;
  const ordered: Record<string, unknown> = {};
  for (const key of orderKeys(Object.keys(fields))) ordered[key] = inOrder(fields[key]);
  return ordered;
};

/** Keys in order, by how they came: events of a type come with the same ones. */
const orders = new Map<string, readonly string[]>();
const MOST_ORDERS = 1_000;

const orderKeys = (keys: readonly string[]): readonly string[] => {
  const came = keys.join();
  const known = orders.get(came) ?? keys.toSorted();
  if (orders.size < MOST_ORDERS) orders.set(came, known);
  return known;
};

/** Content whose keys are in order, with when it was known in its place. */
const withKnownAt = (content: EventContent, knownAt: string): EventContent => {
  const known: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    if (key > 'knownAt' && known.knownAt === undefined) known.knownAt = knownAt;
    known[key] = value;
  }
  return known as unknown as EventContent;
};

/** When an event of the past became known by its type's lag, at the latest now. */
const laggedFrom = ({ type, occurredAt }: EventItem, at: Date): string =>
  eventTypes[type].lagDays === 0
    ? toUtc(occurredAt)
    : new Date(Math.min(Date.parse(occurredAt) + eventTypes[type].lagDays * DAY, at.getTime())).toISOString();

const digestOf = (customerRef: string | null, content: EventContent): string =>
  hash('sha256', toCanonicalJson([customerRef, content]), 'hex');

const findTimeFault = (item: EventItem, at: Date, isBackfilled: boolean): AppError | null => {
  const occurred = Date.parse(item.occurredAt);
  const known = item.knownAt === undefined ? occurred : Date.parse(item.knownAt);
  if (occurred > at.getTime()) return untimely(item, 'occurredAt', future(at));
  if (occurred < EARLIEST) return untimely(item, 'occurredAt', { zh: '早于 1900 年', en: 'it lies before 1900' });
  if (item.knownAt !== undefined && !isBackfilled) return untimely(item, 'knownAt', onlyImports);
  if (known > at.getTime()) return untimely(item, 'knownAt', future(at));
  return known < occurred ? untimely(item, 'knownAt', beforehand) : null;
};

const future = (at: Date) => {
  const now = at.toISOString();
  return { zh: `在将来（现在是 ${now}）`, en: `it lies in the future (it is ${now} now)` };
};
const onlyImports = { zh: '只有导入的事件可以说明何时得知', en: 'only what is imported may say when it was known' };
const beforehand = { zh: '不能早于事件发生', en: 'it cannot be known before it happened' };

const untimely = ({ eventId }: EventItem, field: string, problem: { zh: string; en: string }): AppError =>
  appError('event_untimely', { event: eventId, field, problem });

const customerMissing = (customer: string): AppError => appError('customer_missing', { customer });

const conflict = ({ eventId }: EventItem, problem: { zh: string; en: string }): AppError =>
  appError('event_conflict', { event: eventId, problem });

interface Told {
  readonly type: EventItem['type'];
  readonly occurredAt: string;
}

const notTheSame = (came: Told, standing: Told, isSameCustomer: boolean) => {
  const [zh, en] = isSameCustomer ? ['', ''] : ['（属于另一位客户）', ' of another customer'];
  const [kept, sent] = [standing, came].map(({ type, occurredAt }) => ({ type, at: toUtc(occurredAt) }));
  return {
    zh: `已有同一编号的 ${kept?.type} ${kept?.at}${zh}，内容与收到的 ${sent?.type} ${sent?.at} 不同；更正须用新的编号和 supersedes`,
    en: `stands as a ${kept?.type} at ${kept?.at}${en}, and came with other content as a ${sent?.type} at ${sent?.at}; a correction has an id of its own and supersedes it`,
  };
};

const noSuchEvent = (id: string) => ({
  zh: `要更正的事件 ${id} 不存在，或属于另一位客户`,
  en: `corrects ${id}, which is not there or is of another customer`,
});
const retracts = (id: string) => ({
  zh: `撤回事件 ${id} 不能再更正；请以新的编号重报原事件`,
  en: `corrects ${id}, a retraction, which nothing can; report the event again under a new id`,
});
const otherType = (id: string, type: string) => ({
  zh: `要更正的事件 ${id} 的类型为 ${type}，类型须相同`,
  en: `corrects ${id}, which is a ${type}; a correction is of the same type`,
});
const corrected = (id: string, earlier: string) => ({
  zh: `事件 ${id} 已被 ${earlier} 更正`,
  en: `corrects ${id}, which ${earlier} corrected already`,
});
