import type { EventItem } from '../../src/domain/event.ts';
import type { World } from './agent.ts';
import { createCalendar, dayOf } from './calendar.ts';
import { type Lived, type SimulatedCustomer, simulateCustomer, toCustomer } from './customer.ts';
import { createEconomy, tellIndustries } from './industry.ts';
import { parameters, type Scenario } from './parameters.ts';
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

/** Customers of a portfolio by their numbers: from the first, who leads a block, up to but without another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Blocks in a stretch that is simulated at once. */
const STRETCH_BLOCKS = 2;

/** Divides a portfolio into stretches that depend on nobody outside them. */
export const divide = ({ customers }: Pick<PortfolioSettings, 'customers'>): Stretch[] => {
  const length = STRETCH_BLOCKS * parameters.relations.block;
  return Array.from({ length: Math.ceil(customers / length) }, (_, place) => ({
    from: place * length,
    to: Math.min(customers, (place + 1) * length),
  }));
};

/**
 * Simulates the customers of a stretch one after the other; memory does not grow with their number. A customer is
 * the same whatever number of others there is: ties lead only within a block, to lower numbers, and each draws from streams
 * of its own.
 */
export function* simulateLives(settings: PortfolioSettings, { from, to }: Stretch): Generator<Lived> {
  const world = worldOf(settings);
  let leaderDefaultOn: number | null = null;
  for (let customer = from; customer < to; customer++) {
    const lived = simulateCustomer(customer, world, isLeader(customer) ? null : leaderDefaultOn);
    const { defaultOn } = lived.truth;
    if (isLeader(customer)) leaderDefaultOn = defaultOn === null ? null : dayOf(defaultOn);
    yield lived;
  }
}

/** The same customers, all of them, with their events. */
export function* simulatePortfolio(settings: PortfolioSettings): Generator<SimulatedCustomer> {
  for (const lived of simulateLives(settings, { from: 0, to: settings.customers })) yield toCustomer(lived);
}
