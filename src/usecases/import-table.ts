import type { CsvFile } from '../store/csv.ts';
import type { PlacedEvent } from './import-events.ts';
import { createMapRow, type TableMapping } from './map-rows.ts';

/** A table with how its rows become events, and who hears how far it was read. */
export interface MappedFile extends TableMapping {
  readonly source: Pick<CsvFile, 'header' | 'batches'>;
  readonly onRead: (bytes: number) => void;
}

/** The events of a table, each with its row. @throws bad_header, bad_mapping, and what reading throws */
export async function* readMappedFile({ source, onRead, ...mapping }: MappedFile): AsyncGenerator<PlacedEvent[]> {
  const mapRow = createMapRow(source.header, mapping);
  for await (const { firstRow, rows, bytesRead } of source.batches) {
    yield rows.flatMap((cells, index) => mapRow(firstRow + index, cells));
    onRead(bytesRead);
  }
}
