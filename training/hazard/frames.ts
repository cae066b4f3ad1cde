import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { Text } from '../../src/domain/text.ts';
import { resolveFeatures } from '../../src/features/definition.ts';
import type { LoadedFrame } from '../dataset/load.ts';
import { labelWithin, type Panel, type PeriodOutcome } from './panel.ts';

const against: Text = {
  zh: '仅与存续相比：本期以另一种方式结束的行不在其中。',
  en: 'Against surviving the period alone: rows that ended in the other way are left out.',
};

/** The rows on which default against surviving is fitted; those that paid off are left out. */
export const defaultFrame = ({ frame, outcomes, dictionary: { hazard } }: Panel): LoadedFrame => ({
  ...frame,
  dictionary: {
    ...frame.dictionary,
    target: { ...frame.dictionary.target, horizonDays: hazard.periodDays, note: against },
  },
  labels: labelAs(outcomes, 'default'),
});

/** The rows on which payoff against surviving is fitted. Directions are those of default, so that a payoff has none. */
export const payoffFrame = (panel: Panel): LoadedFrame => {
  const { frame, outcomes, stayed, dictionary } = panel;
  const { payoff, periodDays } = dictionary.hazard;
  const column = dictionary.columns.find(({ name }) => name === payoff.column)?.source ?? payoff.column;
  const undirected: Dictionary = {
    ...frame.dictionary,
    target: {
      ...frame.dictionary.target,
      column,
      bad: payoff.values,
      good: [...stayed],
      indeterminate: [],
      excluded: [],
      event: payoff.event,
      kind: 'custom',
      horizonDays: periodDays,
      note: against,
    },
    columns: frame.dictionary.columns.map((each) =>
      each.role === 'feature' && each.type === 'number' ? { ...each, direction: null } : each,
    ),
    derived: frame.dictionary.derived.map((each) => ({ ...each, direction: null })),
  };
  const labels = labelAs(outcomes, 'payoff');
  return { ...frame, dictionary: undirected, featureSet: resolveFeatures(undirected), labels };
};

const labelAs = (outcomes: readonly PeriodOutcome[], bad: PeriodOutcome): Uint8Array =>
  Uint8Array.from(outcomes, (outcome) => {
    if (outcome === bad) return 1;
    return outcome === 'survived' ? 0 : 2;
  });

/**
 * The rows for a table of default within a horizon. Fit and calibration end earlier by the horizon, so that every outcome
 * they look at was known by the end of theirs; rows in between are left out.
 */
export const withinFrame = (panel: Panel, horizon: number): LoadedFrame => {
  const { frame, periods, dictionary } = panel;
  const { fitTo, calibrateTo, column } = dictionary.periods;
  const sooner = horizon - 1;
  const days = horizon * dictionary.hazard.periodDays;
  const labels = labelWithin(panel, horizon).map((label, row) => {
    const period = periods[row] as number;
    return period > calibrateTo - sooner && period <= calibrateTo ? 2 : label;
  });
  const { event } = frame.dictionary.target;
  return {
    ...frame,
    dictionary: {
      ...frame.dictionary,
      periods: { column, fitTo: fitTo - sooner, calibrateTo: calibrateTo - sooner },
      target: {
        ...frame.dictionary.target,
        event: { zh: `${days} 天内：${event.zh}`, en: `Within ${days} days: ${event.en}` },
        horizonDays: days,
        performanceWindow: { zh: `${horizon} 期`, en: `${horizon} periods` },
      },
    },
    labels,
  };
};
