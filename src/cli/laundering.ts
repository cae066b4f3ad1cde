import { Command } from 'commander';
import { findSignalPolicy } from '../store/signal-policies.ts';
import type { LaunderingReport } from '../usecases/laundering.ts';
import { addAsOfOption, addBookOptions, type BookOptions, listEnds, withBook } from './book-options.ts';
import { type Console, withProgress } from './output.ts';
import { describeSeenLines, levels } from './signal-words.ts';

interface LaunderingOptions extends BookOptions {
  readonly asOf: readonly string[];
  readonly policy: string;
}

/** `vigil laundering`: patterns of money laundering, for compliance alone. */
export const launderingCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('laundering')
    .description(
      say({
        zh: '查找每位客户在某日终了时的可疑交易特征（反洗钱）。仅供反洗钱合规人员使用：结果不存储，也不进入授信、评分、理由与预警。',
        en: 'Look for patterns of money laundering in every customer as of the end of a day. For compliance alone: nothing is stored, and nothing of it enters credit, scores, reasons or early warning.',
      }),
    )
    .option('--policy <name[@version]|file>', say({ zh: '特征策略', en: 'policy of patterns' }), 'laundering')
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));
  return addBookOptions(addAsOfOption(command, console), console).action((options: LaunderingOptions) =>
    runLaundering(console, options),
  );
};

const runLaundering = async (console: Console, options: LaunderingOptions): Promise<void> => {
  const { findLaundering } = await import('../usecases/laundering.ts');
  const { timeZone, locale } = console.config;
  const asOf = [...listEnds(options.asOf, timeZone).keys()];
  const policy = findSignalPolicy(options.policy);
  const report = await withProgress(console, 'laundering', (work) =>
    withBook(console, { ...options, work }, (book) => findLaundering(book, { policy, asOf, timeZone, locale })),
  );
  const { isSimulated } = await import('../../training/simulator/agent.ts');
  const simulated = report.findings.filter(({ customerId }) => isSimulated(customerId)).length;
  console.result({ ...report, simulated }, describe(console, { ...report, simulated }));
};

/** A report, and how many of its findings are of simulated customers. */
interface ToldReport extends LaunderingReport {
  readonly simulated: number;
}

const describe = ({ say }: Console, { looks, unobserved, findings, simulated }: ToldReport): string =>
  [
    ...findings.flatMap(({ customerId, asOf, kind, level, label, seen }) => [
      `${asOf}  ${customerId}  ${say(levels[level])}  ${kind}  ${label}`,
      ...describeSeenLines(seen),
    ]),
    say({
      zh: `查看 ${looks} 次，发现 ${findings.length} 项（其中 ${simulated} 项属模拟客户），${unobserved} 次未观测到交易。`,
      en: `Looks: ${looks}; patterns found: ${findings.length}, of simulated customers ${simulated}; no transactions to see in ${unobserved}.`,
    }),
  ].join('\n');
