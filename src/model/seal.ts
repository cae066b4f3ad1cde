import type { Model } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { fingerprint } from '../fingerprint.ts';
import {
  areUnique,
  columnProblems,
  countTrainingRows,
  histogramProblems,
  inputProblems,
  referenceProblems,
  termProblems,
} from './faults.ts';
import { type MonotoneProof, proveMonotone } from './proof.ts';

/** Closes a model: its fingerprint is that of everything else in it. */
export const sealModel = (model: Omit<Model, 'fingerprint'>): Model => ({ ...model, fingerprint: fingerprint(model) });

/** Whether a model's fingerprint is that of its content. */
export const isSealed = ({ fingerprint: claimed, ...content }: Model): boolean => fingerprint(content) === claimed;

/** A fault of a model that its schema cannot see. */
export interface ModelFault {
  readonly place: string | Text;
  readonly problem: Text;
}

/**
 * Checks what a schema cannot see and DEFINITIONS 2 to 4 demand, but the monotone proof: names that are unique and refer,
 * bins, edges, quantiles and windows in order, shapes against bins, rows that add up.
 */
export const findModelFaults = (model: Model): ModelFault[] => {
  const rows = countTrainingRows(model);
  const at = (place: string, problems: readonly Text[]): ModelFault[] =>
    problems.map((problem) => ({ place, problem }));
  return [
    ...sameNames(model),
    ...model.columns.flatMap((column) => at(`columns.${column.name}`, columnProblems(column))),
    ...model.inputs.flatMap((input) => at(`inputs.${input.name}`, inputProblems(input, model, rows))),
    ...(model.terms.length === 0 ? at('terms', [{ zh: '一项也没有', en: 'there is none' }]) : []),
    ...model.terms.flatMap((term, index) => at(`terms[${index}]`, termProblems(term, model))),
    ...at('references', referenceProblems(model)),
    ...at('scoreHistogram', histogramProblems(model.scoreHistogram, rows)),
  ];
};

const nameTwice: Text = { zh: '名称重复', en: 'a name comes twice' };

/** Lists in which a name must not come twice. */
const sameNames = ({ groups, columns, inputs, calibrations }: Model): ModelFault[] => {
  const lists: readonly (readonly [place: ModelFault['place'], names: readonly string[]])[] = [
    ['groups', groups.map(({ name }) => name)],
    [{ zh: 'groups 的代码', en: 'groups by code' }, groups.map(({ code }) => code)],
    ['columns', columns.map(({ name }) => name)],
    ['inputs', inputs.map(({ name }) => name)],
    ['calibrations', calibrations.map(({ name }) => name)],
  ];
  return lists.flatMap(([place, names]) => (areUnique(names) ? [] : [{ place, problem: nameTwice }]));
};

/** The first step that falls in the direction of risk, if there is one. */
export const findMonotoneFault = (model: Pick<Model, 'inputs' | 'terms'>): MonotoneProof | undefined =>
  proveMonotone(model).find(({ leastStep }) => leastStep < 0);

/** The fault of a model that falls in a direction of risk. */
export const refuseFall = (model: string, { input, atBin, leastStep }: MonotoneProof): AppError =>
  appError('not_monotone', { model, input, bin: atBin ?? 0, microLogits: -leastStep });
