import { bootstrap, type Estimate } from '../../src/metrics/bootstrap.ts';
import type { DefaultSpell } from '../../src/signals/course.ts';
import { planBootstrap } from '../validation/figures.ts';
import { type Alert, raiseAlerts } from './alerts.ts';
import { warningSettings } from './settings.ts';
import type { Strategy, WatchedBook } from './watch.ts';

/** What a strategy comes to within a budget; intervals are over customers. */
export interface WarningFigures {
  readonly strategy: Strategy;
  readonly budget: number;
  /** New alerts a month for each 1,000 customers, as many as there were to raise. */
  readonly alerts: number;
  /** Share of them that were raised when something was past due already. */
  readonly lateShare: number | null;
  /** Share of default spells with an alert within 360 days before the first unpaid due date, nothing being past due. */
  readonly recall: Estimate;
  /** The same, or with an alert while something was past due before default. */
  readonly recallBeforeDefault: Estimate;
  /** Share of alerts with nothing past due that a first unpaid due date of a default followed within 360 days. */
  readonly precision: Estimate;
  /** Share of all alerts that one, or where something was past due a default, followed within 360 days. */
  readonly precisionOfAll: Estimate;
  /** Days from the first alert to the first unpaid due date, middle and quarters of the spells recalled. */
  readonly leadDays: { readonly lower: number | null; readonly middle: Estimate; readonly upper: number | null };
  /** Lead times of the spells recalled, longest first. */
  readonly leads: readonly number[];
}

/** A strategy against a baseline at the budget that judges: differences over the same customers. */
export interface WarningGain {
  readonly strategy: Strategy;
  readonly baseline: Strategy;
  readonly recall: Estimate;
  readonly recallBeforeDefault: Estimate;
  readonly precisionOfAll: Estimate;
  readonly verdict: 'better' | 'worse' | 'no_difference_shown' | 'insufficient_evidence' | 'unobserved';
}

export interface WarningEvaluation {
  readonly customers: number;
  readonly spells: number;
  readonly figures: readonly WarningFigures[];
  readonly gains: readonly WarningGain[];
  /** Share of customers and dates at which a signal was not observed. */
  readonly unobserved: Readonly<Record<string, number>>;
}

/** What the alerts of one strategy and budget caught and cost, each entry a customer. */
interface Tally {
  readonly alerts: number;
  readonly lateAlerts: number;
  readonly early: readonly Caught[];
  readonly any: readonly number[];
  readonly maturedCurrent: readonly number[];
  readonly rightCurrent: readonly number[];
  readonly matured: readonly number[];
  readonly right: readonly number[];
}

interface Caught {
  readonly customer: number;
  readonly lead: number;
}

const { horizonDays, showsAfterDays, budgets, judgedAt } = warningSettings;

/**
 * Measures every strategy within every budget.
 * @param lastDay the last day of the data: an alert counts in precision only where what it looks ahead to has shown by then
 */
export const measureWarning = (book: WatchedBook, lastDay: number): WarningEvaluation => {
  const counted = book.spells.map((spells) => spells.filter((spell) => isCounted(spell, book.days)));
  const runs = book.strategies.flatMap((strategy, place) =>
    budgets.map((budget) => {
      const alerts = raiseAlerts(book, book.candidates[place] ?? [], budget);
      return { strategy, budget, tally: tallyUp(alerts, { ...book, counted, lastDay }) };
    }),
  );
  const spellsOf = counted.flatMap((spells, customer) => spells.map(() => customer));
  const pairs = pairUp(runs);
  const measure = (weights: Uint16Array): (number | null)[] => {
    const rates = new Map(runs.map((run) => [run, ratesOf(run.tally, spellsOf, weights)]));
    const differences = pairs.flatMap(([one, other]) => {
      const [a, b] = [rates.get(one) ?? [], rates.get(other) ?? []];
      return [0, 1, 3].map((at) => minus(a[at] ?? null, b[at] ?? null));
    });
    return [...[...rates.values()].flat(), ...differences];
  };
  const estimates = bootstrap(
    planBootstrap(book.spells.length, { ...warningSettings, leastBads: warningSettings.leastSpells }),
    measure,
  );
  const dates = book.watched.reduce((sum, count) => sum + count, 0);
  return {
    customers: book.spells.length,
    spells: spellsOf.length,
    figures: runs.map((run, place) => toFigures(run, estimates.slice(RATES * place, RATES * (place + 1)), dates)),
    gains: pairs.map(([one, other], place) => {
      const [recall, recallBeforeDefault, precisionOfAll] = estimates.slice(RATES * runs.length + 3 * place) as [
        Estimate,
        Estimate,
        Estimate,
      ];
      const { strategy } = one;
      const verdict = isUnobserved(book.unobserved, strategy) ? 'unobserved' : judge(recall, spellsOf.length);
      return { strategy, baseline: other.strategy, recall, recallBeforeDefault, precisionOfAll, verdict };
    }),
    unobserved: Object.fromEntries(book.unobserved),
  };
};

/** Whether a signal was observed of nobody, so that its figures say nothing of it. */
const isUnobserved = (unobserved: WatchedBook['unobserved'], { name }: Strategy): boolean => unobserved.get(name) === 1;

interface Run {
  readonly strategy: Strategy;
  readonly budget: number;
  readonly tally: Tally;
}

/** Whoever could have been warned: a date lies before the first unpaid due date, and not too far. */
const isCounted = ({ firstUnpaidOn }: DefaultSpell, days: readonly number[]): boolean =>
  days.some((day) => day < firstUnpaidOn && firstUnpaidOn <= day + horizonDays);

interface Ground {
  readonly spells: WatchedBook['spells'];
  readonly counted: WatchedBook['spells'];
  readonly lastDay: number;
}

const isAhead = (on: number, day: number): boolean => day < on && on <= day + horizonDays;

const tallyUp = (alerts: readonly Alert[], { spells, counted, lastDay }: Ground): Tally => {
  const byCustomer = new Map<number, Alert[]>();
  for (const alert of alerts) byCustomer.set(alert.customer, [...(byCustomer.get(alert.customer) ?? []), alert]);
  const early: Caught[] = [];
  const any: number[] = [];
  for (const [customer, own] of byCustomer) {
    for (const { firstUnpaidOn, defaultOn } of counted[customer] ?? []) {
      const first = own.find(({ day, isLate }) => !isLate && isAhead(firstUnpaidOn, day));
      if (first) early.push({ customer, lead: firstUnpaidOn - first.day });
      if (first || own.some(({ day, isLate }) => isLate && isAhead(defaultOn, day))) any.push(customer);
    }
  }
  const isRight = ({ customer, day, isLate }: Alert) =>
    (spells[customer] ?? []).some(({ firstUnpaidOn, defaultOn }) => isAhead(isLate ? defaultOn : firstUnpaidOn, day));
  const matured = alerts.filter(({ day }) => day + horizonDays + showsAfterDays <= lastDay);
  const current = matured.filter(({ isLate }) => !isLate);
  const toCustomers = (some: readonly Alert[]) => some.map(({ customer }) => customer);
  return {
    alerts: alerts.length,
    lateAlerts: alerts.filter(({ isLate }) => isLate).length,
    early,
    any,
    maturedCurrent: toCustomers(current),
    rightCurrent: toCustomers(current.filter(isRight)),
    matured: toCustomers(matured),
    right: toCustomers(matured.filter(isRight)),
  };
};

/** Rates of one tally, in this order: recall, recall before default, precision, that of all, middle lead time. */
const RATES = 5;

const ratesOf = (tally: Tally, spellsOf: readonly number[], weights: Uint16Array): (number | null)[] => {
  const count = (customers: readonly number[]) => customers.reduce((sum, each) => sum + (weights[each] ?? 0), 0);
  const spells = count(spellsOf);
  return [
    share(count(tally.early.map(({ customer }) => customer)), spells),
    share(count(tally.any), spells),
    share(count(tally.rightCurrent), count(tally.maturedCurrent)),
    share(count(tally.right), count(tally.matured)),
    quantileOf(tally.early, weights, 0.5),
  ];
};

const share = (hits: number, all: number): number | null => (all === 0 ? null : hits / all);

const minus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);

/** The lead time that a share of the weighted spells do not exceed; null without any. */
const quantileOf = (caught: readonly Caught[], weights: Uint16Array, part: number): number | null => {
  const sorted = [...caught].sort((a, b) => a.lead - b.lead);
  const all = sorted.reduce((sum, { customer }) => sum + (weights[customer] ?? 0), 0);
  let passed = 0;
  for (const { customer, lead } of sorted) {
    passed += weights[customer] ?? 0;
    if (passed > 0 && passed >= part * all) return lead;
  }
  return null;
};

/** Everything that is no baseline against each baseline, at the budget that judges. */
const pairUp = (runs: readonly Run[]): (readonly [Run, Run])[] => {
  const judged = runs.filter(({ budget }) => budget === judgedAt);
  const baselines = judged.filter(({ strategy }) => strategy.kind === 'baseline');
  return judged
    .filter(({ strategy }) => strategy.kind !== 'baseline')
    .flatMap((one) => baselines.map((other) => [one, other] as const));
};

const judge = ({ lower, upper }: Estimate, spells: number): WarningGain['verdict'] => {
  if (spells < warningSettings.leastSpells || lower === null || upper === null) return 'insufficient_evidence';
  if (lower > 0) return 'better';
  return upper < 0 ? 'worse' : 'no_difference_shown';
};

const toFigures = ({ strategy, budget, tally }: Run, estimates: readonly Estimate[], dates: number): WarningFigures => {
  const [recall, recallBeforeDefault, precision, precisionOfAll, middle] = estimates as [
    Estimate,
    Estimate,
    Estimate,
    Estimate,
    Estimate,
  ];
  const ones = new Uint16Array(1 + Math.max(0, ...tally.early.map(({ customer }) => customer))).fill(1);
  const leads = tally.early.map(({ lead }) => lead).sort((a, b) => b - a);
  return {
    strategy,
    budget,
    alerts: (1_000 * tally.alerts) / Math.max(1, dates),
    lateShare: share(tally.lateAlerts, tally.alerts),
    recall,
    recallBeforeDefault,
    precision,
    precisionOfAll,
    leadDays: { lower: quantileOf(tally.early, ones, 0.25), middle, upper: quantileOf(tally.early, ones, 0.75) },
    leads,
  };
};
