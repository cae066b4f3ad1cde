import { Command } from 'commander';
import { toLocalActor } from '../model/registry.ts';
import { actorLabel, instantOf } from './arguments.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';

interface BookOptions {
  readonly starts?: string;
  readonly actor?: string;
}

/** `vigil book`: the date of the database's book, and where it starts. */
export const bookCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('book')
    .description(
      say({
        zh: '显示账簿日期（事件以它为准记录），或设定其起点。',
        en: 'Show the book date, by which events are recorded, or set where it starts.',
      }),
    )
    .option(
      '--starts <instant>',
      say({
        zh: '从此刻开始，随时钟前进；仅在没有实时事件和决策时可设',
        en: 'starts at this instant and runs on with the clock; only while no live event or decision is stored',
      }),
      instantOf('--starts'),
    )
    .option(
      '--actor <label>',
      say({ zh: '本地操作的署名；未经身份验证', en: 'a label for local work; it is not authenticated' }),
      actorLabel('--actor'),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: BookOptions) => runBook(console, options));
};

const runBook = (console: Console, { starts, actor }: BookOptions): Promise<void> =>
  withDatabase(console, async (database) => {
    const { readBook, startBook } = await import('../usecases/book-date.ts');
    const now = new Date();
    const book =
      starts === undefined
        ? await readBook(database, now)
        : await startBook(database, { starts, setAt: now.toISOString(), actor: toLocalActor(actor) });
    const date = book.date.toISOString();
    const { say } = console;
    const basis = book.start
      ? say({
          zh: `从 ${book.start.starts} 起，设定于 ${book.start.setAt}（${book.start.actor}）`,
          en: `started at ${book.start.starts}, set at ${book.start.setAt} by ${book.start.actor}`,
        })
      : say({ zh: '即时钟', en: "the clock's" });
    console.result(
      { date, start: book.start },
      say({ zh: `账簿日期：${date}（${basis}）`, en: `Book date: ${date} (${basis})` }),
    );
  });
