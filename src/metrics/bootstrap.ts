/** A figure with the ends of its 95% interval; null where it cannot be had. */
export interface Estimate {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Share of bootstrap samples below each end of a 95% interval. */
const ENDS = [0.025, 0.975] as const;

/** How a bootstrap is drawn. */
export interface BootstrapPlan {
  readonly rows: number;
  /** Whose each row is, numbered from 0 as they come: as many customers as there are are drawn, each with all rows; absent = rows are. */
  readonly customers?: ArrayLike<number> | undefined;
  readonly replicates: number;
  /** A uniform integer from 0 to `most`; seeded, so that the same seed gives the same interval. */
  readonly random: (most: number) => number;
}

/** A bootstrap under way, so that long ones can be drawn a sample at a time. */
export interface Bootstrap {
  /** Draws one more sample. @returns whether there are more to draw */
  step(): boolean;
  /**
   * Each statistic on the rows as they are, and its interval over the samples that had it; no interval where half of the
   * samples or more had not.
   */
  finish(): Estimate[];
}

/**
 * Begins percentile intervals of several statistics over the same bootstrap samples (Efron 1979; Efron and Tibshirani
 * 1993, ch. 13).
 * @param measure the statistics of weighted rows, always in the same order; null where one cannot be had
 */
export const startBootstrap = (
  { rows, customers, replicates, random }: BootstrapPlan,
  measure: (weights: Uint16Array) => readonly (number | null)[],
): Bootstrap => {
  const whole = measure(new Uint16Array(rows).fill(1));
  const drawn: number[][] = whole.map(() => []);
  const weights = new Uint16Array(rows);
  const draws = customers === undefined ? rows : countCustomers(customers);
  const times = customers === undefined ? weights : new Uint16Array(draws);
  let left = rows > 0 ? replicates : 0;
  return {
    step() {
      if (left === 0) return false;
      times.fill(0);
      for (let draw = 0; draw < draws; draw++) {
        const drawn = random(draws - 1);
        times[drawn] = (times[drawn] as number) + 1;
      }
      if (customers !== undefined)
        for (let row = 0; row < rows; row++) weights[row] = times[customers[row] as number] as number;
      for (const [place, value] of measure(weights).entries()) if (value !== null) drawn[place]?.push(value);
      left--;
      return left > 0;
    },
    finish: () =>
      whole.map((value, place) => {
        const values = (drawn[place] as number[]).sort((a, b) => a - b);
        if (value === null || 2 * values.length <= replicates) return { value, lower: null, upper: null };
        const [lower = 0, upper = 0] = ENDS.map((share) => quantile(values, share));
        return { value, lower, upper };
      }),
  };
};

/** Numbers customers from 0 as they come. @param whose the customer of each row, by any name that tells them apart */
export const numberCustomers = (whose: Iterable<number | string>): Uint32Array => {
  const numbers = new Map<number | string, number>();
  return Uint32Array.from(whose, (customer) => {
    const number = numbers.get(customer) ?? numbers.size;
    numbers.set(customer, number);
    return number;
  });
};

const countCustomers = (customers: ArrayLike<number>): number =>
  Array.from(customers).reduce((most, customer) => Math.max(most, customer + 1), 0);

/** The same in one go; statistics and intervals as `startBootstrap` says. */
export const bootstrap = (
  plan: BootstrapPlan,
  measure: (weights: Uint16Array) => readonly (number | null)[],
): Estimate[] => {
  const drawing = startBootstrap(plan, measure);
  while (drawing.step());
  return drawing.finish();
};

/** Quantile of sorted numbers, linear between neighbours (Hyndman and Fan 1996, type 7). */
export const quantile = (sorted: ArrayLike<number>, share: number): number => {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return below + (place - Math.floor(place)) * (above - below);
};
