import { closeSync, openSync, readSync } from 'node:fs';
import { appError } from '../../src/errors.ts';
import { type CsvFormat, openCsv } from '../../src/store/csv.ts';
import { describeFault } from '../../src/store/system-fault.ts';
import { PARQUET_MAGIC, type TableFile } from './table.ts';

/** How a file is laid out, by its ending, or by the first bytes of Parquet. */
export type TableForm = 'delimited' | 'arff' | 'parquet';

/** Tells how a file is laid out. @throws file_unreadable */
export const tellTableForm = (path: string): TableForm => {
  if (/\.arff(\.gz)?$/i.test(path)) return 'arff';
  return /\.(parquet|pq)$/i.test(path) || readStart(path) === PARQUET_MAGIC ? 'parquet' : 'delimited';
};

const readStart = (path: string): string => {
  const start = Buffer.alloc(PARQUET_MAGIC.length);
  try {
    const descriptor = openSync(path, 'r');
    try {
      readSync(descriptor, start, 0, start.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw appError('file_unreadable', { file: path, problem: describeFault(cause) }, { cause });
  }
  return start.toString('latin1');
};

/**
 * Opens a file of any form that training reads.
 * @param format how it is written where it is delimited; of ARFF its encoding counts
 * @throws file_unreadable, bad_header, bad_row, bad_cell
 */
export const openTable = async (path: string, format: CsvFormat): Promise<TableFile> => {
  const form = tellTableForm(path);
  if (form === 'delimited') return { ...(await openCsv(path, format)), types: null };
  if (form === 'arff') return (await import('./arff.ts')).openArff(path, format);
  return (await import('./parquet.ts')).openParquet(path);
};
