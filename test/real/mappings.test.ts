import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { pickTable, readMapping } from '../../src/store/mappings.ts';
import { createMapRow } from '../../src/usecases/map-rows.ts';
import { openTable } from '../../training/dataset/open-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files with the events they make, by type; rows are those the data's own page counts. */
const sets = [
  { file: 'credit-card-approval/credit_record.csv.gz', made: { profile: 45_985, statement: 1_048_575 } },
  {
    file: 'taiwan-credit-card/UCI_Credit_Card.csv.gz',
    made: { profile: 30_000, facility: 30_000, statement: 180_000 },
  },
  { file: 'berka-pkdd99/account.asc.gz', made: { profile: 4_500 } },
  { file: 'berka-pkdd99/loan.asc.gz', made: { facility: 682 } },
  { file: 'berka-pkdd99/trans_199301_199403.asc.gz', made: { transaction: 49_101 } },
  { file: 'berka-pkdd99/trans_loans_1997_1998.csv.gz', made: { transaction: 30_200 } },
];

describe.each(sets)('the mapping of $file', ({ file, made }) => {
  it('makes an event of every row, each with an id of its own', async () => {
    const path = `${root}../shared/data/${file}`;
    const mappingFile = `${root}data/${file.split('/')[0]}/mapping.json`;
    const table = pickTable(readMapping(mappingFile), { mappingFile, file, wanted: undefined });
    const { header, batches } = await openTable(path, { separator: table.separator, header: true });
    const mapRow = createMapRow(header, { table, mappingFile, file, timeZone: 'Asia/Shanghai' });
    const counts = new Map<string, number>();
    const ids = new Set<string>();
    let events = 0;
    for await (const { firstRow, rows } of batches) {
      for (const [index, cells] of rows.entries()) {
        for (const { event } of mapRow(firstRow + index, cells)) {
          if (event instanceof AppError) throw event;
          counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
          ids.add(event.eventId);
          events++;
        }
      }
    }
    expect(Object.fromEntries(counts)).toMatchObject(made);
    expect(ids.size).toBe(events);
  });
});
