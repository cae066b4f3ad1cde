import type { EventItem } from '../../src/domain/event.ts';
import { instantOf, type Moment, momentOf } from './calendar.ts';
import type { Random } from './random.ts';

type Without<Item, Keys extends string> = Item extends unknown ? Omit<Item, Keys> : never;

/** What an event says beside its id, its customer and its times. */
export type Told = Without<EventItem, 'eventId' | 'customerId' | 'occurredAt' | 'knownAt'>;

/** When something happened, and after how many seconds it was known. */
export interface Times {
  readonly at: Moment;
  readonly lagSeconds?: number;
}

/** Where one customer's events are written down. */
export interface Book {
  readonly customerId: string;
  /** Writes an event down; what is known after the end of the simulation is left out, and most of what was before it. */
  tell(told: Told, times: Times): void;
  /** All that was written down, in the order in which it was known. */
  entries(): readonly Entry[];
}

/** An event as it was written down. */
export interface Entry {
  readonly at: Moment;
  readonly knownAt: Moment;
  /** Its place in the order of telling, from 1. */
  readonly sequence: number;
  readonly told: Told;
}

interface Span {
  readonly startDay: number;
  /** The day after the last. */
  readonly endDay: number;
}

/** What the lender tells of the time before the simulation: who the customer is and what it was lent. */
const standing: ReadonlySet<string> = new Set(['profile', 'facility']);

/** An entry of a customer's book as an event, whose id is the customer's own and its place in the order of telling. */
export const toEvent = (customerId: string, { at, knownAt, sequence, told }: Entry): EventItem => {
  const eventId = `${customerId}-${sequence}`;
  return { eventId, customerId, occurredAt: instantOf(at), knownAt: instantOf(knownAt), ...told } as EventItem;
};

/** More entries than a book has. */
const MOST_ENTRIES = 2 ** 20;

/** Entries by when they were known, then as they were told: sorted as numbers, which takes no comparison to be called. */
const sortByKnowledge = (entries: readonly Entry[]): Entry[] => {
  const keys = new Float64Array(entries.length);
  for (const { knownAt, sequence } of entries) keys[sequence - 1] = knownAt * MOST_ENTRIES + sequence - 1;
  return Array.from(keys.sort(), (key) => entries[key - Math.floor(key / MOST_ENTRIES) * MOST_ENTRIES] as Entry);
};

/** Opens the book of a customer. */
export const openBook = (customerId: string, { startDay, endDay }: Span): Book => {
  const entries: Entry[] = [];
  const start = momentOf(startDay, 0);
  const end = momentOf(endDay, 0);
  return {
    customerId,
    tell(told, { at, lagSeconds = 0 }) {
      const knownAt = at + lagSeconds;
      if (knownAt >= end || (at < start && !standing.has(told.type))) return;
      entries.push({ at, knownAt, sequence: entries.length + 1, told });
    },
    entries() {
      return sortByKnowledge(entries);
    },
  };
};

const HOUR = 3_600;

/** A moment of a day between two hours. */
export const atHours = (random: Random, day: number, from: number, to: number): Moment =>
  momentOf(day, Math.floor((from + random.uniform() * (to - from)) * HOUR));

/** A lag of some days, spread over the last of them. */
export const daysLater = (random: Random, least: number, most: number): number =>
  Math.floor((least + random.uniform() * (most - least)) * 24 * HOUR);
