import type { Command } from 'commander';
import { appError } from '../errors.ts';
import { createCivilClock, toDayNumber } from '../features/civil-clock.ts';
import type { CustomerShare } from '../usecases/customer-share.ts';
import type { EventBook } from '../usecases/event-book.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { dayOf, shareOf, wholeNumber } from './arguments.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';

/** Which book a command reads. */
export interface BookOptions {
  readonly events?: string;
  readonly mapping?: string;
}

/** Of which customers, and when. */
export interface WhomOptions {
  readonly share?: CustomerShare;
  readonly toldWithin?: number;
}

/** Adds the options of a book: a file of events, or of another system's rows with their mapping, in place of the database. */
export const addBookOptions = (command: Command, { say }: Console): Command =>
  command
    .option(
      '--events <file>',
      say({
        zh: '读取 NDJSON 事件文件（可为 gzip，同一客户的事件相邻），而不是数据库',
        en: 'read a file of events (NDJSON, also gzip, those of a customer together) in place of the database',
      }),
    )
    .option(
      '--mapping <file>',
      say({
        zh: '--events 是其他系统的 CSV、Parquet 或 Excel 文件，按此映射读作事件（不存储）',
        en: '--events is a CSV, Parquet or Excel file of another system, read as events by this mapping; nothing is stored',
      }),
    );

/** Adds the days as of whose end a book is looked at. */
export const addAsOfOption = (command: Command, { say }: Console): Command =>
  command.requiredOption(
    '--as-of <days...>',
    say({ zh: '一个或多个日期（YYYY-MM-DD）', en: 'one day or several (YYYY-MM-DD)' }),
    (text: string, before: readonly string[] = []) => [...before, dayOf('--as-of')(text)],
  );

/** The instants at which civil days end, each with its day; a day named twice is one. */
export const listEnds = (days: readonly string[], timeZone: string): ReadonlyMap<string, string> => {
  const clock = createCivilClock(timeZone);
  return new Map(days.map((day) => [new Date(clock.endOf(toDayNumber(day))).toISOString(), day]));
};

/** Adds the options of whom to look at. */
export const addWhomOptions = (command: Command, { say }: Console): Command =>
  command
    .option(
      '--share <from-to>',
      say({
        zh: '只取编号摘要落在这些百分位内的客户，例如 0-40；不相交的部分没有共同的客户',
        en: 'only customers the digest of whose id falls into these hundredths, such as 0-40; parts that do not meet share no customer',
      }),
      shareOf('--share'),
    )
    .option(
      '--told-within <days>',
      say({
        zh: '只在此前若干天内有过事件（客户资料除外）时才看一名客户，例如 62；默认不限',
        en: 'look at a customer only where something happened within so many days before, a profile apart, such as 62; default: always',
      }),
      wholeNumber('--told-within', { least: 1, most: 3_650 }),
    );

/** What they say to whoever reads a book. */
export const toWhom = async ({ share, toldWithin }: WhomOptions) => {
  const { createIsOfShare } = await import('../usecases/customer-share.ts');
  return {
    isWanted: createIsOfShare(share ?? null),
    ...(toldWithin === undefined ? {} : { toldWithinDays: toldWithin }),
  };
};

/** Opens the book that was asked for, for as long as it is read. @throws bad_arguments, and what reading throws */
export const withBook = async <Result>(
  console: Console,
  { events, mapping, work }: BookOptions & { readonly work: LongWork },
  read: (book: EventBook) => Promise<Result>,
): Promise<Result> => {
  const { openEventFile, openStoredBook } = await import('../usecases/event-book.ts');
  if (events === undefined && mapping !== undefined) throw appError('bad_arguments', { problem: noRows });
  if (events === undefined) return withDatabase(console, ({ pool }) => read(openStoredBook(pool, work)));
  if (mapping === undefined) return read(openEventFile(events, work));
  const { openMappedBook } = await import('./mapped-file.ts');
  return read(openMappedBook(console, { file: events, mappingFile: mapping, work }));
};

const noRows = {
  zh: '--mapping 需要 --events 给出数据文件',
  en: '--mapping needs the file of rows, named by --events',
};
