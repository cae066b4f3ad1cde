import type { EChartsOption } from 'echarts';
import { axisName } from './chart-parts.ts';

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
  const most = Math.max(0.01, ...cells.map((cell) => Math.abs(cell / 1e6)));
  const shaded = shadeCells(cells, across.names.length, most);
  return {
    grid: { left: 150, right: 90, top: 30, bottom: 126 },
    xAxis: {
      type: 'category',
      data: [...across.names],
      axisLabel: { interval: 0, rotate: 45, fontSize: 10 },
      ...axisName(across.title, 92),
    },
    yAxis: { type: 'category', data: [...down.names], axisLabel: { interval: 0, fontSize: 10 }, name: down.title },
    visualMap: density ? [colourScale(most, SHADED), clearScale(most)] : [colourScale(most, 0)],
    ...(density ? { legend: kindLegend(density) } : {}),
    series: density ? listSeries(shaded, density) : [{ ...heat, ...shaded }],
  };
};

/** A series draws as it stands, as nothing reacts to a mouse. */
const heat = { type: 'heatmap' as const, emphasis: { disabled: true } };

/** The cells as a series wants them, in log-odds, with their figures where these can be read. */
const shadeCells = (cells: readonly number[], columns: number, most: number) => {
  const written = cells.length <= MOST_WRITTEN;
  const shade = (value: number) => (written ? value : (Math.round((value / most) * SHADES) / SHADES) * most);
  return {
    data: cells.map((cell, place) => [place % columns, Math.floor(place / columns), shade(cell / 1e6)]),
    label: {
      show: written,
      fontSize: 9,
      formatter: ({ value }: { value: unknown }) => (value as number[])[2]?.toFixed(2) ?? '',
    },
  };
};

/** A series of coloured cells for each kind, then one of hatching for each kind that has some; cells of one shade follow each other. */
const listSeries = ({ data, label }: ReturnType<typeof shadeCells>, { rows, names }: Density) => {
  const listKind = (kind: Kind) =>
    data.filter((_, place) => weighRows(rows[place] ?? 0) === kind).sort(([, , a = 0], [, , b = 0]) => a - b);
  return [
    ...kinds.map((kind) => ({
      ...heat,
      name: names[kind],
      label,
      itemStyle: { opacity: strokes[kind].opacity },
      data: listKind(kind),
    })),
    ...hatched.map((kind) => ({ ...heat, itemStyle: strokes[kind], data: listKind(kind) })),
  ];
};

/** Places of the coloured series, and of the hatched ones. */
const SHADED = kinds.map((_, place) => place);
const HATCHED = hatched.map((_, place) => kinds.length + place);

const colourScale = (most: number, seriesIndex: number | number[]) => ({
  seriesIndex,
  min: -most,
  max: most,
  precision: 2,
  text: [most, -most].map((end) => end.toFixed(2)),
  right: 4,
  top: 'middle',
  inRange: { color: ['#2f8f5b', '#f7f7f7', '#c0392b'] },
});

const clearScale = (most: number) => ({
  seriesIndex: HATCHED,
  show: false,
  min: -most,
  max: most,
  inRange: { color: [CLEAR] },
});

const kindLegend = ({ names }: Density) => ({
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
