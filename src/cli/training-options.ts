import type { Command } from 'commander';
import { oneOf, wholeNumber } from './arguments.ts';
import type { Console } from './output.ts';

/** What every training is told. */
export interface TrainingOptions {
  readonly protected: 'include' | 'exclude';
  readonly config?: string;
  readonly seed?: number;
  readonly allowLeak?: readonly string[];
}

/** Adds the options of every command that trains. */
export const addTrainingOptions = (command: Command, { say }: Console): Command =>
  command
    .option(
      '--protected <include|exclude>',
      say({ zh: '受保护的列是否作为输入', en: 'protected columns as inputs' }),
      oneOf('--protected', ['include', 'exclude'] as const),
      'exclude',
    )
    .option('--config <file>', say({ zh: '训练配置的 JSON 文件', en: 'JSON file of training settings' }))
    .option(
      '--seed <number>',
      say({ zh: '自助法与基准样例的随机种子', en: 'seed of bootstrap and golden vectors' }),
      wholeNumber('--seed', { least: 0, most: 2 ** 31 - 1 }),
    )
    .option(
      '--allow-leak <column...>',
      say({
        zh: '允许作为输入的列，即使它单独就能分出好坏（AUC 高于 0.98）',
        en: 'columns that may be inputs though they tell good from bad alone (AUC above 0.98)',
      }),
    );
