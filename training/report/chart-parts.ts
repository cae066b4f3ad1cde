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
