import { Command } from 'commander';
import type { Comparison } from '../domain/comparison.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { drawLive } from '../explanation/comparison/draw-live.ts';
import { drawModels } from '../explanation/comparison/draw-models.ts';
import { drawRows } from '../explanation/comparison/draw-rows.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import { modelFolders } from '../store/folders.ts';
import { isSameFile, isStandardOutput, requireWritableFile, withOutput } from '../store/writing.ts';
import { readPair, writeComparison } from '../usecases/compare-models.ts';
import { civilDate, wholeNumber } from './arguments.ts';
import { compareTraffic } from './compare-live.ts';
import { type CompareOptions, compareRows } from './compare-rows.ts';
import { addCostOptions } from './cost-options.ts';
import { addFormOptions } from './file-form.ts';
import { addJoinOptions } from './join-options.ts';
import { type Console, withCancel } from './output.ts';

/** `vigil compare`: where two models believe differently, and what that does to the customers of a file. */
export const compareCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('compare')
    .description(
      say({
        zh: '比较两个模型：逐格并用文字说明看法在何处不同；给出数据时，还说明谁受影响、变化最大的客户、等级变动和哪个更准；或看影子运行的 B 与 A 在实际业务上的比较（--live）。',
        en: 'Compare two models: where they believe differently, cell by cell and in words; with data also who is hit, top movers, tier changes and which is right; or what B, in shadow, made of the traffic A decided (--live).',
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
      '--live',
      say({
        zh: '用数据库中 A 的决策与影子版本 B 的评分比较，结果已知的还说明哪个更准；A、B 为同一名称的已登记版本',
        en: 'compare what A decided and B, in shadow, scored, from the database, and which was right as far as outcomes are known; A and B are registered versions of one name',
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
  return addFormOptions(addJoinOptions(command, console), console);
};

const runCompare = async (
  console: Console,
  [a, b]: readonly [string, string],
  options: CompareOptions,
  signal: AbortSignal,
): Promise<void> => {
  checkOptions(options);
  const { html } = options;
  const comparison = await compareBy(console, { a, b }, options, signal);
  if (html !== undefined) await writeHtml(console, comparison, html);
  const tell = html !== undefined && isStandardOutput(html) ? console.aside : console.result;
  tell(JSON.parse(toCanonicalJson(comparison)), draw(comparison, console));
};

/** By what is in the models alone, or on the rows or the traffic that the options name as well. */
const compareBy = (
  console: Console,
  named: Readonly<Record<'a' | 'b', string>>,
  options: CompareOptions,
  signal: AbortSignal,
): Comparison | Promise<Comparison> => {
  if (options.live) return compareTraffic(console, options, named);
  const request = { ...named, modelFolders: modelFolders(options.models) };
  const { data } = options;
  return data === undefined
    ? writeComparison(readPair(request))
    : compareRows(console, { ...options, data }, { request, signal });
};

/** Options that say something of the rows of a file, of live traffic, or of either. */
const ofRows = ['policy', 'day'] as const;
const ofLive = ['windowDays', 'silence', 'from'] as const;
const ofEither = ['missedBad', 'falseAlarm', 'reviewCost'] as const;

type Asked = (typeof ofRows | typeof ofLive | typeof ofEither)[number];

/** An option as it is written. */
const spell = (option: Asked): string => `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws bad_arguments where an option asks for rows that are not given, or a page would replace them; file_unwritable */
const checkOptions = (options: CompareOptions): void => {
  const { data, live, html } = options;
  if (data !== undefined && live) {
    throw appError('bad_arguments', {
      problem: { zh: '--data 与 --live 不能同用', en: '--data and --live do not go together' },
    });
  }
  const refuse = (asked: readonly Asked[], wanted: Text): void => {
    const alone = asked.find((option) => options[option] !== undefined);
    if (alone === undefined) return;
    throw appError('bad_arguments', {
      problem: { zh: `${spell(alone)} 须与 ${wanted.zh} 同用`, en: `${spell(alone)} goes with ${wanted.en}` },
    });
  };
  if (data === undefined) refuse(ofRows, { zh: '--data', en: '--data' });
  if (!live) refuse(ofLive, { zh: '--live', en: '--live' });
  if (data === undefined && !live) refuse(ofEither, { zh: '--data 或 --live', en: '--data or --live' });
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
  const { rows, live } = comparison;
  const parts = [models, rows && drawRows(comparison, rows, locale), live && drawLive(live, locale)];
  return parts.filter((part) => part !== null).join('\n\n');
};
