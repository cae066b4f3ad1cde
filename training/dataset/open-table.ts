import { type CsvFormat, openCsv } from '../../src/store/csv.ts';
import { tellTableForm } from '../../src/store/table-form.ts';
import type { TableFile } from './table.ts';

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
