import { describe, expect, it } from 'vitest';
import { Model } from '../../src/domain/model.ts';
import type { Text } from '../../src/domain/text.ts';
import { findModelFaults, findMonotoneFault, isSealed } from '../../src/model/seal.ts';
import { createCode, createTerm, createWholeModel } from '../factories/model.ts';
import { at } from '../reference/exact.ts';

const text = { zh: '字', en: 'words' };
const amount = (model: Model) => at(model.inputs, 0);
const work = (model: Model) => at(model.inputs, 1);
const half = (model: Model) => at(model.inputs, 2);

/** One thing broken at a time: where the fault is found, what it says, and how the model is broken. */
const broken: readonly [place: string, problem: string, breakIt: (model: Model) => void][] = [
  ['groups', 'a name comes twice', ({ groups }) => groups.push({ ...at(groups, 0), code: 'OTHER' })],
  ['groups by code', 'a name comes twice', ({ groups }) => groups.push({ ...at(groups, 0), name: 'other' })],
  ['columns', 'a name comes twice', ({ columns }) => columns.push(at(columns, 0))],
  ['inputs', 'a name comes twice', (model) => (half(model).name = 'amount')],
  [
    'calibrations',
    'a name comes twice',
    ({ calibrations }) => {
      const calibration = { horizonDays: null, population: '', targetRate: 0.1, source: '' };
      const line = { slopeMillionths: 1_000_000, interceptMicroLogits: 0 };
      for (const purpose of [text, text]) calibrations.push({ name: 'ifrs9', purpose, ...calibration, ...line });
    },
  ],
  ['columns.amount', 'a code comes twice', ({ columns }) => at(columns, 0).codes.push(createCode())],
  [
    'columns.work',
    'a category comes twice',
    ({ columns }) => at(columns, 1).categories?.push({ value: 'a', count: 1 }),
  ],
  ['columns.work', 'a category has neither codes nor decimals', ({ columns }) => (at(columns, 1).decimals = 1)],
  [
    'columns.work',
    'a category has neither range nor quantiles',
    ({ columns }) => Object.assign(at(columns, 1), { range: { minimum: 0, maximum: 0 } }),
  ],
  ['columns.amount', 'quantiles must not fall', ({ columns }) => at(columns, 0).quantiles?.splice(50, 1, 97)],
  ['inputs.half', 'quantiles must not fall', (model) => half(model).quantiles?.splice(3, 1, 9)],
  ['inputs.half', 'range must be the first and last quantile', (model) => (half(model).range = null)],
  [
    'inputs.half',
    'range must be the first and last quantile',
    (model) => (half(model).range = { minimum: 0, maximum: 201 }),
  ],
  ['inputs.amount', 'must have edges or categories', (model) => (amount(model).edges = null)],
  ['inputs.amount', 'edges must rise', (model) => (amount(model).edges = [100, 50])],
  ['inputs.amount', 'edges must rise', (model) => (amount(model).edges = [50, 50])],
  ['inputs.amount', 'a code comes twice', (model) => (amount(model).codes = [createCode(), createCode()])],
  ['inputs.amount', 'counts must have one number for each bin', (model) => amount(model).counts.push(0)],
  ['inputs.amount', 'counts must add up to the 10 training rows', (model) => (amount(model).counts[0] = 4)],
  ['inputs.work', 'a category comes twice', (model) => work(model).categories?.push({ value: 'a', bin: 1 })],
  ['inputs.work', 'categories must leave no bin out', (model) => (at(work(model).categories ?? [], 1).bin = 2)],
  ['inputs.work', 'a category has no direction', (model) => (work(model).direction = 'increasing')],
  ['inputs.half', 'there is no group nothing', (model) => (half(model).group = 'nothing')],
  ['inputs.amount', 'there is no column nothing', (model) => (amount(model).source = { column: 'nothing' })],
  ['inputs.amount', 'column work is of another type', (model) => (amount(model).source = { column: 'work' })],
  ['inputs.amount', 'column amount has other decimals', (model) => (amount(model).decimals = 0)],
  ['inputs.amount', 'column amount has other codes', ({ columns }) => at(columns, 0).codes.splice(0)],
  ['inputs.work', 'column work lacks a category', ({ columns }) => at(columns, 1).categories?.shift()],
  [
    'inputs.half',
    'there is no number column nothing',
    (model) => (half(model).source = { derivation: { decimals: 0, numerator: { column: 'nothing' } } }),
  ],
  [
    'inputs.half',
    'there is no number column work',
    (model) => (half(model).source = { derivation: { decimals: 0, numerator: { columns: ['amount', 'work'] } } }),
  ],
  ['inputs.half', 'decimals must be those of its derivation', (model) => (half(model).decimals = 1)],
  ['terms', 'there is none', (model) => (model.terms = [])],
  ['terms[3]', 'names an input that is not there', ({ terms }) => (at(terms, 3).inputs = [1, 3])],
  ['terms[3]', 'names an input twice', ({ terms }) => (at(terms, 3).inputs = [1, 1])],
  ['terms[3]', 'shape does not match the bins of its inputs', ({ terms }) => (at(terms, 3).shape = [3, 4])],
  ['terms[3]', 'shape does not match the bins of its inputs', ({ terms }) => (at(terms, 3).inputs = [1])],
  ['terms[3]', 'must have 12 cells', ({ terms }) => at(terms, 3).microLogits.pop()],
  ['terms[3]', 'must have 12 cells', ({ terms }) => at(terms, 3).se.push(0)],
  ['references', 'must have one mean for each term', ({ references }) => at(references, 1).microLogits.pop()],
  ['references', 'scores of the windows must rise', ({ references }) => references.reverse()],
  [
    'references',
    'scores of the windows must rise',
    ({ references }) => (at(references, 1).microLogits = [...at(references, 0).microLogits]),
  ],
  ['scoreHistogram', 'edges must rise', (model) => (model.scoreHistogram.edges = [100, 100])],
  ['scoreHistogram', 'counts must have one number for each bin', (model) => model.scoreHistogram.edges.pop()],
  ['scoreHistogram', 'counts must add up to the 10 training rows', (model) => (model.scoreHistogram.counts[0] = 5)],
];

const inEnglish = (place: string | Text): string => (typeof place === 'string' ? place : place.en);

describe('findModelFaults', () => {
  it('finds nothing in a whole model, which its schema, its seal and the proof accept too', () => {
    const model = createWholeModel();
    expect(Model.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(findModelFaults(model)).toEqual([]);
    expect(findMonotoneFault(model)).toBeUndefined();
    expect(isSealed(model)).toBe(true);
  });

  it.each(broken)('finds at %s: %s', (place, problem, breakIt) => {
    const model = createWholeModel();
    breakIt(model);
    const said = findModelFaults(model).map((fault) => ({ place: inEnglish(fault.place), problem: fault.problem.en }));
    expect(said).toContainEqual({ place, problem });
    expect(isSealed(model)).toBe(false);
  });
});

describe('findMonotoneFault', () => {
  it.each([
    ['increasing', [0, 100, 99, 0, 0]],
    ['increasing', [1, 0, 0, 0, 0]],
    ['decreasing', [100, 99, 100, 0, 0]],
  ] as const)('finds a step against the direction %s in %j', (direction, microLogits) => {
    const model = createWholeModel();
    amount(model).direction = direction;
    model.terms[0] = createTerm({ microLogits: [...microLogits] });
    expect(findMonotoneFault(model)).toMatchObject({ input: 'amount' });
  });
});

describe('the schema of a model', () => {
  it.each<[string, (model: Model) => void]>([
    ['quantiles that are not 101', (model) => half(model).quantiles?.pop()],
    ['a standard error above 10^7', ({ terms }) => (at(terms, 0).se[0] = 10_000_001)],
    ['a cell that is no integer', ({ terms }) => (at(terms, 0).microLogits[0] = 0.5)],
    ['a term over four inputs', ({ terms }) => (at(terms, 3).inputs = [0, 1, 2, 3])],
    ['no references', (model) => (model.references = [])],
    ['no columns', (model) => (model.columns = [])],
    ['an unknown field', (model) => Object.assign(model, { more: 1 })],
  ])('refuses %s', (_, breakIt) => {
    const model = createWholeModel();
    breakIt(model);
    expect(Model.safeParse(JSON.parse(JSON.stringify(model))).success).toBe(false);
  });
});
