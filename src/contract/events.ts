import { z } from 'zod';
import { EventItem, type EventType, eventTypes } from '../domain/event.ts';
import { Facility, PartyRole, Profile } from '../domain/event-payload.ts';
import { Currency } from '../domain/outcome.ts';
import { CallerId } from '../domain/text.ts';
import { CustomerId } from './predict.ts';
import { Problem } from './problem.ts';
import { simulatedCustomer } from './simulated.ts';

/** Most events of one request. */
const MOST_EVENTS = 1_000;

/** Most events of one page of a timeline. */
const MOST_PAGE_EVENTS = 1_000;

type Event = Extract<EventItem, { type: EventType }>;

/** Each type of event, some of its fields changed; its name tells which. */
const eachType = <Changed extends z.ZodType>(
  prefix: string,
  change: (type: (typeof EventItem.options)[number]) => z.ZodObject,
) => {
  const options = EventItem.options.map((option) =>
    change(option).meta({ id: `${prefix}-${option.shape.type.value}` }),
  );
  return z.discriminatedUnion('type', options as unknown as [z.ZodObject]) as unknown as Changed;
};

/** An event as it is reported: known when it is recorded. */
export const ReportedEvent = eachType<z.ZodType<Event, Event>>('Event', (option) =>
  (option as z.ZodObject).omit({ knownAt: true }),
).meta({ id: 'Event' });

export const EventsBody = z
  .union([
    z
      .strictObject({
        events: z
          .array(
            z.union([ReportedEvent, z.looseObject({}).meta({ description: 'Anything else is refused by itself.' })]),
          )
          .min(1)
          .max(MOST_EVENTS),
      })
      .meta({ id: 'Events' }),
    ReportedEvent,
  ])
  .meta({ id: 'EventsRequest', description: 'One event, or up to 1,000, each of which stands for itself.' });

const EventId = z.string().nullable().meta({ description: 'Null where the item has none that can be read.' });

const state = z.enum(['recorded', 'unchanged', 'refused']).meta({
  description: 'Unchanged: it was there already, with the same content. Refused: the problem says why.',
});

/** What became of one event among others. */
export const EventResult = z
  .strictObject({ eventId: EventId, state, problem: Problem.optional() })
  .meta({ id: 'EventResult' });
export type EventResult = z.infer<typeof EventResult>;

export const EventsAnswer = z
  .union([
    EventResult,
    z.strictObject({ events: z.array(EventResult) }).meta({ description: 'Of many, in their order.' }),
  ])
  .meta({ id: 'EventsRecorded' });

const Instant = z.iso.datetime({ offset: true });
const AsOf = Instant.optional().meta({
  description: 'What was known at this instant; default: the book date, which is now unless a start was set.',
});

export const CustomerPath = z.strictObject({ customerId: CustomerId });

export const CustomerQuery = z.strictObject({ asOf: AsOf });

const types = Object.keys(eventTypes) as [EventType, ...EventType[]];

export const TimelineQuery = z.strictObject({
  asOf: AsOf,
  from: Instant.optional().meta({ description: 'Only what happened from this instant on.' }),
  to: Instant.optional().meta({ description: 'Only what happened before this instant.' }),
  type: z.enum(types).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_PAGE_EVENTS).default(100),
  before: CallerId.optional().meta({ description: 'The nextBefore of the last page.' }),
});

const moment = z.iso.datetime();

/** When an event was known, and what corrected it. */
const seen = {
  knownAt: moment.meta({ description: 'From when it is seen.' }),
  recordedAt: moment,
  isBackfilled: z.boolean().meta({ description: 'Whether it came from an import, which says when it was known.' }),
  supersededBy: z.string().nullable().meta({ description: 'The event that had corrected it by then.' }),
};

/** What a timeline says of an event. */
export type SeenEvent = Event & {
  readonly knownAt: string;
  readonly recordedAt: string;
  readonly isBackfilled: boolean;
  readonly supersededBy: string | null;
};

const TimelineEvent = eachType<z.ZodType<SeenEvent, SeenEvent>>('Seen', (option) =>
  (option as z.ZodObject).extend(seen),
).meta({ id: 'SeenEvent' });

export const TimelineAnswer = z
  .strictObject({
    asOf: moment,
    simulated: simulatedCustomer,
    events: z.array(TimelineEvent),
    nextBefore: z.string().nullable().meta({ description: 'Pass it as before for the next page; null at the end.' }),
  })
  .meta({
    id: 'Timeline',
    description:
      'What was known of a customer as of an instant, by when it happened, newest first, corrections and what they corrected. A related party that was erased is told by its reference.',
  });

export const CustomerAnswer = z
  .strictObject({
    customerId: z.string(),
    asOf: moment,
    simulated: simulatedCustomer,
    currency: Currency.nullable().meta({ description: 'Of all amounts of the customer; null before the first.' }),
    profile: Profile.nullable().meta({ description: 'Null where none was known.' }),
    facilities: z.array(z.strictObject({ facilityId: z.string(), occurredAt: moment, facility: Facility })),
    relations: z
      .array(z.strictObject({ party: z.string(), role: PartyRole, occurredAt: moment }))
      .meta({ description: 'Those that stand.' }),
    events: z
      .array(z.strictObject({ type: z.enum(types), count: z.int() }))
      .meta({ description: 'How many stand of each type.' }),
    firstEventAt: moment.nullable(),
    lastEventAt: moment.nullable(),
  })
  .meta({ id: 'Customer', description: 'A customer as it stood by what was known as of an instant.' });
export type CustomerAnswer = z.infer<typeof CustomerAnswer>;
