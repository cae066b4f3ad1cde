import { Command } from 'commander';
import { listScorecard } from '../explanation/scorecard-table.ts';
import { toPoints } from '../model/scale.ts';
import { modelFolders } from '../store/folders.ts';
import { readEach } from '../store/listing.ts';
import { findModel, listModels, readModel, readModelFile } from '../store/models.ts';
import { readRegistry } from '../store/registry.ts';
import type { Console } from './output.ts';

interface ModelsOptions {
  readonly models?: string;
}

/** `vigil models`: what there is, and one model's card. */
export const modelsCommand = (console: Console): Command => {
  const list = new Command('list')
    .description('List models and where they stand.')
    .option('--models <folder>', 'folder of models')
    .option('--json', 'print JSON')
    .action((options: ModelsOptions) => listAll(console, options));
  const show = new Command('show')
    .description('Check one model (schema, fingerprint, monotone proof) and print its card.')
    .argument('<name[@version]>')
    .option('--models <folder>', 'folder of models')
    .option('--json', 'print JSON')
    .action((reference: string, options: ModelsOptions) => showOne(console, reference, options));
  const scorecard = new Command('scorecard')
    .description('Print the points table (评分卡): points of every bin of every input.')
    .argument('<name[@version]>')
    .option('--models <folder>', 'folder of models')
    .option('--json', 'print JSON')
    .action((reference: string, options: ModelsOptions) => showScorecard(console, reference, options));
  return new Command('models')
    .description('List and check models.')
    .addCommand(list, { isDefault: true })
    .addCommand(show)
    .addCommand(scorecard);
};

const listAll = (console: Console, options: ModelsOptions): void => {
  const folders = modelFolders(options.models);
  const registries = readEach(folders, (folder) => readRegistry([folder]));
  const events = registries.found.flat();
  const models = readEach(listModels(folders), (folder) => ({ ...folder, ...readModel(folder.path) }));
  const rows = models.found.map(({ name, version, path }) => {
    const last = events.findLast(({ model }) => model.name === name && model.version === version);
    const approved = events.some(
      ({ event, model, evidence }) =>
        event === 'approved' && model.name === name && model.version === version && evidence !== null,
    );
    return { name, version, path, status: last?.event ?? 'unregistered', by: last?.actor ?? null, approved };
  });
  const text = rows.map(
    ({ name, version, status, by, approved, path }) =>
      `${name}@${version}  ${status}${by ? ` by ${by}` : ''}${approved ? '' : ', without human approval'}  ${path}`,
  );
  console.result(rows, text.join('\n') || 'No models. Train one with: vigil train --data sample');
  for (const fault of [...registries.faults, ...models.faults]) console.warn(fault);
};

const showOne = (console: Console, reference: string, { models }: ModelsOptions): void => {
  const folder = findModel(reference, modelFolders(models));
  const { name, version, fingerprint, inputs, terms } = readModel(folder.path);
  const checked = `${name}@${version} is whole: schema, fingerprint ${fingerprint.slice(0, 16)} and monotone proof hold.`;
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
  console.result(lines, `${model.name}@${model.version}, base ${base} points\n${await printTable(rows)}`);
};
