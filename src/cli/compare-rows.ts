import { existsSync, statSync } from 'node:fs';
import type { FormWish } from '../../training/dataset/sniff.ts';
import type { Comparison } from '../domain/comparison.ts';
import { appError } from '../errors.ts';
import { civilDay } from '../features/civil-day.ts';
import { readDictionary } from '../store/dictionaries.ts';
import { findIn, rawDataFolders } from '../store/folders.ts';
import { readCosts } from '../usecases/compare-beside.ts';
import { compareFile } from '../usecases/compare-file.ts';
import { openPair, type PairRequest, pairOpened, writeComparison } from '../usecases/compare-models.ts';
import { acceptedFormat, type FileFormat } from '../usecases/open-plan.ts';
import { createChooseHeld } from './compare-held.ts';
import { type CostOptions, chooseCosts } from './cost-options.ts';
import type { JoinOptions } from './join-options.ts';
import { hearCancel } from './load.ts';
import type { Console } from './output.ts';

/** What `vigil compare` was asked for. */
export interface CompareOptions extends FormWish, CostOptions, JoinOptions {
  readonly models?: string;
  readonly live?: boolean;
  readonly data?: string;
  readonly policy?: string;
  readonly day?: string;
  readonly movers: number;
  readonly seed: number;
  readonly html?: string;
}

/** Bootstrap samples for each interval. */
export const REPLICATES = 200;

/** Two models as they are named, and what stops the work. */
interface RowsWish {
  readonly request: Pick<PairRequest, 'a' | 'b' | 'modelFolders'>;
  readonly signal: AbortSignal;
}

/** Compares two models on a file as the command line names it, showing how much of it is read. */
export const compareRows = async (
  console: Console,
  options: CompareOptions & { readonly data: string },
  { request, signal }: RowsWish,
): Promise<Comparison> => {
  const day = options.day ?? civilDay(new Date().toISOString(), console.config.timeZone);
  const opened = openPair({ ...request, policy: options.policy, day });
  const paired = pairOpened(opened);
  const file = findData(options.data, console);
  const costs = chooseCosts(options, readCosts(opened.folders.a));
  const { size } = statSync(file);
  const display = console.progress(console.say({ zh: '比较', en: 'compare' }));
  try {
    const rows = await compareFile({
      opened,
      paired,
      file,
      format: overrule(acceptedFormat(opened.a), options),
      encoding: options.encoding,
      day,
      plan: { movers: options.movers, replicates: REPLICATES, costs },
      seed: options.seed,
      choose: await createChooseHeld(opened),
      onProgress: (_, bytesRead) => display.update('', bytesRead, size),
      signal,
    });
    await hearCancel(signal);
    return writeComparison(paired, { rows });
  } finally {
    display.stop();
  }
};

/** A file as it is named or below one of the data folders, or that of a dictionary. @throws file_missing, dictionary_missing */
export const findData = (data: string, { config }: Console): string => {
  if (isFile(data)) return data;
  const folders = rawDataFolders(config.dataFolder);
  const path = /[./\\]/.test(data) ? data : readDictionary(data).file.path;
  const found = findIn(folders, path);
  if (found !== null && isFile(found)) return found;
  throw appError('file_missing', { file: path, places: ['.', ...folders].join(', ') });
};

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

const overrule = (format: FileFormat, { separator, header, decimal, thousands }: CompareOptions): FileFormat => ({
  ...format,
  separator: separator ?? format.separator,
  header: header ?? format.header,
  decimal: decimal ?? format.decimal,
  thousands: thousands ?? format.thousands,
});
