import { renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { toUnwritable } from '../../src/store/writing.ts';

/** A column of a file to come. */
export interface WrittenColumn {
  readonly name: string;
  readonly type: 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'TIMESTAMPTZ';
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Turns a delimited file with a header into Parquet, streaming; an empty cell is null. The result appears when it is whole.
 * @throws file_unwritable
 */
export const writeParquet = async (csv: string, target: string, columns: readonly WrittenColumn[]): Promise<void> => {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const unfinished = `${resolve(target)}.unfinished-${process.pid}`;
  try {
    const types = columns.map(({ name, type }) => `${quoted(name)}: ${quoted(type)}`).join(', ');
    await connection.run(
      `COPY (SELECT * FROM read_csv(${quoted(resolve(csv))}, header = true, delim = ',', quote = '"', columns = {${types}}))
       TO ${quoted(unfinished)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    renameSync(unfinished, resolve(target));
  } catch (cause) {
    throw toUnwritable(target, cause);
  } finally {
    rmSync(unfinished, { force: true });
    connection.closeSync();
    instance.closeSync();
  }
};
