import type { RepaymentCourse, RepaymentWindow } from '../../src/features/repayment-course.ts';
import { type MonthClasses, openClasses } from './classes.ts';
import { openRolls, type RollRates } from './rolls.ts';
import { openThresholds, type ThresholdFate } from './thresholds.ts';
import { openVintages, type Vintages } from './vintages.ts';

/** What to know of a book before a target is chosen. */
export interface TargetStudy {
  /** Customers or facilities that were followed. */
  readonly followed: number;
  readonly rolls: RollRates;
  readonly vintages: Vintages;
  readonly thresholds: readonly ThresholdFate[];
  readonly classes: readonly MonthClasses[];
}

/** Studies courses one after the other; what is held does not grow with them. */
export const openStudy = (window: Omit<RepaymentWindow, 'timeZone'>) => {
  const rolls = openRolls(window.days);
  const vintages = openVintages(window.days);
  const thresholds = openThresholds(window);
  const classes = openClasses(window);
  let followed = 0;
  return {
    add(course: RepaymentCourse): void {
      followed++;
      for (const part of [rolls, vintages, thresholds, classes]) part.add(course);
    },
    result: (): TargetStudy => ({
      followed,
      rolls: rolls.result(),
      vintages: vintages.result(),
      thresholds: thresholds.result(),
      classes: classes.result(),
    }),
  };
};
