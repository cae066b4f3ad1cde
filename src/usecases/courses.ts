import { roomOf, scoreRow } from '../decision/assess.ts';
import type { DecisionPlan } from '../decision/plan.ts';
import type { HistoricEvent } from '../domain/event.ts';
import { appError } from '../errors.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { findFeature } from '../features/catalogue/dictionary.ts';
import { createCivilClock } from '../features/civil-clock.ts';
import { createFeatureComputer } from '../features/compute.ts';
import { standingDated } from '../features/dated-event.ts';
import { createDaysLate } from '../features/days-late.ts';
import { PROBATION_DAYS } from '../features/default.ts';
import type { Surroundings } from '../features/made-rows.ts';
import { receivedBy } from '../features/received-types.ts';
import type { Course, CourseDate } from '../signals/course.ts';
import { findSpells } from '../signals/spells.ts';
import type { EventBook } from './event-book.ts';
import type { OpenedPlan } from './open-plan.ts';
import { readPartyStates } from './read-parties.ts';
import { createIsTold } from './told-within.ts';

/** What is read of a book. */
export interface CoursesWanted {
  /** Civil days since 1970-01-01, rising: each customer is looked at as of the end of each. */
  readonly days: readonly number[];
  /** The last day whose events count. */
  readonly lastDay: number;
  /** The model that scores beside the signals; null = none. */
  readonly opened: OpenedPlan | null;
  /** Whom to follow; absent = everybody. Whoever is related to them is looked up among all. */
  readonly isWanted?: (customerId: string) => boolean;
  /** A customer is looked at only where something happened within so many days, a profile apart; absent = always. */
  readonly toldWithinDays?: number;
  readonly timeZone: string;
}

/**
 * Follows every customer of a book over some days, as far as it was known and not in default, its probation included. No
 * more is held than one customer's history and the states of those to whom others are related.
 * @throws field_missing where the model reads what is no feature of behaviour, and what the book throws
 */
export async function* readCourses(book: EventBook, wanted: CoursesWanted) {
  const { days, lastDay, opened, isWanted = () => true, toldWithinDays = Number.POSITIVE_INFINITY, timeZone } = wanted;
  const clock = createCivilClock(timeZone);
  const computer = createFeatureComputer(creditCatalogue, timeZone);
  const instants = days.map((day) => new Date(clock.endOf(day)).toISOString());
  const survey = await book.survey();
  const parties = await readPartyStates(book, { named: survey.parties, asOf: instants, timeZone });
  const industry = computer.date(survey.industry);
  const surroundings = instants.map((instant, place) => ({
    industry: standingDated(industry, Date.parse(instant)) as Surroundings['industry'],
    parties: parties[place] ?? new Map(),
  }));
  const [receivedOfReal, receivedOfAnybody] = [false, true].map((isSimulated) =>
    instants.map((instant) => receivedBy(survey.received, { instant: Date.parse(instant), isSimulated })),
  );
  const score = opened && createScore(opened.plan);
  const toDaysLate = createDaysLate(creditCatalogue);
  for await (const { customerId, events } of book.histories()) {
    if (!isWanted(customerId)) continue;
    const dated = computer.date(events);
    const spells = findSpells(
      standingDated(dated, clock.endOf(lastDay)).filter(({ day }) => day <= lastDay),
      lastDay,
    );
    const isOut = (day: number) => spells.some(({ defaultOn }) => day >= defaultOn && day < defaultOn + PROBATION_DAYS);
    const first = Math.min(...dated.map(({ known }) => known));
    const isTold = createIsTold(dated, toldWithinDays);
    const history = computer.open();
    const received = events.some(({ isSimulated }) => isSimulated) ? receivedOfAnybody : receivedOfReal;
    const batches = toBatches(events, instants);
    const dates = days.flatMap((day, place): CourseDate[] => {
      const asOf = instants[place] as string;
      const limit = Date.parse(asOf);
      history.add(batches[place] ?? []);
      if (first > limit || isOut(day) || !isTold(day, limit)) return [];
      const { values } = history.valuesAt(asOf, surroundings[place] as Surroundings);
      return [
        {
          day,
          values,
          received: received?.[place] ?? new Set(),
          microLogits: score?.(values) ?? null,
          daysLate: toDaysLate(values) ?? 0,
        },
      ];
    });
    yield { customerId, dates, spells } satisfies Course;
  }
}

/** What became known up to each instant since the one before, in the order in which it happened, which costs least. */
const toBatches = (events: readonly HistoricEvent[], instants: readonly string[]): HistoricEvent[][] => {
  const limits = instants.map((instant) => Date.parse(instant));
  const batches = instants.map((): HistoricEvent[] => []);
  const ordered = [...events].sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt));
  for (const event of ordered) {
    const known = Date.parse(event.knownAt);
    batches[limits.findIndex((limit) => known <= limit)]?.push(event);
  }
  return batches;
};

/** Scores values of the catalogue by a model of behaviour. @throws field_missing */
const createScore = (plan: DecisionPlan): ((values: Float64Array) => number) => {
  const places = plan.features.columns.map(({ name, source }) => {
    if (findFeature(source)?.name !== name) throw appError('field_missing', { field: name });
    return creditCatalogue.findIndex((feature) => feature.name === name);
  });
  const room = roomOf(plan);
  return (values) => {
    for (const [index, place] of places.entries()) room.row[index] = values[place] as number;
    return scoreRow(plan, room);
  };
};
