import type { Derivation } from '../domain/derivation.ts';
import { appError } from '../errors.ts';
import { type BoundColumn, createDerivedBounds } from './bounds.ts';
import { createCountCodes } from './codes.ts';
import type { ColumnDefinition } from './column.ts';
import { createDerive } from './derive.ts';
import { compileDerivations, type PlacedDerivation, unknownColumn } from './program.ts';

/** What a plan needs to know of a feature: its name and where it comes from. */
export interface PlannedFeature {
  readonly name: string;
  readonly source: { readonly column: string } | { readonly derivation: Derivation };
}

/** How a row of raw columns becomes a row of features; the one place where training and serving compute them. */
export interface FeaturePlan {
  readonly columns: readonly ColumnDefinition[];
  readonly features: readonly PlannedFeature[];
  /** Place of a column in the row; -1 where it has none. */
  indexOfColumn(name: string): number;
  /** Place of a feature among the values, the offset included; -1 where it has none. */
  indexOfFeature(name: string): number;
  /**
   * Writes every feature of `row` (integers in the order of `columns`, NaN = missing) into `values`, without allocating.
   * @returns whether an intermediate reached 2^53, so that a feature became missing
   */
  compute(row: Float64Array, values: Float64Array): boolean;
  /** Prepares bounds of the features while the column at place `column` leaves the value it has in `row`. */
  bound(row: Float64Array): BoundColumn;
}

/**
 * Builds the plan for some features over some columns.
 * @param offset place of the first feature among the values, so that two plans can share one array
 * @throws bad_derivation where a feature names a column that is not there
 */
export const createFeaturePlan = (
  columns: readonly ColumnDefinition[],
  features: readonly PlannedFeature[],
  offset = 0,
): FeaturePlan => {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  const names = new Map(features.map(({ name }, index) => [name, offset + index]));
  const indexOf = (name: string) => places.get(name) ?? -1;
  const copied: { from: number; to: number }[] = [];
  const derived: PlacedDerivation[] = [];
  for (const [index, { name, source }] of features.entries()) {
    const place = offset + index;
    if ('derivation' in source) derived.push({ feature: name, derivation: source.derivation, place });
    else if (places.has(source.column)) copied.push({ from: indexOf(source.column), to: place });
    else throw appError('bad_derivation', { feature: name, problem: unknownColumn(source.column) });
  }
  const copiedFrom = Int32Array.from(copied, ({ from }) => from);
  const copiedTo = Int32Array.from(copied, ({ to }) => to);
  const program = compileDerivations(derived, { columns: columns.length, indexOf });
  const countCodes = createCountCodes(columns);
  const derive = createDerive(program, countCodes);
  const boundDerived = createDerivedBounds(program);
  return {
    columns,
    features,
    indexOfColumn: indexOf,
    indexOfFeature: (name) => names.get(name) ?? -1,
    compute(row, values) {
      for (let place = 0; place < copiedTo.length; place++)
        values[copiedTo[place] as number] = row[copiedFrom[place] as number] as number;
      return derived.length > 0 && derive(row, values);
    },
    bound(row) {
      const counted = new Float64Array(columns.length);
      countCodes(row, counted);
      const boundColumn = boundDerived(counted);
      return (column) => {
        const copies = copied.filter(({ from }) => from === column).map(({ to }) => to);
        const derivedBounds = boundColumn(column);
        return {
          places: [...copies, ...derivedBounds.places],
          over: (low, high) => [
            ...copies.map(() => ({ least: low, most: high, perhapsMissing: false })),
            ...derivedBounds.over(low, high),
          ],
        };
      };
    },
  };
};
