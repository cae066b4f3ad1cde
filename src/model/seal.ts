import type { Input, Model, Term } from '../domain/model.ts';
import { fingerprint } from '../fingerprint.ts';
import { countBins } from './bins.ts';
import { proveMonotone } from './proof.ts';

/** Closes a model: its fingerprint is that of everything else in it. */
export const sealModel = (model: Omit<Model, 'fingerprint'>): Model => ({ ...model, fingerprint: fingerprint(model) });

/** Whether a model's fingerprint is that of its content. */
export const isSealed = ({ fingerprint: claimed, ...content }: Model): boolean => fingerprint(content) === claimed;

/** A fault of a model that its schema cannot see. */
export interface ModelFault {
  readonly place: string;
  readonly problem: string;
}

/** Checks what a schema cannot: shapes against bins, edges in order, names that refer, references, monotonicity. */
export const findModelFaults = (model: Model): ModelFault[] => [
  ...model.inputs.flatMap((input) => inputFaults(input, model)),
  ...model.terms.flatMap((term, index) => termFaults(term, index, model)),
  ...model.references.flatMap((window, index) =>
    window.microLogits.length === model.terms.length
      ? []
      : [{ place: `references[${index}]`, problem: 'has not one mean for each term' }],
  ),
];

/** The first step that falls in the direction of risk, if there is one. */
export const findMonotoneFault = (model: Pick<Model, 'inputs' | 'terms'>) =>
  proveMonotone(model).find(({ leastStep }) => leastStep < 0);

const inputFaults = (input: Input, { groups, columns }: Model): ModelFault[] => {
  const place = `inputs.${input.name}`;
  const faults: string[] = [];
  if ((input.edges === null) === (input.categories === null)) faults.push('must have edges or categories');
  const edges = input.edges ?? [];
  if (edges.some((edge, index) => index > 0 && edge <= (edges[index - 1] as number))) faults.push('edges must rise');
  if (input.counts.length !== countBins(input)) faults.push('counts must have one number for each bin');
  if (!groups.some(({ name }) => name === input.group)) faults.push(`there is no group ${input.group}`);
  const { source } = input;
  if ('column' in source && !columns.some(({ name }) => name === source.column))
    faults.push(`there is no column ${source.column}`);
  return faults.map((problem) => ({ place, problem }));
};

const termFaults = ({ inputs, shape, microLogits, se }: Term, index: number, model: Model): ModelFault[] => {
  const place = `terms[${index}]`;
  const bins = inputs.map((input) => (model.inputs[input] ? countBins(model.inputs[input]) : 0));
  if (bins.length !== shape.length || bins.some((count, axis) => count !== shape[axis])) {
    return [{ place, problem: 'shape does not match the bins of its inputs' }];
  }
  if (new Set(inputs).size !== inputs.length) return [{ place, problem: 'names an input twice' }];
  const cells = shape.reduce((product, length) => product * length, 1);
  if (microLogits.length !== cells || se.length !== cells) return [{ place, problem: `must have ${cells} cells` }];
  return [];
};
