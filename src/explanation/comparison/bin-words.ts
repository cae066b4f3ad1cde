import type { ComparedInput, MergedBin } from '../../domain/comparison.ts';
import type { Text } from '../../domain/text.ts';

const both = (words: string): Text => ({ zh: words, en: words });

/** Joins texts in each language. */
export const joinTexts = (texts: readonly Text[], separator: Text): Text => ({
  zh: texts.map(({ zh }) => zh).join(separator.zh),
  en: texts.map(({ en }) => en).join(separator.en),
});

const listSign: Text = { zh: '、', en: ', ' };

type Named = Pick<ComparedInput, 'decimals' | 'codes'>;

const codeLabels = ({ codes }: Named, values: readonly number[]): Text =>
  joinTexts(
    values.map((value) => codes.find((code) => code.value === value)?.label ?? both(String(value))),
    listSign,
  );

/** Ordinary values from one to below another, scaled; null = open. */
type Values = Pick<MergedBin, 'from' | 'below'>;

const nameValues = ({ from, below }: Values, { decimals }: Named): Text => {
  const natural = (value: number) => String(value / 10 ** decimals);
  if (from === null && below === null) return { zh: '任意值', en: 'any value' };
  if (from === null) return { zh: `低于 ${natural(below as number)}`, en: `below ${natural(below as number)}` };
  if (below === null) return { zh: `${natural(from)} 及以上`, en: `from ${natural(from)} on` };
  if (decimals === 0 && below === from + 1) return { zh: `为 ${from}`, en: `at ${from}` };
  return {
    zh: `从 ${natural(from)} 到 ${natural(below)} 以下`,
    en: `from ${natural(from)} to below ${natural(below)}`,
  };
};

const missing: Text = { zh: '缺失', en: 'missing' };
const other: Text = { zh: '其他类别', en: 'any other category' };

/** A merged bin in words. */
export const nameMergedBin = (bin: MergedBin, input: Named): Text => {
  const { kind, codes, categories } = bin;
  if (kind === 'missing') return missing;
  if (kind === 'other') return other;
  if (kind === 'categories') return joinTexts(categories.map(both), listSign);
  if (kind === 'codes') return codeLabels(input, codes);
  const values = nameValues(bin, input);
  if (codes.length === 0) return values;
  const labels = codeLabels(input, codes);
  return { zh: `${values.zh}（含${labels.zh}）`, en: `${values.en} (and ${labels.en})` };
};

/** Several merged bins in a row in words; one that holds only values is named by its ends. */
export const nameMergedBins = (bins: readonly MergedBin[], input: Named): Text => {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last || bins.length === 1) return first ? nameMergedBin(first, input) : missing;
  const codes = bins.flatMap((bin) => bin.codes);
  const isRun = bins.every(({ kind }, place) => kind === 'values' && isNext(bins[place - 1], bins[place]));
  if (!isRun) {
    return joinTexts(
      bins.map((bin) => nameMergedBin(bin, input)),
      { zh: '；', en: '; ' },
    );
  }
  return nameMergedBin({ ...first, below: last.below, codes }, input);
};

const isNext = (before: MergedBin | undefined, bin: MergedBin | undefined): boolean =>
  !before || before.below === bin?.from;
