import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api';
import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import { type CsvBatch, type FileDigest, nameColumns } from '../../src/store/csv.ts';
import { describeFault } from '../../src/store/system-fault.ts';
import { PARQUET_MAGIC } from '../../src/store/table-form.ts';
import type { DeclaredType, TableFile } from './table.ts';

const noParquet: Text = {
  zh: '不是 Parquet 文件（开头没有 PAR1）',
  en: 'it is no Parquet file: PAR1 is not at its start',
};
const cutOff: Text = {
  zh: 'Parquet 文件不完整（末尾没有 PAR1）',
  en: 'it is a cut off Parquet file: PAR1 is not at its end',
};
const noFooter: Text = { zh: 'Parquet 文件的目录（文件尾）已损坏', en: 'the footer of the Parquet file is damaged' };
const damagedAfter = (rows: number): Text => ({
  zh: `Parquet 文件在第 ${rows} 行之后已损坏`,
  en: `the Parquet file is damaged after row ${rows}`,
});

/**
 * Opens a Parquet file; cells come as text: numbers with a point, dates as YYYY-MM-DD, true and false; NaN is not known.
 * Rows come in the file's order.
 * @throws file_unreadable saying what is damaged, bad_header
 */
export const openParquet = async (path: string): Promise<TableFile> => {
  const bytes = await checkMagic(path);
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    const { names, kinds, rows } = await readFooter(connection, path);
    const hashed = await hashFile(path);
    const header = nameColumns(names, path);
    const shown = kinds.map((_, place) => showColumn(`column_${place}`, kinds[place] as DeclaredType));
    const aliases = kinds.map((_, place) => `column_${place}`).join(', ');
    const query = `SELECT ${shown.join(', ')} FROM ${SOURCE} AS held(${aliases})`;
    const result = await orFault(path, damagedAfter(0), () => connection.stream(query, [literalPath(path)]));
    return {
      header,
      types: kinds,
      batches: readBatches(result, { path, bytes, all: rows, close }),
      digest: () => hashed,
    };
  } catch (fault) {
    close();
    throw fault;
  }
};

const SOURCE = 'read_parquet($1, binary_as_string := true)';

/** A path in which no character stands for others. */
const literalPath = (path: string): string => resolve(path).replaceAll(/[*?[]/g, '[$&]');

/** Numbers may be NaN, which is not known; everything else is shown as it is. */
const showColumn = (name: string, { kind }: DeclaredType): string =>
  kind === 'number' ? `nullif(CAST(${name} AS VARCHAR), 'nan')` : `CAST(${name} AS VARCHAR)`;

/** Size of a file that begins and ends as Parquet does. @throws file_unreadable */
const checkMagic = async (path: string): Promise<number> => {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const read = async (from: number) => {
      const { buffer } = await file.read(
        Buffer.alloc(PARQUET_MAGIC.length),
        0,
        PARQUET_MAGIC.length,
        Math.max(0, from),
      );
      return buffer.toString('latin1');
    };
    if ((await read(0)) !== PARQUET_MAGIC) throw appError('file_unreadable', { file: path, problem: noParquet });
    if ((await read(size - PARQUET_MAGIC.length)) !== PARQUET_MAGIC || size < 3 * PARQUET_MAGIC.length) {
      throw appError('file_unreadable', { file: path, problem: cutOff });
    }
  } finally {
    await file.close();
  }
  return size;
};

/** @throws file_unreadable with a problem for whatever DuckDB throws */
const orFault = async <Result>(file: string, problem: Text, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (cause) {
    throw appError('file_unreadable', { file, problem }, { cause });
  }
};

const readFooter = (connection: DuckDBConnection, path: string) =>
  orFault(path, noFooter, async () => {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${SOURCE}`, [literalPath(path)]);
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${SOURCE}`, [literalPath(path)]);
    const columns = described.getRows().map(([name, type]) => ({ name: String(name), kind: toKind(String(type)) }));
    return {
      names: columns.map(({ name }) => name),
      kinds: columns.map(({ kind }) => kind),
      rows: Number(counted.getRows()[0]?.[0]),
    };
  });

const NUMBER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|^(FLOAT|DOUBLE|DECIMAL\(.*\))$/;

const toKind = (type: string): DeclaredType => {
  const plain = (kind: DeclaredType['kind']): DeclaredType => ({ kind, values: null });
  if (NUMBER.test(type)) return plain('number');
  if (type === 'BOOLEAN') return { kind: 'category', values: ['false', 'true'] };
  if (type === 'VARCHAR') return plain('text');
  return plain(/^(DATE|TIME)/.test(type) ? 'date' : 'nested');
};

const hashFile = async (path: string): Promise<FileDigest> => {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (cause) {
    throw appError('file_unreadable', { file: path, problem: describeFault(cause) }, { cause });
  }
  return { sha256: hash.digest('hex'), bytes };
};

async function* readBatches(
  result: DuckDBResult,
  { path, bytes, all, close }: { path: string; bytes: number; all: number; close: () => void },
): AsyncGenerator<CsvBatch> {
  let firstRow = 1;
  try {
    for (;;) {
      const chunk = await orFault(path, damagedAfter(firstRow - 1), () => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      const rows = chunk.getRows().map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
      const done = firstRow - 1 + rows.length;
      yield { firstRow, rows, bytesRead: Math.floor((bytes * done) / Math.max(1, all)) };
      firstRow += rows.length;
    }
  } finally {
    close();
  }
}
