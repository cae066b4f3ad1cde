import type { Dictionary } from '../domain/dictionary.ts';
import type { Text } from '../domain/text.ts';
import { outcomeCodes, type Partition } from '../explanation/comparison/compared-rows.ts';
import { partCategories, partNumbers } from '../explanation/comparison/protected-groups.ts';
import { type ColumnDefinition, createCellParser } from '../features/column.ts';
import { type FeatureDefinition, resolveFeatures } from '../features/definition.ts';
import { createPlainNumber } from '../features/number-format.ts';
import { numberCustomers } from '../metrics/bootstrap.ts';
import { badCell, findColumn, type RowsFile, trimCell } from './row-cells.ts';

/** Takes up what it is about from each record. @throws bad_cell */
interface Collector {
  add(cells: readonly string[], row: number): void;
}

/** Outcomes of rows by a dictionary's target: a row without one is not known. */
export const createLabelCollector = (
  { file, format, names }: RowsFile,
  dictionary: Dictionary | null,
): Collector & { finish(): Uint8Array } => {
  const { column = '', bad = [], good = [], indeterminate = [], excluded = [] } = dictionary?.target ?? {};
  const place = names.indexOf(column);
  const meaning = new Map<string, number>([
    ...format.missing.map((text) => [text, outcomeCodes.unknown] as const),
    ...[...indeterminate, ...excluded].map((text) => [text, outcomeCodes.unknown] as const),
    ...good.map((text) => [text, outcomeCodes.good] as const),
    ...bad.map((text) => [text, outcomeCodes.bad] as const),
  ]);
  const read = (cells: readonly string[], row: number): number => {
    if (place < 0) return outcomeCodes.unknown;
    const text = trimCell(cells[place] as string);
    const label = meaning.get(text);
    if (label !== undefined) return label;
    const listed = [...bad, ...good, ...indeterminate, ...excluded].join(', ');
    const problem = { zh: `标签应为以下之一：${listed}`, en: `the label must be one of ${listed}` };
    throw badCell({ file, row, column, value: text }, problem);
  };
  const labels: number[] = [];
  return {
    add: (cells, row) => void labels.push(read(cells, row)),
    finish: () => Uint8Array.from(labels),
  };
};

/** The rows' own names, by a dictionary's column of ids; null where the file has none. */
export const createIdCollector = (
  { names }: RowsFile,
  dictionary: Dictionary | null,
): Collector & { finish(): string[] | null } => {
  const column = dictionary?.columns.find(({ role }) => role === 'id');
  const place = column ? findColumn(names, column) : null;
  const ids: string[] = [];
  return {
    add(cells) {
      if (place !== null) ids.push(trimCell(cells[place] as string));
    },
    finish: () => (place === null ? null : ids),
  };
};

/**
 * Whose each row is, by a dictionary's column of customers; null where the file has none. A row that tells none is of a
 * customer of its own.
 */
export const createCustomerCollector = (
  { names, format }: RowsFile,
  dictionary: Dictionary | null,
): Collector & { finish(): Uint32Array | null } => {
  const column = dictionary?.columns.find(({ name }) => name === dictionary.customer);
  const place = column ? findColumn(names, column) : null;
  const missing = new Set(format.missing);
  const customers: (number | string)[] = [];
  return {
    add(cells, row) {
      if (place === null) return;
      const text = trimCell(cells[place] as string);
      customers.push(missing.has(text) ? row : text);
    },
    finish: () => (place === null ? null : numberCustomers(customers)),
  };
};

/** Protected groups by every protected column of a dictionary that the file has, whether or not a model reads it. */
export const createGroupCollector = (
  file: RowsFile,
  dictionary: Dictionary | null,
): Collector & { finish(): Partition[] } => {
  const collectors = dictionary
    ? listProtected(dictionary).flatMap((feature) => collect(file, dictionary, feature))
    : [];
  return {
    add(cells, row) {
      for (const collector of collectors) collector.add(cells, row);
    },
    finish: () => collectors.map((collector) => collector.finish()),
  };
};

const listProtected = (dictionary: Dictionary): FeatureDefinition[] =>
  resolveFeatures(dictionary).features.filter((feature) => feature.protected && 'column' in feature.source);

const collect = (file: RowsFile, dictionary: Dictionary, feature: FeatureDefinition): GroupCollector[] => {
  const definition = resolveFeatures(dictionary).columns.find((column) => column.name === feature.name);
  const place = definition ? findColumn(file.names, definition) : null;
  if (!definition || place === null) return [];
  if (!definition.categories) return [collectNumbers(file, { ...feature, definition, place })];
  const documented = dictionary.columns.find((column) => column.name === feature.name);
  const words = documented && 'categories' in documented ? documented.categories : [];
  return [collectCategories(file, { ...feature, definition, place }, words)];
};

type GroupCollector = Collector & { finish(): Partition };

/** A protected column and where it stands in the file. */
interface Placed extends Pick<FeatureDefinition, 'name' | 'label'> {
  readonly definition: ColumnDefinition;
  readonly place: number;
}

const collectCategories = (
  { format }: RowsFile,
  { name, label, definition, place }: Placed,
  words: readonly { readonly value: string; readonly label: Text }[],
): GroupCollector => {
  const missing = new Set(format.missing.filter((text) => !definition.categories?.includes(text)));
  const texts: (string | null)[] = [];
  return {
    add(cells) {
      const text = trimCell(cells[place] as string);
      texts.push(missing.has(text) ? null : text);
    },
    finish: () => partCategories({ name, label }, texts, words),
  };
};

const collectNumbers = (
  { file, format, names }: RowsFile,
  { name, label, definition, place }: Placed,
): GroupCollector => {
  const parse = createCellParser(definition, new Set(format.missing), createPlainNumber(format));
  const values: number[] = [];
  return {
    add(cells, row) {
      const text = trimCell(cells[place] as string);
      const value = parse(text);
      if (typeof value !== 'number') {
        throw badCell({ file, row, column: names[place] as string, value: text }, value);
      }
      values.push(value);
    },
    finish: () => partNumbers({ name, label, decimals: definition.decimals }, values),
  };
};
