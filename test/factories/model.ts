import type { Code, Input, Model, ModelColumn, Term } from '../../src/domain/model.ts';

const text = (words: string) => ({ zh: words, en: words });

export const createCode = (code: Partial<Code> = {}): Code => ({
  value: -9,
  label: text('code'),
  orderedAs: null,
  countsAs: null,
  ...code,
});

/** A raw number without codes that training never saw. */
export const createModelColumn = (column: Partial<ModelColumn> = {}): ModelColumn => ({
  name: 'column_0',
  label: text('column'),
  unit: null,
  decimals: 0,
  protected: false,
  actionable: true,
  source: 'COLUMN_0',
  codes: [],
  categories: null,
  range: null,
  quantiles: null,
  ...column,
});

/** A number with two ordered bins and missing. */
export const createInput = (input: Partial<Input> = {}): Input => ({
  name: 'input_0',
  label: text('input'),
  unit: null,
  decimals: 0,
  protected: false,
  actionable: true,
  source: { column: 'column_0' },
  reason: text('reason'),
  group: 'group_0',
  direction: null,
  edges: [0],
  codes: [],
  categories: null,
  counts: [1, 1, 1],
  range: null,
  quantiles: null,
  ...input,
});

/** A term over one input, `microLogits` by bin. */
export const createTerm = (term: Partial<Term> & Pick<Term, 'microLogits'>): Term => ({
  inputs: [0],
  shape: [term.microLogits.length],
  se: term.microLogits.map(() => 0),
  ...term,
});

/** A model without inputs: its score is the intercept. */
export const createModel = (model: Partial<Model> = {}): Model => ({
  schema: 1,
  name: 'model',
  version: 'v1',
  learner: 'scorecard',
  dictionary: { name: 'dictionary', fingerprint: '' },
  target: { event: text('default'), horizonDays: null, kind: 'custom', notFor: [], note: null },
  groups: [{ name: 'group_0', code: 'GROUP_0', label: text('group') }],
  columns: [],
  inputs: [],
  terms: [],
  intercept: { microLogits: 0, se: 0 },
  intervalMilli: 1645,
  references: [{ rows: 1, microLogits: [] }],
  scale: { offsetMilli: 501_862, factorMilli: 28_854 },
  calibrations: [],
  scoreHistogram: { edges: [], counts: [0] },
  fingerprint: '',
  ...model,
});
