import type { HistoricEvent } from '../domain/event.ts';
import { creditCatalogue } from './catalogue/catalogue.ts';
import { createFeatureComputer, noSurroundings } from './compute.ts';
import type { DatedEvent } from './dated-event.ts';
import { lateFeatures } from './days-late.ts';
import type { PartyState } from './made-rows.ts';

/** Says how late customers are, for those who are related to them. */
export interface PartyStates {
  date(events: readonly HistoricEvent[]): DatedEvent[];
  stateOf(events: readonly DatedEvent[], asOf: string): PartyState;
}

/** Measured by the catalogue itself, so that a party is as late to others as by its own features. */
export const createPartyStates = (timeZone: string): PartyStates => {
  const { date, compute } = createFeatureComputer(
    creditCatalogue.filter(({ name }) => lateFeatures.includes(name)),
    timeZone,
  );
  return {
    date,
    stateOf(events, asOf) {
      const [daysPastDue = Number.NaN, monthsLate = Number.NaN] = compute(events, asOf, noSurroundings).values;
      return { daysPastDue: orNull(daysPastDue), monthsLate: orNull(monthsLate) };
    },
  };
};

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
