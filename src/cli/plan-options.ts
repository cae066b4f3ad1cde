import type { Command } from 'commander';
import { civilDay } from '../features/civil-day.ts';
import { modelFolders } from '../store/folders.ts';
import { type OpenedPlan, openPlan } from '../usecases/open-plan.ts';
import type { Console } from './output.ts';

/** A model and its policy as a command line names them. */
export interface PlanOptions {
  readonly model: string;
  readonly models?: string;
  readonly policy?: string;
  /** Undefined = today. */
  readonly day?: string;
}

/** Adds the options that name a model and its policy; `--day` each command words for itself. */
export const addPlanOptions = (command: Command, { say }: Console): Command =>
  command
    .requiredOption('--model <name[@version]>', say({ zh: '模型', en: 'the model' }))
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option(
      '--policy <name[@version]|file>',
      say({
        zh: '策略；默认取该模型当日有效的最新策略，没有则用起始策略',
        en: 'the policy; default: the newest in force for the model, else a starter policy',
      }),
    );

/** Opens what the options name, the policy being in force on their day. @throws what `openPlan` throws */
export const openNamedPlan = ({ config }: Console, { model, models, policy, day }: PlanOptions): OpenedPlan =>
  openPlan({
    model,
    modelFolders: modelFolders(models),
    policy,
    day: day ?? civilDay(new Date().toISOString(), config.timeZone),
  });
