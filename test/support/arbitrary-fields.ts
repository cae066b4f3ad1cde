import fc from 'fast-check';
import type { DecisionPlan } from '../../src/decision/plan.ts';
import type { RawFields } from '../../src/decision/row.ts';
import type { ColumnDefinition } from '../../src/features/column.ts';

const FAR = 10_000_000;

/** Any raw fields a plan accepts: values within bounds, special codes, missing. */
export const arbitraryFields = ({ features }: DecisionPlan): fc.Arbitrary<RawFields> =>
  fc.record(Object.fromEntries(features.columns.map((column) => [column.name, arbitraryValue(column)])));

const arbitraryValue = (column: ColumnDefinition): fc.Arbitrary<number | string | null> => {
  const { categories, codes, decimals } = column;
  if (categories) return fc.option(fc.constantFrom(...categories, '(unseen)'));
  const bounds = { min: Math.max(-FAR, column.minimum ?? -FAR), max: Math.min(FAR, column.maximum ?? FAR) };
  const ordinary = fc.oneof(
    fc.integer(bounds),
    fc.integer({ min: bounds.min, max: Math.min(bounds.max, bounds.min + 20) }),
  );
  const special = codes.length > 0 ? [fc.constantFrom(...codes.map(({ value }) => value))] : [];
  return fc.option(
    fc.oneof(ordinary, ...special).map((value) => value / 10 ** decimals),
    { freq: 20 },
  );
};
