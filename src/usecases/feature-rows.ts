import { hash } from 'node:crypto';
import type { CatalogueFeature } from '../domain/catalogue.ts';
import { createCivilClock } from '../features/civil-clock.ts';
import { createFeatureComputer } from '../features/compute.ts';
import { type DatedEvent, standingDated } from '../features/dated-event.ts';
import { outcomeOf, type WindowOutcome } from '../features/default.ts';
import type { Surroundings } from '../features/made-rows.ts';
import type { EventBook } from './event-book.ts';
import { readPartyStates } from './read-parties.ts';
import { createIsTold } from './told-within.ts';

/** What is computed of a book. */
export interface FeatureRowsWanted {
  readonly features: readonly CatalogueFeature[];
  /** Instants, each a row for every customer of whom something was known by then. */
  readonly asOf: readonly string[];
  /**
   * Whether each customer gives one row, as of the instant that the digest of its id picks among those at which it was
   * known: then folds are whole by customer, and no two windows of one customer overlap.
   */
  readonly once: boolean;
  /** Days of the performance window after each instant; null = no outcome is told. */
  readonly windowDays: number | null;
  /** Of whom rows are made; absent = everybody. Whoever is related to them is looked up among all. */
  readonly isWanted?: (customerId: string) => boolean;
  /** A row is made only where something happened within so many days, a profile apart; absent = always. */
  readonly toldWithinDays?: number;
  readonly timeZone: string;
}

/** The features of one customer as of an instant. */
export interface FeatureRow {
  readonly customerId: string;
  readonly asOf: string;
  /** Scaled integers in the order of the catalogue; NaN = missing. */
  readonly values: Float64Array;
  readonly isTooLarge: boolean;
  /** What became of the customer, by all that is known; null where nobody asked. */
  readonly outcome: WindowOutcome | null;
}

/**
 * Computes features for every customer of a book, one customer at a time: memory does not grow with the book but for
 * those to whom others are related.
 */
export async function* readFeatureRows(book: EventBook, wanted: FeatureRowsWanted): AsyncGenerator<FeatureRow> {
  const { features, asOf, once, windowDays, isWanted = () => true, timeZone } = wanted;
  const clock = createCivilClock(timeZone);
  const computer = createFeatureComputer(features, timeZone);
  const needsParties = computer.plan.measures.some(({ of }) => of === 'party');
  const { parties: named, lastKnown, industry: indices } = await book.survey();
  const parties = await readPartyStates(book, { named: needsParties ? named : new Set(), asOf, timeZone });
  const industry = computer.date(indices);
  const moments = asOf.map((instant, place) => ({
    instant,
    day: clock.dayOf(Date.parse(instant)),
    surroundings: {
      industry: standingDated(industry, Date.parse(instant)) as Surroundings['industry'],
      parties: parties[place] ?? new Map(),
    },
  }));
  const knownTo = clock.dayOf(lastKnown);
  for await (const { customerId, events } of book.histories()) {
    if (!isWanted(customerId)) continue;
    const dated = computer.date(events);
    const all = windowDays === null ? [] : standingDated(dated, Number.POSITIVE_INFINITY);
    const isTold = createIsTold(dated, wanted.toldWithinDays ?? Number.POSITIVE_INFINITY);
    const known = moments.filter(
      ({ instant, day }) => isKnown(dated, Date.parse(instant)) && isTold(day, Date.parse(instant)),
    );
    for (const { instant, day, surroundings } of once ? pickOne(known, customerId) : known) {
      const { values, isTooLarge } = computer.compute(dated, instant, surroundings);
      const outcome = windowDays === null ? null : outcomeOf(all, { observedOn: day, days: windowDays, knownTo });
      yield { customerId, asOf: instant, values, isTooLarge, outcome };
    }
  }
}

const isKnown = (dated: readonly DatedEvent[], limit: number): boolean => dated.some(({ known }) => known <= limit);

const pickOne = <Item>(items: readonly Item[], customerId: string): Item[] => {
  const digest = Number.parseInt(hash('sha256', customerId).slice(0, 8), 16);
  return items.length === 0 ? [] : [items[digest % items.length] as Item];
};
