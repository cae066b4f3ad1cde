import { describe, expect, it } from 'vitest';
import { scenarioNames } from '../../src/cli/simulate.ts';
import { EventItem } from '../../src/domain/event.ts';
import type { SimulatedCustomer } from '../../training/simulator/customer.ts';
import { parametersFingerprint, scenarios } from '../../training/simulator/parameters.ts';
import {
  divide,
  type PortfolioSettings,
  simulateIndustries,
  simulatePortfolio,
} from '../../training/simulator/portfolio.ts';
import { tellStretch } from '../../training/simulator/tell-stretch.ts';
import { toLine, toTruthLine } from '../../training/simulator/text.ts';
import { findDefaults } from '../reference/defaults-seen.ts';

const small: PortfolioSettings = { customers: 60, months: 24, seed: 5, scenario: 'calm', start: '2023-01' };
const LAST_DAY = '2024-12-31';

const textOf = (customers: Iterable<SimulatedCustomer>): string =>
  [...customers].map(({ events, truth }) => events.map(toLine).join('') + toTruthLine(truth)).join('');

describe('the simulator', () => {
  it('has the parameters it was calibrated with', () => {
    expect(parametersFingerprint()).toBe('c9248e41db5eb1f7e7c52132be3fb26dd31a775c8c643254bb46c2ca647ab2f6');
  });

  it('has the scenarios the command line names', () => {
    expect(scenarios).toEqual(scenarioNames);
  });

  it('says the same for the same seed and something else for another', () => {
    const said = textOf(simulatePortfolio(small));
    expect(textOf(simulatePortfolio(small))).toBe(said);
    expect(textOf(simulatePortfolio({ ...small, seed: 6 }))).not.toBe(said);
  });

  it('makes each customer whatever number of others there is', () => {
    const few = [...simulatePortfolio({ ...small, customers: 20 })];
    expect(textOf(few)).toBe(textOf([...simulatePortfolio(small)].slice(0, 20)));
  });

  it('makes the same of stretches as of the whole, whoever is left out', () => {
    for (const customers of [1, 15, 16, 17, 40]) {
      const settings = { ...small, customers };
      const told = divide(settings).map((stretch) => tellStretch({ settings, stretch }));
      const whole = [...simulatePortfolio(settings)];
      expect(told.map(({ lines }) => new TextDecoder().decode(lines)).join('')).toBe(
        whole.flatMap(({ events }) => events.map(toLine)).join(''),
      );
      expect(told.map(({ truth }) => truth).join('')).toBe(whole.map(({ truth }) => toTruthLine(truth)).join(''));
      const sum = (key: 'customers' | 'events' | 'defaults') => told.reduce((all, each) => all + each[key], 0);
      expect(sum('customers')).toBe(customers);
      expect(sum('events')).toBe(whole.reduce((all, { events }) => all + events.length, 0));
      expect(sum('defaults')).toBe(whole.filter(({ truth }) => truth.defaultOn !== null).length);
    }
  });

  it.each(scenarios)('tells only events that an import takes: %s', (scenario) => {
    const settings = { ...small, scenario };
    const events = [
      ...simulateIndustries(settings),
      ...[...simulatePortfolio(settings)].flatMap((each) => each.events),
    ];
    for (const event of events) {
      expect(EventItem.parse(event)).toEqual(event);
      expect(Date.parse(event.knownAt ?? '')).toBeGreaterThanOrEqual(Date.parse(event.occurredAt));
      expect(toLine(event)).toBe(`${JSON.stringify(event)}\n`);
    }
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
    expect(events.every(({ eventId }) => eventId.startsWith('SIM-'))).toBe(true);
  });

  it('tells each customer in the order in which things were known, until the end of the last month', () => {
    for (const { customerId, events } of simulatePortfolio(small)) {
      const known = events.map(({ knownAt }) => knownAt ?? '');
      expect(known).toEqual(known.toSorted());
      expect(known.every((instant) => instant.slice(0, 10) <= LAST_DAY)).toBe(true);
      expect(events[0]).toMatchObject({ type: 'profile', customerId });
    }
  });

  it('shows every kind of event but corrections', () => {
    const told = new Set(
      [...simulatePortfolio({ ...small, customers: 400 })].flatMap(({ events }) => events.map(({ type }) => type)),
    );
    const kinds = EventItem.options.map(({ shape }) => shape.type.value);
    expect(kinds.filter((kind) => !told.has(kind))).toEqual(['retraction', 'industry_index']);
  });
});

describe('the truth', () => {
  const portfolio = [...simulatePortfolio({ ...small, customers: 700, scenario: 'recession' })];

  it('is told by the events: every default is seen in them, on its day or with the next statement', () => {
    const defaulted = portfolio.filter(({ truth }) => truth.defaultOn !== null);
    expect(defaulted.length).toBeGreaterThan(30);
    for (const { events, truth } of defaulted) {
      const seen = findDefaults(events, LAST_DAY);
      const on = Date.parse(truth.defaultOn ?? '');
      const lags = seen.map((each) => ({ by: each.by, days: (Date.parse(each.on) - on) / 86_400_000 }));
      const isSeen = lags.some(({ by, days }) => days >= 0 && days <= (by === 'statement' ? 31 : 0));
      expect([truth, lags[0], isSeen]).toEqual([truth, lags[0], true]);
      expect(lags[0]?.days, truth.customerId).toBeGreaterThanOrEqual(0);
    }
  });

  it('is told by the events: nobody else is seen in default', () => {
    const others = portfolio.filter(({ truth }) => truth.defaultOn === null);
    expect(others.flatMap(({ events }) => findDefaults(events, LAST_DAY))).toEqual([]);
  });

  it('names the first unpaid day, more than 90 days before a default by days past due', () => {
    for (const { truth } of portfolio) {
      if (truth.trigger !== 'days_past_due') continue;
      const days = (Date.parse(truth.defaultOn ?? '') - Date.parse(truth.firstUnpaidDueOn ?? '')) / 86_400_000;
      expect(days).toBeGreaterThan(90);
    }
  });

  it('does not count deaths, fraud and leaving as default', () => {
    const ended = portfolio.filter(({ truth }) => truth.ending !== null);
    expect(ended.length).toBeGreaterThan(5);
    for (const { truth, events } of ended) {
      expect(truth.defaultOn).toBeNull();
      const last = events.toSorted((a, b) => a.occurredAt.localeCompare(b.occurredAt)).at(-1);
      expect(last).toMatchObject({ type: 'status_change', payload: { status: truth.ending } });
    }
  });
});
