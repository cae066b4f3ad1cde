import { Command } from 'commander';
import type { Scenario } from '../../training/simulator/parameters.ts';
import type { Text } from '../domain/text.ts';
import { matching } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { requireWritable } from '../store/writing.ts';
import { oneOf, wholeNumber } from './arguments.ts';
import { type Console, withProgress } from './output.ts';
import type { About } from './simulated-files.ts';

interface SimulateOptions {
  readonly customers: number;
  readonly months: number;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly start: string;
  readonly out: string;
  readonly gzip: boolean;
}

/** Said here too, since the simulator is loaded only when it runs; a test holds them against it. */
export const scenarioNames = ['calm', 'recession', 'industry-shock', 'drift'] as const satisfies readonly Scenario[];

/** `vigil simulate`: customers that do not exist, with what happens to them and what became of them. */
export const simulateCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('simulate')
    .description(
      say({
        zh: '模拟一批客户：隐藏的财务健康决定其事件与违约；写出事件（NDJSON）、真实结果（CSV）和说明。全部为模拟数据。',
        en: 'Simulate customers whose hidden financial health drives their events and, in the end, default: writes events (NDJSON), the truth (CSV) and what it was made from. All of it is simulated.',
      }),
    )
    .requiredOption(
      '--customers <n>',
      say({ zh: '客户数', en: 'how many' }),
      wholeNumber('--customers', { least: 1, most: 10_000_000 }),
    )
    .requiredOption('--out <folder>', say({ zh: '写到哪个目录', en: 'the folder they go to' }))
    .option(
      '--months <n>',
      say({ zh: '月数', en: 'over how many months' }),
      wholeNumber('--months', { least: 1, most: 240 }),
      36,
    )
    .option(
      '--seed <n>',
      say({ zh: '随机种子', en: 'seed' }),
      wholeNumber('--seed', { least: 0, most: 2 ** 31 - 1 }),
      1,
    )
    .option(
      '--scenario <name>',
      `${say({ zh: '情景', en: 'scenario' })}: ${scenarioNames.join(', ')}`,
      oneOf('--scenario', scenarioNames),
      'calm',
    )
    .option('--start <month>', say({ zh: '第一个月', en: 'the first month' }), month, '2023-01')
    .option('--gzip', say({ zh: '压缩事件文件', en: 'pack the events' }), false)
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: SimulateOptions) => runSimulate(console, options));
};

const Month = matching(/^(19[7-9][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])$/, {
  zh: '应为 1970 年至 2099 年的月份',
  en: 'must be a month of 1970 to 2099',
});

const month = (text: string): string => {
  if (Month.safeParse(text).success) return text;
  const problem: Text = {
    zh: `--start 应为 1970 年至 2099 年的月份，例如 2023-01，而不是“${text}”`,
    en: `--start takes a month of 1970 to 2099 such as 2023-01, not "${text}"`,
  };
  throw appError('bad_arguments', { problem });
};

const runSimulate = async (console: Console, options: SimulateOptions): Promise<void> => {
  const { out: folder, gzip: isPacked, ...settings } = options;
  requireWritable(folder);
  const { writeSimulated } = await import('./simulated-files.ts');
  const about = await withProgress(console, 'simulate', (work) => writeSimulated(settings, { folder, isPacked }, work));
  console.result({ out: folder, ...about }, console.say(describe(about, folder)));
};

const describe = ({ events, customers, defaults, scenario, seed }: About, folder: string): Text => ({
  zh: `模拟数据：${customers} 个客户、${events} 个事件、${defaults} 个违约（情景 ${scenario}，种子 ${seed}），已写入 ${folder}`,
  en: `Simulated: ${customers} customers, ${events} events, ${defaults} defaults (scenario ${scenario}, seed ${seed}), written to ${folder}`,
});
