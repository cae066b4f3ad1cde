import { Command } from 'commander';
import type { RegistryEvent } from '../domain/registry.ts';
import type { Text } from '../domain/text.ts';
import { listScorecard } from '../explanation/scorecard-table.ts';
import { foldRegistry, type RegisteredModel } from '../model/registry.ts';
import { toPoints } from '../model/scale.ts';
import { modelFolders } from '../store/folders.ts';
import { readEach } from '../store/listing.ts';
import { findModel, listModels, readModel, readModelFile } from '../store/models.ts';
import { readRegistry } from '../store/registry.ts';
import type { Console } from './output.ts';
import { states } from './states.ts';

interface ModelsOptions {
  readonly models?: string;
}

/** `vigil models`: what there is, and one model's card. */
export const modelsCommand = (console: Console): Command => {
  const { say } = console;
  const list = new Command('list')
    .description(say({ zh: '列出模型及其状态。', en: 'List models and where they stand.' }))
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: ModelsOptions) => listAll(console, options));
  const show = new Command('show')
    .description(
      say({
        zh: '检查一个模型（结构、指纹、单调性证明）并打印模型卡。',
        en: 'Check one model (schema, fingerprint, monotone proof) and print its card.',
      }),
    )
    .argument('<name[@version]>')
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((reference: string, options: ModelsOptions) => showOne(console, reference, options));
  const scorecard = new Command('scorecard')
    .description(
      say({
        zh: '打印评分卡：每个输入每一箱的分数。',
        en: 'Print the points table of a scorecard: points of every bin of every input.',
      }),
    )
    .argument('<name[@version]>')
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((reference: string, options: ModelsOptions) => showScorecard(console, reference, options));
  return new Command('models')
    .description(say({ zh: '列出和检查模型。', en: 'List and check models.' }))
    .addCommand(list, { isDefault: true })
    .addCommand(show)
    .addCommand(scorecard);
};

const unregistered: Text = { zh: '未登记', en: 'unregistered' };

const noModels: Text = {
  zh: '没有模型。可用 vigil train --data sample 训练一个',
  en: 'No models. Train one with: vigil train --data sample',
};

const listAll = (console: Console, options: ModelsOptions): void => {
  const folders = modelFolders(options.models);
  const registries = readEach(folders, (folder) => readRegistry([folder]));
  const registered = foldRegistry(registries.found.flat());
  const models = readEach(listModels(folders), (folder) => ({ ...folder, ...readModel(folder.path) }));
  const rows = models.found.map(({ name, version, path, fingerprint }) => {
    const standing = registered.find(({ ref }) => ref.fingerprint === fingerprint);
    return {
      name,
      version,
      path,
      status: standing?.state ?? ('unregistered' as const),
      by: standing ? actorOf(standing) : null,
      approved: (standing?.approvals.length ?? 0) > 0,
    };
  });
  const text = rows.map(({ name, version, status, by, approved, path }) => {
    const state = status === 'unregistered' ? unregistered : states[status];
    return console.say({
      zh: `${name}@${version}  ${state.zh}${by ? `（${by}）` : ''}${approved ? '' : '，未经人工批准'}  ${path}`,
      en: `${name}@${version}  ${state.en}${by ? ` by ${by}` : ''}${approved ? '' : ', without human approval'}  ${path}`,
    });
  });
  console.result(rows, text.join('\n') || console.say(noModels));
  for (const fault of [...registries.faults, ...models.faults]) console.warn(fault);
};

/** Who brought a version to where it stands. */
const actorOf = ({ state, history }: RegisteredModel): string | null => {
  const brings = ({ event }: RegistryEvent) => event === state || (state === 'promoted' && event === 'rolled_back');
  return history.findLast(brings)?.actor ?? null;
};

const showOne = (console: Console, reference: string, { models }: ModelsOptions): void => {
  const folder = findModel(reference, modelFolders(models));
  const { name, version, fingerprint, inputs, terms } = readModel(folder.path);
  const checked = console.say({
    zh: `${name}@${version} 完好：结构、指纹 ${fingerprint.slice(0, 16)} 与单调性证明均成立。`,
    en: `${name}@${version} is whole: schema, fingerprint ${fingerprint.slice(0, 16)} and monotone proof hold.`,
  });
  console.result(
    { name, version, fingerprint, inputs: inputs.length, terms: terms.length, path: folder.path },
    `${checked}\n\n${readModelFile(folder, 'card.md') ?? ''}`,
  );
};

const showScorecard = async (console: Console, reference: string, { models }: ModelsOptions): Promise<void> => {
  const model = readModel(findModel(reference, modelFolders(models)).path);
  const lines = listScorecard(model, console.config.locale);
  const base = toPoints(model.intercept.microLogits, model.scale);
  if (console.json) return console.result({ base, scale: model.scale, lines }, '');
  const { printTable } = await import('../../training/report/table.ts');
  const rows = lines.map(({ input, values, rows: count, points }) => ({
    input,
    bin: values,
    training_rows: count,
    points: points.toFixed(2),
  }));
  const heading = console.say({
    zh: `${model.name}@${model.version}，基础分 ${base}`,
    en: `${model.name}@${model.version}, base ${base} points`,
  });
  console.result(lines, `${heading}\n${await printTable(rows)}`);
};
