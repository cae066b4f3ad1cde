import type { MergedBin } from '../domain/comparison.ts';
import type { Input } from '../domain/model.ts';
import type { PairedInput } from './paired-inputs.ts';

type Sides = { readonly a: { readonly inputs: readonly Input[] }; readonly b: { readonly inputs: readonly Input[] } };

/**
 * Share of training rows in each merged bin of an input: an estimate, since each model counts its own bins only. A bin's
 * rows are divided among its parts as the other model's counts lie; the mean of what both models give.
 */
export const estimateWeights = ({ a, b }: Sides, { input, places }: PairedInput): number[] => {
  const { bins } = input;
  const [ofA, ofB] = [sharesOf(a.inputs, places.a), sharesOf(b.inputs, places.b)];
  if (!ofA || !ofB) return bins.map((bin) => (ofA ? ofA[bin.a ?? 0] : ofB?.[bin.b ?? 0]) ?? 0);
  const [byA, byB] = [divide(bins, ofA, ofB, 'a'), divide(bins, ofB, ofA, 'b')];
  return bins.map((_, place) => ((byA[place] as number) + (byB[place] as number)) / 2);
};

const sharesOf = (inputs: readonly Input[], place: number | null): number[] | null => {
  const counts = place === null ? undefined : inputs[place]?.counts;
  if (!counts) return null;
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / Math.max(1, rows));
};

/** One model's shares over the merged bins. */
const divide = (
  bins: readonly MergedBin[],
  own: readonly number[],
  other: readonly number[],
  side: 'a' | 'b',
): number[] => {
  const across = side === 'a' ? 'b' : 'a';
  const partsOf = (bin: number | null) => bins.filter((part) => part[across] === bin).length;
  const hints = bins.map((bin) => (other[bin[across] ?? 0] as number) / partsOf(bin[across]));
  return bins.map((bin, place) => {
    const inside = bins.map((part, at) => (part[side] === bin[side] ? (hints[at] as number) : 0));
    const all = inside.reduce((sum, hint) => sum + hint, 0);
    const count = bins.filter((part) => part[side] === bin[side]).length;
    const share = all > 0 ? (hints[place] as number) / all : 1 / count;
    return (own[bin[side] ?? 0] as number) * share;
  });
};
