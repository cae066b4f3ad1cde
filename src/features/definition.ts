import { toScaled } from '../arithmetic.ts';
import { type Derivation, type Expression, namedColumns } from '../domain/derivation.ts';
import type { CategoryColumn, Dictionary, Direction, FeatureColumn, NumberColumn } from '../domain/dictionary.ts';
import type { Code } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { checkDictionary, isFeatureColumn, noNumber } from './check-dictionary.ts';
import type { ColumnDefinition } from './column.ts';

/** A feature with everything a learner, a rule or a reason needs to know of it; integers are scaled by `decimals`. */
export interface FeatureDefinition {
  readonly name: string;
  readonly source: { readonly column: string } | { readonly derivation: Derivation };
  readonly type: 'number' | 'category';
  readonly label: Text;
  readonly reason: Text;
  readonly unit: string | null;
  readonly decimals: number;
  readonly group: string;
  readonly direction: Direction | null;
  readonly protected: boolean;
  readonly actionable: boolean;
  readonly codes: readonly Code[];
  /** The codes outside the order, and missing (null), that may carry a lower risk than the best ordinary bin. */
  readonly mayBeatBest: ReadonlySet<number | null>;
}

/** A dictionary's features, raw ones in column order, then derived ones; every reference in it has been checked. */
export interface FeatureSet {
  readonly columns: readonly ColumnDefinition[];
  readonly features: readonly FeatureDefinition[];
}

/**
 * Resolves a dictionary: scales codes and bounds, replaces series by their columns, lets derived features inherit group,
 * protection and actionability from their sources.
 * @throws bad_dictionary where something is said twice or refers to nothing, bad_derivation
 */
export const resolveFeatures = (dictionary: Dictionary): FeatureSet => {
  checkDictionary(dictionary);
  const raw = dictionary.columns.filter(isFeatureColumn);
  const byName = new Map(raw.map((column) => [column.name, column]));
  return {
    columns: raw.map(toColumnDefinition),
    features: [
      ...raw.map(toRawFeature),
      ...dictionary.derived.map((derived) => toDerivedFeature(derived, dictionary, byName)),
    ],
  };
};

const noSeries = (name: string): Text => ({
  zh: `没有这么长的序列 ${name}`,
  en: `there is no series ${name} of that length`,
});

const scaleOrNull = (value: number | null, decimals: number): number | null =>
  value === null ? null : toScaled(value, decimals);

const toCodes = ({ codes, decimals }: NumberColumn): Code[] =>
  codes.map(({ value, label, orderedAs, countsAs }) => ({
    value: toScaled(value, decimals),
    label,
    orderedAs: scaleOrNull(orderedAs, decimals),
    countsAs: scaleOrNull(countsAs, decimals),
  }));

const toColumnDefinition = (column: FeatureColumn): ColumnDefinition => {
  const { name, source } = column;
  if (column.type === 'category') {
    const categories = column.categories.map(({ value }) => value);
    return { name, source, decimals: 0, codes: [], categories, minimum: null, maximum: null };
  }
  const { decimals } = column;
  return {
    name,
    source,
    decimals,
    codes: toCodes(column),
    categories: null,
    minimum: scaleOrNull(column.minimum, decimals),
    maximum: scaleOrNull(column.maximum, decimals),
  };
};

const toRawFeature = (column: FeatureColumn): FeatureDefinition => ({
  name: column.name,
  source: { column: column.name },
  type: column.type,
  label: column.label,
  reason: column.reason,
  unit: column.unit,
  group: column.group,
  protected: column.protected,
  actionable: column.actionable,
  ...(column.type === 'number' ? numberParts(column) : categoryParts(column)),
});

const numberParts = (column: NumberColumn) => ({
  decimals: column.decimals,
  direction: column.direction,
  codes: toCodes(column),
  mayBeatBest: new Set([
    ...column.codes.filter((code) => code.mayBeatBest).map((code) => toScaled(code.value, column.decimals)),
    ...(column.missing.mayBeatBest ? [null] : []),
  ]),
});

const categoryParts = (column: CategoryColumn) => ({
  decimals: 0,
  direction: null,
  codes: [],
  mayBeatBest: new Set(column.missing.mayBeatBest ? [null] : []),
});

const toDerivedFeature = (
  { name, label, reason, unit, direction, derivation }: Dictionary['derived'][number],
  dictionary: Dictionary,
  byName: ReadonlyMap<string, FeatureColumn>,
): FeatureDefinition => {
  const { numerator, denominator, decimals } = derivation;
  const resolve = (expression: Expression) => resolveSeries(expression, dictionary, name);
  const resolved: Derivation = {
    decimals,
    numerator: resolve(numerator),
    ...(denominator === undefined ? {} : { denominator: resolve(denominator) }),
  };
  const sources = namedColumns(resolved).map((column) => {
    const found = byName.get(column);
    if (found?.type === 'number') return found;
    throw appError('bad_derivation', { feature: name, problem: noNumber(column, dictionary) });
  });
  const [leading] = sources;
  if (!leading)
    throw appError('bad_derivation', { feature: name, problem: { zh: '未引用任何列', en: 'it names no column' } });
  return {
    name,
    source: { derivation: resolved },
    type: 'number',
    label,
    reason,
    unit,
    decimals,
    group: leading.group,
    direction,
    protected: sources.some((source) => source.protected),
    actionable: sources.some((source) => source.actionable),
    codes: [],
    mayBeatBest: new Set(),
  };
};

/** Replaces every series by the columns it stands for, so that the definition needs no dictionary beside it. */
const resolveSeries = (expression: Expression, dictionary: Dictionary, feature: string): Expression => {
  if (typeof expression === 'number') return expression;
  if ('series' in expression) {
    const series = dictionary.series.find(({ name }) => name === expression.series);
    const columns = series?.columns.slice((expression.from ?? 1) - 1, expression.to);
    if (columns && columns.length > 0) return { columns };
    throw appError('bad_derivation', { feature, problem: noSeries(expression.series) });
  }
  const [[operator, parts] = ['', undefined]] = Object.entries(expression) as [string, unknown][];
  if (operator === 'column' || operator === 'columns' || operator === 'list') return expression;
  const resolved = Array.isArray(parts)
    ? parts.map((part: Expression) => resolveSeries(part, dictionary, feature))
    : resolveSeries(parts as Expression, dictionary, feature);
  return { [operator]: resolved } as unknown as Expression;
};
