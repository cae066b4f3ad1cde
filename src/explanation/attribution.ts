import { shareOf } from '../arithmetic.ts';
import type { Model, Term } from '../domain/model.ts';
import type { Reference } from '../model/reference.ts';

/**
 * Where a score stands against a reference: one number for each input and one for each reason group. Each adjustment is a
 * group of its own behind those of the model, without inputs.
 */
export interface Attribution {
  /** Part of each input, micro-logits, input order. */
  readonly parts: Float64Array;
  /** Sum of each group, micro-logits, dictionary order; then what each adjustment adds. */
  readonly groups: Float64Array;
  /** The inputs of each group, both by their place. */
  readonly members: readonly (readonly number[])[];
}

/** The part of an attribution that is written. */
type Parts = Pick<Attribution, 'parts' | 'groups'>;

/** Divides scores against one reference, without allocation for terms over a single input. */
export interface Attributor {
  readonly reference: Reference;
  /** Divides the cells (term order) among inputs and groups; the groups sum to score minus reference exactly. */
  attribute(cells: Float64Array, into: Parts): void;
}

/** Room for an attribution of this model with so many adjustments. */
export const createAttribution = (
  { inputs, groups }: Pick<Model, 'inputs' | 'groups'>,
  adjustments = 0,
): Attribution => ({
  parts: new Float64Array(inputs.length),
  groups: new Float64Array(groups.length + adjustments),
  members: groups.map(({ name }) => inputs.flatMap((input, index) => (input.group === name ? [index] : []))),
});

/** For one term over several inputs: its groups in dictionary order, each with its inputs. */
interface Division {
  readonly term: number;
  readonly shares: readonly { readonly group: number; readonly inputs: readonly number[] }[];
}

/**
 * Prepares the division of a model's terms among groups (DEFINITIONS 4): a term's difference from its reference is
 * divided equally among the distinct groups of its inputs, then within a group among its inputs; integers throughout.
 * @param adjusted how many further cells each adjustment has, behind those of the model; their reference is 0
 */
export const createAttributor = (
  model: Pick<Model, 'inputs' | 'groups' | 'terms'>,
  reference: Reference,
  adjusted: readonly number[] = [],
): Attributor => {
  const adjustmentOf = Int32Array.from(adjusted.flatMap((cells, place) => Array<number>(cells).fill(place)));
  const groupOf = Int32Array.from(model.inputs, (input) => model.groups.findIndex(({ name }) => name === input.group));
  const references = Float64Array.from(reference.microLogits);
  const single = model.terms.map(({ inputs }) => (inputs.length === 1 ? (inputs[0] as number) : -1));
  const inputOf = Int32Array.from(single);
  const divisions = model.terms.flatMap((term, index) =>
    term.inputs.length === 1 ? [] : [{ term: index, shares: shareGroups(term, groupOf) }],
  );
  return {
    reference,
    attribute(cells, { parts, groups }) {
      parts.fill(0);
      groups.fill(0);
      for (let term = 0; term < inputOf.length; term++) {
        const input = inputOf[term] as number;
        if (input < 0) continue;
        const difference = (cells[term] as number) - (references[term] as number);
        parts[input] = (parts[input] as number) + difference;
        const group = groupOf[input] as number;
        groups[group] = (groups[group] as number) + difference;
      }
      for (const division of divisions) {
        const difference = (cells[division.term] as number) - (references[division.term] as number);
        divide(difference, division, { parts, groups });
      }
      for (let further = 0; further < adjustmentOf.length; further++) {
        const group = model.groups.length + (adjustmentOf[further] as number);
        groups[group] = (groups[group] as number) + (cells[inputOf.length + further] as number);
      }
    },
  };
};

const shareGroups = ({ inputs }: Term, groupOf: Int32Array): Division['shares'] => {
  const groups = [...new Set(inputs.map((input) => groupOf[input] as number))].sort((a, b) => a - b);
  return groups.map((group) => ({ group, inputs: inputs.filter((input) => groupOf[input] === group) }));
};

const divide = (difference: number, { shares }: Division, { parts, groups }: Parts): void => {
  for (let place = 0; place < shares.length; place++) {
    const { group, inputs } = shares[place] as Division['shares'][number];
    const share = shareOf(difference, shares.length, place);
    groups[group] = (groups[group] as number) + share;
    for (let index = 0; index < inputs.length; index++) {
      const input = inputs[index] as number;
      parts[input] = (parts[input] as number) + shareOf(share, inputs.length, index);
    }
  }
};
