import { closeSync, openSync, readSync } from 'node:fs';
import { appError } from '../errors.ts';
import { describeFault } from './system-fault.ts';

/** The four bytes that begin and end every Parquet file. */
export const PARQUET_MAGIC = 'PAR1';

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
