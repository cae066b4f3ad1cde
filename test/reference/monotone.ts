import type { Input, Model, Term } from '../../src/domain/model.ts';
import { at } from './exact.ts';

type Tables = Pick<Model, 'inputs' | 'terms'>;

/** Ordered bins of a number: one more than its edges. A category has none. */
export const countOrderedBins = ({ edges, categories }: Input): number => (edges && !categories ? edges.length + 1 : 0);

/** A number: ordered bins, missing, one for each unordered code. A category: its groups, other, missing. */
export const countAllBins = (input: Input): number => {
  if (input.categories) return new Set(input.categories.map(({ bin }) => bin)).size + 2;
  return countOrderedBins(input) + 1 + input.codes.filter(({ orderedAs }) => orderedAs === null).length;
};

/** A term's cell for the bin of every input, the last input running fastest. */
export const cellFor = ({ inputs, shape, microLogits }: Term, bins: readonly number[]): number => {
  let cell = 0;
  for (const [place, input] of inputs.entries()) cell = cell * at(shape, place) + at(bins, input);
  return at(microLogits, cell);
};

/** Every combination of bins, each input from 0 to its count - 1. */
const combine = (counts: readonly number[]): number[][] => {
  const [count, ...others] = counts;
  if (count === undefined) return [[]];
  const tails = combine(others);
  return Array.from({ length: count }, (_, bin) => tails.map((tail) => [bin, ...tail])).flat();
};

/** The ordered bins of an input, from the least risk to the greatest. */
const inOrderOfRisk = (input: Input): number[] => {
  const bins = Array.from({ length: countOrderedBins(input) }, (_, bin) => bin);
  return input.direction === 'decreasing' ? bins.reverse() : bins;
};

/**
 * For each step from one ordered bin to the next in order of risk: the least change of the sum of the terms given, over
 * all bins of all inputs that share any of them.
 */
const leastChanges = ({ inputs }: Tables, x: number, terms: readonly Term[]): number[] => {
  const touched = terms.filter((term) => term.inputs.includes(x));
  const isPartner = (input: number) => input !== x && touched.some((term) => term.inputs.includes(input));
  const combinations = combine(inputs.map((input, index) => (isPartner(index) ? countAllBins(input) : 1)));
  const sumAt = (bins: readonly number[], bin: number) => {
    const moved = bins.with(x, bin);
    return touched.reduce((sum, term) => sum + cellFor(term, moved), 0);
  };
  const risen = inOrderOfRisk(at(inputs, x));
  return risen
    .slice(1)
    .map((to, step) =>
      combinations.reduce(
        (least, bins) => Math.min(least, sumAt(bins, to) - sumAt(bins, at(risen, step))),
        Number.POSITIVE_INFINITY,
      ),
    );
};

/** The least joint step of an input over everything, and the lower bin of the first step (in bin order) that has it. */
export const leastJointStep = (model: Tables, x: number): { leastStep: number; atBin: number | null } => {
  const changes = leastChanges(model, x, model.terms);
  if (changes.length === 0) return { leastStep: 0, atBin: null };
  const inBinOrder = model.inputs[x]?.direction === 'decreasing' ? changes.toReversed() : changes;
  const leastStep = Math.min(...inBinOrder);
  return { leastStep, atBin: inBinOrder.indexOf(leastStep) };
};

export interface PlainRepair {
  /** The input whose repair would move a bin by more than 1,000 micro-logits; null where there is none. */
  readonly refused: string | null;
  /** Cells of every term after the repair. */
  readonly cells: readonly (readonly number[])[];
  readonly repairs: readonly { readonly input: string; readonly bin: number; readonly microLogits: number }[];
}

/** `m'[0] = m[0]`, `m'[k+1] = max(m[k+1], m'[k] - g[k])` on every directed input's own term. */
export const repairPlainly = (model: Tables): PlainRepair => {
  const cells = model.terms.map((term) => [...term.microLogits]);
  const repairs: { input: string; bin: number; microLogits: number }[] = [];
  let refused: string | null = null;
  for (const [x, input] of model.inputs.entries()) {
    const own = model.terms.find(({ inputs }) => inputs.length === 1 && inputs[0] === x);
    if (!own || !input.direction) continue;
    const g = leastChanges(
      model,
      x,
      model.terms.filter((term) => term !== own),
    );
    const risen = inOrderOfRisk(input);
    const m = risen.map((bin) => at(own.microLogits, bin));
    const mended: number[] = [at(m, 0)];
    for (const [k, slack] of g.entries()) mended.push(Math.max(at(m, k + 1), at(mended, k) - slack));
    for (const [k, bin] of risen.entries()) {
      const lift = at(mended, k) - at(m, k);
      if (lift > 1000) refused ??= input.name;
      if (lift > 0) repairs.push({ input: input.name, bin, microLogits: lift });
      at(cells, model.terms.indexOf(own))[bin] = at(mended, k);
    }
  }
  return { refused, cells, repairs };
};
