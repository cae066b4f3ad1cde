import type { Command } from 'commander';
import type { Text } from '../domain/text.ts';
import { decimalNumber } from './arguments.ts';
import type { Console } from './output.ts';

/** What mistakes and reviews cost, as a command line gives them. */
export interface CostOptions {
  readonly missedBad?: number;
  readonly falseAlarm?: number;
  readonly reviewCost?: number;
}

/** Adds the options that say what mistakes and reviews cost. @param missedBad tells of the first, and where it comes from */
export const addCostOptions = (command: Command, { say }: Console, missedBad: Text): Command => {
  const money = (option: string) => decimalNumber(option, { least: 0 });
  return command
    .option('--missed-bad <cost>', say(missedBad), money('--missed-bad'))
    .option(
      '--false-alarm <cost>',
      say({ zh: '误伤一个好客户的成本', en: 'cost of a good customer acted on' }),
      money('--false-alarm'),
    )
    .option('--review-cost <cost>', say({ zh: '复核一个客户的成本', en: 'cost of a review' }), money('--review-cost'));
};
