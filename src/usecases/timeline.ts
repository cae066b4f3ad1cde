import type { CustomerAnswer, SeenEvent } from '../contract/events.ts';
import type { EventContent, EventType } from '../domain/event.ts';
import { appError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { readSimulated } from '../store/simulated.ts';
import {
  countStanding,
  readCustomerIds,
  readTimeline,
  type TimelineEvent,
  type TimelineWanted,
} from '../store/timeline.ts';
import { readBook } from './book-date.ts';

/** Whose events, as of when; null = the book date. */
export interface CustomerAsOf {
  readonly customerId: string;
  readonly asOf: string | null;
  readonly now: Date;
}

/** Which of them. */
export interface TimelineAsked extends CustomerAsOf {
  readonly from: string | null;
  readonly to: string | null;
  readonly type: EventType | null;
  readonly limit: number;
  /** Only those before this event; null = from the newest. */
  readonly before: string | null;
}

/** A page of what was known, and where the next begins. */
export interface Timeline {
  readonly asOf: string;
  /** Present where the customer is made up. */
  readonly simulated?: true;
  readonly events: readonly SeenEvent[];
  readonly nextBefore: string | null;
}

/** What was known of a customer as of an instant, by when it happened, newest first. @throws customer_missing */
export const showTimeline = async (
  database: Database,
  { type, limit, before, from, to, ...asked }: TimelineAsked,
): Promise<Timeline> => {
  const { customerRef, asOf, mark } = await openCustomer(database, asked);
  const found = await readEvents(database, {
    customerRef,
    asOf,
    from: from === null ? null : boundInstant(from),
    to: to === null ? null : boundInstant(to),
    types: type === null ? [] : [type],
    isStanding: false,
    limit: limit + 1,
    before,
  });
  const page = found.slice(0, limit);
  const nameOf = await nameParties(database, page);
  return {
    asOf: asOf.toISOString(),
    ...mark,
    events: page.map((event) => toSeen(event, asked.customerId, nameOf)),
    nextBefore: found.length > limit ? (page.at(-1)?.content.eventId ?? null) : null,
  };
};

/** Types of which the latest event says what stands. */
const lasting: readonly EventType[] = ['profile', 'facility', 'relation'];

/** A customer as it stood by what was known as of an instant. @throws customer_missing */
export const showCustomer = async (database: Database, asked: CustomerAsOf): Promise<CustomerAnswer> => {
  const { customerRef, asOf, currency, mark } = await openCustomer(database, asked);
  const wanted = { customerRef, asOf, from: null, to: null, before: null, limit: MOST_LASTING };
  const events = await readEvents(database, { ...wanted, types: lasting, isStanding: true });
  const nameOf = await nameParties(database, events);
  const counts = await orDatabaseFault(countStanding(database.pool, customerRef, asOf));
  const contents = events.map(({ content }) => content);
  const profile = contents.find((content) => content.type === 'profile');
  const bounds = [...counts.map(({ first }) => first), ...counts.map(({ last }) => last)].map(Number);
  return {
    customerId: asked.customerId,
    asOf: asOf.toISOString(),
    ...mark,
    currency,
    profile: profile?.payload ?? null,
    facilities: latestBy(ofType(contents, 'facility'), ({ facilityId }) => facilityId).map(
      ({ facilityId, occurredAt, payload }) => ({ facilityId, occurredAt, facility: payload }),
    ),
    relations: latestBy(ofType(contents, 'relation'), ({ payload }) => `${payload.role} ${payload.party}`).flatMap(
      ({ occurredAt, payload: { party, role, stands } }) =>
        stands ? [{ party: nameOf(party), role, occurredAt }] : [],
    ),
    events: counts.map(({ type, count }) => ({ type, count })),
    firstEventAt: bounds.length > 0 ? new Date(Math.min(...bounds)).toISOString() : null,
    lastEventAt: bounds.length > 0 ? new Date(Math.max(...bounds)).toISOString() : null,
  };
};

/** Most profiles, facilities and relations that are looked at, the newest. */
const MOST_LASTING = 10_000;

const ofType = <Type extends EventType>(contents: readonly EventContent[], type: Type) =>
  contents.filter((content): content is Extract<EventContent, { type: Type }> => content.type === type);

/** The first of each name; the newest come first. */
const latestBy = <Content>(contents: readonly Content[], nameOf: (content: Content) => string): Content[] => {
  const seen = new Set<string>();
  return contents.filter((content) => {
    const name = nameOf(content);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
};

const openCustomer = async (database: Database, { customerId, asOf, now }: CustomerAsOf) => {
  const customer = await database.prisma.customer.findUnique({ where: { customerId } });
  if (!customer) throw appError('customer_missing', { customer: customerId });
  const { customerRef, currency } = customer;
  const isSimulated = await orDatabaseFault(readSimulated(database.pool, customerRef));
  return {
    ...{ customerRef, currency },
    asOf: asOf === null ? (await readBook(database, now)).date : boundInstant(asOf),
    mark: isSimulated ? { simulated: true as const } : {},
  };
};

const readEvents = ({ pool }: Database, wanted: TimelineWanted): Promise<TimelineEvent[]> =>
  orDatabaseFault(readTimeline(pool, wanted));

/** Instants beyond which nothing lies, and which every database can write. */
const [FIRST, LAST] = [Date.UTC(1899, 0, 1), Date.UTC(9999, 0, 1)];

const boundInstant = (instant: string): Date => new Date(Math.min(LAST, Math.max(FIRST, Date.parse(instant))));

/** How other parties are called at the caller; one that was erased by its reference. */
const nameParties = async ({ pool }: Database, events: readonly TimelineEvent[]): Promise<(ref: string) => string> => {
  const refs = events.flatMap(({ content }) => (content.type === 'relation' ? [content.payload.party] : []));
  const names = refs.length > 0 ? await orDatabaseFault(readCustomerIds(pool, refs)) : new Map<string, string>();
  return (ref) => names.get(ref) ?? ref;
};

const toSeen = (
  { content, ...seen }: TimelineEvent,
  customerId: string,
  nameOf: (ref: string) => string,
): SeenEvent => {
  const named =
    content.type === 'relation'
      ? { ...content, payload: { ...content.payload, party: nameOf(content.payload.party) } }
      : content;
  return { ...named, customerId, ...seen } as SeenEvent;
};
