import { toProbability } from '../../arithmetic.ts';
import type { RowsComparison } from '../../domain/comparison.ts';
import { Action, Tier } from '../../domain/ordered.ts';
import type { PairedModels } from '../../model/compare-models.ts';
import type { RowDifference } from '../../model/row-difference.ts';
import type { ComparedRows, ScoredSide } from './compared-rows.ts';
import type { FindMergedBin } from './merged-rows.ts';

type Mover = RowsComparison['movers'][number];

/** How one row's difference is taken apart, and in which merged bin of each input it lies. */
export interface RowReading {
  readonly takeApart: (row: number) => RowDifference;
  readonly findBin: FindMergedBin;
}

/** The rows on which the scores lie farthest apart, ties in row order, each with what makes the difference. */
export const listMovers = (
  { inputs }: Pick<PairedModels, 'inputs'>,
  rows: ComparedRows,
  { takeApart, findBin }: RowReading,
  most: number,
): Mover[] => {
  const { a, b, ids } = rows;
  const difference = (row: number) => (b.microLogits[row] as number) - (a.microLogits[row] as number);
  const order = Array.from(a.microLogits.keys()).sort(
    (one, other) => Math.abs(difference(other)) - Math.abs(difference(one)) || one - other,
  );
  return order.slice(0, most).map((row) => {
    const { level, parts } = takeApart(row);
    const named = inputs.map((_, input) => ({ input, bin: findBin(input, row), microLogits: parts[input] as number }));
    return {
      row: rows.numbers[row] as number,
      id: ids?.[row] ?? null,
      a: say(a, row),
      b: say(b, row),
      difference: difference(row),
      level,
      parts: named
        .filter(({ microLogits }) => microLogits !== 0)
        .sort((one, other) => Math.abs(other.microLogits) - Math.abs(one.microLogits) || one.input - other.input),
    };
  });
};

const say = ({ microLogits, tiers, actions }: ScoredSide, row: number): Mover['a'] => ({
  microLogits: microLogits[row] as number,
  probability: toProbability(microLogits[row] as number),
  tier: Tier.options[tiers[row] as number] ?? 'high',
  action: Action.options[actions[row] as number] ?? 'reject',
});
