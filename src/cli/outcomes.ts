import { Command } from 'commander';
import { AppError } from '../errors.ts';
import { toLocalActor } from '../model/registry.ts';
import type { RecordedOutcome } from '../usecases/outcomes.ts';
import { actorLabel, separatorOf } from './arguments.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';

interface OutcomesOptions {
  readonly separator: string;
  readonly actor?: string;
}

/** `vigil outcomes`: what became of customers, from a file. */
export const outcomesCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('outcomes')
    .description(
      say({
        zh: '从 CSV 文件读入客户的结果（是否违约、损失），全部存储或全部不存。',
        en: 'Store what became of customers (default and loss) from a CSV file, all of it or none.',
      }),
    )
    .argument(
      '<file>',
      say({
        zh: '列：outcome_id、customer_id 或 customer_ref、observed_on、defaulted，可选 loss_minor、currency',
        en: 'columns: outcome_id, customer_id or customer_ref, observed_on, defaulted, and if known loss_minor, currency',
      }),
    )
    .option('--separator <character>', say({ zh: '分隔符', en: 'separator' }), separatorOf, ',')
    .option(
      '--actor <label>',
      say({ zh: '本地操作的署名；未经身份验证', en: 'a label for local work; it is not authenticated' }),
      actorLabel('--actor'),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((file: string, options: OutcomesOptions) =>
      runOutcomes(console, file, options).catch((fault) => {
        if (fault instanceof AppError) for (const other of fault.others) console.warn(other);
        throw fault;
      }),
    );
};

const runOutcomes = (console: Console, file: string, { separator, actor }: OutcomesOptions): Promise<void> =>
  withDatabase(console, async (database) => {
    const { recordOutcomesFile } = await import('../usecases/outcomes-file.ts');
    const reporting = { actor: toLocalActor(actor), now: new Date(), timeZone: console.config.timeZone };
    const recorded = await recordOutcomesFile(database, { file, separator }, reporting);
    const count = (wanted: RecordedOutcome['state']) => recorded.filter(({ state }) => state === wanted).length;
    const counts = { recorded: count('recorded'), corrected: count('corrected'), unchanged: count('unchanged') };
    console.result(
      { file, ...counts },
      console.say({
        zh: `新增 ${counts.recorded} 个结果，更正 ${counts.corrected} 个，${counts.unchanged} 个无变化。`,
        en: `Outcomes recorded: ${counts.recorded}, corrected: ${counts.corrected}, unchanged: ${counts.unchanged}.`,
      }),
    );
  });
