import type { CatalogueFeature, EventExpression, Measure, MeasureLeaf } from '../domain/catalogue.ts';
import type { Derivation, Expression } from '../domain/derivation.ts';
import type { ColumnDefinition } from './column.ts';
import { createFeaturePlan, type FeaturePlan } from './plan.ts';

/** A catalogue as measures and what is derived from them: the form that both TypeScript and SQL compute. */
export interface CataloguePlan {
  readonly features: readonly CatalogueFeature[];
  /** Every measure once; that at place i is the column `measure_i` of the derivations. */
  readonly measures: readonly Measure[];
  readonly columns: readonly ColumnDefinition[];
  /** One for each feature. */
  readonly derivations: readonly Derivation[];
  readonly plan: FeaturePlan;
}

/** Lays a catalogue out. @throws bad_derivation where a list stands for a number, or lists differ in length */
export const planCatalogue = (features: readonly CatalogueFeature[]): CataloguePlan => {
  const measures = collectMeasures();
  const derivations = features.map((feature) => toDerivation(feature, measures));
  const columns = measures.list().map((_, place): ColumnDefinition => {
    const name = columnOf(place);
    return { name, source: name, decimals: 0, codes: [], categories: null, minimum: null, maximum: null };
  });
  const planned = features.map(({ name }, place) => ({
    name,
    source: { derivation: derivations[place] as Derivation },
  }));
  return {
    features,
    measures: measures.list(),
    columns,
    derivations,
    plan: createFeaturePlan(columns, planned),
  };
};

const columnOf = (place: number): string => `measure_${place}`;

/** Gives each measure a column, equal ones the same. */
const collectMeasures = () => {
  const places = new Map<string, number>();
  const found: Measure[] = [];
  return {
    list: (): readonly Measure[] => found,
    columnFor(measure: Measure): string {
      const key = JSON.stringify(
        measure,
        Object.keys(measure)
          .sort()
          .concat(Object.keys(measure.where ?? {}), 'atLeast', 'atMost'),
      );
      const known = places.get(key);
      if (known !== undefined) return columnOf(known);
      places.set(key, found.length);
      found.push(measure);
      return columnOf(found.length - 1);
    },
  };
};
type Measures = ReturnType<typeof collectMeasures>;

/** Where the source has to be seen for some time, the denominator is 0 until then, which makes the feature missing. */
const toDerivation = (
  { decimals, numerator, denominator, seenFor }: CatalogueFeature,
  measures: Measures,
): Derivation => {
  const under: EventExpression | undefined = seenFor && {
    multiply: [denominator ?? 1, { atLeast: [{ measure: { of: seenFor.of, take: 'sinceFirst' } }, seenFor.days] }],
  };
  const divisor = under ?? denominator;
  return {
    decimals,
    numerator: toColumns(numerator, measures),
    ...(divisor === undefined ? {} : { denominator: toColumns(divisor, measures) }),
  };
};

const isLeaf = (expression: object): expression is MeasureLeaf => 'measure' in expression || 'measures' in expression;

/** Replaces measures by their columns. */
const toColumns = (expression: EventExpression, measures: Measures): Expression => {
  if (typeof expression === 'number') return expression;
  if (isLeaf(expression)) return leafColumns(expression, measures);
  const [[operator, parts] = ['', []]] = Object.entries(expression) as [string, unknown][];
  if (operator === 'list') return { list: parts as number[] };
  const resolved = Array.isArray(parts)
    ? parts.map((part: EventExpression) => toColumns(part, measures))
    : toColumns(parts as EventExpression, measures);
  return { [operator]: resolved } as unknown as Expression;
};

const leafColumns = (leaf: MeasureLeaf, measures: Measures): Expression => {
  if ('measure' in leaf) return { column: measures.columnFor(leaf.measure) };
  const { measures: measure, windows } = leaf;
  const ending = measure.ending ?? 0;
  return {
    columns: Array.from({ length: windows }, (_, window) =>
      measures.columnFor({ ...measure, ending: ending + window * measure.days }),
    ),
  };
};
