import type { EventItem } from '../../src/domain/event.ts';
import type { World } from './agent.ts';
import { createCalendar, dayOf } from './calendar.ts';
import { type SimulatedCustomer, simulateCustomer } from './customer.ts';
import { createEconomy, tellIndustries } from './industry.ts';
import type { Scenario } from './parameters.ts';
import { isLeader } from './relations.ts';

/** What a portfolio is simulated from. */
export interface PortfolioSettings {
  readonly customers: number;
  readonly months: number;
  readonly seed: number;
  readonly scenario: Scenario;
  /** The first month (YYYY-MM). */
  readonly start: string;
}

const worldOf = ({ months, seed, scenario, start }: PortfolioSettings): World => ({
  seed,
  calendar: createCalendar(start, months),
  economy: createEconomy(seed, scenario, months),
});

/** The monthly indices of all industries, which belong to no customer, in the order in which they were known. */
export const simulateIndustries = (settings: PortfolioSettings): EventItem[] => {
  const { seed, calendar, economy } = worldOf(settings);
  return tellIndustries(seed, economy, calendar);
};

/**
 * Simulates customers one after the other; memory does not grow with their number. A customer is the same whatever
 * number of others there is: ties lead only to lower numbers, and each draws from streams of its own.
 */
export function* simulatePortfolio(settings: PortfolioSettings): Generator<SimulatedCustomer> {
  const world = worldOf(settings);
  let leaderDefaultOn: number | null = null;
  for (let customer = 0; customer < settings.customers; customer++) {
    const simulated = simulateCustomer(customer, world, isLeader(customer) ? null : leaderDefaultOn);
    const { defaultOn } = simulated.truth;
    if (isLeader(customer)) leaderDefaultOn = defaultOn === null ? null : dayOf(defaultOn);
    yield simulated;
  }
}
