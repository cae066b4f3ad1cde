import { rmSync } from 'node:fs';
import { Command } from 'commander';
import type { CatalogueFeature } from '../domain/catalogue.ts';
import { neutralise } from '../export/neutral.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { toFeatureSource } from '../features/catalogue/dictionary.ts';
import { createCivilClock, toDayNumber } from '../features/civil-clock.ts';
import type { EventBook } from '../usecases/event-book.ts';
import type { FeatureRow } from '../usecases/feature-rows.ts';
import { dayOf, wholeNumber } from './arguments.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';

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

/** Rows between two words of progress. */
const STEP = 500;

const runFeatures = async (console: Console, options: FeaturesOptions): Promise<void> => {
  const { openEventFile, openStoredBook } = await import('../usecases/event-book.ts');
  if (options.events !== undefined) return writeFeatures(console, options, openEventFile(options.events));
  return withDatabase(console, ({ pool }) => writeFeatures(console, options, openStoredBook(pool)));
};

const writeFeatures = async (
  console: Console,
  { asOf, out, window, once = false }: FeaturesOptions,
  book: EventBook,
): Promise<void> => {
  const { withOutput } = await import('../store/writing.ts');
  const { readFeatureRows } = await import('../usecases/feature-rows.ts');
  const { timeZone } = console.config;
  const clock = createCivilClock(timeZone);
  const instants = asOf.map((day) => new Date(clock.endOf(toDayNumber(day))).toISOString());
  const isParquet = out.endsWith('.parquet');
  const written = isParquet ? `${out}.rows-${process.pid}.csv` : out;
  const display = console.progress(console.say({ zh: '特征', en: 'features' }));
  const started = performance.now();
  const dayOfInstant = new Map(instants.map((instant, place) => [instant, asOf[place] ?? '']));
  let [rows, large] = [0, 0];
  try {
    await withOutput(written, async (output) => {
      await output.write(
        `${['customer_id', 'as_of', ...creditCatalogue.map(toFeatureSource), ...(window === undefined ? [] : ['outcome'])].join(',')}\n`,
      );
      const wanted = { features: creditCatalogue, asOf: instants, once, windowDays: window ?? null, timeZone };
      for await (const row of readFeatureRows(book, wanted)) {
        await output.write(toLine(row, dayOfInstant.get(row.asOf) ?? '', isParquet));
        rows++;
        large += Number(row.isTooLarge);
        if (rows % STEP === 0) display.update(console.say({ zh: '行', en: 'rows' }), rows, rows);
      }
    });
    if (isParquet) await toParquet(written, out, window !== undefined);
  } finally {
    display.stop();
    if (isParquet) rmSync(written, { force: true });
  }
  const seconds = (performance.now() - started) / 1_000;
  console.result(
    { rows, features: creditCatalogue.length, tooLarge: large, seconds, out },
    console.say({
      zh: `${rows} 行，${creditCatalogue.length} 个特征，写入 ${out}${large > 0 ? `；${large} 行有数值过大而缺失的特征` : ''}`,
      en: `${rows} rows of ${creditCatalogue.length} features into ${out}${large > 0 ? `; in ${large} of them a feature is missing since a number grew too large` : ''}`,
    }),
  );
};

const toLine = ({ customerId, values, outcome }: FeatureRow, day: string, isParquet: boolean): string => {
  const id = isParquet ? customerId : neutralise(customerId);
  const cells = creditCatalogue.map(({ decimals }, place) => toDecimalText(values[place] ?? Number.NaN, decimals));
  return `${[quoteCell(id), day, ...cells, ...(outcome === null ? [] : [outcome])].join(',')}\n`;
};

const quoteCell = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A scaled integer in natural units, exactly; nothing where it is missing. */
const toDecimalText = (scaled: number, decimals: number): string => {
  if (Number.isNaN(scaled)) return '';
  if (decimals === 0) return String(scaled);
  const digits = String(Math.abs(scaled)).padStart(decimals + 1, '0');
  return `${scaled < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};

const toParquet = async (csv: string, out: string, hasOutcome: boolean): Promise<void> => {
  const { writeParquet } = await import('../../training/dataset/write-parquet.ts');
  const typeOf = ({ decimals }: CatalogueFeature) => (decimals === 0 ? 'BIGINT' : 'DOUBLE');
  await writeParquet(csv, out, [
    { name: 'customer_id', type: 'VARCHAR' },
    { name: 'as_of', type: 'VARCHAR' },
    ...creditCatalogue.map((feature) => ({ name: toFeatureSource(feature), type: typeOf(feature) }) as const),
    ...(hasOutcome ? [{ name: 'outcome', type: 'VARCHAR' } as const] : []),
  ]);
};
