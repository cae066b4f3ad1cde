import type { Input, Model, Term } from '../domain/model.ts';
import { appError } from '../errors.ts';
import { countOrdered } from './bins.ts';
import { groupTerms, leastSteps } from './proof.ts';

/** The most a repair may move one bin, in micro-logits. */
const MOST_REPAIR = 1_000;

/** One bin that a repair moved, for the record. */
export interface Repair {
  readonly input: string;
  readonly bin: number;
  readonly microLogits: number;
}

/**
 * Mends what rounding broke: raises bins of inputs' own terms, in order of risk, until no joint step falls
 * (DEFINITIONS 3): `m'[0] = m[0]`, `m'[k+1] = max(m[k+1], m'[k] - g[k])`, g the sum of the other groups' least steps.
 * @throws repair_too_large where a bin would move by more than 1,000 micro-logits
 */
export const repairMonotone = <Tables extends Pick<Model, 'inputs' | 'terms'>>(
  model: Tables,
): { model: Tables; repairs: Repair[] } => {
  const repairs: Repair[] = [];
  const terms = model.terms.map((term) => ({ ...term, microLogits: [...term.microLogits] }));
  const repaired = { ...model, terms };
  for (const [index, input] of model.inputs.entries()) {
    if (!input.direction) continue;
    const own = terms.findIndex((term) => term.inputs.length === 1 && term.inputs[0] === index);
    if (own >= 0) repairs.push(...repairInput(repaired, { index, input, own }));
  }
  return { model: repaired, repairs };
};

const repairInput = (
  model: Pick<Model, 'inputs' | 'terms'>,
  { index, input, own }: { index: number; input: Input; own: number },
): Repair[] => {
  const others = groupTerms(model, index)
    .filter((group) => !(group.length === 1 && group[0] === own))
    .map((group) => leastSteps(model, index, group).minima);
  const cells = (model.terms[own] as Term).microLogits;
  const bins = Array.from({ length: countOrdered(input) }, (_, bin) => bin);
  const risen = input.direction === 'decreasing' ? bins.reverse() : bins;
  const repairs: Repair[] = [];
  for (const [place, bin] of risen.entries()) {
    const before = risen[place - 1];
    if (before === undefined) continue;
    const step = Math.min(bin, before);
    const slack = others.reduce((sum, minima) => sum + (minima[step] as number), 0);
    const least = (cells[before] as number) - slack;
    const lift = least - (cells[bin] as number);
    if (lift <= 0) continue;
    if (lift > MOST_REPAIR) throw appError('repair_too_large', { input: input.name, microLogits: lift });
    cells[bin] = least;
    repairs.push({ input: input.name, bin, microLogits: lift });
  }
  return repairs;
};
