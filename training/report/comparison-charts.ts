import type { EChartsOption } from 'echarts';
import type { ComparedInput, ComparedTerm, MergedBin, RowsComparison } from '../../src/domain/comparison.ts';
import type { Locale } from '../../src/domain/text.ts';
import { nameMergedBin } from '../../src/explanation/comparison/bin-words.ts';
import { say } from '../../src/explanation/comparison/words.ts';
import { axisName, effectAxes, grid, percentAxis, rowsBars, shorten } from './chart-parts.ts';
import { heatMap } from './heat-map.ts';

/** A merged bin in few words. */
const nameShort = (bin: MergedBin, input: ComparedInput, locale: Locale): string => {
  const { kind, from, below } = bin;
  if (kind !== 'values' || from === null || below === null) return shorten(nameMergedBin(bin, input)[locale]);
  const [low, high] = [from, below].map((edge) => edge / 10 ** input.decimals);
  return input.decimals === 0 && below === from + 1 ? String(low) : `${low} – ${high}`;
};

/** One colour for each model on every chart. */
const colours = { a: '#1f5fa8', b: '#c2571a' } as const;
const sides = ['a', 'b'] as const;

const drawEffect = (side: 'a' | 'b', { mean, ...term }: ComparedTerm) =>
  (term[side] === null ? [] : [term[side]]).map((cells) => ({
    type: 'line' as const,
    name: side.toUpperCase(),
    step: 'middle' as const,
    symbolSize: 5,
    itemStyle: { color: colours[side] },
    data: cells.map((cell) => (cell - (mean[side] ?? 0)) / 1e6),
  }));

/** The effects of both models over one input, each from its own mean, and where the training rows lie. */
export const drawBothEffects = (input: ComparedInput, term: ComparedTerm, locale: Locale): EChartsOption => {
  const names = input.bins.map((bin) => nameShort(bin, input, locale));
  return {
    ...effectAxes(names, { effect: say.effect[locale], rows: say.trainingRows[locale] }),
    series: [...sides.flatMap((side) => drawEffect(side, term)), rowsBars(say.trainingRows[locale], term.weights)],
  };
};

/** Differences of a term over two inputs as a heat map. */
export const drawDifferences = (
  [down, across]: readonly [down: ComparedInput, across: ComparedInput],
  { difference }: ComparedTerm,
  locale: Locale,
): EChartsOption => {
  const toAxis = (input: ComparedInput) => ({
    title: input.label[locale],
    names: input.bins.map((bin) => nameShort(bin, input, locale)),
  });
  return heatMap(toAxis(down), toAxis(across), difference);
};

/** ROC curves of both models. */
export const drawBothRoc = (
  { curves }: Pick<NonNullable<RowsComparison['worth']>, 'curves'>,
  locale: Locale,
): EChartsOption => ({
  grid,
  legend: { top: 4, itemHeight: 10 },
  xAxis: { type: 'value', ...percentAxis, ...axisName(say.goods[locale]) },
  yAxis: { type: 'value', ...percentAxis, ...axisName(say.badShare[locale], 44) },
  series: sides.map((side) => ({
    type: 'line' as const,
    name: side.toUpperCase(),
    itemStyle: { color: colours[side] },
    showSymbol: false,
    data: curves[side].map(({ goods, bads }) => [goods, bads]),
  })),
});
