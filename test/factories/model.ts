import type { Code, Input, Model, ModelColumn, Term } from '../../src/domain/model.ts';
import { sealModel } from '../../src/model/seal.ts';

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

const createSpread = () => ({
  range: { minimum: 0, maximum: 200 },
  quantiles: Array.from({ length: 101 }, (_, share) => 2 * share),
});
const described = { label: text('words'), unit: null, protected: false, actionable: false };

/** A model that is whole: a number with a code and a direction, a category, a derived input, a term over two of them; ten training rows. */
export const createWholeModel = (model: Partial<Model> = {}): Model => {
  const { fingerprint: _, ...content } = createModel({
    groups: [
      { name: 'money', code: 'MONEY', label: text('words') },
      { name: 'person', code: 'PERSON', label: text('words') },
    ],
    columns: [
      {
        ...described,
        ...createSpread(),
        name: 'amount',
        source: 'AMOUNT',
        decimals: 2,
        codes: [createCode()],
        categories: null,
      },
      {
        ...described,
        name: 'work',
        source: 'WORK',
        decimals: 0,
        codes: [],
        categories: ['a', 'b', 'c'].map((value) => ({ value, count: 3 })),
        range: null,
        quantiles: null,
      },
    ],
    inputs: [
      createInput({
        name: 'amount',
        source: { column: 'amount' },
        group: 'money',
        direction: 'increasing',
        decimals: 2,
        edges: [50, 100],
        codes: [createCode()],
        counts: [3, 2, 2, 2, 1],
        ...createSpread(),
      }),
      createInput({
        name: 'work',
        source: { column: 'work' },
        group: 'person',
        edges: null,
        categories: [
          { value: 'a', bin: 0 },
          { value: 'b', bin: 1 },
        ],
        counts: [4, 3, 2, 1],
      }),
      createInput({
        name: 'half',
        source: { derivation: { decimals: 0, numerator: { column: 'amount' }, denominator: 2 } },
        group: 'money',
        counts: [4, 4, 2],
        ...createSpread(),
      }),
    ],
    terms: [
      createTerm({ inputs: [0], microLogits: [-500, 0, 500, 20, 10] }),
      createTerm({ inputs: [1], microLogits: [-100, 100, 0, 0] }),
      createTerm({ inputs: [2], microLogits: [-50, 50, 0] }),
      createTerm({ inputs: [1, 2], shape: [4, 3], microLogits: Array.from({ length: 12 }, (_, cell) => cell) }),
    ],
    references: [
      { rows: 4, microLogits: [-400, -50, -20, 2] },
      { rows: 6, microLogits: [300, 40, 10, 8] },
    ],
    scoreHistogram: { edges: [-100, 100], counts: [4, 2, 4] },
    ...model,
  });
  return sealModel(content);
};
