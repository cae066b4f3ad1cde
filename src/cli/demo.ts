import { Command } from 'commander';
import { Tier } from '../domain/ordered.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { words } from '../explanation/wording.ts';
import type { Database } from '../store/database.ts';
import type { Demo, DemoBook } from '../usecases/demo-log.ts';
import type { Counted, Unveiled } from '../usecases/demo-truth.ts';
import type { LongWork } from '../usecases/long-work.ts';
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
    .option(
      '--real <file>',
      say({
        zh: '冠军模型的训练数据文件：以其留出的一折作为新目录中的账簿，并逐户评分',
        en: "the file the champion was trained on: the fold kept out of it becomes a new home's book, and each customer is decided for",
      }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(({ real }: { real?: string }) =>
      real === undefined
        ? withHome(console, (database) => showDemo(console, database))
        : withProgress(console, 'demo', (work) => loadReal(console, real, work)),
    )
    .addCommand(loadCommand(console))
    .addCommand(clearCommand(console))
    .addCommand(truthCommand(console));
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
          const { forgetTruth } = await import('../store/demo-truth.ts');
          forgetTruth(console.config.home);
          const cleared = await clearDemo(database, { now: () => new Date(), isSimulated }, work);
          const { customers, decisions, events } = cleared;
          console.result(
            cleared,
            say({
              zh: `已清除 ${customers} 个演示客户、${events} 个事件和 ${decisions} 个决策的个人数据。`,
              en: `Cleared ${customers} customers of the demo, ${events} events and the personal parts of ${decisions} decisions.`,
            }),
          );
        }),
      ),
    );
};

/** `vigil demo --real`: rows of a file that somebody has, never called simulated; what became of them is put aside. */
const loadReal = async (console: Console, file: string, work: LongWork): Promise<void> => {
  await withHome(console, async (database) => {
    const [{ openHeldFold }, { openPredictor }, { loadHeld }, { hideTruth }] = await Promise.all([
      import('./held-fold.ts'),
      import('./open-predictor.ts'),
      import('../usecases/held-demo.ts'),
      import('../store/demo-truth.ts'),
    ]);
    const fold = await openHeldFold(console, file);
    const now = () => new Date();
    const { predictor } = await openPredictor(console, database, { now, models: undefined });
    await loadHeld(database, fold, { predictor, now }, work);
    hideTruth(console.config.home, { file: fold.book.file, bad: fold.bad });
    await showDemo(console, database);
  });
};

const truthCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('truth')
    .description(
      say({
        zh: '揭晓 --real 载入的客户后来是否违约，并与模型的决策对照。',
        en: 'Unveil which of the customers of --real defaulted, beside what was decided for them.',
      }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(() =>
      withHome(console, async (database) => {
        const { readTruth } = await import('../store/demo-truth.ts');
        const { unveilDemo } = await import('../usecases/demo-truth.ts');
        const truth = readTruth(console.config.home);
        if (!truth) throw appError('demo_refused', { problem: noTruth });
        const unveiled = await unveilDemo(database, new Set(truth.bad));
        console.result(unveiled, describeTruth(console, unveiled));
      }),
    );
};

const noTruth: Text = {
  zh: '没有可揭晓的结果；请先运行 vigil demo --real',
  en: 'there is no truth to unveil; run vigil demo --real first',
};

const describeTruth = ({ say }: Console, { all, tiers, unscored, auc }: Unveiled): string => {
  const tell = (label: Text, { customers, defaulted }: Counted): string =>
    say({
      zh: `  ${label.zh}：${customers} 户，其中 ${defaulted} 户次月违约`,
      en: `  ${label.en}: ${customers} customers, ${defaulted} defaulted in the next month`,
    });
  const figure = auc === null ? '-' : auc.toFixed(4);
  return [
    say({ zh: `有评分者的 AUC：${figure}`, en: `AUC of those who were scored: ${figure}` }),
    tell({ zh: '全部', en: 'All' }, all),
    ...Tier.options.map((tier) => tell(words.tier[tier], tiers[tier])),
    tell({ zh: '已处于违约、没有评分', en: 'In default already, not scored' }, unscored),
  ].join('\n');
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
