import { INTEGER_LIMIT, toScaled } from '../arithmetic.ts';
import type { Warning } from '../domain/decision.ts';
import { appError } from '../errors.ts';
import { type ColumnDefinition, createPlausibility, describeRange, UNKNOWN_CATEGORY } from '../features/column.ts';
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
 * Reads the columns a plan needs from raw fields.
 * @param accepted names that may be present though nothing needs them; any other unknown name is refused
 * @throws field_missing, field_unknown, bad_value, each naming the field
 */
export const readRow = (plan: DecisionPlan, fields: RawFields, accepted: ReadonlySet<string>): ReadRow => {
  const { columns } = plan.features;
  const names = new Set(columns.flatMap(({ name, source }) => [name, source]));
  const stranger = Object.keys(fields).find((field) => !names.has(field) && !accepted.has(field));
  if (stranger !== undefined) throw appError('field_unknown', { field: stranger });
  const row = new Float64Array(columns.length);
  const warnings: Warning[] = [];
  const kept = columns.map((column, index) => {
    const value = findField(column, fields);
    row[index] = toCell(column, value);
    if (row[index] === UNKNOWN_CATEGORY && column.categories)
      warnings.push({ code: 'unknown_category', field: column.name });
    if (isOutside(plan, column.name, row[index] as number)) warnings.push({ code: 'out_of_range', field: column.name });
    return column.categories ? toCategory(value) : toStored(row[index] as number);
  });
  return { row, columns: kept, warnings };
};

/** Rebuilds a row from what a decision kept, so that replay starts from the same integers. */
export const restoreRow = (plan: DecisionPlan, kept: readonly (number | string | null)[]): Float64Array =>
  Float64Array.from(plan.features.columns, ({ categories }, index) => {
    const value = kept[index] ?? null;
    if (value === null) return Number.NaN;
    return categories ? categories.indexOf(String(value)) : Number(value);
  });

const findField = ({ name, source }: ColumnDefinition, fields: RawFields): number | string | null => {
  if (Object.hasOwn(fields, name)) return fields[name] ?? null;
  if (Object.hasOwn(fields, source)) return fields[source] ?? null;
  throw appError('field_missing', { field: name });
};

const toCategory = (value: number | string | null): string | null =>
  value === null || value === '' ? null : String(value);

const toStored = (value: number): number | null => (Number.isNaN(value) ? null : value);

const toCell = (column: ColumnDefinition, value: number | string | null): number => {
  if (value === null) return Number.NaN;
  if (column.categories) return value === '' ? Number.NaN : column.categories.indexOf(String(value));
  const fault = (problem: string) => appError('bad_value', { field: column.name, value, problem });
  if (typeof value !== 'number' || !Number.isFinite(value)) throw fault('not a number');
  const scaled = toScaled(value, column.decimals);
  if (Math.abs(scaled) >= INTEGER_LIMIT) throw fault('too large');
  if (!createPlausibility(column)(scaled)) throw fault(describeRange(column));
  return scaled;
};

/** Whether a number lies outside what the model saw at training. */
const isOutside = ({ model }: DecisionPlan, name: string, value: number): boolean => {
  const column = model.columns.find((candidate) => candidate.name === name);
  if (!column?.range || Number.isNaN(value) || column.codes.some((code) => code.value === value)) return false;
  return value < column.range.minimum || value > column.range.maximum;
};
