import { existsSync, statSync } from 'node:fs';
import type { FormWish } from '../../training/dataset/sniff.ts';
import type { Comparison } from '../domain/comparison.ts';
import { appError } from '../errors.ts';
import type { SourcedCosts } from '../explanation/comparison/worth.ts';
import { civilDay } from '../features/civil-day.ts';
import { readDictionary } from '../store/dictionaries.ts';
import { findIn, rawDataFolders } from '../store/folders.ts';
import { readCosts } from '../usecases/compare-beside.ts';
import { compareFile } from '../usecases/compare-file.ts';
import {
  type OpenedPair,
  openPair,
  type PairRequest,
  pairOpened,
  writeComparison,
} from '../usecases/compare-models.ts';
import { acceptedFormat, type FileFormat } from '../usecases/open-plan.ts';
import { createChooseHeld } from './compare-held.ts';
import type { CostOptions } from './cost-options.ts';
import { hearCancel } from './load.ts';
import type { Console } from './output.ts';

/** What `vigil compare` was asked for. */
export interface CompareOptions extends FormWish, CostOptions {
  readonly models?: string;
  readonly data?: string;
  readonly policy?: string;
  readonly day?: string;
  readonly movers: number;
  readonly seed: number;
  readonly html?: string;
}

/** Bootstrap samples for each interval. */
const REPLICATES = 200;

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
  const costs = chooseCosts(options, opened);
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
    return writeComparison(paired, rows);
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

/** What is given, the rest as in the validation of A. @throws bad_arguments where that leaves a cost open */
const chooseCosts = (
  { missedBad, falseAlarm, reviewCost }: CostOptions,
  { folders }: OpenedPair,
): SourcedCosts | null => {
  const validated = readCosts(folders.a);
  const isGiven = [missedBad, falseAlarm, reviewCost].some((cost) => cost !== undefined);
  if (!isGiven) return validated && { costs: validated, source: 'validation' };
  const costs = {
    missedBad: missedBad ?? validated?.missedBad,
    falseAlarm: falseAlarm ?? validated?.falseAlarm,
    review: reviewCost ?? validated?.review ?? 0,
  };
  if (costs.missedBad === undefined || costs.falseAlarm === undefined) {
    const problem = {
      zh: '--missed-bad 与 --false-alarm 须同时给出：A 旁没有写明成本的 validation.json',
      en: '--missed-bad and --false-alarm go together: beside A there is no validation.json that has costs',
    };
    throw appError('bad_arguments', { problem });
  }
  return { costs: { ...costs, missedBad: costs.missedBad, falseAlarm: costs.falseAlarm }, source: 'options' };
};
