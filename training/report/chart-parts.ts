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

/** Of the legend's squares. */
const LEGEND = '#e3a49c';

/** Cells up to which a heat map has its figures written in. */
const MOST_WRITTEN = 80;

/** Rows below which a cell has little data. */
export const FEW_ROWS = 30;

/** How many rows lie in each cell of a heat map, and what cells of many, few and no rows are called. */
export interface Density {
  readonly rows: readonly number[];
  readonly names: Readonly<Record<'enough' | 'few' | 'none', string>>;
}

/** Lines over a cell at some distance from each other, in pixels. */
const hatch = (rotation: number, distance: number) => ({
  symbol: 'rect' as const,
  symbolSize: 1,
  color: 'rgba(40, 50, 60, 0.55)',
  dashArrayX: [1, 0] as [number, number],
  dashArrayY: [1, distance] as [number, number],
  rotation,
});

/** How cells are drawn by how many rows they hold: a pale colour is a weak effect, so little data is hatched. */
const strokes = {
  enough: { opacity: 1 },
  few: { decal: hatch(Math.PI / 4, 7), opacity: 1 },
  none: { decal: hatch(-Math.PI / 4, 2), opacity: 0.3 },
} as const;
type Kind = keyof typeof strokes;
const kinds = ['enough', 'few', 'none'] as const satisfies readonly Kind[];
const hatched = ['few', 'none'] as const satisfies readonly Kind[];

/** A colour that does not show: hatching lies over all cells of its kind in a series of its own, as one shape. */
const CLEAR = 'rgba(0,0,0,0)';
/** Shades on either side of none in a heat map without figures: cells of one shade are one shape. */
const SHADES = 24;

const weighRows = (rows: number): Kind => {
  if (rows === 0) return 'none';
  return rows < FEW_ROWS ? 'few' : 'enough';
};

/**
 * Micro-logits over the bins of two inputs as a heat map in log-odds, cells in row-major order.
 * @param density hatches cells that hold few rows and says so in a legend; null = all cells are drawn alike
 */
export const heatMap = (
  down: HeatAxis,
  across: HeatAxis,
  cells: readonly number[],
  density: Density | null = null,
): EChartsOption => {
  const columns = across.names.length;
  const most = Math.max(0.01, ...cells.map((cell) => Math.abs(cell / 1e6)));
  const written = cells.length <= MOST_WRITTEN;
  const shade = (value: number) => (written ? value : (Math.round((value / most) * SHADES) / SHADES) * most);
  const data = cells.map((cell, place) => [place % columns, Math.floor(place / columns), shade(cell / 1e6)]);
  const label = {
    show: written,
    fontSize: 9,
    formatter: ({ value }: { value: unknown }) => (value as number[])[2]?.toFixed(2) ?? '',
  };
  const heat = { type: 'heatmap' as const, emphasis: { disabled: true } };
  const listKind = (kind: Kind, { rows }: Density) =>
    data.filter((_, place) => weighRows(rows[place] ?? 0) === kind).sort(([, , a = 0], [, , b = 0]) => a - b);
  const listSeries = (density: Density) => [
    ...kinds.map((kind) => ({
      ...heat,
      name: density.names[kind],
      label,
      itemStyle: { opacity: strokes[kind].opacity },
      data: listKind(kind, density),
    })),
    ...hatched.map((kind) => ({ ...heat, itemStyle: strokes[kind], data: listKind(kind, density) })),
  ];
  const legend = ({ names }: Density) => ({
    bottom: 0,
    left: 'center' as const,
    itemHeight: 12,
    selectedMode: false as const,
    data: kinds.map((kind) => ({
      name: names[kind],
      icon: 'rect',
      itemStyle: { color: LEGEND, ...strokes[kind] },
    })),
  });
  return {
    grid: { left: 150, right: 90, top: 30, bottom: 126 },
    xAxis: {
      type: 'category',
      data: [...across.names],
      axisLabel: { interval: 0, rotate: 45, fontSize: 10 },
      ...axisName(across.title, 92),
    },
    yAxis: { type: 'category', data: [...down.names], axisLabel: { interval: 0, fontSize: 10 }, name: down.title },
    visualMap: [
      {
        seriesIndex: density ? kinds.map((_, place) => place) : 0,
        min: -most,
        max: most,
        precision: 2,
        text: [most, -most].map((end) => end.toFixed(2)),
        right: 4,
        top: 'middle',
        inRange: { color: ['#2f8f5b', '#f7f7f7', '#c0392b'] },
      },
      ...(density
        ? [
            {
              seriesIndex: hatched.map((_, place) => kinds.length + place),
              show: false,
              min: -most,
              max: most,
              inRange: { color: [CLEAR] },
            },
          ]
        : []),
    ],
    ...(density ? { legend: legend(density) } : {}),
    series: density ? listSeries(density) : [{ ...heat, label, data }],
  };
};
