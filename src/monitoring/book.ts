import type { Model } from '../domain/model.ts';
import { type Tier, tierRank } from '../domain/ordered.ts';
import type { Money } from '../domain/outcome.ts';
import type { JoinedTruth } from './truth.ts';

/** What another version made of a decision's request. */
export interface OtherScore {
  readonly fingerprint: string;
  readonly microLogits: number;
  readonly tier: Tier;
}

/** A decision as it is monitored. */
export interface MonitoredDecision {
  readonly customerRef: string;
  /** Civil day on which it was made. */
  readonly decidedOn: string;
  /** Whether the customer is made up. */
  readonly isSimulated: boolean;
  readonly microLogits: number;
  /** The tier that the score itself reached. */
  readonly tier: Tier;
  /** Bin of each input, in the model's order. */
  readonly bins: readonly number[];
  /** Null where no window is known. */
  readonly truth: JoinedTruth | null;
  readonly challengers: readonly OtherScore[];
}

/** Decisions of one month, by column; equal places belong together. */
export interface MonthRows {
  readonly month: string;
  readonly microLogits: number[];
  readonly tiers: number[];
  readonly truths: (JoinedTruth | null)[];
  /** Whose each row is: one number for each customer in all months. */
  readonly customers: number[];
  /** Rows in each bin of each input. */
  readonly counts: Float64Array[];
  /** What each challenger made of some of the rows. */
  readonly challengers: Map<
    string,
    { readonly rows: number[]; readonly microLogits: number[]; readonly tiers: number[] }
  >;
}

/** What was decided by one version, month by month. */
export interface Book {
  /** In the order of the calendar. */
  months(): readonly MonthRows[];
  repeated(): number;
  /** Rows of simulated customers. */
  simulated(): number;
  /** Takes the next decision, in the order in which they were made. */
  add(decision: MonitoredDecision): void;
}

/**
 * Gathers decisions by the civil month in which they were made. Of a customer the first of a month counts, so that the
 * rows of a month are different people.
 */
export const openBook = ({ inputs }: Pick<Model, 'inputs'>): Book => {
  const months = new Map<string, MonthRows>();
  /** Customers of the month under way; months come one after the other. */
  let seen: { month: string; customers: Set<string> } = { month: '', customers: new Set() };
  const numbers = new Map<string, number>();
  let repeated = 0;
  let simulated = 0;
  const open = (month: string): MonthRows => {
    const known = months.get(month);
    if (known) return known;
    const counts = inputs.map((input) => new Float64Array(input.counts.length));
    const rows = { microLogits: [], tiers: [], truths: [], customers: [] };
    const made: MonthRows = { month, ...rows, counts, challengers: new Map() };
    months.set(month, made);
    return made;
  };
  return {
    months: () => [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1)),
    repeated: () => repeated,
    simulated: () => simulated,
    add({ customerRef, decidedOn, isSimulated, microLogits, tier, bins, truth, challengers }) {
      const month = decidedOn.slice(0, 7);
      if (seen.month !== month) seen = { month, customers: new Set() };
      if (seen.customers.has(customerRef)) {
        repeated++;
        return;
      }
      seen.customers.add(customerRef);
      simulated += Number(isSimulated);
      const rows = open(month);
      const row = rows.microLogits.length;
      rows.microLogits.push(microLogits);
      rows.tiers.push(tierRank(tier));
      rows.truths.push(truth);
      const number = numbers.get(customerRef) ?? numbers.size;
      numbers.set(customerRef, number);
      rows.customers.push(number);
      for (const [input, bin] of bins.entries()) {
        const counts = rows.counts[input];
        if (counts) counts[bin] = (counts[bin] ?? 0) + 1;
      }
      for (const other of challengers) addOther(rows, row, other);
    },
  };
};

const addOther = ({ challengers }: MonthRows, row: number, { fingerprint, microLogits, tier }: OtherScore): void => {
  const known = challengers.get(fingerprint) ?? { rows: [], microLogits: [], tiers: [] };
  challengers.set(fingerprint, known);
  known.rows.push(row);
  known.microLogits.push(microLogits);
  known.tiers.push(tierRank(tier));
};

/** Whether it is known what became of a decision, and its whole window has passed: only such rows count in a rate. */
export const isKnown = (truth: JoinedTruth | null | undefined): truth is JoinedTruth =>
  truth?.isClosed === true && (truth.truth === 'bad' || truth.truth === 'good');

/** Sums of money by currency, in the order of their codes. */
export const sumLosses = (losses: readonly Money[]): Money[] => {
  const sums = new Map<string, number>();
  for (const { amountMinor, currency } of losses) sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, amountMinor]) => ({ amountMinor, currency }));
};

/** Whether a tier is above the lowest. @param rank 0 for the mildest */
export const isFlagged = (rank: number): boolean => rank > 0;
