import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppError, appError } from '../errors.ts';
import { civilDay } from '../features/civil-day.ts';
import { modelFolders } from '../store/folders.ts';
import { isSameFile, isStandardOutput } from '../store/writing.ts';
import { acceptedFormat, openPlan } from '../usecases/open-plan.ts';
import { scoreFile } from '../usecases/score-file.ts';
import { civilDate, separatorOf, wholeNumber } from './arguments.ts';
import { type Console, withCancel } from './output.ts';

interface ScoreOptions {
  readonly model: string;
  readonly models?: string;
  readonly policy?: string;
  readonly in: string;
  readonly out: string;
  readonly reasons: number;
  readonly separator?: string;
  readonly encoding: string;
  readonly header: boolean;
  readonly day?: string;
}

/** `vigil score`: a file in, the same rows with score, tier, action, rules and reasons out. */
export const scoreCommand = (console: Console): Command =>
  new Command('score')
    .description('Score a CSV file (also .gz): probability, points, tier, action, rules that fired and reasons.')
    .requiredOption('--model <name[@version]>', 'the model')
    .option('--models <folder>', 'folder of models')
    .option(
      '--policy <name[@version]|file>',
      'the policy; default: the newest in force for the model, else a starter policy',
    )
    .requiredOption('--in <file>', 'the rows, with source column names or ours')
    .requiredOption('--out <file>', 'where the scored rows go')
    .option('--reasons <n>', 'reasons a row, 0 to 4', wholeNumber('--reasons', { least: 0, most: 4 }), 4)
    .option('--separator <char>', "separator; default: that of the model's dictionary, else a comma", separatorOf)
    .option('--encoding <name>', 'encoding of the file, for example gb18030', 'utf-8')
    .option('--no-header', 'the file has no header; columns are called 1, 2, ...')
    .option('--day <date>', 'civil day on which policy and rules are read; default: today', civilDate('--day'))
    .option('--json', 'print JSON')
    .action((options: ScoreOptions) => withCancel((signal) => runScore(console, options, signal)));

const runScore = async (console: Console, options: ScoreOptions, signal: AbortSignal): Promise<void> => {
  const { model: named, models, policy: rules } = options;
  const day = options.day ?? civilDay(new Date().toISOString(), console.config.timeZone);
  const opened = openPlan({ model: named, modelFolders: modelFolders(models), policy: rules, day });
  if (isSameFile(options.in, options.out)) {
    throw appError('bad_arguments', { problem: '--in and --out name the same file' });
  }
  const size = sizeOf(options.in);
  const format = acceptedFormat(opened);
  const tell = isStandardOutput(options.out) ? console.aside : console.result;
  const display = console.progress('score');
  const started = performance.now();
  try {
    const rows = await scoreFile({
      opened,
      input: options.in,
      output: options.out,
      encoding: options.encoding,
      hasHeader: options.header,
      options: {
        reasons: options.reasons,
        day,
        separator: options.separator ?? format.separator,
        missing: format.missing,
      },
      onProgress: (_, bytesRead) => display.update('', bytesRead, size),
      signal,
    });
    display.stop();
    const seconds = (performance.now() - started) / 1000;
    const { model, policy } = opened.plan;
    tell(
      {
        rows,
        seconds,
        model: `${model.name}@${model.version}`,
        policy: `${policy.name}@${policy.version}`,
        out: options.out,
      },
      `${rows} rows scored by ${model.name}@${model.version} under policy ${policy.name}@${policy.version} into ${options.out} (${Math.round(rows / Math.max(seconds, 1e-3))} rows a second)`,
    );
  } finally {
    display.stop();
  }
};

const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw appError('file_missing', { file, places: resolve('.') }, { cause });
  }
};
