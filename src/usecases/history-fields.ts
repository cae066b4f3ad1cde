import type { RawFields } from '../decision/row.ts';
import { appError } from '../errors.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { findFeature } from '../features/catalogue/dictionary.ts';
import type { ColumnDefinition } from '../features/column.ts';
import type { FeatureReader, FeaturesWanted } from './read-features.ts';

/** What a customer's own events say, in the place of features that a caller would send. */
export interface HistoryFields {
  readonly fields: RawFields;
  /** The date of knowledge. */
  readonly asOf: string;
  /** In default a customer gets no PD: rules and the policy's floor decide. */
  readonly state: 'scored' | 'defaulted';
}

/** Reads the columns of models from histories. */
export interface HistoryReader {
  /**
   * The columns of a model as of a date, computed from the customer's events.
   * @throws field_missing naming a column that no feature of behaviour is, and what reading features throws
   */
  read(wanted: FeaturesWanted, columns: readonly ColumnDefinition[]): Promise<HistoryFields>;
}

const placeOf = new Map(creditCatalogue.map(({ name }, place) => [name, place]));

/** Makes a reader over one of features. */
export const createHistoryReader = (features: FeatureReader): HistoryReader => ({
  async read(wanted, columns) {
    const { values, asOf, isDefaulted } = await features.read(wanted);
    const fields = columns.map(toFeature).map(({ name, decimals }) => {
      return [name, toNatural(values[placeOf.get(name) ?? -1], decimals)] as const;
    });
    return { fields: Object.fromEntries(fields), asOf, state: isDefaulted ? 'defaulted' : 'scored' };
  },
});

const toFeature = ({ name, source }: ColumnDefinition) => {
  const feature = findFeature(source);
  if (feature?.name !== name) throw appError('field_missing', { field: name });
  return feature;
};

const toNatural = (scaled: number | undefined, decimals: number): number | null =>
  scaled === undefined || Number.isNaN(scaled) ? null : scaled / 10 ** decimals;
