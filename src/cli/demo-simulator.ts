import { isSimulated } from '../../training/simulator/agent.ts';
import { type PortfolioSettings, simulateIndustries, simulatePortfolio } from '../../training/simulator/portfolio.ts';
import { createCivilClock, toCivilDate } from '../features/civil-clock.ts';
import type { Simulator } from '../usecases/demo.ts';
import type { SimulatedBook } from '../usecases/demo-log.ts';

/** Where the simulated customers live. */
const clock = createCivilClock('Asia/Shanghai');

/** Calm times, and the month of the book's end as the last one. */
const toSettings = ({ customers, months, seed, until }: SimulatedBook): PortfolioSettings => {
  const [year = 0, month = 0] = toCivilDate(clock.dayOf(Date.parse(until)))
    .split('-')
    .map(Number);
  const start = new Date(Date.UTC(year, month - months, 1)).toISOString().slice(0, 7);
  return { customers, months, seed, scenario: 'calm', start };
};

/** The simulator as a demo is given it. */
export const simulator: Simulator = {
  industries: (book) => simulateIndustries(toSettings(book)),
  customers: (book) => simulatePortfolio(toSettings(book)),
  isSimulated,
};
