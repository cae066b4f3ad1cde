import { INTEGER_LIMIT, toScaled } from '../arithmetic.ts';
import type { Warning } from '../domain/decision.ts';
import type { ModelColumn } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import {
  type ColumnDefinition,
  createPlausibility,
  describeRange,
  numberFaults,
  UNKNOWN_CATEGORY,
} from '../features/column.ts';
import type { DecisionPlan } from './plan.ts';

/** One customer's raw columns by our name or the source's, in natural units; null = not known. */
export type RawFields = Readonly<Record<string, number | string | null>>;

/** What a plan accepted of some raw fields. */
export interface ReadRow {
  readonly row: Float64Array;
  /** The same as a decision keeps it: scaled integers, categories as text. */
  readonly columns: (number | string | null)[];
  readonly warnings: Warning[];
}

/**
 * Reads the columns a plan needs from raw fields; every fault is named, the first with the `others` beside it.
 * @throws field_missing, field_unknown, bad_value, each naming the field
 */
export type RowReader = (fields: RawFields) => ReadRow;

/** Unknown fields of one row that are named. */
const MOST_STRANGERS = 50;

/**
 * Prepares a reader for a plan.
 * @param accepted names that may be present though nothing needs them; any other unknown name is refused
 */
export const createRowReader = (plan: DecisionPlan, accepted: ReadonlySet<string>): RowReader => {
  const readers = plan.features.columns.map((column) => createFieldReader(plan, column));
  const names = new Set([...readers.flatMap(({ name, source }) => [name, source]), ...accepted]);
  return (fields) => {
    const faults = findStrangers(fields, names);
    const row = new Float64Array(readers.length);
    const warnings: Warning[] = [];
    const columns = readers.map(({ name, source, categories, toCell, isOutside }, index) => {
      const value = findField(name, source, fields);
      const cell = value === undefined ? appError('field_missing', { field: name }) : toCell(value);
      if (typeof cell !== 'number') {
        faults.push(cell);
        return null;
      }
      row[index] = cell;
      if (categories && cell === UNKNOWN_CATEGORY) warnings.push({ code: 'unknown_category', field: name });
      if (isOutside(cell)) warnings.push({ code: 'out_of_range', field: name });
      return categories ? toCategory(value ?? null) : toStored(cell);
    });
    const [first, ...others] = faults;
    if (first) throw first.beside(others);
    return { row, columns, warnings };
  };
};

const findStrangers = (fields: RawFields, names: ReadonlySet<string>): AppError[] => {
  const faults: AppError[] = [];
  for (const field in fields) {
    if (names.has(field)) continue;
    faults.push(appError('field_unknown', { field }));
    if (faults.length === MOST_STRANGERS) break;
  }
  return faults;
};

/** Reads one row with a reader made for it alone. */
export const readRow = (plan: DecisionPlan, fields: RawFields, accepted: ReadonlySet<string>): ReadRow =>
  createRowReader(plan, accepted)(fields);

/** Rebuilds a row from what a decision kept, so that replay starts from the same integers. */
export const restoreRow = (plan: DecisionPlan, kept: readonly (number | string | null)[]): Float64Array =>
  Float64Array.from(plan.features.columns, ({ categories }, index) => {
    const value = kept[index] ?? null;
    if (value === null) return Number.NaN;
    return categories ? categories.indexOf(String(value)) : Number(value);
  });

/** A column with what its reader needs worked out once. */
interface FieldReader extends ColumnDefinition {
  readonly toCell: (value: number | string | null) => number | AppError;
  /** Whether a number lies outside what the model saw at training. */
  readonly isOutside: (cell: number) => boolean;
}

const createFieldReader = ({ model }: DecisionPlan, column: ColumnDefinition): FieldReader => ({
  ...column,
  toCell: column.categories ? createCategoryReader(column.categories) : createNumberReader(column),
  isOutside: createRangeCheck(column, model.columns.find(({ name }) => name === column.name)?.range ?? null),
});

/** The field by our name, else by the source's; undefined where it is absent. */
const findField = (name: string, source: string, fields: RawFields): number | string | null | undefined => {
  if (Object.hasOwn(fields, name)) return fields[name];
  return Object.hasOwn(fields, source) ? fields[source] : undefined;
};

const toCategory = (value: number | string | null): string | null =>
  value === null || value === '' ? null : String(value);

const toStored = (value: number): number | null => (Number.isNaN(value) ? null : value);

const createCategoryReader = (categories: readonly string[]): FieldReader['toCell'] => {
  const places = new Map(categories.map((category, index) => [category, index]));
  return (value) => (value === null || value === '' ? Number.NaN : (places.get(String(value)) ?? UNKNOWN_CATEGORY));
};

const createNumberReader = (column: ColumnDefinition): FieldReader['toCell'] => {
  const isPlausible = createPlausibility(column);
  return (value) => {
    if (value === null) return Number.NaN;
    if (typeof value !== 'number' || !Number.isFinite(value)) return badValue(column, value, numberFaults.notNumber);
    const scaled = toScaled(value, column.decimals);
    if (Math.abs(scaled) >= INTEGER_LIMIT) return badValue(column, value, numberFaults.tooLarge);
    return isPlausible(scaled) ? scaled : badValue(column, value, describeRange(column));
  };
};

const badValue = ({ name }: ColumnDefinition, value: number | string, problem: Text): AppError =>
  appError('bad_value', { field: name, value, problem });

const createRangeCheck = ({ codes }: ColumnDefinition, range: ModelColumn['range']): FieldReader['isOutside'] => {
  if (!range) return () => false;
  const known = new Set(codes.map(({ value }) => value));
  return (cell) => (cell < range.minimum || cell > range.maximum) && !known.has(cell);
};
