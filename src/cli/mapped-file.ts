import type { MappedTable } from '../domain/mapping.ts';
import { pickTable, readMapping } from '../store/mappings.ts';
import { type EventBook, openPagedFile } from '../usecases/event-book.ts';
import { readMappedFile } from '../usecases/import-table.ts';
import type { LongWork } from '../usecases/long-work.ts';
import type { Console } from './output.ts';

/** Opens the rows of a CSV, Parquet or Excel file. @throws what reading throws */
export const openRows = async (file: string, { separator, encoding }: MappedTable) => {
  const { isWorkbook, openWorkbook } = await import('../store/xlsx.ts');
  if (isWorkbook(file)) return openWorkbook(file);
  const { openTable } = await import('../../training/dataset/open-table.ts');
  return openTable(file, { separator, encoding, header: true });
};

/** Another system's rows as a book, by a mapping; the rows of a customer stand together. @throws bad_mapping, and what reading throws */
export const openMappedBook = (
  { config: { timeZone } }: Console,
  { file, mappingFile, work }: { readonly file: string; readonly mappingFile: string; readonly work: LongWork },
): EventBook => {
  const table = pickTable(readMapping(mappingFile), { mappingFile, file, wanted: undefined });
  const read = async function* (_isChecked: boolean, onRead: (bytes: number) => void) {
    const source = await openRows(file, table);
    yield* readMappedFile({ source, onRead, table, mappingFile, file, timeZone });
  };
  return openPagedFile({ file, read }, work);
};
