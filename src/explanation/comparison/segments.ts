import { toProbability } from '../../arithmetic.ts';
import type { ComparedInput, MergedBin, RowsComparison } from '../../domain/comparison.ts';
import type { Text } from '../../domain/text.ts';
import { nameMergedBins } from './bin-words.ts';
import { type ComparedRows, countOutcomes, hasOutcomes, type Partition, weighRows } from './compared-rows.ts';
import type { FindMergedBin } from './merged-rows.ts';

type Segmented = RowsComparison['segments'][number];

/** Bands into which the values of an input are parted, about as many rows in each. */
const PARTS = 5;
const elsewhere: Text = { zh: '无法归入任何一段', en: 'in none of them' };

/** How the rows of each band of each input, and of each group given, move. */
export const measureSegments = (
  inputs: readonly ComparedInput[],
  rows: ComparedRows,
  findBin: FindMergedBin,
): Segmented[] => {
  const bands = inputs.map((input, place) => partByInput(input, rows, (row) => findBin(place, row)));
  return [...rows.groups, ...bands].map((partition) => measurePartition(rows, partition));
};

/** Neighbouring values together until they hold a fifth of the rows; what is no value each for itself. */
const partByInput = (input: ComparedInput, { a }: ComparedRows, binOf: (row: number) => number | null): Partition => {
  const rows = a.microLogits.length;
  const outside = input.bins.length;
  const of = Uint16Array.from({ length: rows }, (_, row) => binOf(row) ?? outside);
  const counts = new Array<number>(outside + 1).fill(0);
  for (const bin of of) counts[bin] = (counts[bin] as number) + 1;
  const bands = joinBins(input.bins, counts, rows / PARTS);
  const bandOf = counts.map((_, bin) => bands.findIndex((band) => band.includes(bin)));
  return {
    name: input.name,
    label: input.label,
    protected: false,
    segments: [
      ...bands.map((band) =>
        nameMergedBins(
          band.map((bin) => input.bins[bin] as MergedBin),
          input,
        ),
      ),
      elsewhere,
    ],
    of: of.map((bin) => (bin === outside ? bands.length : (bandOf[bin] as number))),
  };
};

const joinBins = (bins: readonly MergedBin[], counts: readonly number[], enough: number): number[][] => {
  const bands: number[][] = [];
  let held = 0;
  for (const [place, { kind }] of bins.entries()) {
    const joins = kind === 'values' && bins[place - 1]?.kind === 'values' && held < enough;
    if (joins) bands.at(-1)?.push(place);
    else bands.push([place]);
    held = (joins ? held : 0) + (counts[place] as number);
  }
  return bands;
};

const measurePartition = (compared: ComparedRows, { segments, of, ...partition }: Partition): Segmented => {
  const isKnown = hasOutcomes(compared);
  const members = segments.map((): number[] => []);
  for (const [row, segment] of of.entries()) members[segment]?.push(row);
  return {
    ...partition,
    segments: segments.flatMap((label, place) => {
      const rows = members[place] ?? [];
      if (rows.length === 0) return [];
      return [{ label, ...measureMembers(compared, rows), outcomes: countOutcomes(compared, rows, isKnown) }];
    }),
  };
};

const measureMembers = ({ a, b }: ComparedRows, rows: readonly number[]) => {
  let [up, down, shift] = [0, 0, 0];
  for (const row of rows) {
    const [from, to] = [a.tiers[row] as number, b.tiers[row] as number];
    if (to > from) up++;
    if (to < from) down++;
    shift += toProbability(b.microLogits[row] as number) - toProbability(a.microLogits[row] as number);
  }
  return { rows: rows.length, evidence: weighRows(rows.length), up, down, shift: shift / rows.length };
};
