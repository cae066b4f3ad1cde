import type { RawFields } from '../decision/row.ts';
import { appError } from '../errors.ts';
import { isCardColumn } from '../features/catalogue/card-columns.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { findFeature } from '../features/catalogue/dictionary.ts';
import type { ColumnDefinition } from '../features/column.ts';
import { createCardReader } from './card-fields.ts';
import type { Features, FeaturesWanted } from './read-features.ts';

/** What a customer's own events say, in the place of features that a caller would send. */
export interface HistoryFields {
  readonly fields: RawFields;
  /** The date of knowledge. */
  readonly asOf: string;
  /** In default a customer gets no PD: rules and the policy's floor decide. */
  readonly state: 'scored' | 'defaulted';
  /** Present where the customer is made up. */
  readonly simulated?: true;
}

/** Reads the columns of models from histories. */
export interface HistoryReader {
  /**
   * The columns of a model as of a date, computed from the customer's events.
   * @param from what the history is read from; the reader's own unless told
   * @throws field_missing naming a column that is neither a feature of behaviour nor a card's, history_missing where a
   * card's are asked for and no statement tells them, and what reading features throws
   */
  read(wanted: FeaturesWanted, columns: readonly ColumnDefinition[], from?: Features): Promise<HistoryFields>;
}

const placeOf = new Map(creditCatalogue.map(({ name }, place) => [name, place]));

/** Makes a reader over one of features. */
export const createHistoryReader = (features: Features, timeZone: string): HistoryReader => {
  const readCard = createCardReader(timeZone);
  return {
    async read(wanted, columns, from = features) {
      const read = await from.read(wanted);
      const { values, asOf, isDefaulted, isSimulated } = read;
      requireTold(columns);
      const card = columns.some(isCardColumn) ? readCard(wanted.customerId, read) : {};
      const fields = columns.map(({ name, source, decimals }) => {
        const isOfBehaviour = findFeature(source)?.name === name;
        const value = isOfBehaviour ? toNatural(values[placeOf.get(name) ?? -1], decimals) : (card[name] ?? null);
        return [name, value] as const;
      });
      return {
        fields: Object.fromEntries(fields),
        asOf,
        state: isDefaulted ? 'defaulted' : 'scored',
        ...(isSimulated ? { simulated: true } : {}),
      };
    },
  };
};

/** Every column must be a feature of behaviour or a card's. @throws field_missing */
const requireTold = (columns: readonly ColumnDefinition[]): void => {
  const strange = columns.find((column) => findFeature(column.source)?.name !== column.name && !isCardColumn(column));
  if (strange) throw appError('field_missing', { field: strange.name });
};

const toNatural = (scaled: number | undefined, decimals: number): number | null =>
  scaled === undefined || Number.isNaN(scaled) ? null : scaled / 10 ** decimals;
