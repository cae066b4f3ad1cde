import type { EChartsOption } from 'echarts';
import type { ComparedInput, ComparedTerm, MergedBin, RowsComparison } from '../../src/domain/comparison.ts';
import type { Locale } from '../../src/domain/text.ts';
import { nameMergedBin } from '../../src/explanation/comparison/bin-words.ts';
import { say } from '../../src/explanation/comparison/words.ts';
import { axisName, grid, percent, percentAxis, shorten } from './chart-parts.ts';

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
    grid: { left: 62, right: 56, top: 40, bottom: names.length > 4 ? 92 : 48 },
    legend: { top: 4, itemHeight: 10 },
    xAxis: {
      type: 'category',
      data: names,
      axisLabel: {
        interval: names.length > 24 ? 'auto' : 0,
        fontSize: 10,
        rotate: names.length > 4 ? 45 : 0,
        hideOverlap: false,
      },
      axisLine: { onZero: false },
    },
    yAxis: [
      { type: 'value', ...axisName(say.effect[locale], 42) },
      {
        type: 'value',
        min: 0,
        ...axisName(say.trainingRows[locale], 40),
        axisLabel: { formatter: percent },
        splitLine: { show: false },
      },
    ],
    series: [
      ...sides.flatMap((side) => drawEffect(side, term)),
      {
        type: 'bar',
        name: say.trainingRows[locale],
        yAxisIndex: 1,
        barCategoryGap: '8%',
        itemStyle: { color: '#dde3ea' },
        z: 0,
        data: term.weights,
      },
    ],
  };
};

/** Differences of a term over two inputs as a heat map. */
export const drawDifferences = (
  [down, across]: readonly [down: ComparedInput, across: ComparedInput],
  { difference }: ComparedTerm,
  locale: Locale,
): EChartsOption => {
  const columns = across.bins.length;
  const most = Math.max(0.01, ...difference.map((cell) => Math.abs(cell / 1e6)));
  const names = (input: ComparedInput) => input.bins.map((bin) => nameShort(bin, input, locale));
  return {
    grid: { left: 150, right: 90, top: 30, bottom: 110 },
    xAxis: {
      type: 'category',
      data: names(across),
      axisLabel: { rotate: 45, fontSize: 10 },
      ...axisName(across.label[locale], 92),
    },
    yAxis: { type: 'category', data: names(down), axisLabel: { fontSize: 10 }, name: down.label[locale] },
    visualMap: {
      min: -most,
      max: most,
      precision: 2,
      right: 4,
      top: 'middle',
      inRange: { color: ['#2f8f5b', '#f7f7f7', '#c0392b'] },
    },
    series: [
      {
        type: 'heatmap',
        data: difference.map((cell, place) => [place % columns, Math.floor(place / columns), cell / 1e6]),
      },
    ],
  };
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
