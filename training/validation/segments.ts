import type { Input, Model } from '../../src/domain/model.ts';
import type { Text } from '../../src/domain/text.ts';
import { nameBin } from '../../src/explanation/scorecard-table.ts';
import type { FeatureDefinition } from '../../src/features/definition.ts';
import { cutQuarters } from '../../src/metrics/quarters.ts';
import { countOrdered, orderedBin } from '../../src/model/bins.ts';
import type { Frame } from '../dataset/frame.ts';
import type { ScoredFrame } from './score-frame.ts';

/** One property of rows, parted into a few segments. */
export interface Segmented {
  readonly name: string;
  readonly label: Text;
  readonly segments: readonly Text[];
  /** Segment of every row. */
  readonly of: Uint16Array;
}

/** Segments into which the ordered values of a number are parted, about as many rows in each. */
const PARTS = 5;
const missing: Text = { zh: '缺失', en: 'missing' };

/** Parts rows by each input of a model: neighbouring bins together, bins outside the order each for itself. */
export const segmentInputs = (model: Model, scored: ScoredFrame): Segmented[] =>
  model.inputs.map((input, place) => {
    const width = model.inputs.length;
    const bins = Array.from({ length: scored.frame.rows }, (_, row) => scored.bins[row * width + place] as number);
    const { segments, ofBin } = joinBins(input, bins);
    return {
      name: input.name,
      label: input.label,
      segments,
      of: Uint16Array.from(bins, (bin) => ofBin[bin] as number),
    };
  });

const joinBins = (input: Input, bins: readonly number[]) => {
  const counts = new Array<number>(input.counts.length).fill(0);
  for (const bin of bins) counts[bin] = (counts[bin] as number) + 1;
  const ordered = countOrdered(input);
  const ends: { from: number; to: number }[] = [];
  let rows = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const open = ends.at(-1);
    const joins = bin < ordered && open && rows < bins.length / PARTS;
    if (joins) open.to = bin;
    else ends.push({ from: bin, to: bin });
    rows = (joins ? rows : 0) + (counts[bin] as number);
  }
  const ofBin = counts.map((_, bin) => ends.findIndex(({ from, to }) => from <= bin && bin <= to));
  return { ofBin, segments: ends.map(({ from, to }) => nameBins(input, from, to)) };
};

const nameBins = (input: Input, from: number, to: number): Text => {
  if (from === to) return { zh: nameBin(input, from, 'zh'), en: nameBin(input, from, 'en') };
  const natural = (edge: number | undefined) => (edge === undefined ? null : edge / 10 ** input.decimals);
  return nameRange(natural(input.edges?.[from - 1]), natural(input.edges?.[to]));
};

const nameRange = (from: number | null, below: number | null): Text => {
  const words = [...(from === null ? [] : [`>= ${from}`]), ...(below === null ? [] : [`< ${below}`])].join(', ');
  return words === '' ? { zh: '任意值', en: 'any value' } : { zh: words, en: words };
};

/** Parts rows by each protected column, whether or not it is an input: categories as they are, numbers by quartiles. */
export const segmentProtected = (frame: Frame): Segmented[] =>
  frame.featureSet.features.flatMap((feature) => {
    const column = frame.columns.find(({ definition }) => definition.name === feature.name);
    if (!feature.protected || !column) return [];
    const { categories } = column.definition;
    return [categories ? partCategories(feature, column.values, frame) : partNumber(feature, column.values)];
  });

const partCategories = ({ name, label }: FeatureDefinition, values: Float64Array, frame: Frame): Segmented => {
  const documented = frame.dictionary.columns.find((column) => column.name === name);
  const words = new Map(
    documented?.role === 'feature' && documented.type === 'category'
      ? documented.categories.map(({ value, label: word }) => [value, word])
      : [],
  );
  const texts = frame.columns.find(({ definition }) => definition.name === name)?.definition.categories ?? [];
  const used = [...Float64Array.from(new Set(values)).sort()];
  const place = new Map(used.map((value, index) => [value, index]));
  return {
    name,
    label,
    segments: used.map((value) => {
      if (Number.isNaN(value)) return missing;
      const text = texts[value] as string;
      return words.get(text) ?? { zh: text, en: text };
    }),
    of: Uint16Array.from(values, (value) => place.get(value) as number),
  };
};

const partNumber = ({ name, label, decimals }: FeatureDefinition, values: Float64Array): Segmented => {
  const edges = cutQuarters(values);
  const natural = (edge: number | undefined) => (edge === undefined ? null : edge / 10 ** decimals);
  const ordered = Array.from({ length: edges.length + 1 }, (_, bin) =>
    nameRange(natural(edges[bin - 1]), natural(edges[bin])),
  );
  const hasMissing = values.some(Number.isNaN);
  return {
    name,
    label,
    segments: hasMissing ? [...ordered, missing] : ordered,
    of: Uint16Array.from(values, (value) => (Number.isNaN(value) ? ordered.length : orderedBin(edges, value))),
  };
};
