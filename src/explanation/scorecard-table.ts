import type { Input, Model } from '../domain/model.ts';
import type { Locale, Text } from '../domain/text.ts';
import { missingBin, otherBin, unorderedCodes } from '../model/bins.ts';
import { toCellPoints } from '../model/scale.ts';

/** One line of the points table: a bin of an input that has a term of its own. */
export interface ScorecardLine {
  readonly input: string;
  readonly label: string;
  readonly bin: number;
  /** The values of the bin in words. */
  readonly values: string;
  /** Training rows. */
  readonly rows: number;
  readonly microLogits: number;
  /** Points the bin adds, two decimals; only the total is rounded. */
  readonly points: number;
}

const say = {
  missing: { zh: '缺失', en: 'missing' },
  other: { zh: '其他', en: 'other' },
  any: { zh: '任意值', en: 'any value' },
} as const satisfies Record<string, Text>;

/** The points table (评分卡) of a model's terms over a single input, bin by bin. */
export const listScorecard = (model: Model, locale: Locale): ScorecardLine[] =>
  model.terms.flatMap(({ inputs, microLogits }) => {
    const input = model.inputs[inputs[0] as number];
    if (!input || inputs.length !== 1) return [];
    return microLogits.map((cell, bin) => ({
      input: input.name,
      label: input.label[locale],
      bin,
      values: nameBin(input, bin, locale),
      rows: input.counts[bin] as number,
      microLogits: cell,
      points: toCellPoints(cell, model.scale),
    }));
  });

/** A bin in words: an interval in natural units, categories, a special code's label, missing or other. */
export const nameBin = (input: Input, bin: number, locale: Locale): string => {
  if (bin === missingBin(input)) return say.missing[locale];
  if (bin === otherBin(input)) return say.other[locale];
  if (bin > missingBin(input)) return unorderedCodes(input)[bin - missingBin(input) - 1]?.label[locale] ?? '';
  if (input.categories) {
    return input.categories.flatMap((category) => (category.bin === bin ? [category.value] : [])).join(', ');
  }
  return nameInterval(input, bin, locale);
};

const nameInterval = ({ edges, decimals }: Input, bin: number, locale: Locale): string => {
  const natural = (edge: number | undefined) => (edge === undefined ? null : edge / 10 ** decimals);
  const [from, below] = [natural(edges?.[bin - 1]), natural(edges?.[bin])];
  if (from === null && below === null) return say.any[locale];
  if (from === null) return `< ${below}`;
  return below === null ? `>= ${from}` : `>= ${from}, < ${below}`;
};
