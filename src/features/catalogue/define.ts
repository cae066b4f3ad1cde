import type { CatalogueFeature, EventExpression, Measure, SourceName } from '../../domain/catalogue.ts';
import type { Text } from '../../domain/text.ts';

type Window = Pick<Measure, 'days' | 'ending' | 'where'>;

/** How many rows. */
export const count = (of: SourceName, window: Window = {}): EventExpression => ({
  measure: { of, take: 'count', ...window },
});

/** One integer of a field. */
export const take = (taken: Measure['take'], of: SourceName, field: string, window: Window = {}): EventExpression => ({
  measure: { of, take: taken, field, ...window },
});

export const sum = (of: SourceName, field: string, window: Window = {}): EventExpression =>
  take('sum', of, field, window);

/** The field of the latest row. */
export const latest = (of: SourceName, field: string, window: Window = {}): EventExpression =>
  take('latest', of, field, window);

/** Days since the latest row, or since the first. */
export const since = (of: SourceName, window: Window = {}): EventExpression => ({
  measure: { of, take: 'since', ...window },
});
export const sinceFirst = (of: SourceName, window: Window = {}): EventExpression => ({
  measure: { of, take: 'sinceFirst', ...window },
});

interface Windows {
  /** Length of each window, and how many, newest first. */
  readonly days: number;
  readonly windows: number;
  readonly ending?: number;
  readonly where?: Measure['where'];
}

/** The same measure over windows one behind the other. */
export const countEach = (of: SourceName, { windows, ...window }: Windows): EventExpression => ({
  measures: { of, take: 'count', ...window },
  windows,
});
export const sumEach = (of: SourceName, field: string, { windows, ...window }: Windows): EventExpression => ({
  measures: { of, take: 'sum', field, ...window },
  windows,
});

export const plus = (...parts: EventExpression[]): EventExpression => ({ add: parts });
export const minus = (a: EventExpression, b: EventExpression): EventExpression => ({ subtract: [a, b] });
export const times = (...parts: EventExpression[]): EventExpression => ({ multiply: parts });
export const atLeastOf = (...parts: EventExpression[]): EventExpression => ({ larger: parts });

/** A hundred times one over the other, with two decimals. */
export const percent = (over: EventExpression, under: EventExpression) => ({
  unit: '%',
  decimals: 2,
  numerator: times(100, over),
  denominator: under,
});

const absolute = (part: EventExpression): EventExpression => atLeastOf(part, minus(0, part));

/**
 * Robust z-score of the newest window against the customer's own earlier ones: the distance from their median over 1.48
 * times their median absolute deviation from it (Iglewicz and Hoaglin 1993), the deviation taken to be at least `least`.
 */
export const againstOwn = (newest: EventExpression, earlier: EventExpression, least: number) => {
  const median: EventExpression = { median: earlier };
  return {
    numerator: times(100, minus(newest, median)),
    denominator: times(148, atLeastOf({ median: absolute(minus(earlier, median)) }, least)),
  };
};

/** What is said of every feature of a group, and of the feature itself. */
interface Shared {
  readonly group: string;
  readonly actionable: boolean;
}

type Said = Omit<CatalogueFeature, 'version' | 'purposes' | 'group' | 'actionable' | 'reason' | 'decimals'> &
  Partial<Pick<CatalogueFeature, 'version' | 'actionable' | 'reason' | 'decimals'>>;

/** Features of one group for credit; where nothing else is said the reason is the label, and the value a whole number. */
export const defineFeatures = ({ group, actionable }: Shared, features: readonly Said[]): CatalogueFeature[] =>
  features.map(({ reason, ...feature }) => ({
    version: 1,
    group,
    actionable,
    purposes: ['credit'],
    decimals: 0,
    ...feature,
    reason: reason ?? feature.label,
  }));

/** A label in both languages. */
export const say = (zh: string, en: string): Text => ({ zh, en });
