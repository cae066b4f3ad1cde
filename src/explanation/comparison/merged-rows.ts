import type { PairedModels } from '../../model/compare-models.ts';
import type { PairedInput } from '../../model/paired-inputs.ts';
import type { ComparedRows } from './compared-rows.ts';

/** The merged bin of a compared input in which a row lies; null where it lies in none. */
export type FindMergedBin = (input: number, row: number) => number | null;

/** Prepares finding merged bins from the bins of both models. */
export const createFindMergedBin = (paired: PairedModels, { a, b }: ComparedRows): FindMergedBin => {
  const widths = { a: paired.a.inputs.length, b: paired.b.inputs.length };
  const lookUps = paired.inputs.map(
    ({ input }) => new Map(input.bins.map((bin, place) => [`${bin.a},${bin.b}`, place])),
  );
  const binOf = (side: 'a' | 'b', { places }: PairedInput, row: number) => {
    const place = places[side];
    return place === null ? null : (side === 'a' ? a : b).bins[row * widths[side] + place];
  };
  return (input, row) => {
    const pairedInput = paired.inputs[input] as PairedInput;
    return lookUps[input]?.get(`${binOf('a', pairedInput, row)},${binOf('b', pairedInput, row)}`) ?? null;
  };
};
