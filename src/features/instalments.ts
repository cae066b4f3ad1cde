import { INTEGER_LIMIT } from '../arithmetic.ts';
import type { MadeRow } from './row-set.ts';

/** An amount on a civil day. */
export interface DatedAmount {
  readonly day: number;
  readonly amountMinor: number;
}

/** What was due on one facility by one plan, and what was paid on it, in any order. */
export interface Account {
  /** The facility's number. */
  readonly facility: number;
  readonly dues: readonly DatedAmount[];
  readonly payments: readonly DatedAmount[];
}

/**
 * Follows the payments of a facility through its dues, the oldest first: one row for each day on which something was due,
 * with what of it is unpaid as of a day, what of it was paid by its own day (`paidInTime`), and its delay: the days from
 * when it was due to when it was paid in full, or to the date where it is not, which alone is `daysPastDue`. Sums from
 * 2^53 on are not known.
 */
export const followInstalments = ({ facility, dues, payments }: Account, asOfDay: number): MadeRow[] => {
  const paid = cumulate(payments);
  const total = paid.at(-1)?.sum ?? 0;
  let before = 0;
  let settled = 0;
  let inTime = 0;
  return cumulate(dues).map(({ day, sum }) => {
    const amount = sum - before;
    while (settled < paid.length && (paid[settled] as Cumulated).sum < sum) settled++;
    while (inTime < paid.length && (paid[inTime] as Cumulated).day <= day) inTime++;
    const paidByDay = paid[inTime - 1]?.sum ?? 0;
    const unpaid = clamp(sum - total, amount);
    const paidInTime = clamp(paidByDay - before, amount);
    before = sum;
    const delay = Math.max(0, (paid[settled]?.day ?? asOfDay) - day);
    const isKnown = sum < INTEGER_LIMIT && total < INTEGER_LIMIT;
    if (!isKnown) return { day, fields: { facility } };
    const isPartial = Number(paidInTime > 0 && paidInTime < amount);
    const daysPastDue = unpaid > 0 ? delay : 0;
    return { day, fields: { facility, amount, unpaid, delay, daysPastDue, paidInTime, isPartial } };
  });
};

/** What of all that was due is unpaid at the end of the day before a civil day. */
export const arrearsOn = ({ dues, payments }: Omit<Account, 'facility'>, day: number): number => {
  const before = (amounts: readonly DatedAmount[]) =>
    amounts.reduce((sum, amount) => sum + (amount.day < day ? amount.amountMinor : 0), 0);
  return Math.max(0, before(dues) - before(payments));
};

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

interface Cumulated {
  readonly day: number;
  readonly sum: number;
}

/** Running totals by day, in the order of the days. */
const cumulate = (amounts: readonly DatedAmount[]): Cumulated[] => {
  const byDay = new Map<number, number>();
  for (const { day, amountMinor } of amounts) byDay.set(day, (byDay.get(day) ?? 0) + amountMinor);
  let sum = 0;
  return [...byDay]
    .sort(([a], [b]) => a - b)
    .map(([day, amount]) => {
      sum += amount;
      return { day, sum };
    });
};
