import { parameters } from './parameters.ts';

/** What was due on a day and how much of it is still owed. */
interface Due {
  readonly on: number;
  owedMinor: number;
}

/** What a facility owes beyond its due days, oldest first. */
export interface Arrears {
  add(on: number, amountMinor: number): void;
  /** All that is due and unpaid. */
  owedMinor(): number;
  /** The oldest day of which something is unpaid; null where nothing is. */
  oldest(): number | null;
  /** The day on which the unpaid dues, oldest first, come to an amount; null where they do not. */
  reaches(amountMinor: number): number | null;
  /** Pays the oldest first. @returns what was left over */
  pay(amountMinor: number): number;
  /** Takes all of it away: settled by another plan, or given up. */
  clear(): void;
  /** Days past due on a day; 0 where nothing is. */
  daysPastDue(day: number): number;
}

export const openArrears = (): Arrears => {
  let dues: Due[] = [];
  return {
    add(on, amountMinor) {
      if (amountMinor > 0) dues.push({ on, owedMinor: amountMinor });
    },
    owedMinor() {
      let sum = 0;
      for (const { owedMinor } of dues) sum += owedMinor;
      return sum;
    },
    oldest() {
      return dues[0]?.on ?? null;
    },
    reaches(amountMinor) {
      let sum = 0;
      for (const { on, owedMinor } of dues) {
        sum += owedMinor;
        if (sum >= amountMinor) return on;
      }
      return null;
    },
    pay(amountMinor) {
      let left = amountMinor;
      for (const due of dues) {
        const part = Math.min(left, due.owedMinor);
        due.owedMinor -= part;
        left -= part;
      }
      dues = dues.filter(({ owedMinor }) => owedMinor > 0);
      return left;
    },
    clear() {
      dues = [];
    },
    daysPastDue(day) {
      return Math.max(0, day - (dues[0]?.on ?? day));
    },
  };
};

/**
 * The day on which arrears became a default, if they have by a day: the first on which the oldest is more than 90 days past
 * due while what is owed is at least 100 CNY and 1% of the facility's exposure; null else.
 */
export const findDefaultDay = (arrears: Arrears, exposureMinor: number, day: number): number | null => {
  const oldest = arrears.oldest();
  const { days, amountMinor, exposureShare } = parameters.default;
  if (oldest === null || day - oldest <= days) return null;
  const material = arrears.reaches(Math.max(amountMinor, exposureShare * exposureMinor));
  return material === null ? null : Math.max(oldest + days + 1, material);
};
