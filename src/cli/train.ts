import { statSync } from 'node:fs';
import { arch, availableParallelism, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { DataSource } from '../../training/dataset/source.ts';
import type { Progress } from '../../training/fit.ts';
import type { TrainingSettings } from '../../training/settings.ts';
import type { Trained } from '../../training/train.ts';
import { Slug } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { parseJson, readText } from '../store/json.ts';
import { nextVersion, toModelText, writeModel } from '../store/models.ts';
import { appendRegistry, requireModelsFolder } from '../store/registry.ts';
import { requireWritable } from '../store/writing.ts';
import { oneOf, separatorOf, wholeNumber } from './arguments.ts';
import { type Console, withCancel } from './output.ts';

interface TrainOptions {
  readonly data: string;
  readonly dictionary?: string;
  readonly label?: string;
  readonly bad?: string;
  readonly separator: string;
  readonly encoding: string;
  readonly name?: string;
  readonly modelVersion?: string;
  readonly out: string;
  readonly holdout: string;
  readonly protected: 'include' | 'exclude';
  readonly learner: 'scorecard';
  readonly config?: string;
  readonly seed?: number;
}

/** `vigil train`: from raw history to a proved, versioned model. */
export const trainCommand = (console: Console): Command =>
  new Command('train')
    .description('Train a model from a data set with a dictionary, or from any CSV file with --label.')
    .requiredOption('--data <name|file>', 'a dictionary (for example taiwan-credit-card, sample) or a CSV file')
    .option('--dictionary <name|file>', 'the dictionary of a CSV file')
    .option('--label <column>', 'the column to predict, for a file without dictionary')
    .option('--bad <value>', 'the value of the label that means bad')
    .option('--separator <char>', 'separator of a file without dictionary', separatorOf, ',')
    .option('--encoding <name>', 'encoding of the file, for example gb18030', 'utf-8')
    .option('--name <name>', 'name of the model; default: that of the data')
    .option('--model-version <version>', 'version of the model; default: the next number')
    .option('--out <folder>', 'folder of models', 'models')
    .option('--holdout <fold>', 'fold 0 to 4 kept untouched for the figures, or none', '0')
    .option(
      '--protected <include|exclude>',
      'protected columns as inputs',
      oneOf('--protected', ['include', 'exclude'] as const),
      'exclude',
    )
    .option('--learner <learner>', 'scorecard', oneOf('--learner', ['scorecard'] as const), 'scorecard')
    .option('--config <file>', 'JSON file of training settings')
    .option(
      '--seed <number>',
      'seed of bootstrap and golden vectors',
      wholeNumber('--seed', { least: 0, most: 2 ** 31 - 1 }),
    )
    .option('--json', 'print JSON')
    .action((options: TrainOptions) => withCancel((signal) => runTrain(console, options, signal)));

const runTrain = async (console: Console, options: TrainOptions, signal: AbortSignal): Promise<void> => {
  const started = new Date();
  const [{ openSource }, { loadFrame }, { train }] = await Promise.all([
    import('../../training/dataset/source.ts'),
    import('../../training/dataset/load.ts'),
    import('../../training/train.ts'),
  ]);
  const settings = await readSettings(options);
  const holdout = readHoldout(options.holdout);
  const version = options.modelVersion && checkSlug('--model-version', options.modelVersion);
  if (options.name) checkSlug('--name', options.name);
  const out = resolve(options.out);
  requireModelsFolder(out);
  const source = await openSource({
    data: options.data,
    dictionary: options.dictionary,
    label: options.label,
    bad: options.bad,
    separator: options.separator,
    encoding: options.encoding,
    dataFolder: console.config.dataFolder,
  });
  const name = options.name ?? source.dictionary.name;
  requireWritable(join(out, name));
  const display = console.progress('train');
  const onProgress: Progress = (stage, done, all) => {
    if (signal.aborted) throw appError('cancelled');
    display.update(stage, done, all);
  };
  try {
    const { size } = statSync(source.path);
    const frame = await loadFrame(source.dictionary, source.path, {
      encoding: options.encoding,
      onProgress: (_, bytesRead) => {
        if (signal.aborted) throw appError('cancelled');
        display.update('load', bytesRead, size);
      },
    });
    const trained = await train({
      frame,
      file: frame.file,
      name,
      chooseVersion: (contentOf) => version ?? nextVersion(out, name, (version) => toModelText(contentOf(version))),
      learner: options.learner,
      settings,
      includeProtected: options.protected === 'include',
      holdout,
      onProgress,
    });
    await new Promise((heard) => setImmediate(heard));
    if (signal.aborted) throw appError('cancelled');
    display.stop();
    report(console, { trained, source, ...store(trained, source, { out, started }) });
  } finally {
    display.stop();
  }
};

const readSettings = async ({ config, seed }: TrainOptions): Promise<TrainingSettings> => {
  const { TrainingSettings } = await import('../../training/settings.ts');
  const given = config === undefined ? {} : parseJson(readText(config), config);
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const parsed = TrainingSettings.safeParse(isObject && seed !== undefined ? { ...given, seed } : given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw appError('bad_settings', { place: issue?.path.join('.') || 'the top', problem: issue?.message ?? '' });
};

/** Names and versions become folders. */
const checkSlug = (option: string, text: string): string => {
  if (Slug.safeParse(text).success) return text;
  throw appError('bad_arguments', {
    problem: `${option} takes lower case letters, digits, hyphens, underscores and points, not "${text}"`,
  });
};

const readHoldout = (text: string): number | null =>
  text === 'none' ? null : wholeNumber('--holdout', { least: 0, most: 4 })(text);

interface Stored {
  readonly path: string;
  readonly isNew: boolean;
}

/** Writes the model's files together and registers the version. */
const store = (trained: Trained, source: DataSource, { out, started }: { out: string; started: Date }): Stored => {
  const { model, golden, card } = trained;
  const finished = new Date();
  const lineage = {
    ...trained.lineage,
    code: { name: packageJson.name, version: packageJson.version },
    machine: {
      backend: trained.backend,
      platform: platform(),
      arch: arch(),
      cores: availableParallelism(),
      node: process.version,
    },
    times: { started: started.toISOString(), finished: finished.toISOString() },
  };
  const files = {
    'model.json': toModelText(model),
    'lineage.json': `${JSON.stringify(lineage, null, 2)}\n`,
    'golden.jsonl': golden.lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    'card.md': card,
    'dictionary.json': `${JSON.stringify(source.dictionary, null, 2)}\n`,
  };
  const { name, version, fingerprint } = model;
  const isNew = writeModel(out, { name, version }, files);
  if (isNew) {
    appendRegistry(out, {
      schema: 1,
      event: 'registered',
      model: { name, version, fingerprint },
      actor: 'local',
      at: finished.toISOString(),
      reason: 'trained on the command line',
      evidence: null,
    });
  }
  return { path: join(out, name, version), isNew };
};

const report = (
  console: Console,
  { trained, source, path, isNew }: { trained: Trained; source: DataSource } & Stored,
): void => {
  const { model, figures, golden, leakage } = trained;
  const { locale } = console.config;
  const notes = source.drafted ?? [];
  const lines = [
    `${model.name}@${model.version} ${isNew ? 'written to' : 'is unchanged in'} ${path}`,
    `  ${model.inputs.length} inputs, ${model.terms.length} terms, ${golden.lines.length} golden lines, fingerprint ${model.fingerprint.slice(0, 16)}`,
    ...figures.map(
      ({ label, figures: f }) =>
        `  ${label[locale]}: AUC ${f.auc?.toFixed(4) ?? '-'}, KS ${f.ks?.toFixed(4) ?? '-'}, log loss ${f.logLoss.toFixed(4)} on ${f.rows} untouched rows, ${f.bads} bad${f.evidence === 'sufficient' ? '' : ' (insufficient evidence)'}`,
    ),
    ...leakage.map(({ text, columns }) => `  Suspected leakage: ${text[locale]} (${columns.join(', ')})`),
    ...(source.drafted ? ['The dictionary was drafted; read it before you rely on the model:'] : []),
    ...notes.map(({ column, note }) => `  ${column}: ${note}`),
  ];
  const { name, version, fingerprint } = model;
  console.result(
    { model: { name, version, fingerprint }, path, isNew, figures, leakage, drafted: source.drafted },
    lines.join('\n'),
  );
};
