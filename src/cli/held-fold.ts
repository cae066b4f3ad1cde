import { assignFolds } from '../../training/dataset/folds.ts';
import { takeRows } from '../../training/dataset/frame.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { openTable } from '../../training/dataset/open-table.ts';
import { openSource } from '../../training/dataset/source.ts';
import { splitAtFold } from '../../training/dataset/split.ts';
import { digestFrame } from '../../training/fit.ts';
import { TrainedOn } from '../../training/validation/choose-rows.ts';
import type { EventItem } from '../domain/event.ts';
import { AppError, appError } from '../errors.ts';
import { createCivilClock, toDayNumber } from '../features/civil-clock.ts';
import { dataFolders, findIn, modelFolders } from '../store/folders.ts';
import { readJson } from '../store/json.ts';
import { pickTable, readMapping } from '../store/mappings.ts';
import { findModel } from '../store/models.ts';
import type { HeldCustomers } from '../usecases/held-demo.ts';
import type { PlacedEvent } from '../usecases/import-events.ts';
import { createMapRow } from '../usecases/map-rows.ts';
import type { Console } from './output.ts';

/** The champion, whose training tells which rows of the file are held out. */
const CHAMPION = 'taiwan-card';
const MAPPING = 'taiwan-credit-card/mapping.json';

/** The rows that the champion has not seen, as customers, and which of them defaulted. */
export interface HeldFold extends HeldCustomers {
  readonly bad: readonly string[];
}

/**
 * Reads the file that the champion was trained on and finds the fold that was kept out of its training.
 * @throws demo_refused where it is another file, and what reading it throws
 */
export const openHeldFold = async ({ config }: Pick<Console, 'config'>, file: string): Promise<HeldFold> => {
  const { path: folder } = findModel(CHAMPION, modelFolders(undefined));
  const { data } = readJson(`${folder}/lineage.json`, TrainedOn);
  const plain = { label: undefined, bad: undefined, dataFolder: config.dataFolder };
  const { dictionary, path } = await openSource({ ...plain, data: file, dictionary: `${folder}/dictionary.json` });
  const frame = await loadFrame(dictionary, path);
  const folds = assignFolds(dictionary.set, frame);
  const { fitted, held } = splitAtFold(frame, folds, data.holdout?.fold ?? null);
  if (held.length === 0 || digestFrame(takeRows(frame, fitted)) !== data.trainingDigest) {
    throw appError('demo_refused', { problem: otherFile(file) });
  }
  const customers = await mapRows(path, new Set(held), config.timeZone);
  const clock = createCivilClock(config.timeZone);
  const { observationDate } = dictionary.target;
  const lastDay = observationDate === null ? clock.dayOf(Date.now()) : toDayNumber(observationDate);
  return {
    book: { source: 'file', customers: customers.length, file: frame.file.sha256 },
    starts: new Date(clock.endOf(lastDay) + 1).toISOString(),
    customers: customers.map(({ events }) => events),
    bad: customers.flatMap(({ row, customerId }) => (frame.labels[row] === 1 ? [customerId] : [])),
  };
};

const otherFile = (file: string) => ({
  zh: `文件 ${file} 不是冠军模型的训练数据，因而不知道哪些行未参与训练`,
  en: `file ${file} is not the one the champion was trained on, so which of its rows it has not seen is not known`,
});

interface MappedCustomer {
  /** Its row in the file, from 0. */
  readonly row: number;
  readonly customerId: string;
  readonly events: readonly EventItem[];
}

/** The events of some rows of the file, by the mapping that imports it. */
const mapRows = async (path: string, rows: ReadonlySet<number>, timeZone: string): Promise<MappedCustomer[]> => {
  const mappingFile = findIn(dataFolders(), MAPPING) ?? MAPPING;
  const table = pickTable(readMapping(mappingFile), { mappingFile, file: path, wanted: undefined });
  const { header, batches } = await openTable(path, { separator: table.separator, header: true });
  const mapRow = createMapRow(header, { table, mappingFile, file: path, timeZone });
  const customers: MappedCustomer[] = [];
  let row = 0;
  for await (const batch of batches) {
    for (const cells of batch.rows) {
      if (rows.has(row)) customers.push(toCustomer(row, mapRow(row + 1, cells)));
      row++;
    }
  }
  return customers;
};

const toCustomer = (row: number, placed: readonly PlacedEvent[]): MappedCustomer => {
  const events = placed.map(({ event }) => {
    if (event instanceof AppError) throw event;
    return event;
  });
  const [first] = events;
  return { row, events, customerId: first && 'customerId' in first ? first.customerId : '' };
};
