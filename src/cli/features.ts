import { Command } from 'commander';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { createCivilClock, toDayNumber } from '../features/civil-clock.ts';
import type { EventBook } from '../usecases/event-book.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { dayOf, wholeNumber } from './arguments.ts';
import { withDatabase } from './database.ts';
import type { FeatureFileWritten } from './feature-file.ts';
import { type Console, withProgress } from './output.ts';

interface FeaturesOptions {
  readonly asOf: readonly string[];
  readonly out: string;
  readonly events?: string;
  readonly window?: number;
  readonly once?: boolean;
}

/** `vigil features`: what the catalogue makes of every customer's events as of a date. */
export const featuresCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('features')
    .description(
      say({
        zh: '按特征目录计算每位客户在某日终了时的行为特征，写成 Parquet 或 CSV。',
        en: 'Compute the features of behaviour of every customer as of the end of a day, into Parquet or CSV.',
      }),
    )
    .requiredOption(
      '--as-of <days...>',
      say({ zh: '一个或多个日期（YYYY-MM-DD）', en: 'one day or several (YYYY-MM-DD)' }),
      (text: string, before: readonly string[] = []) => [...before, dayOf('--as-of')(text)],
    )
    .requiredOption(
      '--out <file>',
      say({ zh: '输出文件，.parquet 或 .csv', en: 'the file to write, .parquet or .csv' }),
    )
    .option(
      '--events <file>',
      say({
        zh: '从 NDJSON 事件文件（同一客户的事件相邻）计算，而不是数据库',
        en: 'compute from a file of events (JSON lines, those of a customer together) in place of the database',
      }),
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
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: FeaturesOptions) => runFeatures(console, options));
};

const runFeatures = async (console: Console, options: FeaturesOptions): Promise<void> => {
  const { openEventFile, openStoredBook } = await import('../usecases/event-book.ts');
  const { requireWritableFile } = await import('../store/writing.ts');
  requireWritableFile(options.out);
  const { events } = options;
  const write = (work: LongWork) => {
    if (events !== undefined) return writeFeatures(console, options, { book: openEventFile(events, work), work });
    return withDatabase(console, ({ pool }) =>
      writeFeatures(console, options, { book: openStoredBook(pool, work), work }),
    );
  };
  const { rows, tooLarge } = await withProgress(console, 'features', write);
  const { out } = options;
  const missing = tooLarge > 0;
  console.result(
    { rows, features: creditCatalogue.length, tooLarge, out },
    console.say({
      zh: `${rows} 行，${creditCatalogue.length} 个特征，写入 ${out}${missing ? `；${tooLarge} 行有数值过大而缺失的特征` : ''}`,
      en: `${rows} rows of ${creditCatalogue.length} features into ${out}${missing ? `; in ${tooLarge} of them a feature is missing since a number grew too large` : ''}`,
    }),
  );
};

const writeFeatures = async (
  { config: { timeZone } }: Console,
  { asOf, out, window, once = false }: FeaturesOptions,
  { book, work }: { readonly book: EventBook; readonly work: LongWork },
): Promise<FeatureFileWritten> => {
  const { readFeatureRows } = await import('../usecases/feature-rows.ts');
  const { writeFeatureFile } = await import('./feature-file.ts');
  const clock = createCivilClock(timeZone);
  const dayOfInstant = new Map(
    asOf.map((day) => [new Date(clock.endOf(toDayNumber(day))).toISOString(), day] as const),
  );
  const wanted = {
    features: creditCatalogue,
    asOf: [...dayOfInstant.keys()],
    once,
    windowDays: window ?? null,
    timeZone,
  };
  return writeFeatureFile(readFeatureRows(book, wanted), {
    out,
    hasOutcome: window !== undefined,
    dayOf: (instant) => dayOfInstant.get(instant) ?? instant,
    signal: work.signal,
  });
};
