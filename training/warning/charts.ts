import type { EChartsOption } from 'echarts';
import type { Locale } from '../../src/domain/text.ts';
import { axisName, grid, percent } from '../report/chart-parts.ts';
import type { WarningEvaluation, WarningFigures } from './measure.ts';
import { warningSettings } from './settings.ts';
import { words } from './words.ts';

/** Strategies that a chart shows: all signals, the PD, and both together. */
const shown = ['signals', 'pd', 'signals_pd', 'pd_current', 'signals_pd_current'];

const chosen = ({ figures }: WarningEvaluation, budget?: number): WarningFigures[] =>
  shown.flatMap((name) =>
    figures.filter((each) => each.strategy.name === name && (budget === undefined || each.budget === budget)),
  );

const shareAxis = (name: string) => ({
  type: 'value' as const,
  min: 0,
  axisLabel: { formatter: percent },
  ...axisName(name, 44),
});

/** Share of default spells recalled against the alerts that were raised for it. */
export const drawRecall = (evaluation: WarningEvaluation, locale: Locale): EChartsOption => ({
  grid: { ...grid, top: 72 },
  legend: { top: 4, itemHeight: 10 },
  xAxis: { type: 'value', min: 0, ...axisName(words.alertsAxis[locale]) },
  yAxis: shareAxis(words.recall[locale]),
  series: shown.flatMap((name) => {
    const points = chosen(evaluation).filter(({ strategy }) => strategy.name === name);
    const [first] = points;
    if (!first) return [];
    const data = points.map(({ alerts, recall }) => [alerts, recall.value ?? 0]);
    return [{ type: 'line' as const, name: first.strategy.label[locale], symbolSize: 6, data: [[0, 0], ...data] }];
  }),
});

/** Share of default spells warned at least so many days ahead, at the budget that judges. */
export const drawLeads = (evaluation: WarningEvaluation, locale: Locale): EChartsOption => ({
  grid: { ...grid, top: 72 },
  legend: { top: 4, itemHeight: 10 },
  xAxis: { type: 'value', min: 0, max: warningSettings.horizonDays, ...axisName(words.daysAxis[locale]) },
  yAxis: shareAxis(words.spells[locale]),
  series: chosen(evaluation, warningSettings.judgedAt).map(({ strategy, leads }) => ({
    type: 'line' as const,
    step: 'end' as const,
    name: strategy.label[locale],
    showSymbol: false,
    data: leads.map((lead, place) => [lead, (place + 1) / Math.max(1, evaluation.spells)]),
  })),
});
