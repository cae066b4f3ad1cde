import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoricEvent } from '../../src/domain/event.ts';
import { createCivilClock, toCivilDate, toDayNumber } from '../../src/features/civil-clock.ts';
import { listMonthEnds } from '../../src/features/civil-day.ts';
import { standingDated, toDatedEvent } from '../../src/features/dated-event.ts';
import type { WindowOutcome } from '../../src/features/default.ts';
import {
  createRepaymentFollower,
  type RepaymentCourse,
  type RepaymentMonth,
} from '../../src/features/repayment-course.ts';
import { repaymentStates } from '../../src/features/repayment-state.ts';
import { openStudy, type TargetStudy } from '../../training/target/study.ts';

const timeZone = 'Asia/Shanghai';
const lastDay = toDayNumber('2024-03-10');
const days = listMonthEnds(toDayNumber('2023-01-15'), lastDay);
const window = { days, lastDay, performanceDays: 180 };

const studyOf = (courses: readonly RepaymentCourse[]): TargetStudy => {
  const study = openStudy(window);
  for (const course of courses) study.add(course);
  return study.result();
};

const outcomes: readonly WindowOutcome[] = [
  'good',
  'indeterminate',
  'bad',
  'excluded',
  'defaulted',
  'immature',
  'unknown',
];

const arbitraryMonth: fc.Arbitrary<RepaymentMonth> = fc.record({
  state: fc.constantFrom(...repaymentStates),
  daysLate: fc.constantFrom(null, 0, 1, 30, 31, 60, 61, 90, 91, 200),
  balance: fc.option(fc.record({ amountMinor: fc.nat(9_000), currency: fc.constantFrom('CNY', 'EUR') })),
  outcome: fc.constantFrom(...outcomes),
});

const arbitraryDay = fc.integer({ min: toDayNumber('2022-11-01'), max: lastDay });

const arbitraryCourse: fc.Arbitrary<RepaymentCourse> = fc.record({
  openedOn: arbitraryDay,
  months: fc.array(fc.option(arbitraryMonth, { freq: 8 }), { minLength: days.length, maxLength: days.length }),
  defaultDays: fc.array(arbitraryDay, { maxLength: 2 }).map((drawn) => [...drawn].sort((a, b) => a - b)),
});

const arbitraryCourses = fc.array(arbitraryCourse, { maxLength: 40 });

/** The months between two days, as calendars count them. */
const monthsBetween = (from: number, to: number): number => {
  const [a, b] = [from, to].map((day) => toCivilDate(day).split('-').map(Number)) as [number[], number[]];
  return 12 * ((b[0] ?? 0) - (a[0] ?? 0)) + (b[1] ?? 0) - (a[1] ?? 0);
};

describe('a study of a target', () => {
  it('counts every roll of a month to the next once, and weighs it by what was owed at first', () => {
    fc.assert(
      fc.property(arbitraryCourses, (courses) => {
        const { rolls } = studyOf(courses);
        const pairs = courses.flatMap(({ months }) =>
          months.slice(1).map((to, place) => [months[place], to, place] as const),
        );
        for (const [row, from] of repaymentStates.entries())
          for (const [column, to] of repaymentStates.entries()) {
            const found = pairs.filter(([a, b]) => a?.state === from && b?.state === to);
            expect(rolls.pooled.counts[row]?.[column]).toBe(found.length);
            for (const [place, month] of rolls.months.entries())
              expect(month.counts[row]?.[column]).toBe(found.filter(([, , at]) => at === place).length);
            for (const currency of ['CNY', 'EUR']) {
              const owed = found.flatMap(([a]) => (a?.balance?.currency === currency ? [a.balance.amountMinor] : []));
              const weighted = rolls.exposures.find((each) => each.currency === currency);
              expect(weighted?.counts[row]?.[column] ?? 0).toBe(owed.reduce((sum, each) => sum + each, 0));
            }
          }
        for (const cells of rolls.pooled.shares) {
          const known = cells.filter((cell) => cell !== null);
          expect([0, repaymentStates.length]).toContain(known.length);
          if (known.length > 0) expect(known.reduce((sum, cell) => sum + cell, 0)).toBeCloseTo(1, 12);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('counts as forward what went to a worse bucket or to default, never what was cured, left or is unknown', () => {
    const order = ['current', 'days_1_30', 'days_31_60', 'days_61_on', 'default'];
    fc.assert(
      fc.property(arbitraryCourses, (courses) => {
        for (const [place, { to, forward }] of studyOf(courses).rolls.months.entries()) {
          expect(to).toBe(toCivilDate(days[place + 1] ?? 0));
          for (const { from, at, worse, share } of forward) {
            const rolled = courses.flatMap(({ months }) => {
              const [a, b] = [months[place], months[place + 1]];
              return a?.state === from && b ? [order.indexOf(b.state) > order.indexOf(from)] : [];
            });
            const forwards = rolled.filter(Boolean).length;
            expect({ at, worse, share }).toEqual({
              at: rolled.length,
              worse: forwards,
              share: rolled.length === 0 ? null : forwards / rolled.length,
            });
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives each cohort its defaults by month on book, and nothing where the data end before', () => {
    fc.assert(
      fc.property(arbitraryCourses, fc.constantFrom(1, 100), (drawn, times) => {
        const courses = drawn.flatMap((course) => Array.from({ length: times }, () => course));
        const { vintages } = studyOf(courses);
        expect(vintages.by).toBe(times === 1 && vintages.cohorts.length > 0 ? 'quarter' : 'month');
        const end = days.at(-1) ?? 0;
        const first = days[0] ?? 0;
        const quarterOf = (date: string) => `${date.slice(0, 4)}-Q${Math.floor((Number(date.slice(5, 7)) + 2) / 3)}`;
        const nameOf = ({ openedOn }: RepaymentCourse) => {
          const date = toCivilDate(openedOn);
          return vintages.by === 'month' ? date.slice(0, 7) : quarterOf(date);
        };
        const inBook = courses.filter(({ openedOn }) => openedOn <= end && monthsBetween(openedOn, first) <= 0);
        expect(vintages.openedBefore).toBe(courses.filter(({ openedOn }) => monthsBetween(openedOn, first) > 0).length);
        expect(vintages.cohorts.map(({ cohort }) => cohort)).toEqual([...new Set(inBook.map(nameOf))].sort());
        for (const { cohort, opened, cells } of vintages.cohorts) {
          const own = inBook.filter((course) => nameOf(course) === cohort);
          expect(opened).toBe(own.length);
          for (const [place, cell] of cells.entries()) {
            const age = place + 1;
            const isSeen = own.every(({ openedOn }) => monthsBetween(openedOn, end) >= age);
            const firsts = own.map(({ openedOn, defaultDays }) => monthsBetween(openedOn, defaultDays[0] ?? 1e6));
            const defaults = firsts.filter((month) => month <= age).length;
            const atRisk = own.filter(({ openedOn, months }, at) => {
              const before = months[monthsBetween(first, openedOn) + age - 1]?.state ?? 'unknown';
              return (firsts[at] ?? 0) >= age && before !== 'closed' && before !== 'unknown';
            }).length;
            const expected = { monthOnBook: age, atRisk, defaults, rate: defaults / own.length };
            expect(cell).toEqual(isSeen ? expected : null);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('follows whoever is later than a threshold for the first time, where the window is whole', () => {
    fc.assert(
      fc.property(arbitraryCourses, (courses) => {
        for (const { threshold, reached, whole, share, ...fates } of studyOf(courses).thresholds) {
          const passed = courses.flatMap((course) => {
            const place = course.months.findIndex((month, at) => {
              const before = course.months[at - 1];
              if (!month || (before && ['default', 'probation', 'closed'].includes(before.state))) return false;
              if (!before && monthsBetween(days[at] ?? 0, course.openedOn) < 0) return false;
              return (month.daysLate ?? 0) > threshold && (before?.daysLate ?? 0) <= threshold;
            });
            return place < 0 ? [] : [{ course, place }];
          });
          const followed = passed.filter(({ place }) => (days[place] ?? 0) + 180 <= lastDay);
          const counted = followed.map(({ course: { months, defaultDays }, place }) => {
            const from = days[place] ?? 0;
            const isIn = (day: number) => monthsBetween(from, day) >= 0 && day <= from + 180;
            if (defaultDays.some(isIn)) return 'default';
            const ends = days.filter((day) => day <= from + 180);
            const state = months[ends.length - 1]?.state ?? 'unknown';
            return ['current', 'closed', 'unknown'].includes(state) ? state : 'late';
          });
          expect({ reached, whole }).toEqual({ reached: passed.length, whole: followed.length });
          for (const [fate, count] of Object.entries(fates))
            expect([fate, count]).toEqual([fate, counted.filter((each) => each === fate).length]);
          expect(share).toBe(whole === 0 ? null : fates.default / whole);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('counts the classes of everybody who has not left, month by month, and says which windows are whole', () => {
    fc.assert(
      fc.property(arbitraryCourses, (courses) => {
        for (const [place, { observedOn, isWhole, ...counts }] of studyOf(courses).classes.entries()) {
          expect(toDayNumber(observedOn)).toBe(days[place]);
          expect(isWhole).toBe((days[place] ?? 0) <= lastDay - 180);
          for (const outcome of outcomes) {
            const own = courses.filter(({ months }) => months[place]?.outcome === outcome);
            const isCounted = ({ months }: RepaymentCourse) => months[place]?.state !== 'closed';
            expect(counts[outcome]).toBe(own.filter(isCounted).length);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

const clock = createCivilClock(timeZone);
const follow = createRepaymentFollower({ ...window, timeZone });

let events = 0;
const eventOf = (on: string, content: object): HistoricEvent => {
  const at = `${on}T08:00:00+08:00`;
  return {
    eventId: `e${events++}`,
    facilityId: 'card',
    currency: 'CNY',
    occurredAt: at,
    knownAt: at,
    recordedAt: at,
    isBackfilled: true,
    ...content,
  } as unknown as HistoricEvent;
};

const months = days.map((day) => toCivilDate(day));

/** A card's statements at the month ends from the first on, by begun months late; each with a balance of 200.00. */
const statementsOf = (late: readonly number[]): HistoricEvent[] =>
  late.map((monthsLate, place) => {
    const on = months[place] ?? '';
    const payload = {
      month: on.slice(0, 7),
      balanceMinor: 20_000,
      limitMinor: null,
      paymentMinor: null,
      status: monthsLate > 0 ? 'late' : 'revolving',
      monthsLate,
    };
    return eventOf(on, { type: 'statement', payload });
  });

const facilityOf = (status: string, on: string): HistoricEvent =>
  eventOf(on, {
    type: 'facility',
    payload: {
      status,
      openedOn: '2023-01-20',
      principalMinor: null,
      limitMinor: 1,
      restructuredOn: null,
      isDistressed: false,
    },
  });

const courseOf = (history: readonly HistoricEvent[]): RepaymentCourse => {
  const dated = history.map((event) => toDatedEvent(event, clock));
  const course = follow(standingDated(dated, clock.endOf(lastDay)));
  if (!course) throw new TypeError('nothing was lent');
  return course;
};

describe('a book made by hand', () => {
  const book = [
    // Rolls through every bucket into default at month 4, pays all at month 6, and is within probation to the end.
    courseOf(statementsOf([0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0])),
    // Late once, then cured.
    courseOf(statementsOf([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    // Leaves while two months late, which is no cure.
    courseOf([...statementsOf([0, 0, 1, 2]), facilityOf('open', '2023-01-20'), facilityOf('closed', '2023-05-15')]),
    // Ends the relation.
    courseOf([
      ...statementsOf([0, 0]),
      eventOf('2023-03-15', { type: 'status_change', facilityId: undefined, payload: { status: 'deceased' } }),
    ]),
    // Falls silent: the statement of May no longer tells at the end of August.
    courseOf(statementsOf([0, 0, 0, 0, 0])),
  ];
  const { rolls, vintages, thresholds, classes } = studyOf(book);
  const count = (from: string, to: string) =>
    rolls.pooled.counts[repaymentStates.indexOf(from as 'current')]?.[repaymentStates.indexOf(to as 'current')];

  it('has the roll rates that can be counted by eye', () => {
    expect(rolls.states).toEqual([
      'current',
      'days_1_30',
      'days_31_60',
      'days_61_on',
      'default',
      'probation',
      'closed',
      'unknown',
    ]);
    expect(rolls.pooled.counts).toEqual([
      [11 + 1 + 1 + 6, 3, 0, 0, 0, 0, 1, 1],
      [1, 0, 2, 0, 0, 0, 0, 0],
      [0, 0, 0, 1, 0, 0, 1, 0],
      [0, 0, 0, 0, 1, 0, 0, 0],
      [0, 0, 0, 0, 1, 1, 0, 0],
      [0, 0, 0, 0, 0, 7, 0, 0],
      [0, 0, 0, 0, 0, 0, 9 + 11, 0],
      [0, 0, 0, 0, 0, 0, 0, 6],
    ]);
    expect(count('days_31_60', 'closed')).toBe(1);
    expect(rolls.exposures).toHaveLength(1);
    expect(rolls.exposures[0]?.counts[1]).toEqual([20_000, 0, 40_000, 0, 0, 0, 0, 0]);
  });

  it('has one cohort, of which one in five is in default from month 4 on', () => {
    expect(vintages).toMatchObject({ by: 'quarter', openedBefore: 0, cohorts: [{ cohort: '2023-Q1', opened: 5 }] });
    const [cohort] = vintages.cohorts;
    expect(cohort?.cells.map((cell) => cell?.rate)).toEqual([0, 0, 0, ...Array(10).fill(0.2)]);
    expect(cohort?.cells.map((cell) => cell?.atRisk)).toEqual([5, 5, 4, 4, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
  });

  it('has the fates and classes that can be counted by eye', () => {
    const whole = thresholds.map(({ threshold, reached, default: bad, current, closed }) => [
      threshold,
      reached,
      bad,
      current,
      closed,
    ]);
    expect(whole).toEqual([
      [0, 3, 1, 1, 1],
      [30, 2, 1, 0, 1],
      [60, 1, 1, 0, 0],
      [90, 1, 1, 0, 0],
    ]);
    expect(classes[0]).toMatchObject({ observedOn: '2023-01-31', isWhole: true, good: 2, bad: 1, excluded: 2 });
    expect(classes[5]).toMatchObject({ observedOn: '2023-06-30', isWhole: true, good: 1, unknown: 1 });
    expect(classes.at(-1)).toMatchObject({ isWhole: false, good: 0, immature: 2, defaulted: 1, unknown: 0 });
  });
});
