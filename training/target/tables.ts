import type { Locale } from '../../src/domain/text.ts';
import { type RepaymentState, repaymentStates } from '../../src/features/repayment-state.ts';
import type { MonthClasses } from './classes.ts';
import { buckets, type RollMatrix } from './rolls.ts';
import type { TargetStudy } from './study.ts';
import type { ThresholdFate } from './thresholds.ts';
import type { VintageCell, Vintages } from './vintages.ts';
import { words } from './words.ts';

/** A table as text and page show it. */
export interface StudyTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a study; what lies beyond the data is empty. */
export const layOutStudy = ({ rolls, vintages, thresholds, classes }: TargetStudy, locale: Locale): StudyTable[] => [
  layOutRolls(rolls.pooled, locale, { title: words.rolls[locale], number: words.number[locale] }),
  ...rolls.exposures.map((matrix) => {
    const title = `${words.weighted[locale]}: ${matrix.currency}`;
    return layOutRolls(matrix, locale, { title, number: words.owed[locale] });
  }),
  {
    title: words.forward[locale],
    header: [words.to[locale], ...buckets.map((state) => words[state][locale])],
    rows: rolls.months.map(({ to, forward }) => [
      to,
      ...forward.map(({ at, worse, share }) => (share === null ? '-' : `${percentOf(share)} (${worse}/${at})`)),
    ]),
  },
  layOutVintages(vintages, locale, {
    title: `${words.vintages[locale]} (${words.openedBefore[locale]}: ${vintages.openedBefore})`,
    toText: ({ rate }) => percentOf(rate),
  }),
  layOutVintages(vintages, locale, { title: words.atRisk[locale], toText: ({ atRisk }) => String(atRisk) }),
  layOutThresholds(thresholds, locale),
  layOutClasses(classes, locale),
];

const percentOf = (share: number | null): string => (share === null ? '-' : `${(100 * share).toFixed(1)}%`);

interface RollWords {
  readonly title: string;
  readonly number: string;
}

/** States in which nothing was have no line. */
const layOutRolls = ({ counts, shares }: RollMatrix, locale: Locale, { title, number }: RollWords): StudyTable => {
  const name = (state: RepaymentState) => words[state][locale];
  return {
    title,
    header: [words.from[locale], number, ...repaymentStates.map(name)],
    rows: repaymentStates.flatMap((state, row) => {
      const all = (counts[row] ?? []).reduce((sum, count) => sum + count, 0);
      return all === 0 ? [] : [[name(state), String(all), ...(shares[row] ?? []).map(percentOf)]];
    }),
  };
};

/** Months on book that have a column: each of the first three, then every third. */
const hasColumn = (monthOnBook: number): boolean => monthOnBook <= 3 || monthOnBook % 3 === 0;

interface VintageWords {
  readonly title: string;
  readonly toText: (cell: VintageCell) => string;
}

const layOutVintages = ({ cohorts }: Vintages, locale: Locale, { title, toText }: VintageWords): StudyTable => {
  const ages = (cohorts[0]?.cells ?? []).map((_, place) => place + 1).filter(hasColumn);
  return {
    title,
    header: [words.cohort[locale], words.opened[locale], ...ages.map(String)],
    rows: cohorts.map(({ cohort, opened, cells }) => [
      cohort,
      String(opened),
      ...ages.map((age) => {
        const cell = cells[age - 1] ?? null;
        return cell === null ? '' : toText(cell);
      }),
    ]),
  };
};

const fates = ['default', 'late', 'current', 'closed', 'unknown'] as const;

const layOutThresholds = (thresholds: readonly ThresholdFate[], locale: Locale): StudyTable => {
  const names = ['threshold', 'reached', 'whole', 'share', ...fates] as const;
  return {
    title: words.thresholds[locale],
    header: names.map((name) => words[name][locale]),
    rows: thresholds.map((each) =>
      names.map((name) => (name === 'share' ? percentOf(each.share) : String(each[name]))),
    ),
  };
};

const classNames = ['good', 'indeterminate', 'bad', 'excluded', 'defaulted', 'immature', 'unknown'] as const;

const layOutClasses = (classes: readonly MonthClasses[], locale: Locale): StudyTable => ({
  title: words.classes[locale],
  header: ['observedOn' as const, ...classNames].map((name) => words[name][locale]),
  rows: classes.map((each) => [each.observedOn, ...classNames.map((name) => String(each[name]))]),
});
