import { toCivilDate } from '../../src/features/civil-clock.ts';
import type { RepaymentCourse } from '../../src/features/repayment-course.ts';
import { type RepaymentState, repaymentStates } from '../../src/features/repayment-state.ts';

/** What went from each state (row) to each (column) in a month, in the order of the states. */
export interface RollMatrix {
  readonly counts: readonly (readonly number[])[];
  /** Of what was in the row's state; null where nothing was. */
  readonly shares: readonly (readonly (number | null)[])[];
}

/** What left one bucket of days past due for a worse one. */
export interface ForwardRoll {
  readonly from: RepaymentState;
  readonly at: number;
  readonly worse: number;
  readonly share: number | null;
}

/** Roll rates (迁徙率) from each month end to the next. */
export interface RollRates {
  readonly states: readonly RepaymentState[];
  readonly pooled: RollMatrix;
  /** Weighted by what was owed at the first of both month ends, in minor units, where it is known; by currency. */
  readonly exposures: readonly (RollMatrix & { readonly currency: string })[];
  readonly months: readonly {
    readonly to: string;
    readonly counts: RollMatrix['counts'];
    readonly forward: ForwardRoll[];
  }[];
}

/** Buckets from which one can roll forward, mildest first; each to those behind it, and to default. */
export const buckets: readonly RepaymentState[] = ['current', 'days_1_30', 'days_31_60', 'days_61_on'];
const worsening: readonly RepaymentState[] = [...buckets, 'default'];

/** Counts rolls course by course. @param days the month ends of the courses */
export const openRolls = (days: readonly number[]) => {
  const byMonth = days.slice(1).map(emptyCounts);
  const byCurrency = new Map<string, number[][]>();
  return {
    add({ months }: Pick<RepaymentCourse, 'months'>): void {
      for (const [place, counts] of byMonth.entries()) {
        const [from, to] = [months[place], months[place + 1]];
        if (!from || !to) continue;
        const [row, column] = [from.state, to.state].map((state) => repaymentStates.indexOf(state)) as [number, number];
        addTo(counts, [row, column], 1);
        if (from.balance === null) continue;
        const sums = byCurrency.get(from.balance.currency) ?? emptyCounts();
        byCurrency.set(from.balance.currency, sums);
        addTo(sums, [row, column], from.balance.amountMinor);
      }
    },
    result: (): RollRates => ({
      states: repaymentStates,
      pooled: toMatrix(byMonth.reduce(addAll, emptyCounts())),
      exposures: [...byCurrency].sort().map(([currency, sums]) => ({ currency, ...toMatrix(sums) })),
      months: byMonth.map((counts, place) => ({
        to: toCivilDate(days[place + 1] as number),
        counts,
        forward: toForward(counts),
      })),
    }),
  };
};

const emptyCounts = (): number[][] => repaymentStates.map(() => repaymentStates.map(() => 0));

const addTo = (counts: number[][], [row, column]: readonly [number, number], amount: number): void => {
  const cells = counts[row] as number[];
  cells[column] = (cells[column] as number) + amount;
};

const addAll = (sums: readonly (readonly number[])[], counts: readonly (readonly number[])[]): number[][] =>
  sums.map((cells, row) => cells.map((cell, column) => cell + (counts[row]?.[column] ?? 0)));

const sumOf = (cells: readonly number[]): number => cells.reduce((sum, cell) => sum + cell, 0);

const shareOf = (part: number, all: number): number | null => (all === 0 ? null : part / all);

const toMatrix = (counts: readonly (readonly number[])[]): RollMatrix => ({
  counts,
  shares: counts.map((cells) => cells.map((cell) => shareOf(cell, sumOf(cells)))),
});

/** What rolled forward from each bucket. */
export const toForward = (counts: RollMatrix['counts']): ForwardRoll[] =>
  buckets.map((from, bucket) => {
    const cells = counts[repaymentStates.indexOf(from)] ?? [];
    const worse = sumOf(worsening.slice(bucket + 1).map((state) => cells[repaymentStates.indexOf(state)] ?? 0));
    return { from, at: sumOf(cells), worse, share: shareOf(worse, sumOf(cells)) };
  });
