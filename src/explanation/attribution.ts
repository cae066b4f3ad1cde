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

/** Divides scores against one reference, without allocation. */
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

/**
 * The division of terms as steps over slots, in this order: one slot for each input, one for each term, and one for each
 * group that takes a share of a term and divides it among inputs of its own.
 */
interface Division {
  readonly slots: number;
  /** Slots that pass on whole, in halves and in thirds what they hold: the slot, then those that take it. */
  readonly whole: Int32Array;
  readonly halves: Int32Array;
  readonly thirds: Int32Array;
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
  const count = model.terms.length;
  const division = divideTerms(model.terms, groupOf);
  const slots = new Float64Array(division.slots);
  return {
    reference,
    attribute(cells, { parts, groups }) {
      slots.fill(0);
      for (let term = 0; term < count; term++)
        slots[groupOf.length + term] = (cells[term] as number) - (references[term] as number);
      passOn(division, slots);
      groups.fill(0);
      for (let input = 0; input < groupOf.length; input++) {
        const part = slots[input] as number;
        const group = groupOf[input] as number;
        parts[input] = part;
        groups[group] = (groups[group] as number) + part;
      }
      for (let further = 0; further < adjustmentOf.length; further++) {
        const group = model.groups.length + (adjustmentOf[further] as number);
        groups[group] = (groups[group] as number) + (cells[count + further] as number);
      }
    },
  };
};

/** Lays out who takes what of each term: its groups in dictionary order, then the inputs of each. */
const divideTerms = (terms: readonly Term[], groupOf: Int32Array): Division => {
  const ways: readonly number[][] = [[], [], []];
  let slots = groupOf.length + terms.length;
  const pass = (slot: number, takers: readonly number[]): void => {
    ways[takers.length - 1]?.push(slot, ...takers);
  };
  for (const [index, term] of terms.entries()) {
    const groups = shareGroups(term, groupOf);
    const takers = groups.map((inputs) => (inputs.length === 1 ? (inputs[0] as number) : slots++));
    pass(groupOf.length + index, takers);
    for (const [place, inputs] of groups.entries()) if (inputs.length > 1) pass(takers[place] as number, inputs);
  }
  const [whole, halves, thirds] = ways.map((steps) => Int32Array.from(steps)) as [Int32Array, Int32Array, Int32Array];
  return { slots, whole, halves, thirds };
};

/** The inputs of each group that a term names, groups in dictionary order. */
const shareGroups = ({ inputs }: Term, groupOf: Int32Array): number[][] => {
  const groups = [...new Set(inputs.map((input) => groupOf[input] as number))].sort((a, b) => a - b);
  return groups.map((group) => inputs.filter((input) => groupOf[input] === group));
};

/** Passes every term's difference on to its inputs; thirds always go to inputs, so that a half waits for halves alone. */
const passOn = ({ whole, halves, thirds }: Division, slots: Float64Array): void => {
  for (let at = 0; at < whole.length; at += 2)
    add(slots, whole[at + 1] as number, slots[whole[at] as number] as number);
  for (let at = 0; at < halves.length; at += 3) {
    const held = slots[halves[at] as number] as number;
    const smaller = Math.floor(held / 2);
    add(slots, halves[at + 1] as number, held - smaller);
    add(slots, halves[at + 2] as number, smaller);
  }
  for (let at = 0; at < thirds.length; at += 4) {
    const held = slots[thirds[at] as number] as number;
    add(slots, thirds[at + 1] as number, shareOf(held, 3, 0));
    add(slots, thirds[at + 2] as number, shareOf(held, 3, 1));
    add(slots, thirds[at + 3] as number, shareOf(held, 3, 2));
  }
};

const add = (slots: Float64Array, slot: number, amount: number): void => {
  slots[slot] = (slots[slot] as number) + amount;
};
