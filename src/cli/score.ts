import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { FormWish } from '../../training/dataset/sniff.ts';
import { AppError, appError } from '../errors.ts';
import { civilDay } from '../features/civil-day.ts';
import { tellTableForm } from '../store/table-form.ts';
import { isSameFile, isStandardOutput } from '../store/writing.ts';
import { acceptedFormat } from '../usecases/open-plan.ts';
import { scoreFile } from '../usecases/score-file.ts';
import { civilDate, wholeNumber } from './arguments.ts';
import { addFormOptions } from './file-form.ts';
import { type Console, withCancel } from './output.ts';
import { addPlanOptions, openNamedPlan, type PlanOptions } from './plan-options.ts';

interface ScoreOptions extends FormWish, PlanOptions {
  readonly in: string;
  readonly out: string;
  readonly reasons: number;
}

/** `vigil score`: a file in, the same rows with score, tier, action, rules and reasons out. */
export const scoreCommand = (console: Console): Command => {
  const { say } = console;
  const command = addPlanOptions(new Command('score'), console)
    .description(
      say({
        zh: '为 CSV 文件（也可为 .gz）评分：违约概率、分数、风险等级、措施、触发的规则和原因。',
        en: 'Score a CSV file (also .gz): probability, points, tier, action, rules that fired and reasons.',
      }),
    )
    .requiredOption(
      '--in <file>',
      say({ zh: '待评分的行，列名可用来源列名或字典列名', en: 'the rows, with source column names or ours' }),
    )
    .requiredOption('--out <file>', say({ zh: '评分结果文件', en: 'where the scored rows go' }))
    .option(
      '--reasons <n>',
      say({ zh: '每行的原因数，0 到 4', en: 'reasons a row, 0 to 4' }),
      wholeNumber('--reasons', { least: 0, most: 4 }),
      4,
    )
    .option(
      '--day <date>',
      say({
        zh: '策略和规则生效的日期；默认为今天',
        en: 'civil day on which policy and rules are read; default: today',
      }),
      civilDate('--day'),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: ScoreOptions) => withCancel((signal) => runScore(console, options, signal)));
  return addFormOptions(command, console);
};

const runScore = async (console: Console, options: ScoreOptions, signal: AbortSignal): Promise<void> => {
  const day = options.day ?? civilDay(new Date().toISOString(), console.config.timeZone);
  const opened = openNamedPlan(console, { ...options, day });
  if (isSameFile(options.in, options.out)) {
    throw appError('bad_arguments', {
      problem: { zh: '--in 与 --out 是同一个文件', en: '--in and --out name the same file' },
    });
  }
  const size = sizeOf(options.in);
  refuseTyped(options.in);
  const format = acceptedFormat(opened);
  const tell = isStandardOutput(options.out) ? console.aside : console.result;
  const display = console.progress(console.say({ zh: '评分', en: 'score' }));
  const started = performance.now();
  try {
    const rows = await scoreFile({
      opened,
      input: options.in,
      output: options.out,
      encoding: options.encoding,
      options: {
        reasons: options.reasons,
        day,
        format: {
          ...format,
          separator: options.separator ?? format.separator,
          header: options.header ?? format.header,
          decimal: options.decimal ?? format.decimal,
          thousands: options.thousands ?? format.thousands,
        },
      },
      onProgress: (_, bytesRead) => display.update('', bytesRead, size),
      signal,
    });
    display.stop();
    const seconds = (performance.now() - started) / 1000;
    const speed = Math.round(rows / Math.max(seconds, 1e-3));
    const { model, policy } = opened.plan;
    tell(
      {
        rows,
        seconds,
        model: `${model.name}@${model.version}`,
        policy: `${policy.name}@${policy.version}`,
        out: options.out,
      },
      console.say({
        zh: `已用 ${model.name}@${model.version} 按策略 ${policy.name}@${policy.version} 为 ${rows} 行评分，写入 ${options.out}（每秒 ${speed} 行）`,
        en: `${rows} rows scored by ${model.name}@${model.version} under policy ${policy.name}@${policy.version} into ${options.out} (${speed} rows a second)`,
      }),
    );
  } finally {
    display.stop();
  }
};

/** Scoring reads delimited text. @throws bad_arguments */
const refuseTyped = (file: string): void => {
  const isFile = statSync(file).isFile();
  if (!isFile || tellTableForm(file) === 'delimited') return;
  throw appError('bad_arguments', {
    problem: {
      zh: `评分只读取分隔文本（CSV），而 ${file} 是 ARFF 或 Parquet`,
      en: `scoring reads delimited text (CSV), and ${file} is ARFF or Parquet`,
    },
  });
};

const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw appError('file_missing', { file, places: resolve('.') }, { cause });
  }
};
