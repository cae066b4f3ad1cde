import { Command } from 'commander';
import { createCivilClock, toDayNumber } from '../features/civil-clock.ts';
import { findSignalPolicy } from '../store/signal-policies.ts';
import type { EventBook } from '../usecases/event-book.ts';
import type { LaunderingReport } from '../usecases/laundering.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { dayOf } from './arguments.ts';
import { withDatabase } from './database.ts';
import { type Console, withProgress } from './output.ts';
import { levels } from './signal-words.ts';

interface LaunderingOptions {
  readonly asOf: readonly string[];
  readonly events?: string;
  readonly policy: string;
}

/** `vigil laundering`: patterns of money laundering, for compliance alone. */
export const launderingCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('laundering')
    .description(
      say({
        zh: '查找每位客户在某日终了时的可疑交易特征（反洗钱）。仅供反洗钱合规人员使用：结果不存储，也不进入授信、评分、理由与预警。',
        en: 'Look for patterns of money laundering in every customer as of the end of a day. For compliance alone: nothing is stored, and nothing of it enters credit, scores, reasons or early warning.',
      }),
    )
    .requiredOption(
      '--as-of <days...>',
      say({ zh: '一个或多个日期（YYYY-MM-DD）', en: 'one day or several (YYYY-MM-DD)' }),
      (text: string, before: readonly string[] = []) => [...before, dayOf('--as-of')(text)],
    )
    .option(
      '--events <file>',
      say({
        zh: '从 NDJSON 事件文件（同一客户的事件相邻）查找，而不是数据库',
        en: 'look into a file of events (JSON lines, those of a customer together) in place of the database',
      }),
    )
    .option('--policy <name[@version]|file>', say({ zh: '特征策略', en: 'policy of patterns' }), 'laundering')
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: LaunderingOptions) => runLaundering(console, options));
};

const runLaundering = async (console: Console, { asOf, events, policy: named }: LaunderingOptions): Promise<void> => {
  const { findLaundering } = await import('../usecases/laundering.ts');
  const { openEventFile, openStoredBook } = await import('../usecases/event-book.ts');
  const { timeZone } = console.config;
  const clock = createCivilClock(timeZone);
  const instants = [...new Set(asOf)].map((day) => new Date(clock.endOf(toDayNumber(day))).toISOString());
  const policy = findSignalPolicy(named);
  const find = (book: EventBook) => findLaundering(book, { policy, asOf: instants, timeZone });
  const report = await withProgress(console, 'laundering', (work: LongWork) => {
    if (events !== undefined) return find(openEventFile(events, work));
    return withDatabase(console, ({ pool }) => find(openStoredBook(pool, work)));
  });
  console.result(report, describe(console, report));
};

const describe = ({ say }: Console, { looks, unobserved, findings }: LaunderingReport): string =>
  [
    ...findings.map(({ customerId, asOf, kind, level, label, values }) => {
      const seen = values.map(({ feature, value }) => `${feature} ${value ?? '-'}`).join(', ');
      return `${asOf}  ${customerId}  ${say(levels[level])}  ${kind}  ${say(label)}  (${seen})`;
    }),
    say({
      zh: `查看 ${looks} 次，发现 ${findings.length} 项，${unobserved} 次未观测到交易。`,
      en: `Looks: ${looks}; patterns found: ${findings.length}; no transactions to see in ${unobserved}.`,
    }),
  ].join('\n');
