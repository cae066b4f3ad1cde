import { Command } from 'commander';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { isStandardOutput, requireWritableFile, withOutput } from '../store/writing.ts';
import { type ExportFormat, exportFormats, exportScorecard } from '../usecases/export-scorecard.ts';
import { civilDate, listOf, oneOf } from './arguments.ts';
import type { Console } from './output.ts';
import { addPlanOptions, openNamedPlan, type PlanOptions } from './plan-options.ts';

interface ScorecardOptions extends PlanOptions {
  readonly format: ExportFormat;
  readonly output?: string;
  readonly table: string;
  readonly keep: readonly string[];
  readonly contributions?: boolean;
}

/** `vigil export`: a model as other systems run it. */
export const exportCommand = (console: Console): Command => {
  const { say } = console;
  const scorecard = addPlanOptions(new Command('scorecard'), console)
    .description(
      say({
        zh: '把模型连同策略的等级界限导出为其他系统可运行的形式；整数结果与服务完全一致。',
        en: "Export a model with its policy's tier cut-offs as what other systems run; its integers are those of the service.",
      }),
    )
    .requiredOption(
      '--format <format>',
      `${say({ zh: '格式', en: 'format' })}: ${exportFormats.join(', ')}`,
      oneOf('--format', exportFormats),
    )
    .option('--output <file>', say({ zh: '输出文件；默认为标准输出', en: 'where it goes; default: standard output' }))
    .option(
      '--day <date>',
      say({ zh: '策略须在该日有效；默认为今天', en: 'civil day on which the policy is in force; default: today' }),
      civilDate('--day'),
    )
    .option('--table <name>', say({ zh: 'sql：原始列所在的表', en: 'sql: the table of raw columns' }), 'applications')
    .option(
      '--keep <columns>',
      say({ zh: 'sql：带入结果的列，以逗号分隔', en: 'sql: columns carried into the result, separated by commas' }),
      listOf,
      ['customer_id'],
    )
    .option('--contributions', say({ zh: 'sql：另给出每一项的贡献', en: 'sql: the contribution of every term too' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: ScorecardOptions) => runScorecard(console, options));
  return new Command('export').description(say({ zh: '导出模型。', en: 'Export models.' })).addCommand(scorecard);
};

const noTerminal: Text = {
  zh: '--format xlsx 需要用 --output 指定文件',
  en: '--format xlsx needs a file in --output',
};

const runScorecard = async (console: Console, options: ScorecardOptions): Promise<void> => {
  const { format, output } = options;
  if (output !== undefined) requireWritableFile(output);
  else if (format === 'xlsx') throw appError('bad_arguments', { problem: noTerminal });
  const opened = openNamedPlan(console, options);
  const { table, keep, contributions = false } = options;
  const content = await exportScorecard(opened, format, {
    locale: console.config.locale,
    sql: { table, keep, contributions },
  });
  const { model, policy } = opened.plan;
  const [named, under] = [`${model.name}@${model.version}`, `${policy.name}@${policy.version}`];
  if (output === undefined) {
    const text = String(content);
    console.result({ model: named, policy: under, format, text }, text.replace(/\n$/, ''));
    return;
  }
  await withOutput(output, ({ write }) => write(content));
  const tell = isStandardOutput(output) ? console.aside : console.result;
  tell(
    { model: named, policy: under, format, output },
    console.say({
      zh: `已将 ${named} 按策略 ${under} 的等级界限导出到 ${output}`,
      en: `${named} with the tiers of policy ${under} exported to ${output}`,
    }),
  );
};
