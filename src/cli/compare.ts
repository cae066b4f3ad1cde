import { Command } from 'commander';
import type { Comparison } from '../domain/comparison.ts';
import { appError } from '../errors.ts';
import { drawModels } from '../explanation/comparison/draw-models.ts';
import { drawRows } from '../explanation/comparison/draw-rows.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import { modelFolders } from '../store/folders.ts';
import { isSameFile, isStandardOutput, requireWritableFile, withOutput } from '../store/writing.ts';
import { readPair, writeComparison } from '../usecases/compare-models.ts';
import { civilDate, wholeNumber } from './arguments.ts';
import { type CompareOptions, compareRows } from './compare-rows.ts';
import { addCostOptions } from './cost-options.ts';
import { addFormOptions } from './file-form.ts';
import { type Console, withCancel } from './output.ts';

/** `vigil compare`: where two models believe differently, and what that does to the customers of a file. */
export const compareCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('compare')
    .description(
      say({
        zh: '比较两个模型：逐格并用文字说明看法在何处不同；给出数据时，还说明谁受影响、变化最大的客户、等级变动和哪个更准。',
        en: 'Compare two models: where they believe differently, cell by cell and in words; with data also who is hit, top movers, tier changes and which is right.',
      }),
    )
    .argument('<a>', say({ zh: '模型 A（现任），名称[@版本]', en: 'model A (the champion), name[@version]' }))
    .argument('<b>', say({ zh: '模型 B（挑战者），名称[@版本]', en: 'model B (the challenger), name[@version]' }))
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option(
      '--data <name|file>',
      say({
        zh: '数据字典名或 CSV 文件，含两个模型所需的列；结果列可有可无',
        en: 'a dictionary or a CSV file with the columns of both models; an outcome is used where there is one',
      }),
    )
    .option(
      '--policy <name[@version]|file>',
      say({
        zh: '用于两个模型的策略；默认取 A 当日有效的最新策略，没有则用 A 的起始策略',
        en: 'the policy for both; default: the newest in force for A, else the starter policy of A',
      }),
    )
    .option(
      '--day <date>',
      say({
        zh: '策略和规则生效的日期；默认为今天',
        en: 'civil day on which policy and rules are read; default: today',
      }),
      civilDate('--day'),
    )
    .option(
      '--movers <n>',
      say({ zh: '列出的差异最大客户数', en: 'top movers that are told' }),
      wholeNumber('--movers', { least: 0, most: 1000 }),
      10,
    )
    .option(
      '--seed <number>',
      say({ zh: '自助法的随机种子', en: 'seed of the bootstrap' }),
      wholeNumber('--seed', { least: 0, most: 2 ** 31 - 1 }),
      1,
    );
  addCostOptions(command, console, {
    zh: '放过一个坏客户的成本；默认取 A 的验证',
    en: "cost of a bad customer let pass; default: that of A's validation",
  })
    .option('--html <file>', say({ zh: '另写一页中英文网页', en: 'also write a page in Chinese and English' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((a: string, b: string, options: CompareOptions) =>
      withCancel((signal) => runCompare(console, [a, b], options, signal)),
    );
  return addFormOptions(command, console);
};

const runCompare = async (
  console: Console,
  [a, b]: readonly [string, string],
  options: CompareOptions,
  signal: AbortSignal,
): Promise<void> => {
  checkOptions(options);
  const request = { a, b, modelFolders: modelFolders(options.models) };
  const { data, html } = options;
  const comparison =
    data === undefined
      ? writeComparison(readPair(request), null)
      : await compareRows(console, { ...options, data }, { request, signal });
  if (html !== undefined) await writeHtml(console, comparison, html);
  const tell = html !== undefined && isStandardOutput(html) ? console.aside : console.result;
  tell(JSON.parse(toCanonicalJson(comparison)), draw(comparison, console));
};

/** Options that say something of rows. */
const ofRows = ['policy', 'day', 'missedBad', 'falseAlarm', 'reviewCost'] as const;

/** @throws bad_arguments where an option asks for rows that are not given, or a page would replace them; file_unwritable */
const checkOptions = (options: CompareOptions): void => {
  const { data, html } = options;
  const alone = ofRows.find((option) => data === undefined && options[option] !== undefined);
  if (alone !== undefined) {
    const option = `--${alone.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw appError('bad_arguments', {
      problem: { zh: `${option} 须与 --data 同用`, en: `${option} goes with --data` },
    });
  }
  if (html === undefined) return;
  if (data !== undefined && isSameFile(data, html)) {
    throw appError('bad_arguments', {
      problem: { zh: '--data 与 --html 是同一个文件', en: '--data and --html name the same file' },
    });
  }
  requireWritableFile(html);
};

const writeHtml = async ({ config }: Console, comparison: Comparison, file: string): Promise<void> => {
  const { writeComparisonPage } = await import('../../training/report/comparison.ts');
  const page = await writeComparisonPage(comparison, config.locale);
  await withOutput(file, ({ write }) => write(page));
};

const draw = (comparison: Comparison, { config: { locale } }: Console): string => {
  const models = drawModels(comparison, locale);
  return comparison.rows ? `${models}\n\n${drawRows(comparison, comparison.rows, locale)}` : models;
};
