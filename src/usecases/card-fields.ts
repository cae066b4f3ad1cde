import { appError } from '../errors.ts';
import { cardCatalogueFor } from '../features/catalogue/card-columns.ts';
import { createFeatureComputer, type FeatureComputer, noSurroundings } from '../features/compute.ts';
import type { FeaturesRead } from './read-features.ts';

/** Values in natural units by the names of columns; null = not known. */
export type CardFields = Readonly<Record<string, number | null>>;

/** Makes the reader of the columns that a card's statements give. */
export const createCardReader = (timeZone: string) => {
  const computers = new Map<string, FeatureComputer>();
  const computerFor = (currency: string): FeatureComputer | null => {
    const catalogue = cardCatalogueFor(currency);
    if (!catalogue) return null;
    const computer = computers.get(currency) ?? createFeatureComputer(catalogue, timeZone);
    computers.set(currency, computer);
    return computer;
  };
  /**
   * The columns as of the date of what was read; those of months without a statement are not known.
   * @throws history_missing where no card had a statement lately, or its currency has no rate; not of who is in default,
   * since no score is asked of it
   */
  return (customerId: string, { standing, asOf, isDefaulted }: FeaturesRead): CardFields => {
    const statement = standing.findLast(({ event }) => event.type === 'statement');
    const currency = statement && 'currency' in statement.event ? statement.event.currency : '';
    const computer = computerFor(currency);
    const values = computer?.compute(standing, asOf, noSurroundings).values ?? new Float64Array();
    const fields = Object.fromEntries(
      computer?.plan.features.map(({ name }, place) => [name, toKnown(values[place])]) ?? [],
    );
    if (fields.credit_limit === undefined || fields.credit_limit === null) {
      if (!isDefaulted) throw appError('history_missing', { customer: customerId });
    }
    return fields;
  };
};

const toKnown = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;
