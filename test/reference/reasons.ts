import type { Input, Model, Term } from '../../src/domain/model.ts';
import { at, shareOut } from './exact.ts';

/** A model's cells against a reference. */
export interface Compared {
  readonly model: Pick<Model, 'groups' | 'inputs' | 'terms'>;
  /** The cell of each term, and its reference. */
  readonly cells: readonly number[];
  readonly references: readonly number[];
}

/** Part of each input and sum of each group, in the order of the model. */
export interface Divided {
  readonly parts: number[];
  readonly groups: number[];
}

const groupOf = ({ inputs }: Pick<Model, 'inputs'>, input: number): string => at<Input>(inputs, input).group;

/** One term's difference among the distinct groups of its inputs, and each group's share among its inputs. */
const divideTerm = (
  { model, cells, references }: Compared,
  term: Term,
  place: number,
): { group: string; share: bigint; inputs: { input: number; part: bigint }[] }[] => {
  const d = BigInt(at(cells, place)) - BigInt(at(references, place));
  const distinct = model.groups
    .map(({ name }) => name)
    .filter((name) => term.inputs.some((input) => groupOf(model, input) === name));
  const shares = shareOut(d, distinct.length);
  return distinct.map((group, index) => {
    const members = term.inputs.filter((input) => groupOf(model, input) === group);
    const parts = shareOut(at(shares, index), members.length);
    return {
      group,
      share: at(shares, index),
      inputs: members.map((input, order) => ({ input, part: at(parts, order) })),
    };
  });
};

/** Divides every term's difference from its reference among groups and inputs. */
export const divideScore = (compared: Compared): Divided => {
  const divisions = compared.model.terms.flatMap((term, place) => divideTerm(compared, term, place));
  const add = (values: readonly bigint[]) => Number(values.reduce((sum, value) => sum + value, 0n));
  return {
    groups: compared.model.groups.map(({ name }) =>
      add(divisions.filter(({ group }) => group === name).map(({ share }) => share)),
    ),
    parts: compared.model.inputs.map((_, index) =>
      add(divisions.flatMap(({ inputs }) => inputs.filter(({ input }) => input === index).map(({ part }) => part))),
    ),
  };
};

export interface PlainReason {
  readonly code: string;
  readonly microLogits: number;
  readonly input: string | null;
}

/** Groups that add risk, largest first, at most four; groups that lower it, strongest first. Ties by group order. */
export const namePlainReasons = (
  { groups, inputs }: Pick<Model, 'groups' | 'inputs'>,
  divided: Divided,
): { reasons: PlainReason[]; mitigating: PlainReason[] } => {
  const strongest = (sign: 1 | -1): PlainReason[] =>
    groups
      .map((group, order) => ({ group, order, strength: sign * at(divided.groups, order) }))
      .filter(({ strength }) => strength > 0)
      .sort((a, b) => b.strength - a.strength || a.order - b.order)
      .map(({ group, order }) => {
        const members = inputs.flatMap((input, index) =>
          input.group === group.name ? [{ name: input.name, strength: sign * at(divided.parts, index) }] : [],
        );
        const most = Math.max(...members.map(({ strength }) => strength));
        return {
          code: group.code,
          microLogits: at(divided.groups, order),
          input: members.find(({ strength }) => strength === most)?.name ?? null,
        };
      });
  return { reasons: strongest(1).slice(0, 4), mitigating: strongest(-1) };
};
