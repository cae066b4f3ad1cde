import type { Code, Input, Term } from '../../src/domain/model.ts';

const text = (words: string) => ({ zh: words, en: words });

export const createCode = (code: Partial<Code> = {}): Code => ({
  value: -9,
  label: text('code'),
  orderedAs: null,
  countsAs: null,
  ...code,
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
