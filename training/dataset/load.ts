import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import { type CellParser, type ColumnDefinition, createCellParser } from '../../src/features/column.ts';
import { resolveFeatures } from '../../src/features/definition.ts';
import { createPlainNumber, type PlainNumber } from '../../src/features/number-format.ts';
import { type CsvBatch, columnAbsent, type FileDigest } from '../../src/store/csv.ts';
import type { Frame } from './frame.ts';
import { openTable } from './open-table.ts';
import { createDateReader } from './read-dates.ts';

/** Tells how far loading has come: rows so far, bytes of the file read. */
export type LoadProgress = (rows: number, bytesRead: number) => void;

/** A frame and the file it was read from. */
export interface LoadedFrame extends Frame {
  readonly file: FileDigest;
}

/**
 * Loads a file (delimited, ARFF or Parquet) by its dictionary: streaming, every cell checked. Nothing is returned of a file with a fault.
 * @param encoding what the file is written in; undefined = as its bytes tell, else as the dictionary says
 * @throws bad_header, bad_row, bad_cell (file, row, column and value), and what the dictionary's own check throws
 */
export const loadFrame = async (
  dictionary: Dictionary,
  path: string,
  { encoding, onProgress }: { encoding?: string | undefined; onProgress?: LoadProgress } = {},
): Promise<LoadedFrame> => {
  const featureSet = resolveFeatures(dictionary);
  const { separator, header, encoding: usualEncoding } = dictionary.file;
  const table = await openTable(path, { separator, header, encoding, usualEncoding });
  const { header: names, batches, digest } = table;
  const target = findColumn(names, dictionary.target.column, path);
  checkHeader(names, dictionary, path);
  const readers = featureSet.columns.map((column) => {
    const place = findColumn(names, column.source, path);
    const format = table.types?.[place]?.kind === 'number' ? {} : dictionary.file;
    return createReader(column, { place, dictionary, toPlain: createPlainNumber(format) });
  });
  const labels = new Growing();
  const periods = createPeriodReader(dictionary, names, path);
  const customers = createCustomerReader(dictionary, names, path);
  const readLabel = createLabelReader(dictionary, path);
  const dates = createDateReader(dictionary, path, (source) => findColumn(names, source, path));
  for await (const batch of batches) {
    for (const reader of readers) reader.read(batch, path);
    readLabel(batch, target, labels);
    periods?.read(batch);
    customers?.read(batch);
    dates?.read(batch);
    onProgress?.(labels.length, batch.bytesRead);
  }
  return {
    dictionary,
    featureSet,
    rows: labels.length,
    columns: readers.map((reader) => reader.finish()),
    labels: Uint8Array.from(labels.values()),
    ...(periods ? { periods: periods.finish() } : {}),
    ...customers?.finish(),
    ...(dates ? { observed: Float64Array.from(dates.finish()) } : {}),
    file: digest(),
  };
};

const findColumn = (names: readonly string[], source: string, path: string): number => {
  const index = names.indexOf(source);
  if (index >= 0) return index;
  throw appError('bad_header', { file: path, problem: columnAbsent(source, names) });
};

const checkHeader = (names: readonly string[], dictionary: Dictionary, path: string): void => {
  const known = new Set([...dictionary.columns.map(({ source }) => source), dictionary.target.column]);
  const stranger = names.find((name) => !known.has(name));
  if (stranger === undefined) return;
  throw appError('bad_header', {
    file: path,
    problem: {
      zh: `列 ${stranger} 不在数据字典 ${dictionary.name} 中`,
      en: `column ${stranger} is not in dictionary ${dictionary.name}`,
    },
  });
};

/** A typed array that grows by doubling. */
class Growing {
  length = 0;
  #values = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Float64Array(2 * this.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  values(): Float64Array {
    return this.#values.slice(0, this.length);
  }
}

interface ColumnReader {
  read(batch: CsvBatch, path: string): void;
  finish(): Frame['columns'][number];
}

const mustNotMiss: Text = { zh: '不得缺失', en: 'must not be missing' };

const createReader = (
  column: ColumnDefinition,
  { place, dictionary, toPlain }: { place: number; dictionary: Dictionary; toPlain: PlainNumber },
): ColumnReader => {
  const missing = new Set(dictionary.file.missing);
  const documented = dictionary.columns.find(({ name }) => name === column.name);
  const mayMiss = documented?.role === 'feature' && documented.missing.allowed;
  const values = new Growing();
  const categories = column.categories && [...column.categories];
  const parse = categories ? createGrowingParser(categories, missing) : createCellParser(column, missing, toPlain);
  return {
    read({ rows, firstRow }, path) {
      for (const [index, cells] of rows.entries()) {
        const text = (cells[place] as string).trim();
        const value = parse(text);
        if (typeof value === 'number' && (mayMiss || !Number.isNaN(value))) {
          values.push(value);
          continue;
        }
        const problem = typeof value === 'number' ? mustNotMiss : value;
        throw appError('bad_cell', { file: path, row: firstRow + index, column: column.source, value: text, problem });
      }
    },
    finish: () => ({ definition: { ...column, categories }, values: values.values() }),
  };
};

/** A category parser that takes up values the dictionary does not name, as they come. */
const createGrowingParser = (categories: string[], missing: ReadonlySet<string>): CellParser => {
  const indexes = new Map(categories.map((value, index) => [value, index]));
  return (text) => {
    const known = indexes.get(text);
    if (known !== undefined) return known;
    if (missing.has(text)) return Number.NaN;
    indexes.set(text, categories.length);
    return categories.push(text) - 1;
  };
};

const noPeriod: Text = { zh: '期数应为整数', en: 'a period must be a whole number' };

/** Reads the period of each row; null where the dictionary names no column of periods. */
const createPeriodReader = ({ periods, columns }: Dictionary, names: readonly string[], path: string) => {
  const source = periods && columns.find(({ name }) => name === periods.column)?.source;
  if (source === undefined) return null;
  const place = findColumn(names, source, path);
  const values = new Growing();
  return {
    read({ rows, firstRow }: CsvBatch): void {
      for (const [index, cells] of rows.entries()) {
        const text = (cells[place] as string).trim();
        const value = Number(text);
        if (text === '' || !Number.isSafeInteger(value)) {
          throw appError('bad_cell', {
            file: path,
            row: firstRow + index,
            column: source,
            value: text,
            problem: noPeriod,
          });
        }
        values.push(value);
      }
    },
    finish: () => values.values(),
  };
};

/** Numbers the customers of the rows as they come; null where the dictionary names no column of customers. */
const createCustomerReader = (
  { customer, columns, file: { missing } }: Dictionary,
  names: readonly string[],
  path: string,
) => {
  const source = columns.find(({ name }) => name === customer)?.source;
  if (source === undefined) return null;
  const place = findColumn(names, source, path);
  const numbers = new Map<string, number>();
  const values = new Growing();
  return {
    read({ rows, firstRow }: CsvBatch): void {
      for (const [index, cells] of rows.entries()) {
        const text = (cells[place] as string).trim();
        if (missing.includes(text)) {
          const row = firstRow + index;
          throw appError('bad_cell', { file: path, row, column: source, value: text, problem: mustNotMiss });
        }
        const number = numbers.get(text) ?? numbers.size;
        numbers.set(text, number);
        values.push(number);
      }
    },
    finish: () => ({ customers: values.values(), customerIds: [...numbers.keys()] }),
  };
};

const createLabelReader = (dictionary: Dictionary, path: string) => {
  const { bad, good, indeterminate, excluded, column } = dictionary.target;
  const meaning = new Map([
    ...bad.map((value) => [value, 1] as const),
    ...good.map((value) => [value, 0] as const),
    ...[...indeterminate, ...excluded].map((value) => [value, 2] as const),
  ]);
  return ({ rows, firstRow }: CsvBatch, place: number, labels: Growing): void => {
    for (const [index, cells] of rows.entries()) {
      const text = (cells[place] as string).trim();
      const label = meaning.get(text);
      if (label === undefined) {
        const known = [...meaning.keys()].join(', ');
        const problem = { zh: `标签应为以下之一：${known}`, en: `the label must be one of ${known}` };
        throw appError('bad_cell', { file: path, row: firstRow + index, column, value: text, problem });
      }
      labels.push(label);
    }
  };
};
