import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { creditCatalogue } from '../../src/features/catalogue/catalogue.ts';
import { createCivilClock, toDayNumber } from '../../src/features/civil-clock.ts';
import { listMonthEnds } from '../../src/features/civil-day.ts';
import type { Course } from '../../src/signals/course.ts';
import { createDetectors } from '../../src/signals/detect.ts';
import { findSignalPolicy } from '../../src/store/signal-policies.ts';
import { readCourses } from '../../src/usecases/courses.ts';
import { openEventFile } from '../../src/usecases/event-book.ts';
import { readFeatureRows } from '../../src/usecases/feature-rows.ts';
import { unwatched } from '../../src/usecases/long-work.ts';
import { simulateIndustries, simulatePortfolio } from '../../training/simulator/portfolio.ts';
import { toLine } from '../../training/simulator/text.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const timeZone = 'Asia/Shanghai';
const settings = { customers: 60, months: 20, seed: 9, scenario: 'recession', start: '2023-01' } as const;
const lastDay = toDayNumber('2024-08-31');
const days = listMonthEnds(toDayNumber('2023-06-30'), lastDay);

const simulated = [...simulatePortfolio(settings)];

const write = (name: string, lines: readonly string[]): string => {
  const file = join(files.path, name);
  writeFileSync(file, lines.join(''));
  return file;
};

const writeBook = (): string =>
  write('events.ndjson', [...simulateIndustries(settings), ...simulated.flatMap(({ events }) => events)].map(toLine));

const readAll = async (file: string): Promise<Course[]> => {
  const courses: Course[] = [];
  const book = openEventFile(file, unwatched);
  for await (const course of readCourses(book, { days, lastDay, opened: null, timeZone })) courses.push(course);
  return courses;
};

describe('the courses of a book', () => {
  it('hold what `vigil features` computes of each customer as of each date, with others around it', async () => {
    const file = writeBook();
    const clock = createCivilClock(timeZone);
    const asOf = days.map((day) => new Date(clock.endOf(day)).toISOString());
    const wanted = { features: creditCatalogue, asOf, once: false, windowDays: null, timeZone };
    const expected = new Map<string, Float64Array>();
    for await (const row of readFeatureRows(openEventFile(file, unwatched), wanted))
      expected.set(`${row.customerId} ${asOf.indexOf(row.asOf)}`, row.values);
    let compared = 0;
    for (const { customerId, dates } of await readAll(file))
      for (const { day, values } of dates) {
        expect(values).toEqual(expected.get(`${customerId} ${days.indexOf(day)}`));
        compared++;
      }
    expect(compared).toBeGreaterThan(600);
  });

  it('know at each date which types of events anybody had told of by then', async () => {
    const clock = createCivilClock(timeZone);
    const told = simulated.flatMap(({ events }) => events);
    const typesBy = (day: number) =>
      new Set(told.filter(({ knownAt = '' }) => Date.parse(knownAt) <= clock.endOf(day)).map(({ type }) => type));
    const [first] = await readAll(writeBook());
    expect(first?.dates.length).toBeGreaterThan(5);
    for (const { day, received } of first?.dates ?? []) expect(received).toEqual(typesBy(day));
  });

  it('have no date in default or its probation', async () => {
    for (const { dates, spells } of await readAll(writeBook()))
      for (const { defaultOn } of spells)
        expect(dates.filter(({ day }) => day >= defaultOn && day < defaultOn + 360)).toEqual([]);
  });

  it('are refused where a customer comes back after another', async () => {
    const [one, two] = simulated.map(({ events }) => events.map(toLine));
    const file = write('scattered.ndjson', [one?.[0] ?? '', two?.[0] ?? '', one?.[1] ?? '']);
    await expect(readAll(file)).rejects.toThrow(/row 3.*stand together/);
  });
});

describe('the policy of signals that ships', () => {
  const policy = findSignalPolicy('early-warning');
  const { detect } = createDetectors(policy, creditCatalogue);

  it('fits the catalogue, and says of a customer of whom nothing is known that nothing is observed', () => {
    const nothing = new Float64Array(creditCatalogue.length).fill(Number.NaN);
    expect(detect({ values: nothing, received: new Set() }, []).map(({ finding }) => finding)).toEqual(
      policy.detectors.map(() => 'unobserved'),
    );
  });

  it('never lets arrears or enforcement be snoozed, and has every kind of the eight, contagion and enforcement', () => {
    const snoozable = new Map(policy.detectors.map(({ kind, isSnoozable }) => [kind, isSnoozable]));
    expect([snoozable.get('late-repayment'), snoozable.get('enforcement')]).toEqual([false, false]);
    expect(policy.detectors).toHaveLength(10);
  });
});
