import type { EChartsOption } from 'echarts';
import type { Input, Model, Term } from '../../src/domain/model.ts';
import type { Locale, Text } from '../../src/domain/text.ts';
import type { Validation } from '../../src/domain/validation.ts';
import { nameBin } from '../../src/explanation/scorecard-table.ts';
import type { RankPoint } from '../../src/metrics/ranking.ts';
import { axisName, effectAxes, grid, percent, percentAxis, rowsBars, shorten } from './chart-parts.ts';
import { FEW_ROWS, heatMap } from './heat-map.ts';
import { words } from './words.ts';

const say = {
  goods: { zh: '好客户占比', en: 'Share of good customers' },
  bads: { zh: '坏客户占比', en: 'Share of bad customers' },
  share: { zh: '客户占比（风险由高到低）', en: 'Share of customers, riskiest first' },
  chance: { zh: '随机', en: 'Chance' },
  predicted: { zh: '预测违约概率', en: 'Predicted probability' },
  perfect: { zh: '完全校准', en: 'Perfect' },
  acted: { zh: '采取措施的客户占比', en: 'Share of customers acted on' },
  loss: { zh: '每个客户的损失', en: 'Loss a customer' },
  best: { zh: '损失最小', en: 'least loss' },
  within: { zh: '复核能力内最小', en: 'least within reviews' },
  effect: { zh: '对数几率（越高风险越大）', en: 'Log-odds (higher = riskier)' },
  band: { zh: '90% 误差带', en: '90% error band' },
  rows: { zh: '训练样本占比', en: 'Share of training rows' },
  enough: { zh: `${FEW_ROWS} 行及以上`, en: `${FEW_ROWS} rows or more` },
  few: { zh: `少于 ${FEW_ROWS} 行`, en: `fewer than ${FEW_ROWS} rows` },
  noRow: { zh: '没有数据', en: 'no row' },
} as const satisfies Record<string, Text>;

/** Share of bad customers passed on the way from the riskiest to the safest, one line for each population. */
const drawCurves = (
  { discrimination }: Validation,
  across: (point: RankPoint) => number,
  { name, locale }: { readonly name: string; readonly locale: Locale },
): EChartsOption => ({
  grid,
  legend: { top: 4, itemHeight: 10 },
  xAxis: { type: 'value', ...percentAxis, ...axisName(name) },
  yAxis: { type: 'value', ...percentAxis, ...axisName(say.bads[locale], 44) },
  series: [
    ...discrimination.map(({ label, curve }) => ({
      type: 'line' as const,
      name: label[locale],
      showSymbol: false,
      data: curve.map((point) => [across(point), point.bads]),
    })),
    diagonal(say.chance[locale]),
  ],
});

/** ROC curves of all populations. */
export const drawRoc = (validation: Validation, locale: Locale): EChartsOption =>
  drawCurves(validation, ({ goods }) => goods, { name: say.goods[locale], locale });

/** Share of bad customers caught against the share of customers looked at. */
export const drawGains = (validation: Validation, locale: Locale): EChartsOption =>
  drawCurves(validation, ({ share }) => share, { name: say.share[locale], locale });

const diagonal = (name: string) => ({
  type: 'line' as const,
  name,
  showSymbol: false,
  lineStyle: { type: 'dashed' as const, color: '#999', width: 1 },
  itemStyle: { color: '#999' },
  data: [
    [0, 0],
    [1, 1],
  ],
});

/** A whisker from one value to another at each place, by a custom series. */
const whiskers = (name: string, data: readonly (readonly number[])[], color: string) => ({
  type: 'custom' as const,
  name,
  data: data.map((point) => [...point]),
  encode: { x: 0, y: [1, 2] },
  itemStyle: { color },
  z: 3,
  renderItem: (_: unknown, api: { value(place: number): unknown; coord(point: number[]): number[] }) => {
    const [x, low, high] = [0, 1, 2].map((place) => Number(api.value(place))) as [number, number, number];
    const [at = 0, bottom = 0] = api.coord([x, low]);
    const top = api.coord([x, high])[1] ?? 0;
    const line = (x1: number, y1: number, x2: number, y2: number) => ({
      type: 'line' as const,
      shape: { x1, y1, x2, y2 },
      style: { stroke: color, lineWidth: 1.5 },
    });
    const arm = 4;
    return {
      type: 'group' as const,
      children: [
        line(at, bottom, at, top),
        line(at - arm, bottom, at + arm, bottom),
        line(at - arm, top, at + arm, top),
      ],
    };
  },
});

/** Observed bad rate of each band against its probability, with its Jeffreys interval. */
export const drawReliability = ({ bands }: Validation['calibration'][number], locale: Locale): EChartsOption => {
  const most = Math.min(
    1,
    1.1 * Math.max(0.01, ...bands.flatMap(({ upper, meanProbability }) => [upper, meanProbability])),
  );
  const end = most > 0.4 ? Math.ceil(5 * most) / 5 : Math.ceil(20 * most) / 20;
  const axis = { min: 0, max: end, axisLabel: { formatter: percent } };
  return {
    grid,
    legend: { top: 4, itemHeight: 10 },
    xAxis: { type: 'value', ...axis, ...axisName(say.predicted[locale]) },
    yAxis: { type: 'value', ...axis, ...axisName(words.observed[locale], 44) },
    series: [
      {
        ...diagonal(say.perfect[locale]),
        data: [
          [0, 0],
          [end, end],
        ],
      },
      whiskers(
        words.observed[locale],
        bands.map(({ meanProbability, lower, upper }) => [meanProbability, lower, upper]),
        '#1f5fa8',
      ),
      {
        type: 'scatter',
        name: words.observed[locale],
        symbolSize: 7,
        itemStyle: { color: '#1f5fa8' },
        data: bands.map(({ meanProbability, rate }) => [meanProbability, rate]),
      },
    ],
  };
};

/** Loss over the share of customers acted on, with the cut-offs that lose least. */
export const drawCost = ({ curve, best, within }: Validation['cost'], locale: Locale): EChartsOption => {
  const marks = [
    ...(best ? [{ name: say.best[locale], coord: [best.share, best.loss] }] : []),
    ...(within ? [{ name: say.within[locale], coord: [within.share, within.loss] }] : []),
  ];
  return {
    grid,
    xAxis: { type: 'value', ...percentAxis, ...axisName(say.acted[locale]) },
    yAxis: { type: 'value', min: 0, ...axisName(say.loss[locale], 44) },
    series: [
      {
        type: 'line',
        showSymbol: false,
        data: curve.map(({ share, loss }) => [share, loss]),
        markPoint: {
          symbol: 'circle',
          symbolSize: 9,
          itemStyle: { color: '#c2571a' },
          label: { formatter: '{b}', position: 'bottom', distance: 8, color: '#8a3a0c' },
          data: marks,
        },
      },
    ],
  };
};

/** The tenth below every interval's lower end. */
const leastTenth = (periods: Validation['periods']): number =>
  Math.floor(10 * Math.min(0.5, ...periods.map(({ auc: { lower } }) => lower ?? 0.5))) / 10;

/** AUC with its interval, period by period. */
export const drawPeriodRanking = (periods: Validation['periods'], locale: Locale): EChartsOption => ({
  grid,
  xAxis: { type: 'category', data: periods.map(({ period }) => String(period)), ...axisName(words.period[locale]) },
  yAxis: { type: 'value', min: leastTenth(periods), max: 1, ...axisName('AUC', 44) },
  series: [
    whiskers(
      'AUC',
      periods.flatMap(({ auc: { lower, upper } }, place) =>
        lower === null || upper === null ? [] : [[place, lower, upper]],
      ),
      '#9dbbe0',
    ),
    { type: 'line', symbolSize: 5, data: periods.map(({ auc: { value } }) => value) },
  ],
});

/** Predicted and observed bad rate, period by period. */
export const drawPeriodCalibration = (periods: Validation['periods'], locale: Locale): EChartsOption => ({
  grid,
  legend: { top: 4, itemHeight: 10 },
  xAxis: { type: 'category', data: periods.map(({ period }) => String(period)), ...axisName(words.period[locale]) },
  yAxis: { type: 'value', min: 0, axisLabel: { formatter: (value: number) => `${(100 * value).toFixed(1)}%` } },
  series: [
    whiskers(
      words.observed[locale],
      periods.map(({ lower, upper }, place) => [place, lower, upper]),
      '#9dbbe0',
    ),
    { type: 'line', name: words.observed[locale], symbolSize: 5, data: periods.map(({ rate }) => rate) },
    {
      type: 'line',
      name: say.predicted[locale],
      symbolSize: 0,
      data: periods.map(({ meanProbability }) => meanProbability),
    },
  ],
});

/** A bin in few words: an interval by its ends, as there is little room below a chart. */
const nameShort = (input: Input, bin: number, locale: Locale): string => {
  const { edges, decimals } = input;
  const [from, below] = [edges?.[bin - 1], edges?.[bin]];
  if (from === undefined || below === undefined || bin > (edges?.length ?? 0))
    return shorten(nameBin(input, bin, locale));
  const [low, high] = [from, below].map((edge) => edge / 10 ** decimals);
  return decimals === 0 && below === from + 1 ? String(low) : `${low} – ${high}`;
};

/** What a term over one input adds to the log-odds bin by bin, its error band, and how many training rows lie in each bin. */
export const drawEffect = (
  input: Input,
  { microLogits, se }: Term,
  { intervalMilli, locale }: Pick<Model, 'intervalMilli'> & { readonly locale: Locale },
): EChartsOption => {
  const rows = input.counts.reduce((sum, count) => sum + count, 0);
  const half = se.map((error) => (error * intervalMilli) / 1e9);
  const value = microLogits.map((cell) => cell / 1e6);
  const names = microLogits.map((_, bin) => nameShort(input, bin, locale));
  return {
    ...effectAxes(names, { effect: say.effect[locale], rows: say.rows[locale] }),
    series: [
      rowsBars(
        say.rows[locale],
        input.counts.map((count) => count / Math.max(1, rows)),
      ),
      whiskers(
        say.band[locale],
        value.map((cell, bin) => [bin, cell - (half[bin] as number), cell + (half[bin] as number)]),
        '#c2571a',
      ),
      {
        type: 'line',
        name: say.effect[locale],
        step: 'middle',
        symbolSize: 6,
        itemStyle: { color: '#1f5fa8' },
        data: value,
      },
    ],
  };
};

/** A term over two inputs as a heat map that is hatched where rows are few; of one over three, the slice at a bin of its first input. */
export const drawInteraction = (
  [down, across]: readonly [down: Input, across: Input],
  { microLogits, rows }: { readonly microLogits: readonly number[]; readonly rows: readonly number[] | null },
  locale: Locale,
): EChartsOption => {
  const toAxis = (input: Input) => ({
    title: input.label[locale],
    names: input.counts.map((_, bin) => nameShort(input, bin, locale)),
  });
  const names = { enough: say.enough[locale], few: say.few[locale], none: say.noRow[locale] };
  return heatMap(toAxis(down), toAxis(across), microLogits, rows && { rows, names });
};
