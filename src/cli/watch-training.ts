import type { Progress } from '../../training/fit.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import type { Console, ProgressDisplay } from './output.ts';

const stages: Readonly<Record<Parameters<Progress>[0], Text>> = {
  fit: { zh: '拟合', en: 'fit' },
  calibrate: { zh: '校准', en: 'calibrate' },
  interval: { zh: '区间', en: 'interval' },
  validate: { zh: '验证', en: 'validate' },
};

/** Shows how far a training has come; a signal ends it. */
export const watchTraining =
  (console: Console, display: ProgressDisplay, signal: AbortSignal): Progress =>
  (stage, done, all) => {
    if (signal.aborted) throw appError('cancelled');
    display.update(console.say(stages[stage]), done, all);
  };
