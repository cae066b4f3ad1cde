import { Command } from 'commander';
import { drawModels } from '../explanation/comparison/draw-models.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import { pairModels } from '../model/compare-models.ts';
import { modelFolders } from '../store/folders.ts';
import { findModel, readModel } from '../store/models.ts';
import { comparePaired } from '../usecases/compare-models.ts';
import type { Console } from './output.ts';

interface CompareOptions {
  readonly models?: string;
}

/** `vigil compare`: where two models believe differently. */
export const compareCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('compare')
    .description(
      say({
        zh: '比较两个模型：逐格并用文字说明看法在何处不同。',
        en: 'Compare two models: where they believe differently, cell by cell and in words.',
      }),
    )
    .argument('<a>', say({ zh: '模型 A（现任），名称[@版本]', en: 'model A (the champion), name[@version]' }))
    .argument('<b>', say({ zh: '模型 B（挑战者），名称[@版本]', en: 'model B (the challenger), name[@version]' }))
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((a: string, b: string, options: CompareOptions) => runCompare(console, [a, b], options));
};

const runCompare = (console: Console, [a, b]: readonly [string, string], { models }: CompareOptions): void => {
  const folders = modelFolders(models);
  const read = (reference: string) => readModel(findModel(reference, folders).path);
  const comparison = comparePaired(pairModels(read(a), read(b)));
  console.result(JSON.parse(toCanonicalJson(comparison)), drawModels(comparison, console.config.locale));
};
