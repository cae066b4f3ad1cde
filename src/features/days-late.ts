import type { CatalogueFeature } from '../domain/catalogue.ts';

/** The features of the catalogue that say how late a customer is: by its instalments, and by its latest statements. */
export const lateFeatures: readonly string[] = ['days_past_due', 'statement_months_late'];

/** The least days past due of a statement that is so many begun months late: n months are more than 30 (n - 1) days. */
export const leastDaysLate = (monthsLate: number): number => (monthsLate > 0 ? 30 * (monthsLate - 1) + 1 : 0);

/**
 * Reads from values of a catalogue how many days past due a customer is: by instalments, or at least those by the latest
 * statement; null where neither tells.
 */
export const createDaysLate = (
  features: readonly Pick<CatalogueFeature, 'name'>[],
): ((values: Float64Array) => number | null) => {
  const [days = -1, months = -1] = lateFeatures.map((name) => features.findIndex((feature) => feature.name === name));
  return (values) => {
    const told = [values[days] ?? Number.NaN, leastOf(values[months] ?? Number.NaN)].filter(
      (each) => !Number.isNaN(each),
    );
    return told.length === 0 ? null : Math.max(...told);
  };
};

const leastOf = (monthsLate: number): number => (Number.isNaN(monthsLate) ? monthsLate : leastDaysLate(monthsLate));
