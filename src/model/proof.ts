import type { Input, Model, Term } from '../domain/model.ts';
import { countOrdered } from './bins.ts';

/** A group whose joint table would be larger than this is bounded by the sum of its terms' own minima. */
const MOST_CELLS = 10_000_000;

type Tables = Pick<Model, 'inputs' | 'terms'> & {
  /** Terms that may be taken away one by one: each is counted only where it takes away from a step. */
  readonly revocable?: ReadonlySet<number>;
};

/** What the proof found for one input with a direction. */
export interface MonotoneProof {
  readonly input: string;
  /** The least joint change of the score over one step in the direction of risk; the model is monotone in it if >= 0. */
  readonly leastStep: number;
  /** The ordered bin at which the least step starts (in bin order, whatever the direction); null with a single bin. */
  readonly atBin: number | null;
  /** False where some group was bounded rather than minimised exactly. */
  readonly exact: boolean;
}

/** Proves for every input with a direction that no step in the direction of risk lowers the score (DEFINITIONS 3). */
export const proveMonotone = (model: Tables): MonotoneProof[] =>
  model.inputs.flatMap((input, index) => (input.direction ? [proveInput(model, index, input)] : []));

const proveInput = (model: Tables, index: number, input: Input): MonotoneProof => {
  const groups = groupTerms(model, index).map((terms) => leastSteps(model, index, terms));
  const steps = Math.max(0, countOrdered(input) - 1);
  let proof: MonotoneProof = {
    input: input.name,
    leastStep: 0,
    atBin: null,
    exact: groups.every(({ exact }) => exact),
  };
  for (let step = 0; step < steps; step++) {
    const least = groups.reduce((sum, group) => sum + (group.minima[step] as number), 0);
    if (proof.atBin === null || least < proof.leastStep) proof = { ...proof, leastStep: least, atBin: step };
  }
  return proof;
};

/** Terms with the input, split into groups that share partner inputs; indexes into `terms`. */
export const groupTerms = ({ terms }: Tables, input: number): number[][] => {
  const groups: { terms: number[]; partners: Set<number> }[] = [];
  for (const [index, term] of terms.entries()) {
    if (!term.inputs.includes(input)) continue;
    const joined = { terms: [index], partners: new Set(term.inputs.filter((other) => other !== input)) };
    for (const group of groups.filter(({ partners }) => [...partners].some((other) => joined.partners.has(other)))) {
      joined.terms.unshift(...group.terms);
      for (const partner of group.partners) joined.partners.add(partner);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(joined);
  }
  return groups.map((group) => group.terms);
};

/**
 * For each step between neighbouring ordered bins of the input, the least change in the direction of risk of the sum of
 * some terms over all bins of their partners.
 */
export const leastSteps = (
  { inputs, terms, revocable }: Tables,
  index: number,
  group: readonly number[],
): { minima: number[]; exact: boolean } => {
  const input = inputs[index] as Input;
  const sign = input.direction === 'decreasing' ? -1 : 1;
  const differOf = (term: number, step: number): Factor => {
    const factor = differ(terms[term] as Term, index, step, sign);
    return revocable?.has(term) ? { ...factor, cells: factor.cells.map((cell) => Math.min(0, cell)) } : factor;
  };
  let exact = true;
  const minima = Array.from({ length: Math.max(0, countOrdered(input) - 1) }, (_, step) => {
    const factors = group.map((term) => differOf(term, step));
    const least = minimise(factors);
    if (least !== null) return least;
    exact = false;
    return factors.reduce((sum, factor) => sum + leastOf(factor.cells), 0);
  });
  return { minima, exact };
};

/** A function of some inputs' bins, cells in row-major order. */
interface Factor {
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  readonly cells: Float64Array;
}

const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

const leastOf = (cells: Float64Array): number =>
  cells.reduce((least, cell) => Math.min(least, cell), Number.POSITIVE_INFINITY);

/** The change of one term over a step of an input, as a function of its partners. */
const differ = ({ inputs, shape, microLogits }: Term, input: number, step: number, sign: number): Factor => {
  const axis = inputs.indexOf(input);
  const stride = size(shape.slice(axis + 1));
  const length = shape[axis] as number;
  const partners = inputs.filter((_, place) => place !== axis);
  const partnerShape = shape.filter((_, place) => place !== axis);
  const cells = Float64Array.from({ length: size(partnerShape) }, (_, cell) => {
    const from = Math.floor(cell / stride) * stride * length + (cell % stride) + step * stride;
    return sign * ((microLogits[from + stride] as number) - (microLogits[from] as number));
  });
  return { inputs: partners, shape: partnerShape, cells };
};

/** Minimum of a sum of factors over all their inputs, by variable elimination; null where a table would be too large. */
const minimise = (factors: readonly Factor[]): number | null => {
  let left = [...factors];
  for (;;) {
    const candidates = [...new Set(left.flatMap((factor) => factor.inputs))].map((input) => {
      const scope = join(left.filter((factor) => factor.inputs.includes(input)));
      return { input, cells: size(scope.shape), scope };
    });
    const [next] = candidates.sort((a, b) => a.cells - b.cells || a.input - b.input);
    if (!next) return left.reduce((sum, factor) => sum + (factor.cells[0] as number), 0);
    if (next.cells > MOST_CELLS) return null;
    const touched = left.filter((factor) => factor.inputs.includes(next.input));
    left = [...left.filter((factor) => !touched.includes(factor)), eliminate(touched, next.input, next.scope)];
  }
};

/** The inputs of some factors together and how many bins each has. */
const join = (factors: readonly Factor[]): { inputs: number[]; shape: number[] } => {
  const lengths = new Map<number, number>();
  for (const factor of factors) {
    for (const [place, input] of factor.inputs.entries()) lengths.set(input, factor.shape[place] as number);
  }
  return { inputs: [...lengths.keys()], shape: [...lengths.values()] };
};

/** The sum of some factors, minimised over one of their inputs. */
const eliminate = (factors: readonly Factor[], input: number, scope: { inputs: number[]; shape: number[] }): Factor => {
  const keep = scope.inputs.flatMap((other, place) => (other === input ? [] : [place]));
  const inputs = keep.map((place) => scope.inputs[place] as number);
  const shape = keep.map((place) => scope.shape[place] as number);
  const cells = new Float64Array(size(shape)).fill(Number.POSITIVE_INFINITY);
  const strides = [{ inputs, shape }, ...factors].map((table) => stridesInto(scope.inputs, table.inputs, table.shape));
  const bins = scope.shape.map(() => 0);
  const at = new Int32Array(strides.length);
  for (let cell = size(scope.shape); cell > 0; cell--) {
    let sum = 0;
    for (let place = 0; place < factors.length; place++) {
      sum += (factors[place] as Factor).cells[at[place + 1] as number] as number;
    }
    const kept = at[0] as number;
    if (sum < (cells[kept] as number)) cells[kept] = sum;
    advance(bins, scope.shape, at, strides);
  }
  return { inputs, shape, cells };
};

/** For each input of a scope, by how much its bin moves the cell of a table over `inputs`; 0 where it is no axis of it. */
const stridesInto = (scope: readonly number[], inputs: readonly number[], shape: readonly number[]): number[] =>
  scope.map((input) => {
    const place = inputs.indexOf(input);
    return place < 0 ? 0 : size(shape.slice(place + 1));
  });

/** Steps to the next combination of bins, the last input fastest, and moves every table's cell along. */
const advance = (
  bins: number[],
  shape: readonly number[],
  at: Int32Array,
  strides: readonly (readonly number[])[],
): void => {
  for (let place = bins.length - 1; place >= 0; place--) {
    const isLast = (bins[place] as number) + 1 === shape[place];
    const by = isLast ? -(bins[place] as number) : 1;
    bins[place] = (bins[place] as number) + by;
    for (let table = 0; table < at.length; table++) {
      at[table] = (at[table] as number) + by * ((strides[table] as number[])[place] as number);
    }
    if (!isLast) return;
  }
};
