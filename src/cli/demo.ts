import { Command } from 'commander';
import type { Text } from '../domain/text.ts';
import type { Database } from '../store/database.ts';
import type { Demo, DemoBook } from '../usecases/demo-log.ts';
import { wholeNumber } from './arguments.ts';
import { withDatabase } from './database.ts';
import { type Console, withProgress } from './output.ts';

/** `vigil demo`: the simulated customers that a new embedded database begins with. */
export const demoCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('demo')
    .description(
      say({
        zh: '演示数据：新的内嵌数据库起始时载入的模拟客户；显示其状态，载入或清除。',
        en: 'The simulated customers that a new embedded database begins with: shows where they stand, loads or clears them.',
      }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(() => withHome(console, (database) => showDemo(console, database)))
    .addCommand(loadCommand(console))
    .addCommand(clearCommand(console));
};

const loadCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('load')
    .description(
      say({
        zh: '载入模拟客户，或继续被中断的载入。',
        en: 'Load simulated customers, or go on where loading was interrupted.',
      }),
    )
    .option(
      '--customers <n>',
      say({ zh: '客户数', en: 'how many' }),
      wholeNumber('--customers', { least: 1, most: 100_000 }),
    )
    .option('--seed <n>', say({ zh: '随机种子', en: 'seed' }), wholeNumber('--seed', { least: 0, most: 2 ** 31 - 1 }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((size: Partial<{ customers: number; seed: number }>) =>
      withProgress(console, 'demo', (work) =>
        withHome(console, async (database) => {
          const { beginAsked, demoSize, loadDemo } = await import('../usecases/demo.ts');
          const { simulator } = await import('./demo-simulator.ts');
          const now = () => new Date();
          await beginAsked(database, { ...demoSize, ...size }, now());
          await loadDemo(database, { simulator, now }, work);
          await showDemo(console, database);
        }),
      ),
    );
};

const clearCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('clear')
    .description(
      say({
        zh: '清除全部模拟客户及其事件和决策中的个人数据，不涉及其他客户；记录与哈希链保持完整。',
        en: 'Erase all simulated customers, their events and the personal parts of their decisions, and nobody else; records and chain stay whole.',
      }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(() =>
      withProgress(console, 'demo', (work) =>
        withHome(console, async (database) => {
          const { clearDemo } = await import('../usecases/clear-demo.ts');
          const { isSimulated } = await import('../../training/simulator/agent.ts');
          const cleared = await clearDemo(database, { now: () => new Date(), isSimulated }, work);
          const { customers, decisions, events } = cleared;
          console.result(
            cleared,
            say({
              zh: `已清除 ${customers} 个模拟客户、${events} 个事件和 ${decisions} 个决策的个人数据。`,
              en: `Cleared ${customers} simulated customers, ${events} events and the personal parts of ${decisions} decisions.`,
            }),
          );
        }),
      ),
    );
};

/** Opens the embedded database for as long as some work runs. @throws demo_refused where another is named */
const withHome = async (console: Console, work: (database: Database) => Promise<void>): Promise<void> => {
  const { requireEmbedded } = await import('../usecases/demo.ts');
  requireEmbedded({ kind: console.config.databaseUrl === undefined ? 'embedded' : 'postgresql' });
  await withDatabase(console, work);
};

const states: Readonly<Record<Demo['state'], Text>> = {
  none: { zh: '没有演示数据', en: 'no demo was loaded' },
  loading: { zh: '正在载入，或载入被中断', en: 'loading, or interrupted (vigil demo load goes on)' },
  loaded: { zh: '已载入', en: 'loaded' },
  cleared: { zh: '已清除', en: 'cleared' },
};

/** Where the demo stands, and how many of its customers are there. */
const showDemo = async ({ result, say }: Console, database: Database): Promise<void> => {
  const { readDemo } = await import('../usecases/demo-log.ts');
  const { readLoaded } = await import('../store/demo-customers.ts');
  const { state, book } = await readDemo(database.pool);
  const customers = (await readLoaded(database.pool)).size;
  const isSimulated = book?.source === 'simulator';
  const about = book === null ? { zh: '', en: '' } : describeBook(book, customers);
  result(
    { state, customers, ...(book === null ? {} : { book }), ...(isSimulated ? { simulated: true } : {}) },
    say({ zh: `演示：${states[state].zh}${about.zh}`, en: `Demo: ${states[state].en}${about.en}` }),
  );
};

const describeBook = (book: DemoBook, customers: number): Text => {
  const of = {
    zh: `（共 ${book.customers} 个中的 ${customers} 个客户`,
    en: ` (${customers} of ${book.customers} customers`,
  };
  if (book.source === 'file') return { zh: `${of.zh}，来自真实数据）`, en: `${of.en}, of a public file: real)` };
  const { months, seed, until } = book;
  return {
    zh: `${of.zh}，均为模拟，${months} 个月，至 ${until}，种子 ${seed}）`,
    en: `${of.en}, all simulated, ${months} months until ${until}, seed ${seed})`,
  };
};
