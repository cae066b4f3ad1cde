import type { Text } from '../../domain/text.ts';
import { cutQuarters } from '../../metrics/quarters.ts';
import { orderedBin } from '../../model/bins.ts';
import { nameMergedBin } from './bin-words.ts';
import type { Partition } from './compared-rows.ts';

/** A column as people know it. */
interface Named {
  readonly name: string;
  readonly label: Text;
}

const missing: Text = { zh: '缺失', en: 'missing' };

/** Rows by the category they are in, in the order in which these come; null = missing. */
export const partCategories = (
  { name, label }: Named,
  texts: readonly (string | null)[],
  words: readonly { readonly value: string; readonly label: Text }[],
): Partition => {
  const places = new Map([...new Set(texts)].map((text, place) => [text, place]));
  const word = (text: string | null): Text =>
    text === null ? missing : (words.find(({ value }) => value === text)?.label ?? { zh: text, en: text });
  return {
    name,
    label,
    protected: true,
    segments: [...places.keys()].map(word),
    of: Uint16Array.from(texts, (text) => places.get(text) as number),
  };
};

/** Rows by the quarter in which their number lies, equal numbers together; NaN = missing. */
export const partNumbers = (
  { name, label, decimals }: Named & { readonly decimals: number },
  values: readonly number[],
): Partition => {
  const edges = cutQuarters(values);
  const quarters = Array.from({ length: edges.length + 1 }, (_, place) => {
    const [from, below] = [edges[place - 1] ?? null, edges[place] ?? null];
    const bin = { kind: 'values' as const, from, below, codes: [], categories: [], a: null, b: null };
    return nameMergedBin(bin, { decimals, codes: [] });
  });
  return {
    name,
    label,
    protected: true,
    segments: [...quarters, missing],
    of: Uint16Array.from(values, (value) => (Number.isNaN(value) ? quarters.length : orderedBin(edges, value))),
  };
};
