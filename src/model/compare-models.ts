import type { ComparedTerm, ModelComparison } from '../domain/comparison.ts';
import type { Model } from '../domain/model.ts';
import { listOtherwise } from './compare-settings.ts';
import { estimateWeights } from './merged-weights.ts';
import { type PairedInput, pairInputs } from './paired-inputs.ts';
import { meanContributions, type PairedTerms, pairTerms } from './paired-terms.ts';

/** Two models with what of each belongs together, worked out once. */
export interface PairedModels {
  readonly a: Model;
  readonly b: Model;
  readonly inputs: readonly PairedInput[];
  readonly terms: readonly PairedTerms[];
  /** Mean of each term of each model over its own training rows. */
  readonly means: { readonly a: readonly number[]; readonly b: readonly number[] };
}

/** Finds what belongs together in two models. */
export const pairModels = (a: Model, b: Model): PairedModels => {
  const inputs = pairInputs(a, b);
  return {
    a,
    b,
    inputs,
    terms: pairTerms(a, b, inputs),
    means: { a: meanContributions(a), b: meanContributions(b) },
  };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Mean score of each model over its own training rows, micro-logits: its intercept and the mean of each term. */
export const compareLevels = ({ a, b, means }: PairedModels): ModelComparison['level'] => {
  const [levelA, levelB] = [a.intercept.microLogits + sum(means.a), b.intercept.microLogits + sum(means.b)];
  return { a: levelA, b: levelB, difference: levelB - levelA };
};

/**
 * Lays two models side by side, cell by cell. For every row the difference of the levels and the differences of the cells
 * it lies in, one of each term, are B's score minus A's, in integers.
 */
export const compareModels = (paired: PairedModels): ModelComparison => {
  const { a, b, inputs } = paired;
  const refer = ({ name, version, fingerprint }: Model) => ({ name, version, fingerprint });
  const terms = paired.terms.map((term) => compareTerm(paired, term));
  return {
    a: refer(a),
    b: refer(b),
    level: compareLevels(paired),
    otherwise: listOtherwise(paired),
    inputs: inputs.map(({ input }) => input),
    terms: terms.sort((one, other) => other.meanDistance - one.meanDistance),
  };
};

const compareTerm = (paired: PairedModels, term: PairedTerms): ComparedTerm => {
  const axes = term.inputs.map((place) => paired.inputs[place] as PairedInput);
  const shape = axes.map(({ input }) => input.bins.length);
  const a = tabulate(paired, term, 'a');
  const b = tabulate(paired, term, 'b');
  const mean = { a: meanOf(paired, term, 'a'), b: meanOf(paired, term, 'b') };
  const shift = (mean.b ?? 0) - (mean.a ?? 0);
  const cells = Array.from({ length: shape.reduce((product, length) => product * length, 1) }, (_, cell) => cell);
  const difference = cells.map((cell) => (b?.[cell] ?? 0) - (a?.[cell] ?? 0) - shift);
  const weights = spread(axes.map((axis) => estimateWeights(paired, axis)));
  return {
    inputs: [...term.inputs],
    in: term.in,
    bins: bindOf(axes, term),
    mean,
    a,
    b,
    difference,
    weights,
    meanDistance: difference.reduce((total, value, cell) => total + Math.abs(value) * (weights[cell] as number), 0),
  };
};

const bindOf = (axes: readonly PairedInput[], term: PairedTerms): ComparedTerm['bins'] => {
  if (term.in !== 'both') return 'own';
  return axes.every(({ input }) => input.bins.every((bin) => bin.a === bin.b)) ? 'same' : 'merged';
};

const meanOf = ({ means }: PairedModels, term: PairedTerms, side: 'a' | 'b'): number | null =>
  term[side].length === 0 ? null : sum(term[side].map((place) => means[side][place] as number));

/** One model's effect in every cell over the merged bins; null where it has no term over these inputs. */
const tabulate = (paired: PairedModels, term: PairedTerms, side: 'a' | 'b'): number[] | null => {
  if (term[side].length === 0) return null;
  const axes = term.inputs.map((place) => (paired.inputs[place] as PairedInput).input.bins);
  return spreadBins(axes.map((bins) => bins.map((bin) => bin[side] ?? 0))).map((bins) =>
    sum(term[side].map((place) => cellOf(paired, { term, place, side }, bins))),
  );
};

/** The cell of one model's term for bins in the order of the paired term's inputs. */
const cellOf = (
  paired: PairedModels,
  { term, place, side }: { readonly term: PairedTerms; readonly place: number; readonly side: 'a' | 'b' },
  bins: readonly number[],
): number => {
  const own = paired[side].terms[place] as Model['terms'][number];
  const cell = own.inputs.reduce((index, input, axis) => {
    const at = term.inputs.findIndex((pairedInput) => paired.inputs[pairedInput]?.places[side] === input);
    return index * (own.shape[axis] as number) + (bins[at] as number);
  }, 0);
  return own.microLogits[cell] as number;
};

/** Every combination of one number of each list, the last list's running fastest. */
const spreadBins = (lists: readonly (readonly number[])[]): number[][] =>
  lists.reduce<number[][]>((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]]);

/** The products of one number of each list, the last list's running fastest. */
const spread = (lists: readonly (readonly number[])[]): number[] =>
  spreadBins(lists).map((values) => values.reduce((product, value) => product * value, 1));
