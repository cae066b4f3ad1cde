import type { ComparedInput } from '../domain/comparison.ts';
import { namedColumns } from '../domain/derivation.ts';
import type { Input, Model } from '../domain/model.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import { mergeBins } from './merged-bins.ts';

/** A compared input and its place among the inputs of each model; null where a model has it not. */
export interface PairedInput {
  readonly input: ComparedInput;
  readonly places: { readonly a: number | null; readonly b: number | null };
}

/** The inputs of A, then those that only B has. Inputs are the same where they read the same values from the same columns. */
export const pairInputs = (a: Model, b: Model): PairedInput[] => [
  ...a.inputs.map((input, place) => {
    const other = b.inputs.findIndex(({ name }) => name === input.name);
    const counterpart = b.inputs[other];
    if (counterpart && readingOf(a, input) === readingOf(b, counterpart)) {
      return pair(input, counterpart, { a: place, b: other });
    }
    return alone(input, { a: place, b: null }, counterpart !== undefined);
  }),
  ...b.inputs.flatMap((input, place) => {
    const counterpart = a.inputs.find(({ name }) => name === input.name);
    if (counterpart && readingOf(a, counterpart) === readingOf(b, input)) return [];
    return [alone(input, { a: null, b: place }, counterpart !== undefined)];
  }),
];

/** Everything an input's value depends on, beside the row. */
const readingOf = ({ columns }: Model, { source, decimals, categories }: Input): string => {
  const isDerived = 'derivation' in source;
  const names = isDerived ? namedColumns(source.derivation) : Object.values(source).map(String);
  const read = columns.filter(({ name }) => names.includes(name)).sort((x, y) => (x.name < y.name ? -1 : 1));
  const counted = (codes: Input['codes']) =>
    codes.map(({ value, countsAs }) => ({ value, countsAs })).sort((x, y) => x.value - y.value);
  return toCanonicalJson({
    source,
    decimals,
    isCategory: categories !== null,
    columns: read.map((column) => ({
      name: column.name,
      source: column.source,
      decimals: column.decimals,
      codes: isDerived ? counted(column.codes) : [],
    })),
  });
};

const describe = ({ name, label, decimals }: Input, ...codes: readonly Input['codes'][]) => {
  const known = new Map(codes.flat().map((code) => [code.value, code.label]));
  return { name, label, decimals, codes: [...known].map(([value, words]) => ({ value, label: words })) };
};

const pair = (a: Input, b: Input, places: PairedInput['places']): PairedInput => ({
  places,
  input: {
    ...describe(a, b.codes, a.codes),
    in: 'both',
    readDifferently: false,
    direction: { a: a.direction, b: b.direction },
    bins: mergeBins(a, b),
  },
});

const alone = (input: Input, places: PairedInput['places'], readDifferently: boolean): PairedInput => {
  const isA = places.a !== null;
  const { direction } = input;
  return {
    places,
    input: {
      ...describe(input, input.codes),
      in: isA ? 'a' : 'b',
      readDifferently,
      direction: isA ? { a: direction, b: null } : { a: null, b: direction },
      bins: mergeBins(input, input).map((bin) => (isA ? { ...bin, b: null } : { ...bin, a: null })),
    },
  };
};
