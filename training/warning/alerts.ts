import { warningSettings } from './settings.ts';
import type { Candidate, WatchedBook } from './watch.ts';

/** A new alert on a customer. */
export interface Alert {
  readonly customer: number;
  readonly day: number;
  /** Whether something was past due already. */
  readonly isLate: boolean;
}

/**
 * The new alerts of a strategy within a budget: at each date the strongest candidates on whom none of its alerts stands,
 * the first that was read where they are equal. What a month leaves over is lost.
 * @param candidates by date
 * @param budget new alerts for each 1,000 customers watched
 */
export const raiseAlerts = (
  { days, watched }: Pick<WatchedBook, 'days' | 'watched'>,
  candidates: readonly (readonly Candidate[])[],
  budget: number,
): Alert[] => {
  const until = new Map<number, number>();
  return days.flatMap((day, place) => {
    const most = Math.round((budget * (watched[place] ?? 0)) / 1_000);
    const free = (candidates[place] ?? []).filter(({ customer }) => (until.get(customer) ?? day) <= day);
    const chosen = [...free].sort((a, b) => b.strength - a.strength || a.customer - b.customer).slice(0, most);
    for (const { customer } of chosen) until.set(customer, day + warningSettings.horizonDays);
    return chosen.map(({ customer, isLate }) => ({ customer, day, isLate }));
  });
};
