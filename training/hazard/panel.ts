import type { Dictionary } from '../../src/domain/dictionary.ts';
import { resolveFeatures } from '../../src/features/definition.ts';
import type { ColumnData, Frame } from '../dataset/frame.ts';
import type { LoadedFrame } from '../dataset/load.ts';
import { type PanelDictionary, toRowDictionary } from './panel-dictionary.ts';

/** What became of a customer in the period of a row; `unknown` = neither good nor bad by the dictionary. */
export const outcomes = ['survived', 'default', 'payoff', 'unknown'] as const;
export type PeriodOutcome = (typeof outcomes)[number];

/** The rows of a panel as models see them, and what tells whose they are and how they ended. */
export interface Panel {
  /** With the column that counts periods; labels as the target has them. */
  readonly frame: LoadedFrame;
  readonly dictionary: PanelDictionary;
  /** A number for the customer of each row. */
  readonly customers: Float64Array;
  /** Calendar period of each row. */
  readonly periods: Float64Array;
  readonly outcomes: readonly PeriodOutcome[];
  /** Values of the payoff column that do not mean payoff. */
  readonly stayed: readonly string[];
}

/**
 * Makes a panel of a file read by its reading dictionary. A default counts before a payoff in the same period. All rows of a
 * customer stand in the same fold, since the frame tells whose each is.
 */
export const toPanel = (loaded: LoadedFrame, dictionary: PanelDictionary): Panel => {
  const { hazard, periods: calendar } = dictionary;
  const columnOf = (name: string): ColumnData =>
    loaded.columns.find(({ definition }) => definition.name === name) as ColumnData;
  const [periods, since, paid] = [calendar.column, hazard.period.since, hazard.payoff.column].map(columnOf) as [
    ColumnData,
    ColumnData,
    ColumnData,
  ];
  const values = paid.definition.categories ?? [];
  const isPayoff = values.map((value) => hazard.payoff.values.includes(value));
  const made = periods.values.map((period, row) => period - (since.values[row] as number));
  const rows = toRowDictionary(dictionary);
  return {
    frame: {
      ...layOut(loaded, rows, { name: hazard.period.name, values: made }),
      file: loaded.file,
      periods: periods.values,
    },
    dictionary,
    customers: loaded.customers as Float64Array,
    periods: periods.values,
    outcomes: Array.from(loaded.labels, (label, row): PeriodOutcome => {
      if (label === 1) return 'default';
      if (isPayoff[paid.values[row] as number]) return 'payoff';
      return label === 0 ? 'survived' : 'unknown';
    }),
    stayed: values.filter((_, place) => !isPayoff[place]),
  };
};

/**
 * A frame by another dictionary: the columns it names, one of them made here. It tells no day of a row: periods do not
 * overlap, whatever their length in days.
 */
const layOut = (
  { observed: _, ...loaded }: Frame,
  dictionary: Dictionary,
  made: { name: string; values: Float64Array },
): Frame => {
  const featureSet = resolveFeatures(dictionary);
  return {
    ...loaded,
    dictionary,
    featureSet,
    columns: featureSet.columns.flatMap((definition) => {
      if (definition.name === made.name) return [{ definition, values: made.values }];
      return loaded.columns.find((column) => column.definition.name === definition.name) ?? [];
    }),
  };
};

/**
 * Whether each row's customer defaults within so many periods, the row's own the first: 1, or 0 where they paid off
 * before or survived all; 2 where a period is not there or its outcome unknown. Rows so late that the panel ends before the
 * horizon are all 2: of them only those that ended would be known.
 */
export const labelWithin = (
  { customers, periods, outcomes: seen }: Pick<Panel, 'customers' | 'periods' | 'outcomes'>,
  horizon: number,
): Uint8Array => {
  const worst = new Map<string, PeriodOutcome>();
  const severity: readonly PeriodOutcome[] = ['default', 'unknown', 'payoff', 'survived'];
  for (const [row, outcome] of seen.entries()) {
    const key = `${customers[row]}:${periods[row]}`;
    const known = worst.get(key);
    if (known === undefined || severity.indexOf(outcome) < severity.indexOf(known)) worst.set(key, outcome);
  }
  const last = periods.reduce((latest, period) => Math.max(latest, period), Number.NEGATIVE_INFINITY);
  return Uint8Array.from(seen, (_, row) => {
    if ((periods[row] as number) + horizon - 1 > last) return 2;
    for (let step = 0; step < horizon; step++) {
      const outcome = worst.get(`${customers[row]}:${(periods[row] as number) + step}`) ?? 'unknown';
      if (outcome === 'default') return 1;
      if (outcome === 'payoff') return 0;
      if (outcome === 'unknown') return 2;
    }
    return 0;
  });
};
