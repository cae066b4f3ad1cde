import type {
  CategoryColumn,
  Dictionary,
  FeatureColumn,
  NumberColumn,
  SpecialCode,
} from '../../src/domain/dictionary.ts';
import { resolveFeatures } from '../../src/features/definition.ts';
import type { Frame } from '../../training/dataset/frame.ts';

const text = (words: string) => ({ zh: words, en: words });

const createFeature = (name: string) => ({
  role: 'feature' as const,
  name,
  source: name,
  label: text(name),
  reason: text(name),
  group: 'all',
  unit: null,
  protected: false,
  actionable: false,
  purposes: ['credit' as const],
  missing: { allowed: true, mayBeatBest: false },
});

/** A whole number without codes, bounds or direction; it may be missing. */
export const createNumberColumn = (column: Partial<NumberColumn> & Pick<NumberColumn, 'name'>): NumberColumn => ({
  ...createFeature(column.name),
  type: 'number',
  decimals: 0,
  minimum: null,
  maximum: null,
  codes: [],
  direction: null,
  ...column,
});

/** A category of the values a, b and c; it may be missing. */
export const createCategoryColumn = (
  column: Partial<CategoryColumn> & Pick<CategoryColumn, 'name'>,
): CategoryColumn => ({
  ...createFeature(column.name),
  type: 'category',
  categories: ['a', 'b', 'c'].map((value) => ({ value, label: text(value) })),
  ...column,
});

/** A column that is read and is no feature. */
export const createIgnoredColumn = (name: string) => ({
  name,
  source: name,
  role: 'ignored' as const,
  label: text(name),
  why: text('no feature'),
});

/** A special code outside the order that counts as nothing. */
export const createSpecialCode = (code: Partial<SpecialCode> = {}): SpecialCode => ({
  value: -1,
  label: text('code'),
  orderedAs: null,
  countsAs: null,
  mayBeatBest: false,
  ...code,
});

/** A dictionary of one number column x and the label y. */
export const createDictionary = (dictionary: Partial<Dictionary> = {}): Dictionary => ({
  schema: 1,
  name: 'made-up',
  set: 'made-up',
  title: text('made up'),
  source: { citation: 'made up for a test', licence: 'Apache-2.0', synthetic: true },
  file: { path: 'made-up.csv', separator: ',', header: true, missing: [''] },
  target: {
    column: 'y',
    bad: ['1'],
    good: ['0'],
    indeterminate: [],
    excluded: [],
    event: text('default'),
    kind: 'custom',
    horizonDays: null,
    observationDate: null,
    performanceWindow: null,
    materiality: null,
    notFor: [],
    note: null,
  },
  populations: [],
  groups: [{ name: 'all', code: 'ALL', label: text('all') }],
  columns: [createNumberColumn({ name: 'x' })],
  series: [],
  derived: [],
  ...dictionary,
});

/** A column and what its rows hold: scaled integers or category texts, null = missing. */
export interface FilledColumn {
  readonly column: FeatureColumn;
  readonly values: readonly (number | string | null)[];
}

/** A frame as loading a file would give it. */
export const createFrame = (
  filled: readonly FilledColumn[],
  labels: readonly number[],
  dictionary: Partial<Dictionary> = {},
): Frame => {
  const whole = createDictionary({ ...dictionary, columns: filled.map(({ column }) => column) });
  const featureSet = resolveFeatures(whole);
  return {
    dictionary: whole,
    featureSet,
    rows: labels.length,
    columns: featureSet.columns.map((definition, place) => {
      const values = filled[place]?.values ?? [];
      if (!definition.categories) {
        return { definition, values: Float64Array.from(labels, (_, row) => toNumber(values[row])) };
      }
      const categories = [...definition.categories];
      const indexes = Float64Array.from(labels, (_, row) => toIndex(values[row], categories));
      return { definition: { ...definition, categories }, values: indexes };
    }),
    labels: Uint8Array.from(labels),
  };
};

/** Negative zero is zero: no file holds it. */
const toNumber = (value: number | string | null | undefined): number => {
  if (typeof value === 'string' || value === undefined) throw new Error(`${value} is no number`);
  return value === null ? Number.NaN : value + 0;
};

/** A value that the dictionary does not name joins the categories, as loading does it. */
const toIndex = (value: number | string | null | undefined, categories: string[]): number => {
  if (value === null) return Number.NaN;
  if (typeof value !== 'string') throw new Error(`${value} is no category`);
  const known = categories.indexOf(value);
  return known >= 0 ? known : categories.push(value) - 1;
};
