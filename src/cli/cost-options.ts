import type { Command } from 'commander';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import type { SourcedCosts } from '../explanation/comparison/worth.ts';
import type { Costs } from '../metrics/cost.ts';
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

/** What is given, the rest as in the validation of A; null where nothing is given and it says nothing. @throws bad_arguments where that leaves a cost open */
export const chooseCosts = (
  { missedBad, falseAlarm, reviewCost }: CostOptions,
  validated: Costs | null,
): SourcedCosts | null => {
  const isGiven = [missedBad, falseAlarm, reviewCost].some((cost) => cost !== undefined);
  if (!isGiven) return validated && { costs: validated, source: 'validation' };
  const costs = {
    missedBad: missedBad ?? validated?.missedBad,
    falseAlarm: falseAlarm ?? validated?.falseAlarm,
    review: reviewCost ?? validated?.review ?? 0,
  };
  if (costs.missedBad === undefined || costs.falseAlarm === undefined) {
    const problem = {
      zh: '--missed-bad 与 --false-alarm 须同时给出：A 旁没有写明成本的 validation.json',
      en: '--missed-bad and --false-alarm go together: beside A there is no validation.json that has costs',
    };
    throw appError('bad_arguments', { problem });
  }
  return { costs: { ...costs, missedBad: costs.missedBad, falseAlarm: costs.falseAlarm }, source: 'options' };
};
