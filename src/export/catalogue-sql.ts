import type { Measure, SourceName, Where } from '../domain/catalogue.ts';
import type { CataloguePlan } from '../features/catalogue-plan.ts';
import { sources } from '../features/sources.ts';
import { layOutDerivations } from './layout.ts';
import {
  fieldColumn,
  LIMIT,
  type SqlAsOf,
  type SqlDialect,
  sourceTables,
  standingTables,
  type TableExpression,
} from './source-sql.ts';
import { literal, quote, quotePath, stepLevels, toSelect } from './sql-levels.ts';
import { operandOf } from './sql-steps.ts';

/** Where the events are, and as of when. */
export interface CatalogueSqlOptions extends SqlAsOf {
  readonly dialect: SqlDialect;
  /**
   * A table of events: `customer` (null of industry indices), `event_id`, `type`, `moment` and `known` (milliseconds since
   * 1970), `day` (the civil day since 1970-01-01), `minute` (of it), `supersedes`, `facility`, `amount` (minor units),
   * `payload` (JSON, other parties by the customer they are).
   */
  readonly table: string;
}

/**
 * One SELECT that computes a catalogue: a row for each customer of whom something is known as of the date, each feature
 * the same integer as in TypeScript, NULL where it is missing.
 */
export const toCatalogueSql = (
  { features, measures, columns, derivations }: CataloguePlan,
  options: CatalogueSqlOptions,
): string => {
  const names = [...new Set(measures.map(({ of }) => of))];
  const gathered = names.map((name) => gatherSource(name, measures, options));
  const firsts = measures.flatMap((measure, place) =>
    measure.take === 'new' ? [firstSeen(measure, place, options)] : [],
  );
  const tables = uniqueByName([
    ...standingTables(quotePath(options.table), options),
    ...names.flatMap((name) => sourceTables(name, options, options.dialect)),
    ...gathered,
    ...firsts,
    measured(measures, names),
  ]);
  const indexOf = (name: string) => columns.findIndex((column) => column.name === name);
  const placed = features.map(({ name }, place) => ({
    feature: name,
    derivation: derivations[place] ?? { decimals: 0, numerator: 0 },
    place,
  }));
  const { steps, resultOf } = layOutDerivations(placed, columns.length, indexOf);
  const levels = stepLevels(steps, ['customer', ...measures.map((_, place) => numberOf(place))], 'measured');
  const results = features.map(
    ({ name }, place) => `${operandOf(resultOf.get(place) ?? { number: 0 })} AS ${quote(name)}`,
  );
  const heads = [
    ...tables.map(({ name, text }) => `${name} AS MATERIALIZED (${text})`),
    ...levels.map((level) => `${level.name} AS (\n${toSelect(level, '  ')}\n  OFFSET 0\n)`),
  ];
  const last = levels.at(-1)?.name ?? 'measured';
  return `WITH ${heads.join(',\n')}\n${toSelect({ name: '', select: ['customer', ...results], from: last })}`;
};

const numberOf = (place: number): string => operandOf({ column: place });

const uniqueByName = (tables: readonly TableExpression[]): TableExpression[] => [
  ...new Map(tables.map((table) => [table.name, table])).values(),
];

/** Every measure of a source that one pass over its rows gives. */
const gatherSource = (name: SourceName, measures: readonly Measure[], asOf: SqlAsOf): TableExpression => {
  const taken = measures.flatMap((measure, place) =>
    measure.of === name && measure.take !== 'new' ? [`${takeOf(measure, asOf)} AS m_${place}`] : [],
  );
  return {
    name: `of_${name}`,
    text: `SELECT ${['customer', 'COUNT(*) AS seen', ...taken].join(', ')} FROM src_${name} GROUP BY customer`,
  };
};

const takeOf = (measure: Measure, asOf: SqlAsOf): string => {
  const within = ` FILTER (WHERE ${conditionOf(measure, asOf)})`;
  const field = fieldColumn(measure.field ?? '');
  switch (measure.take) {
    case 'count':
      return `COUNT(*)${within}`;
    case 'sum':
      return `CASE WHEN COALESCE(SUM(ABS(${field}))${within}, 0) < ${LIMIT} THEN CAST(COALESCE(SUM(${field})${within}, 0) AS BIGINT) END`;
    case 'distinct':
      return `COUNT(DISTINCT ${field})${within}`;
    case 'largest':
      return `MAX(${field})${within}`;
    case 'smallest':
      return `MIN(${field})${within}`;
    case 'latest':
      return `(ARRAY_AGG(${field} ORDER BY day DESC, moment DESC, ${field} DESC NULLS LAST)${within})[1]`;
    case 'since':
      return `${asOf.day} - MAX(day)${within}`;
    case 'sinceFirst':
      return `${asOf.day} - MIN(day)${within}`;
    case 'new':
      return 'NULL';
  }
};

/** The rows of a measure's window that fit it. */
const conditionOf = (measure: Measure, asOf: SqlAsOf): string =>
  [windowOf(measure, asOf), ...whereOf(measure.where)].join(' AND ');

const windowOf = ({ days, ending = 0 }: Measure, { day }: SqlAsOf): string => {
  const last = `day <= ${day - ending}`;
  return days === undefined ? last : `day > ${day - ending - days} AND ${last}`;
};

const whereOf = (where: Where = {}): string[] =>
  Object.entries(where).flatMap(([name, wanted]) => {
    const column = fieldColumn(name);
    if (Array.isArray(wanted)) return [`${column} IN (${wanted.map(literal).join(', ')})`];
    const { atLeast, atMost } = wanted;
    return [
      `${column} IS NOT NULL`,
      ...(atLeast === undefined ? [] : [`${column} >= ${atLeast}`]),
      ...(atMost === undefined ? [] : [`${column} <= ${atMost}`]),
    ];
  });

/** Values that were first seen within the window. */
const firstSeen = (measure: Measure, place: number, asOf: SqlAsOf): TableExpression => {
  const field = fieldColumn(measure.field ?? '');
  const where = [`${field} IS NOT NULL`, ...whereOf(measure.where)].join(' AND ');
  const first = `SELECT customer, ${field}, MIN(day) AS day FROM src_${measure.of} WHERE ${where} GROUP BY customer, ${field}`;
  return {
    name: `new_${place}`,
    text: `SELECT customer, COUNT(*) AS found FROM (${first}) firsts WHERE ${windowOf(measure, asOf)} GROUP BY customer`,
  };
};

/** Counts and sums of a source without a row: missing of a feed, else 0. */
const measured = (measures: readonly Measure[], names: readonly SourceName[]): TableExpression => {
  const select = measures.map(({ of, take }, place) => {
    const value = take === 'new' ? `COALESCE(new_${place}.found, 0)` : `of_${of}.m_${place}`;
    const counts = take === 'count' || take === 'sum' || take === 'distinct' || take === 'new';
    const silent = counts && !sources[of].isFeed ? '0' : 'NULL';
    return `CASE WHEN of_${of}.seen IS NULL THEN ${silent} ELSE ${value} END AS ${numberOf(place)}`;
  });
  const joins = [
    ...names.map((name) => `LEFT JOIN of_${name} ON of_${name}.customer = c.customer`),
    ...measures.flatMap(({ take }, place) =>
      take === 'new' ? [`LEFT JOIN new_${place} ON new_${place}.customer = c.customer`] : [],
    ),
  ];
  return {
    name: 'measured',
    text: `SELECT c.customer AS customer, ${select.join(', ')} FROM known_customers c ${joins.join(' ')}`,
  };
};
