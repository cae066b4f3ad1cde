import { creditCatalogue } from './catalogue/catalogue.ts';
import { STATEMENT_DAYS } from './catalogue/repayment.ts';
import { createCivilClock } from './civil-clock.ts';
import { createFeatureComputer, noSurroundings } from './compute.ts';
import type { DatedEvent } from './dated-event.ts';
import { createDaysLate, lateFeatures } from './days-late.ts';
import { findDefaults, hasLeft, outcomeOf, type WindowOutcome } from './default.ts';
import { type Balance, balanceOn, findOpening, type RepaymentState, stateOf } from './repayment-state.ts';

/** Where a customer or a facility stood at the end of a month, and what became of it. */
export interface RepaymentMonth {
  readonly state: RepaymentState;
  /** Days past due; null where nothing tells. */
  readonly daysLate: number | null;
  readonly balance: Balance | null;
  /** What it came to in the performance window after the month. */
  readonly outcome: WindowOutcome;
}

/** How a customer or a facility repaid, month by month. */
export interface RepaymentCourse {
  /** Civil days since 1970-01-01. */
  readonly openedOn: number;
  /** One for each month end; null before the first event that tells of it. */
  readonly months: readonly (RepaymentMonth | null)[];
  /** The days on which a default began, rising. */
  readonly defaultDays: readonly number[];
}

/** What is looked at. */
export interface RepaymentWindow {
  /** Month ends, civil days since 1970-01-01, rising. */
  readonly days: readonly number[];
  /** The last day whose events count. */
  readonly lastDay: number;
  /** Days of the performance window after each month end. */
  readonly performanceDays: number;
  readonly timeZone: string;
}

/** The events from which any of it follows. */
const toldBy: readonly string[] = [
  'facility',
  'instalment_due',
  'repayment',
  'statement',
  'status_change',
  'legal_event',
];

/**
 * Follows histories over month ends. A month end is told by what had happened by then, however late it became known; days
 * past due are those of the catalogue. What was opened within 62 days and has nothing due yet is current.
 * @returns a function of the events of one customer, or of one of its facilities, that stand; null where nothing was lent
 */
export const createRepaymentFollower = ({ days, lastDay, performanceDays, timeZone }: RepaymentWindow) => {
  const clock = createCivilClock(timeZone);
  const ends = days.map((day) => ({ day, instant: new Date(clock.endOf(day)).toISOString() }));
  const computer = createFeatureComputer(
    creditCatalogue.filter(({ name }) => lateFeatures.includes(name)),
    timeZone,
  );
  const toDaysLate = createDaysLate(computer.plan.features);
  return (standing: readonly DatedEvent[]): RepaymentCourse | null => {
    const told = standing.filter(({ event, day }) => toldBy.includes(event.type) && day <= lastDay);
    const openedOn = findOpening(told);
    if (openedOn === null) return null;
    const defaultDays = findDefaults(told, lastDay).map(({ day }) => day);
    const happened = told.map((dated) => ({ ...dated, known: dated.moment }));
    const months = ends.map(({ day, instant }): RepaymentMonth | null => {
      const until = happened.filter((dated) => dated.day <= day);
      if (findOpening(until) === null) return null;
      const late = toDaysLate(computer.compute(until, instant, noSurroundings).values);
      const daysLate = late ?? (openedOn > day - STATEMENT_DAYS ? 0 : null);
      const state = stateOf({ day, daysLate, hasLeft: hasLeft(until, day), defaultDays });
      const outcome = outcomeOf(told, { observedOn: day, days: performanceDays, knownTo: lastDay });
      return { state, daysLate, balance: balanceOn(until, day), outcome };
    });
    return { openedOn, months, defaultDays };
  };
};

/** The history of each facility: its own events, and those that are about no facility. */
export const splitByFacility = (standing: readonly DatedEvent[]): DatedEvent[][] => {
  const ids = new Set(standing.flatMap(({ event }) => ('facilityId' in event ? [event.facilityId] : [])));
  return [...ids].map((id) => standing.filter(({ event }) => !('facilityId' in event) || event.facilityId === id));
};
