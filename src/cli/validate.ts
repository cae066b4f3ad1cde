import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Frame } from '../../training/dataset/frame.ts';
import type { FormWish } from '../../training/dataset/sniff.ts';
import type { DataSource } from '../../training/dataset/source.ts';
import type { TrainingSettings } from '../../training/settings.ts';
import type { ReadFrame } from '../../training/validation/choose-rows.ts';
import type { Model } from '../domain/model.ts';
import type { Validation } from '../domain/validation.ts';
import { AppError, appError } from '../errors.ts';
import { measuredRows, overlapWords } from '../explanation/measured-rows.ts';
import { verdictWords } from '../explanation/verdicts.ts';
import { makeFolder, modelFolders } from '../store/folders.ts';
import { readJson } from '../store/json.ts';
import { findModel, type ModelFolder, readModel, toLinedText } from '../store/models.ts';
import { requireWritable, toUnwritable, withOutput } from '../store/writing.ts';
import { wholeNumber } from './arguments.ts';
import { addCostOptions, type CostOptions } from './cost-options.ts';
import { addFormOptions } from './file-form.ts';
import { hearCancel, loadSource } from './load.ts';
import { type Console, type ProgressDisplay, withCancel } from './output.ts';
import { readSettings } from './settings.ts';
import { findShownPolicy } from './shown-policy.ts';

interface ValidateOptions extends FormWish, CostOptions {
  readonly models?: string;
  readonly data?: string;
  readonly trainedOn?: string;
  readonly out?: string;
  readonly config?: string;
  readonly seed?: number;
  readonly customers?: number;
  readonly reviews?: number;
}

/** `vigil validate`: what a model is worth on rows that took no part in its training, judged gate by gate. */
export const validateCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('validate')
    .description(
      say({
        zh: '用未参与训练的样本验证模型：区分度、校准、稳定性、薄弱人群、稳健性、公平性、成本，逐关给出结论，并写出 validation.json 和 report.html。',
        en: 'Validate a model on rows that took no part in its training: discrimination, calibration, stability, weak spots, robustness, fairness, cost; a verdict for each gate; writes validation.json and report.html.',
      }),
    )
    .argument('<name[@version]>')
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option(
      '--data <name|file>',
      say({
        zh: '数据字典名或 CSV、ARFF、Parquet 文件；默认为模型的训练数据（只用其中留出的折）',
        en: 'a dictionary or a CSV, ARFF or Parquet file; default: the data it was trained on, of which only the fold kept out is used',
      }),
    )
    .option(
      '--trained-on <name|file>',
      say({
        zh: '模型的训练数据，用以核对 --data 中没有训练过的客户；默认为模型记录的位置',
        en: 'the data it was trained on, by which --data is searched for customers trained on; default: where the model says they lie',
      }),
    )
    .option(
      '--out <folder>',
      say({ zh: '结果目录；默认写在模型旁边', en: 'folder of the results; default: beside the model' }),
    )
    .option(
      '--config <file>',
      say({
        zh: '训练配置的 JSON 文件，取其 validation 部分',
        en: 'JSON file of training settings, of which the part "validation" counts',
      }),
    )
    .option(
      '--seed <number>',
      say({ zh: '自助法、噪声与抽样的随机种子', en: 'seed of bootstrap, noise and samples' }),
      wholeNumber('--seed', { least: 0, most: 2 ** 31 - 1 }),
    );
  addCostOptions(command, console, { zh: '放过一个坏客户的成本', en: 'cost of a bad customer let pass' })
    .option(
      '--customers <n>',
      say({ zh: '每天评分的客户数（与 --reviews 同用）', en: 'customers scored a day (with --reviews)' }),
      wholeNumber('--customers', { least: 1, most: 1e12 }),
    )
    .option(
      '--reviews <n>',
      say({ zh: '每天能复核的客户数（与 --customers 同用）', en: 'reviews that can be made a day (with --customers)' }),
      wholeNumber('--reviews', { least: 0, most: 1e12 }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((reference: string, options: ValidateOptions) =>
      withCancel((signal) => runValidate(console, { ...options, reference }, signal)),
    );
  return addFormOptions(command, console);
};

const runValidate = async (
  console: Console,
  options: ValidateOptions & { readonly reference: string },
  signal: AbortSignal,
): Promise<void> => {
  const [{ chooseRows, takeFitted, TrainedOn }, { countChosen }, { validateModel }, { writeReport }] =
    await Promise.all([
      import('../../training/validation/choose-rows.ts'),
      import('../../training/validation/cell-rows.ts'),
      import('../../training/validation/validate.ts'),
      import('../../training/report/report.ts'),
    ]);
  const folder = findModel(options.reference, modelFolders(options.models));
  const model = readModel(folder.path);
  const lineageFile = join(folder.path, 'lineage.json');
  const lineage = readJson(lineageFile, TrainedOn);
  const settings = await chooseSettings(options, lineage.settings);
  const out = resolve(options.out ?? folder.path);
  requireWritable(out);
  const source = await findSource(console, folder, options);
  const display = console.progress(console.say({ zh: '验证', en: 'validate' }));
  try {
    const frame = await loadSource(console, source, { ...options, display, signal });
    const findTraining = () =>
      loadTraining(console, folder, { ...options, display, signal }, (read) => takeFitted(read, lineage));
    const chosen = await chooseRows({ frame, file: source.path }, model, lineage, findTraining);
    const validation = validateModel({
      ...chosen,
      model,
      file: frame.file,
      rawMonotone: null,
      policy: findShownPolicy(console, model.name),
      settings: settings.validation,
      seed: settings.seed,
    });
    await hearCancel(signal);
    const report = await writeReport({
      model,
      validation,
      cellRows: countChosen(model, chosen),
      dictionary: source.dictionary,
      lineage,
      locale: console.config.locale,
    });
    display.stop();
    await writeResults(out, { 'validation.json': toLinedText(validation), 'report.html': report });
    tell(console, { model, validation, out });
  } finally {
    display.stop();
  }
};

/** What the model was trained with, overruled by a file, overruled by options. @throws bad_settings, bad_arguments */
const chooseSettings = async (options: ValidateOptions, trained: TrainingSettings): Promise<TrainingSettings> => {
  if ((options.customers === undefined) !== (options.reviews === undefined)) {
    throw appError('bad_arguments', {
      problem: { zh: '--customers 与 --reviews 须同时给出', en: '--customers and --reviews go together' },
    });
  }
  const given = options.config === undefined ? trained : await readSettings(options);
  const { costs, customersADay, reviewsADay } = given.validation;
  return {
    ...given,
    seed: options.seed ?? given.seed,
    validation: {
      ...given.validation,
      costs: {
        missedBad: options.missedBad ?? costs.missedBad,
        falseAlarm: options.falseAlarm ?? costs.falseAlarm,
        review: options.reviewCost ?? costs.review,
      },
      customersADay: options.customers ?? customersADay,
      reviewsADay: options.reviews ?? reviewsADay,
    },
  };
};

/** The data as the user names it, read by the dictionary beside the model unless another is named. */
const findSource = async (console: Console, { path }: ModelFolder, options: ValidateOptions): Promise<DataSource> => {
  const [{ openSource }, { readDictionary }] = await Promise.all([
    import('../../training/dataset/source.ts'),
    import('../store/dictionaries.ts'),
  ]);
  const beside = join(path, 'dictionary.json');
  const data = options.data ?? readDictionary(beside).file.path;
  const isName = options.data !== undefined && !/[./\\]/.test(data);
  return openSource({
    ...options,
    data,
    dictionary: isName ? undefined : beside,
    label: undefined,
    bad: undefined,
    dataFolder: console.config.dataFolder,
  });
};

/**
 * The rows a model was fitted on, from where the user or the model says they lie.
 * @returns null where the user names no place and they are not where the model says
 * @throws bad_arguments where the user names other data, and what loading throws
 */
const loadTraining = async (
  console: Console,
  folder: ModelFolder,
  options: ValidateOptions & { readonly display: ProgressDisplay; readonly signal: AbortSignal },
  take: (read: ReadFrame) => Frame,
): Promise<Frame | null> => {
  try {
    const { trainedOn, data: _, ...rest } = options;
    const source = await findSource(console, folder, trainedOn === undefined ? rest : { ...rest, data: trainedOn });
    return take({ frame: await loadSource(console, source, options), file: source.path });
  } catch (fault) {
    if (options.trainedOn !== undefined || !(fault instanceof AppError) || fault.code === 'cancelled') throw fault;
    return null;
  }
};

/** Each file appears whole or not at all. */
const writeResults = async (folder: string, files: Readonly<Record<string, string>>): Promise<void> => {
  try {
    makeFolder(folder);
  } catch (cause) {
    throw toUnwritable(folder, cause);
  }
  for (const [file, text] of Object.entries(files)) await withOutput(join(folder, file), ({ write }) => write(text));
};

const tell = (
  console: Console,
  { model, validation, out }: { model: Model; validation: Validation; out: string },
): void => {
  const { data, gates } = validation;
  const lines = [
    console.say({
      zh: `${model.name}@${model.version}：${data.rows} 行，坏客户 ${data.bads}（${measuredRows[data.kind].zh}）`,
      en: `${model.name}@${model.version}: ${data.rows} rows, ${data.bads} bad (${measuredRows[data.kind].en})`,
    }),
    ...(data.overlap === undefined ? [] : [`  ${console.say(overlapWords[data.overlap])}`]),
    ...gates.map(({ verdict, message }) => `  ${console.say(verdictWords[verdict])}  ${console.say(message)}`),
    console.say({
      zh: `已写入 ${join(out, 'validation.json')} 和 ${join(out, 'report.html')}`,
      en: `Written to ${join(out, 'validation.json')} and ${join(out, 'report.html')}`,
    }),
  ];
  console.result({ model: validation.model, data, gates, out }, lines.join('\n'));
};
