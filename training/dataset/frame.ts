import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { ColumnDefinition } from '../../src/features/column.ts';
import type { FeatureDefinition, FeatureSet } from '../../src/features/definition.ts';
import { createFeaturePlan } from '../../src/features/plan.ts';

/** One column of a table: integers, a category's index; NaN = missing. */
export interface ColumnData {
  readonly definition: ColumnDefinition;
  readonly values: Float64Array;
}

/** A loaded data set: typed columns in dictionary order, and the label of each row. */
export interface Frame {
  readonly dictionary: Dictionary;
  readonly featureSet: FeatureSet;
  readonly rows: number;
  readonly columns: readonly ColumnData[];
  /** 1 = bad, 0 = good, 2 = neither (indeterminate or excluded: never fitted on). */
  readonly labels: Uint8Array;
  /** Period of each row, where the dictionary names a column of periods. */
  readonly periods?: Float64Array;
  /** Whose each row is, a number for each customer, where the dictionary names a column of customers. */
  readonly customers?: Float64Array;
  /** What the file calls each customer, by its number. */
  readonly customerIds?: readonly string[];
  /** The day on which each row was observed, days since 1970-01-01, where the dictionary names its days. */
  readonly observed?: Float64Array;
}

/** One feature's values over the rows of a frame, the same integers scoring will see. */
export interface FeatureColumn {
  readonly definition: FeatureDefinition;
  readonly values: Float64Array;
  /** The text of each index for a category. */
  readonly categories: readonly string[] | null;
}

/** Computes features over a frame by the same plan that scoring uses. */
export const computeFeatures = (frame: Frame, features: readonly FeatureDefinition[]): FeatureColumn[] => {
  const plan = createFeaturePlan(
    frame.columns.map(({ definition }) => definition),
    features,
  );
  const row = new Float64Array(frame.columns.length);
  const values = new Float64Array(features.length);
  const computed = features.map((definition) => ({
    definition,
    values: new Float64Array(frame.rows),
    categories:
      definition.type === 'category'
        ? (frame.columns[plan.indexOfColumn(definition.name)]?.definition.categories ?? [])
        : null,
  }));
  for (let index = 0; index < frame.rows; index++) {
    for (let column = 0; column < row.length; column++) row[column] = frame.columns[column]?.values[index] as number;
    plan.compute(row, values);
    for (let feature = 0; feature < values.length; feature++) {
      const target = computed[feature]?.values;
      if (target) target[index] = values[feature] as number;
    }
  }
  return computed;
};

/** The rows of a frame for which a test holds. */
export const selectRows = (frame: Frame, keep: (row: number) => boolean): Uint32Array => {
  const rows: number[] = [];
  for (let row = 0; row < frame.rows; row++) if (keep(row)) rows.push(row);
  return Uint32Array.from(rows);
};

/** A frame of only some of its rows, in the order given. */
export const takeRows = (frame: Frame, rows: Uint32Array): Frame => ({
  ...frame,
  rows: rows.length,
  columns: frame.columns.map(({ definition, values }) => ({ definition, values: pickValues(values, rows) })),
  labels: Uint8Array.from(rows, (row) => frame.labels[row] as number),
  ...(frame.periods ? { periods: pickValues(frame.periods, rows) } : {}),
  ...(frame.customers ? { customers: pickValues(frame.customers, rows) } : {}),
  ...(frame.observed ? { observed: pickValues(frame.observed, rows) } : {}),
});

/** Values of some rows, in the order given. */
export const pickValues = (values: Float64Array, rows: Uint32Array): Float64Array =>
  Float64Array.from(rows, (row) => values[row] as number);

/** The rows that belong to one of the dictionary's populations. */
export const inPopulation = (frame: Frame, name: string): ((row: number) => boolean) => {
  const where = frame.dictionary.populations.find((population) => population.name === name)?.where ?? [];
  const tests = where.map(({ column, atMost }) => {
    const data = frame.columns.find(({ definition }) => definition.name === column);
    return { values: data?.values, most: atMost * 10 ** (data?.definition.decimals ?? 0) };
  });
  return (row) => tests.every(({ values, most }) => (values?.[row] as number) <= most);
};
