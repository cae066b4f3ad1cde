import { Command } from 'commander';
import { modelFolders } from '../store/folders.ts';
import { findModel, listModels, readModel, readModelFile, readRegistry } from '../store/models.ts';
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
  return new Command('models')
    .description('List and check models.')
    .addCommand(list, { isDefault: true })
    .addCommand(show);
};

const listAll = (console: Console, { models }: ModelsOptions): void => {
  const folders = modelFolders(models);
  const events = readRegistry(folders);
  const rows = listModels(folders).map(({ name, version, path }) => {
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
