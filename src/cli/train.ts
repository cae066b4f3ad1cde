import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { FormWish } from '../../training/dataset/sniff.ts';
import type { DataSource } from '../../training/dataset/source.ts';
import type { Holdout } from '../../training/dataset/split.ts';
import { type LearnerWish, learnerWishes } from '../../training/learners/names.ts';
import type { Trained } from '../../training/train.ts';
import type { LeakSign } from '../../training/validation/leakage.ts';
import type { Dictionary } from '../domain/dictionary.ts';
import type { Model } from '../domain/model.ts';
import type { Locale, Text } from '../domain/text.ts';
import { type Gate, Verdict } from '../domain/validation.ts';
import { appError } from '../errors.ts';
import { verdictWords } from '../explanation/verdicts.ts';
import { nextVersion, toModelText } from '../store/models.ts';
import { requireModelsFolder } from '../store/registry.ts';
import { requireWritable } from '../store/writing.ts';
import { oneOf, slug, wholeNumber } from './arguments.ts';
import { addFormOptions } from './file-form.ts';
import { hearCancel, loadSource } from './load.ts';
import { listNotes } from './notes.ts';
import { type Console, withCancel } from './output.ts';
import { readSettings } from './settings.ts';
import { findShownPolicy } from './shown-policy.ts';
import { type StoredModel, storeTrained } from './store-trained.ts';
import { addTrainingOptions, type TrainingOptions } from './training-options.ts';
import { watchTraining } from './watch-training.ts';

interface TrainOptions extends FormWish, TrainingOptions {
  readonly data: string;
  readonly dictionary?: string;
  readonly label?: string;
  readonly bad?: string;
  readonly name?: string;
  readonly modelVersion?: string;
  readonly out: string;
  readonly holdout?: string;
  readonly learner: LearnerWish;
}

/** `vigil train`: from raw history to a proved, versioned model. */
export const trainCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('train')
    .description(
      say({
        zh: '用带字典的数据集或任意 CSV、ARFF、Parquet 文件训练模型。',
        en: 'Train a model from a data set with a dictionary, or from any CSV, ARFF or Parquet file.',
      }),
    )
    .requiredOption(
      '--data <name|file>',
      say({
        zh: '数据字典名（例如 taiwan-credit-card、sample）或 CSV、ARFF、Parquet 文件',
        en: 'a dictionary (for example taiwan-credit-card, sample) or a CSV, ARFF or Parquet file',
      }),
    )
    .option('--dictionary <name|file>', say({ zh: '文件的数据字典', en: 'the dictionary of a file' }))
    .option(
      '--label <column>',
      say({
        zh: '要预测的列，用于没有字典的文件；默认从文件判断',
        en: 'the column to predict, for a file without dictionary; default: as the file tells',
      }),
    )
    .option('--bad <value>', say({ zh: '标签中表示坏客户的值', en: 'the value of the label that means bad' }))
    .option(
      '--name <name>',
      say({ zh: '模型名；默认与数据同名', en: 'name of the model; default: that of the data' }),
      slug('--name'),
    )
    .option(
      '--model-version <version>',
      say({ zh: '模型版本；默认为下一个编号', en: 'version of the model; default: the next number' }),
      slug('--model-version'),
    )
    .option('--out <folder>', say({ zh: '模型目录', en: 'folder of models' }), 'models')
    .option(
      '--holdout <fold>',
      say({
        zh: '留作评估、不参与训练的折（0 到 4）、later（字典所定各期之后）或 none；默认为 later（字典有期数时），否则为 0',
        en: 'kept untouched for the figures: fold 0 to 4, later (the periods after those the dictionary sets) or none; default: later where the dictionary has periods, else 0',
      }),
    )
    .option(
      '--learner <learner>',
      say({
        zh: '算法；auto 全部拟合，取与最优者相差不超过一个标准误的最简单者',
        en: 'learner; auto fits all and takes the simplest within one standard error of the best',
      }),
      oneOf('--learner', learnerWishes),
      'scorecard',
    );
  return addFormOptions(addTrainingOptions(command, console), console)
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: TrainOptions) => withCancel((signal) => runTrain(console, options, signal)));
};

const runTrain = async (console: Console, options: TrainOptions, signal: AbortSignal): Promise<void> => {
  const started = new Date();
  const [{ openSource }, { train }] = await Promise.all([
    import('../../training/dataset/source.ts'),
    import('../../training/train.ts'),
  ]);
  const settings = await readSettings(options);
  const wanted = options.holdout === undefined ? undefined : readHoldout(options.holdout);
  const version = options.modelVersion;
  const out = resolve(options.out);
  requireModelsFolder(out);
  const source = await openSource({
    ...options,
    dictionary: options.dictionary,
    label: options.label,
    bad: options.bad,
    dataFolder: console.config.dataFolder,
  });
  const holdout = settleHoldout(wanted, source.dictionary);
  const name = options.name ?? source.dictionary.name;
  requireWritable(join(out, name));
  const display = console.progress(console.say({ zh: '训练', en: 'train' }));
  const onProgress = watchTraining(console, display, signal);
  try {
    const frame = await loadSource(console, source, { ...options, display, signal });
    const trained = await train({
      frame,
      file: frame.file,
      name,
      chooseVersion: (contentOf) => version ?? nextVersion(out, name, (version) => toModelText(contentOf(version))),
      learner: options.learner,
      settings,
      includeProtected: options.protected === 'include',
      holdout,
      policy: findShownPolicy(console, name),
      allowLeaks: options.allowLeak ?? [],
      onProgress,
    });
    await hearCancel(signal);
    display.stop();
    report(console, {
      trained,
      source,
      ...(await storeTrained(console, trained, { dictionary: source.dictionary, out, started })),
    });
  } finally {
    display.stop();
  }
};

const readHoldout = (text: string): Holdout => {
  if (text === 'none') return null;
  return text === 'later' ? text : wholeNumber('--holdout', { least: 0, most: 4 })(text);
};

/** Later periods where the dictionary sets them, unless something else is wished for. @throws bad_arguments */
const settleHoldout = (wanted: Holdout | undefined, { name, periods }: Dictionary): Holdout => {
  if (wanted === undefined) return periods ? 'later' : 0;
  if (wanted !== 'later' || periods) return wanted;
  throw appError('bad_arguments', {
    problem: { zh: `数据字典 ${name} 没有期数（periods）`, en: `dictionary ${name} sets no periods` },
  });
};

const report = (
  console: Console,
  { trained, source, path, isNew }: { trained: Trained; source: DataSource } & StoredModel,
): void => {
  const { model, figures, golden, leakage, validation } = trained;
  const { say } = console;
  const lines = [
    say(wordStored(model, path, isNew)),
    say({
      zh: `  ${model.inputs.length} 个输入、${model.terms.length} 项、${golden.lines.length} 条基准样例，指纹 ${model.fingerprint.slice(0, 16)}`,
      en: `  ${model.inputs.length} inputs, ${model.terms.length} terms, ${golden.lines.length} golden lines, fingerprint ${model.fingerprint.slice(0, 16)}`,
    }),
    ...figures.map((shown) => say(wordFigures(shown))),
    ...leakage.map((sign) => say(wordLeak(sign))),
    ...say(wordGates(validation.gates)).split('\n'),
    ...(source.drafted
      ? [
          say({
            zh: '数据字典为自动起草，依赖模型之前请先阅读：',
            en: 'The dictionary was drafted; read it before you rely on the model:',
          }),
          ...listNotes(source.drafted, source.path).map((note) => `  ${say(note)}`),
        ]
      : []),
  ];
  const { name, version, fingerprint } = model;
  console.result(
    {
      model: { name, version, fingerprint },
      path,
      isNew,
      figures,
      leakage,
      gates: validation.gates,
      drafted: source.drafted,
    },
    lines.join('\n'),
  );
};

const wordStored = ({ name, version }: Model, path: string, isNew: boolean): Text =>
  isNew
    ? { zh: `${name}@${version} 已写入 ${path}`, en: `${name}@${version} written to ${path}` }
    : { zh: `${name}@${version} 在 ${path} 中没有变化`, en: `${name}@${version} is unchanged in ${path}` };

const wordLeak = ({ text, columns }: LeakSign): Text => ({
  zh: `  疑似数据泄漏：${text.zh}（${columns.join('、')}）`,
  en: `  Suspected leakage: ${text.en} (${columns.join(', ')})`,
});

/** How many gates say what, and what those that failed say. */
const wordGates = (gates: readonly Gate[]): Text => {
  const count = (locale: Locale) =>
    Verdict.options
      .map((verdict) => [verdict, gates.filter((gate) => gate.verdict === verdict).length] as const)
      .filter(([, number]) => number > 0)
      .map(([verdict, number]) => `${verdictWords[verdict][locale]} ${number}`);
  const failed = gates.filter(({ verdict }) => verdict === 'failed').map(({ message }) => message);
  return {
    zh: [`  验证：${count('zh').join('，')}`, ...failed.map(({ zh }) => `    ${verdictWords.failed.zh}  ${zh}`)].join(
      '\n',
    ),
    en: [
      `  Validation: ${count('en').join(', ')}`,
      ...failed.map(({ en }) => `    ${verdictWords.failed.en}  ${en}`),
    ].join('\n'),
  };
};

const wordFigures = ({ label, figures }: Trained['figures'][number]): Text => {
  const { rows, bads, evidence } = figures;
  if (rows === 0) {
    return { zh: `  ${label.zh}：未参与训练的样本中没有任何行`, en: `  ${label.en}: no rows among the untouched ones` };
  }
  const [auc, ks, logLoss] = [figures.auc, figures.ks, figures.logLoss].map((value) => value?.toFixed(4) ?? '-');
  const isThin = evidence !== 'sufficient';
  return {
    zh: `  ${label.zh}：AUC ${auc}，KS ${ks}，对数损失 ${logLoss}；未参与训练的 ${rows} 行，其中坏客户 ${bads}${isThin ? '（证据不足）' : ''}`,
    en: `  ${label.en}: AUC ${auc}, KS ${ks}, log loss ${logLoss} on ${rows} untouched rows, ${bads} bad${isThin ? ' (insufficient evidence)' : ''}`,
  };
};
