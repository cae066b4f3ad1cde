import { basename } from 'node:path';
import { Command } from 'commander';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import type { EventBook } from '../usecases/event-book.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { slug, wholeNumber } from './arguments.ts';
import {
  addAsOfOption,
  addBookOptions,
  addWhomOptions,
  type BookOptions,
  listEnds,
  toWhom,
  type WhomOptions,
  withBook,
} from './book-options.ts';
import type { FeatureFileWritten } from './feature-file.ts';
import { type Console, withProgress } from './output.ts';

interface FeaturesOptions extends BookOptions, WhomOptions {
  readonly asOf: readonly string[];
  readonly out: string;
  readonly dictionary?: string;
  readonly window?: number;
  readonly once?: boolean;
}

/** `vigil features`: what the catalogue makes of every customer's events as of a date. */
export const featuresCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('features')
    .description(
      say({
        zh: '按特征目录计算每位客户在某日终了时的行为特征，写成 Parquet 或 CSV。',
        en: 'Compute the features of behaviour of every customer as of the end of a day, into Parquet or CSV.',
      }),
    )
    .requiredOption(
      '--out <file>',
      say({ zh: '输出文件，.parquet 或 .csv', en: 'the file to write, .parquet or .csv' }),
    )
    .option(
      '--window <days>',
      say({
        zh: '同时给出此后若干天内的结果（outcome），供训练用',
        en: 'tell what became of each in the days after as well (outcome), for training',
      }),
      wholeNumber('--window', { least: 1, most: 3_650 }),
    )
    .option(
      '--once',
      say({
        zh: '每位客户只取一个日期，使同一客户不会跨折',
        en: 'one day for each customer, so that no customer stands in two folds',
      }),
    )
    .option(
      '--dictionary <file>',
      say({
        zh: '另写出这些行的数据字典（.json），名称取自文件名',
        en: 'write the dictionary of these rows as well (.json), named as its file is',
      }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));
  addAsOfOption(command, console);
  return addWhomOptions(addBookOptions(command, console), console).action((options: FeaturesOptions) =>
    runFeatures(console, options),
  );
};

const runFeatures = async (console: Console, options: FeaturesOptions): Promise<void> => {
  const { requireWritableFile } = await import('../store/writing.ts');
  const { out, dictionary } = options;
  requireWritableFile(out);
  if (dictionary !== undefined) requireDescribed(dictionary, options);
  const { rows, tooLarge, simulated } = await withProgress(console, 'features', (work) =>
    withBook(console, { ...options, work }, (book) => writeFeatures(console, options, { book, work })),
  );
  if (dictionary !== undefined) await describeRows(dictionary, options, simulated > 0);
  const missing = tooLarge > 0;
  console.result(
    { rows, features: creditCatalogue.length, tooLarge, out },
    console.say({
      zh: `${rows} 行，${creditCatalogue.length} 个特征，写入 ${out}${missing ? `；${tooLarge} 行有数值过大而缺失的特征` : ''}`,
      en: `${rows} rows of ${creditCatalogue.length} features into ${out}${missing ? `; in ${tooLarge} of them a feature is missing since a number grew too large` : ''}`,
    }),
  );
};

/** @throws bad_arguments where the file's name is no name of a dictionary, or nothing is told that it could have as target */
const requireDescribed = (dictionary: string, { window }: FeaturesOptions): void => {
  slug('--dictionary')(basename(dictionary, '.json'));
  if (window === undefined) throw appError('bad_arguments', { problem: noTarget });
};

const noTarget: Text = {
  zh: '--dictionary 需要 --window：没有结果就没有目标',
  en: '--dictionary needs --window: without outcomes there is no target',
};

const describeRows = async (
  dictionary: string,
  { out, events, window = 0 }: FeaturesOptions,
  isSimulated: boolean,
): Promise<void> => {
  const { writeFeatureDictionary } = await import('./feature-dictionary.ts');
  await writeFeatureDictionary(dictionary, {
    rows: basename(out),
    events: events === undefined ? null : basename(events),
    windowDays: window,
    isSimulated,
  });
};

const writeFeatures = async (
  { config: { timeZone } }: Console,
  { asOf, out, window, once = false, ...whom }: FeaturesOptions,
  { book, work }: { readonly book: EventBook; readonly work: LongWork },
): Promise<FeatureFileWritten & { readonly simulated: number }> => {
  const { readFeatureRows } = await import('../usecases/feature-rows.ts');
  const { countSimulated } = await import('../../training/simulator/count-simulated.ts');
  const { writeFeatureFile } = await import('./feature-file.ts');
  const dayOfInstant = listEnds(asOf, timeZone);
  const wanted = {
    features: creditCatalogue,
    asOf: [...dayOfInstant.keys()],
    once,
    windowDays: window ?? null,
    ...(await toWhom(whom)),
    timeZone,
  };
  const rows = countSimulated(readFeatureRows(book, wanted));
  const written = await writeFeatureFile(rows, {
    out,
    hasOutcome: window !== undefined,
    dayOf: (instant) => dayOfInstant.get(instant) ?? instant,
    signal: work.signal,
  });
  return { ...written, simulated: rows.simulated() };
};
