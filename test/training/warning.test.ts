import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Course } from '../../src/signals/course.ts';
import { createDetectors } from '../../src/signals/detect.ts';
import { raiseAlerts } from '../../training/warning/alerts.ts';
import { measureWarning } from '../../training/warning/measure.ts';
import { writeWarningPage } from '../../training/warning/report.ts';
import { warningSettings } from '../../training/warning/settings.ts';
import { type Candidate, watchBook } from '../../training/warning/watch.ts';
import { aDetector, aSignalPolicy, countFeatures } from '../factories/signal.ts';

const detectors = createDetectors(aSignalPolicy(aDetector()), countFeatures('risk'));

/** Month ends of three years, and a day on which everything has shown. */
const days = Array.from({ length: 24 }, (_, month) => 30 * (month + 1));
const lastDay = 30 * 24 + 500;

interface Told {
  /** From which day the risk is high, and from which something is past due. */
  readonly riskFrom?: number;
  readonly lateFrom?: number;
  readonly firstUnpaidOn?: number;
}

const aCourse = ({ riskFrom, lateFrom, firstUnpaidOn }: Told, place: number): Course => ({
  customerId: `c${place}`,
  spells: firstUnpaidOn === undefined ? [] : [{ firstUnpaidOn, defaultOn: firstUnpaidOn + 91 }],
  dates: days
    .filter((day) => firstUnpaidOn === undefined || day < firstUnpaidOn + 91)
    .map((day) => ({
      day,
      values: Float64Array.of(riskFrom !== undefined && day >= riskFrom ? 80 : 0),
      received: new Set(),
      microLogits: -3_000_000,
      daysLate: lateFrom !== undefined && day >= lateFrom ? 1 + day - lateFrom : 0,
    })),
});

const evaluate = async (told: readonly Told[]) => {
  const courses = (async function* () {
    yield* told.map(aCourse);
  })();
  return measureWarning(await watchBook(courses, detectors, days), lastDay);
};

const figureOf = ({ figures }: Awaited<ReturnType<typeof evaluate>>, name: string, budget = 10) =>
  figures.find((each) => each.strategy.name === name && each.budget === budget);

/** So many customers to whom nothing happens. */
const calm = (count: number): Told[] => Array.from({ length: count }, () => ({}));

describe('alerts within a budget', () => {
  const candidate = fc.record({
    customer: fc.integer({ min: 0, max: 40 }),
    strength: fc.integer({ min: 0, max: 5 }),
    isLate: fc.boolean(),
  });
  const months = fc.array(fc.uniqueArray(candidate, { selector: ({ customer }) => customer, maxLength: 41 }), {
    minLength: 24,
    maxLength: 24,
  });

  it('are never more than it, never on one customer twice while one stands, and always the strongest that are free', () => {
    fc.assert(
      fc.property(months, fc.constantFrom(...warningSettings.budgets), (byDate, budget) => {
        const alerts = raiseAlerts({ days, watched: days.map(() => 100) }, byDate, budget);
        const until = new Map<number, number>();
        for (const [place, day] of days.entries()) {
          const raised = new Set(alerts.filter((alert) => alert.day === day).map(({ customer }) => customer));
          const isFree = ({ customer }: Candidate) => (until.get(customer) ?? 0) <= day;
          const free = (byDate[place] ?? []).filter(isFree);
          expect(raised.size).toBe(Math.min(free.length, Math.round(budget / 10)));
          const weakest = Math.min(...free.filter(({ customer }) => raised.has(customer)).map((each) => each.strength));
          const passed = free.filter(({ customer }) => !raised.has(customer)).map((each) => each.strength);
          if (raised.size > 0) expect(Math.max(0, ...passed)).toBeLessThanOrEqual(weakest);
          expect([...raised].every((customer) => free.some((each) => each.customer === customer))).toBe(true);
          for (const customer of raised) until.set(customer, day + warningSettings.horizonDays);
        }
      }),
    );
  });
});

describe('the evaluation of early warning', () => {
  it('runs lead time back from the first unpaid due date, and counts who was warned before it', async () => {
    const result = await evaluate([{ riskFrom: 300, firstUnpaidOn: 410 }, ...calm(99)]);
    expect(result.spells).toBe(1);
    expect(figureOf(result, 'test-kind')).toMatchObject({
      recall: { value: 1 },
      precision: { value: 1 },
      lateShare: 0,
      leads: [110],
    });
  });

  it('gives no lead time to an alert that came when something was past due, and tells it apart', async () => {
    const result = await evaluate([{ riskFrom: 420, lateFrom: 410, firstUnpaidOn: 410 }, ...calm(99)]);
    expect(figureOf(result, 'test-kind')).toMatchObject({
      recall: { value: 0 },
      recallBeforeDefault: { value: 1 },
      precision: { value: null },
      precisionOfAll: { value: 1 },
      lateShare: 1,
      leads: [],
    });
  });

  it('never lets "already late" recall anything before the first unpaid due date', async () => {
    const result = await evaluate([{ lateFrom: 410, firstUnpaidOn: 410 }, { lateFrom: 100 }, ...calm(98)]);
    for (const { strategy, recall } of result.figures) if (strategy.name === 'late') expect(recall.value).toBe(0);
    expect(figureOf(result, 'late')?.recallBeforeDefault.value).toBe(1);
  });

  it('does not count an alert too early to be right as one that recalls', async () => {
    const result = await evaluate([{ riskFrom: 30, firstUnpaidOn: 391 }, ...calm(99)]);
    expect(figureOf(result, 'test-kind')).toMatchObject({ recall: { value: 1 }, leads: [1] });
    const sooner = await evaluate([{ riskFrom: 30, firstUnpaidOn: 390 }, ...calm(99)]);
    expect(figureOf(sooner, 'test-kind')?.leads).toEqual([360]);
  });

  it('gives no judgement on few spells, and one in favour where the signals alone know', async () => {
    const few = await evaluate([{ riskFrom: 300, firstUnpaidOn: 410 }, ...calm(99)]);
    expect(few.gains.map(({ verdict }) => verdict)).toEqual(few.gains.map(() => 'insufficient_evidence'));
    const knowing = Array.from({ length: 120 }, (_, place) => {
      const riskFrom = 30 * (1 + (place % 20));
      return { riskFrom, firstUnpaidOn: riskFrom + 95 };
    });
    const many = await evaluate([...calm(880), ...knowing]);
    const against = many.gains.filter(({ strategy }) => strategy.name === 'test-kind');
    expect(against.map(({ verdict }) => verdict)).toEqual(['better', 'better', 'better']);
  });

  it('is the same twice, and becomes a page in both languages that asks nothing of any other place', async () => {
    const told = [{ riskFrom: 300, firstUnpaidOn: 410 }, ...calm(30)];
    const result = await evaluate(told);
    expect(await evaluate(told)).toEqual(result);
    const page = await writeWarningPage(result, { policy: 'test@1' }, 'en');
    expect(page).toContain('早期预警信号评估');
    expect(page).toContain('Evaluation of early warning signals');
    expect(page.match(/<svg/g)).toHaveLength(4);
    expect(page).not.toMatch(/(?:src|href)="http/);
  });
});
