import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import { auc } from '../../src/metrics/discrimination.ts';
import { dayOf } from '../../training/simulator/calendar.ts';
import type { Truth } from '../../training/simulator/customer.ts';
import { createEconomy } from '../../training/simulator/industry.ts';
import { type Scenario, scenarios } from '../../training/simulator/parameters.ts';
import { simulatePortfolio } from '../../training/simulator/portfolio.ts';
import { findSigns } from '../reference/visible-signs.ts';

const MONTHS = 36;
const SEED = 1;
const START = dayOf('2023-01-01');
const END = dayOf('2026-01-01');
/** The day on which the customers are looked at, a year before the end. */
const LOOK = '2025-01-01';

/** What is kept of a customer, so that memory holds. */
interface Kept {
  readonly truth: Truth;
  readonly section: string | null;
  readonly years: number;
  /** Whether there was any sign, for those in default who were watched for half a year; null for the others. */
  readonly isSilent: boolean | null;
  /** A plain sum of what was seen in the half year before the look. */
  readonly trouble: number;
  readonly thirdPartyShare: number | null;
}

const keep = (events: readonly EventItem[], truth: Truth): Kept => {
  const profile = events.find((event) => event.type === 'profile');
  const since = Math.max(START, dayOf(profile?.payload.customerSince ?? ''));
  const until = Math.min(...[truth.defaultOn, truth.endedOn].map((on) => (on === null ? END : dayOf(on))));
  const unpaid = truth.firstUnpaidDueOn;
  return {
    truth,
    section: profile?.payload.industry?.section ?? null,
    years: Math.max(0, until - since) / 365.25,
    isSilent: unpaid === null || dayOf(unpaid) - since < 180 ? null : findSigns(events, unpaid).length === 0,
    trouble: troubleOf(events),
    thirdPartyShare: shareOf(events),
  };
};

/** Months late and use of the last statement, applications and changes of half a year, and arrears in the last report. */
const troubleOf = (events: readonly EventItem[]): number => {
  const known = events.filter(({ knownAt = '' }) => knownAt < LOOK);
  const recent = known.filter(({ knownAt = '' }) => knownAt >= '2024-07-01');
  const statements = recent.flatMap((event) => (event.type === 'statement' ? [event.payload] : []));
  const last = statements.at(-1);
  const late = statements.reduce((sum, { monthsLate }) => sum + monthsLate, 0);
  const calls = recent.filter(({ type }) => type === 'communication').length;
  const elsewhere = recent.filter(
    (event) => event.type === 'loan_application' && event.payload.lender === 'other',
  ).length;
  const report = known.findLast((event) => event.type === 'credit_report');
  const use = last ? Math.max(0, last.balanceMinor ?? 0) / Math.max(1, last.limitMinor ?? 1) : 0.3;
  return late + calls + use + elsewhere + ((report?.payload.overdueMinor ?? 0) > 0 ? 1 : 0);
};

/** Repayments by wallets, of all in the last year. */
const shareOf = (events: readonly EventItem[]): number | null => {
  const paid = events.flatMap((event) =>
    event.type === 'repayment' && event.occurredAt >= LOOK ? [event.payload] : [],
  );
  return paid.length === 0 ? null : paid.filter(({ method }) => method === 'third_party').length / paid.length;
};

const simulate = (scenario: Scenario, customers: number): Kept[] => {
  const settings = { customers, months: MONTHS, seed: SEED, scenario, start: '2023-01' };
  return Array.from(simulatePortfolio(settings), ({ events, truth }) => keep(events, truth));
};

const yearlyRate = (kept: readonly Kept[]): number =>
  kept.filter(({ truth }) => truth.defaultOn !== null).length / kept.reduce((sum, { years }) => sum + years, 0);

const mean = (values: readonly (number | null)[]): number => {
  const known = values.filter((value) => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};

const portfolios = new Map<Scenario, Kept[]>();
const of = (scenario: Scenario): Kept[] => portfolios.get(scenario) ?? [];

beforeAll(() => {
  for (const scenario of scenarios) portfolios.set(scenario, simulate(scenario, scenario === 'calm' ? 2_000 : 1_000));
}, 600_000);

describe('a calm portfolio', () => {
  it('defaults at 2 to 4% a year', () => {
    const rate = yearlyRate(of('calm'));
    expect(rate).toBeGreaterThan(0.02);
    expect(rate).toBeLessThan(0.04);
  });

  it('has at least a quarter of defaults without a sign before 30 days, at the lower end of a 90% interval', () => {
    const watched = of('calm').flatMap(({ isSilent }) => isSilent ?? []);
    const share = watched.filter(Boolean).length / watched.length;
    expect(share - 1.645 * Math.sqrt((share * (1 - share)) / watched.length)).toBeGreaterThan(0.25);
  });

  it('shows some of default in behaviour, and not all of it', () => {
    const seen = of('calm').filter(({ truth: { defaultOn, endedOn } }) => (defaultOn ?? endedOn ?? '9') >= LOOK);
    const labels = seen.map(({ truth }) => (truth.defaultOn === null ? 0 : 1));
    const found =
      auc(
        seen.map(({ trouble }) => trouble),
        labels,
      ) ?? 0;
    expect(found).toBeGreaterThan(0.65);
    expect(found).toBeLessThan(0.85);
  });

  it('has every cause of default, and laundering that has nothing to do with it', () => {
    const causes = new Set(of('calm').flatMap(({ truth }) => truth.cause ?? []));
    for (const cause of ['decline', 'shock', 'sudden', 'strategic', 'contagion', 'overstretched'])
      expect(causes).toContain(cause);
    const patterns = of('calm').flatMap(({ truth }) => truth.laundering ?? []);
    expect(patterns.length).toBeGreaterThan(1);
    expect(patterns.length).toBeLessThan(20);
  });
});

describe('the other scenarios, with the same customers', () => {
  const calm = () => of('calm').slice(0, 1_000);

  it('recession: about two to three times the defaults', () => {
    const times = yearlyRate(of('recession')) / yearlyRate(calm());
    expect(times).toBeGreaterThan(1.6);
    expect(times).toBeLessThan(3.2);
  });

  it('industry shock: more defaults in the two industries struck, no more in the others', () => {
    const { shocked } = createEconomy(SEED, 'industry-shock', MONTHS);
    expect(shocked).toHaveLength(2);
    const isStruck = ({ section }: Kept) => shocked.some((each) => each === section);
    const isOther = (kept: Kept) => kept.section !== null && !isStruck(kept);
    expect(yearlyRate(of('industry-shock').filter(isStruck))).toBeGreaterThan(
      1.6 * yearlyRate(calm().filter(isStruck)),
    );
    expect(yearlyRate(of('industry-shock').filter(isOther))).toBeLessThan(1.3 * yearlyRate(calm().filter(isOther)));
  });

  it('drift: other ways of paying, little change of default', () => {
    expect(mean(of('drift').map(({ thirdPartyShare }) => thirdPartyShare))).toBeGreaterThan(
      2 * mean(calm().map(({ thirdPartyShare }) => thirdPartyShare)),
    );
    const times = yearlyRate(of('drift')) / yearlyRate(calm());
    expect(times).toBeGreaterThan(0.75);
    expect(times).toBeLessThan(1.33);
  });
});
