import type { EChartsOption } from 'echarts';

/** The name of an axis, in its middle. */
export const axisName = (name: string, nameGap = 28) => ({ name, nameLocation: 'middle' as const, nameGap });

/** Room around a chart. */
export const grid = { left: 62, right: 24, top: 40, bottom: 48 };

/** A share as a whole percentage. */
export const percent = (value: number) => `${Math.round(100 * value)}%`;

/** An axis of shares. */
export const percentAxis = { min: 0, max: 1, axisLabel: { formatter: percent } };

const LONGEST = 20;

/** A text that fits below a chart. */
export const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** Names below a chart from which on only those that fit are written. */
const MANY = 24;

/** Axes of effects bin by bin, in log-odds on the left, with shares of the training rows on the right. */
export const effectAxes = (names: readonly string[], { effect, rows }: { effect: string; rows: string }) =>
  ({
    grid: { left: 62, right: 56, top: 40, bottom: names.length > 4 ? 92 : 48 },
    legend: { top: 4, itemHeight: 10 },
    xAxis: {
      type: 'category',
      data: [...names],
      axisLabel: {
        interval: names.length > MANY ? 'auto' : 0,
        fontSize: 10,
        rotate: names.length > 4 ? 45 : 0,
        hideOverlap: false,
      },
      axisLine: { onZero: false },
    },
    yAxis: [
      {
        type: 'value',
        ...axisName(effect, 42),
        axisLabel: { formatter: (tick: number) => String(Number(tick.toFixed(2))) },
      },
      { type: 'value', min: 0, ...axisName(rows, 40), axisLabel: { formatter: percent }, splitLine: { show: false } },
    ],
  }) satisfies EChartsOption;

/** Where the training rows lie, behind the effects. */
export const rowsBars = (name: string, shares: readonly number[]) => ({
  type: 'bar' as const,
  name,
  yAxisIndex: 1,
  barCategoryGap: '8%',
  itemStyle: { color: '#dde3ea' },
  z: 0,
  data: [...shares],
});

/** One side of a heat map: its title and the names of its bins. */
export interface HeatAxis {
  readonly title: string;
  readonly names: readonly string[];
}

/** Cells up to which a heat map has its figures written in. */
const MOST_WRITTEN = 80;

/** Micro-logits over the bins of two inputs as a heat map in log-odds, cells in row-major order. */
export const heatMap = (down: HeatAxis, across: HeatAxis, cells: readonly number[]): EChartsOption => {
  const columns = across.names.length;
  const most = Math.max(0.01, ...cells.map((cell) => Math.abs(cell / 1e6)));
  return {
    grid: { left: 150, right: 90, top: 30, bottom: 110 },
    xAxis: {
      type: 'category',
      data: [...across.names],
      axisLabel: { interval: 0, rotate: 45, fontSize: 10 },
      ...axisName(across.title, 92),
    },
    yAxis: { type: 'category', data: [...down.names], axisLabel: { interval: 0, fontSize: 10 }, name: down.title },
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
        label: {
          show: cells.length <= MOST_WRITTEN,
          fontSize: 9,
          formatter: ({ value }) => (value as number[])[2]?.toFixed(2) ?? '',
        },
        data: cells.map((cell, place) => [place % columns, Math.floor(place / columns), cell / 1e6]),
      },
    ],
  };
};
