import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventType } from '../../src/domain/event.ts';
import type { Detector } from '../../src/domain/signal.ts';
import { SignalCondition } from '../../src/domain/signal.ts';
import { creditCatalogue } from '../../src/features/catalogue/catalogue.ts';
import { silentTypes } from '../../src/features/silent-types.ts';
import { createDetectors, type Detection, type DetectorState } from '../../src/signals/detect.ts';
import { aDetector, aSignalPolicy, countFeatures } from '../factories/signal.ts';

const catalogue = countFeatures('risk', 'other');

/** What one detector says of a course of values in natural units; null = not known. */
const follow = (detector: Detector, course: readonly (readonly (number | null)[])[]): Detection[] => {
  const { detect } = createDetectors(aSignalPolicy(detector), catalogue);
  let states: readonly DetectorState[] = [];
  return course.map((row) => {
    const values = Float64Array.from([0, 1], (place) => (row[place] == null ? Number.NaN : 10 * Number(row[place])));
    const found = detect({ values, received: new Set() }, states);
    states = found.map(({ after }) => after);
    return found[0] as Detection;
  });
};

const levels = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 30 });
const perhaps = fc.option(fc.integer({ min: 0, max: 10 }), { nil: null });

describe('a detector', () => {
  it('takes what is missing for "none" only where something else that it needs is known', () => {
    const cases = ['risk', 'other'].map((feature) => ({
      all: [{ feature, is: 'atLeast', enter: 5, leave: 5, full: 9, missing: 'none' }],
    })) as Detector['cases'];
    const detector = aDetector({ cases, needs: [['risk', 'other']] });
    const rows = [
      [null, 1],
      [1, null],
      [null, null],
      [null, 6],
    ];
    expect(rows.map((row) => follow(detector, [row])[0]?.finding)).toEqual(['clear', 'clear', 'unobserved', 'raised']);
    expect(() => aDetector({ cases, needs: [['risk']] })).toThrow(/none where it is missing/);
  });

  it('never takes the silence of what nobody tells the book for clear, and holds where it was told', () => {
    const cases = ['contact_changes_90d', 'unreached_90d'].map((feature) => ({
      all: [{ feature, is: 'atLeast', enter: 2, leave: 2, full: 9 }],
    })) as Detector['cases'];
    const detectors = [
      aDetector({ cases }),
      aDetector({ kind: 'other-kind', cases, needs: [['contact_changes_90d']] }),
    ];
    const { detect } = createDetectors(aSignalPolicy(...detectors), creditCatalogue);
    const values = Float64Array.from(creditCatalogue, () => 0);
    const findingsOf = (...received: EventType[]) =>
      detect({ values, received: new Set(received) }, []).map(({ finding, values: [seen] }) => [finding, seen?.value]);
    expect(findingsOf('repayment')).toEqual([
      ['unobserved', null],
      ['unobserved', null],
    ]);
    expect(findingsOf('communication')).toEqual([
      ['clear', null],
      ['unobserved', null],
    ]);
    expect(findingsOf('contact_change')).toEqual([
      ['clear', 0],
      ['clear', 0],
    ]);
    values[creditCatalogue.findIndex(({ name }) => name === 'contact_changes_90d')] = 2;
    expect(findingsOf('contact_change').map(([finding]) => finding)).toEqual(['raised', 'raised']);
  });

  it('knows of every feature that counts silence for 0 who would have told', () => {
    const typesOf = (name: string) => silentTypes(creditCatalogue.find((feature) => feature.name === name) as never);
    expect(
      ['contact_changes_90d', 'enforcements_360d', 'broken_promises_180d', 'guarantees_given'].map(typesOf),
    ).toEqual([['contact_change'], ['legal_event'], ['communication'], ['relation']]);
    expect(['days_past_due', 'transactions_30d', 'inflow_90d'].flatMap(typesOf)).toEqual([]);
  });

  it('is up exactly where a slow reading of threshold, persistence and hysteresis says so', () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: 1, max: 4 }), (course, persistence) => {
        let isUp = false;
        const expected = course.map((_, now) => {
          const recent = course.slice(Math.max(0, now - persistence + 1), now + 1);
          const wasUp = isUp;
          if (wasUp) isUp = (course[now] as number) >= 3;
          else isUp = recent.length === persistence && recent.every((value) => value >= 5);
          return isUp;
        });
        const found = follow(
          aDetector({ persistence }),
          course.map((value) => [value]),
        );
        // A fall empties the count, so the evaluations that count all lie after it; the last fall was below 3, hence below 5.
        expect(found.map(({ after }) => after.isUp)).toEqual(expected);
      }),
    );
  });

  it('never changes inside the band between leaving and entering', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.double({ min: 3, max: 4.9, noNaN: true }), { minLength: 1 }),
        (isUp, band) => {
          const rounded = band.map((value) => Math.round(10 * value) / 10);
          const found = follow(
            aDetector(),
            [isUp ? 8 : 0, ...rounded].map((value) => [value]),
          );
          expect(new Set(found.map(({ after }) => after.isUp))).toEqual(new Set([isUp]));
        },
      ),
    );
  });

  it('says "unobserved", never "clear", wherever a value it needs is missing and no other proves it; and then nothing changes', () => {
    const cases = [
      { all: [{ feature: 'risk', is: 'atLeast', enter: 5, leave: 5, full: 9 }] },
      { all: [{ feature: 'other', is: 'atLeast', enter: 5, leave: 5, full: 9 }] },
    ] as Detector['cases'];
    fc.assert(
      fc.property(fc.array(fc.tuple(perhaps, perhaps), { minLength: 1 }), (course) => {
        const found = follow(aDetector({ cases }), course);
        for (const [place, row] of course.entries()) {
          const proves = row.some((value) => value !== null && value >= 5);
          const isHidden = !proves && row.includes(null);
          const { finding, after } = found[place] as Detection;
          expect(finding === 'unobserved').toBe(isHidden);
          if (isHidden) expect(after).toEqual(found[place - 1]?.after ?? { isUp: false, held: 0 });
          if (finding === 'clear') expect(row).not.toContain(null);
        }
      }),
    );
  });

  it('is refuted by one condition of a case that is seen not to hold, whatever the other is', () => {
    const all = ['risk', 'other'].map((feature) => ({ feature, is: 'atLeast', enter: 5, leave: 5, full: 9 }));
    const detector = aDetector({ cases: [{ all }] as Detector['cases'] });
    expect(follow(detector, [[1, null]])[0]?.finding).toBe('clear');
    expect(follow(detector, [[6, null]])[0]?.finding).toBe('unobserved');
    expect(follow({ ...detector, needs: [['other']] }, [[1, null]])[0]?.finding).toBe('unobserved');
  });

  it('has a strength that never falls as the value grows worse, from 0 where it is left to full', () => {
    const strengthAt = (value: number) => follow(aDetector(), [[6], [value]])[1]?.strength ?? -1;
    expect([3, 6, 9, 10].map(strengthAt)).toEqual([0, 500_000, 1_000_000, 1_000_000]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(strengthAt(low / 10)).toBeLessThanOrEqual(strengthAt(high / 10));
      }),
    );
  });

  it('reads a fall the other way round', () => {
    const all = [{ feature: 'risk', is: 'atMost', enter: 2, leave: 4, full: 0 }];
    const found = follow(aDetector({ cases: [{ all }] as Detector['cases'] }), [[3], [2], [4], [4.1]]);
    expect(found.map(({ finding }) => finding)).toEqual(['clear', 'raised', 'held', 'clear']);
  });

  it.each([
    ['a feature there is not', { feature: 'none', enter: 5 }, /no feature none/],
    ['more decimals than the feature has', { feature: 'risk', enter: 5.25 }, /5.25 has more decimals/],
  ])('refuses %s', (_, { feature, enter }, problem) => {
    const all = [{ feature, is: 'atLeast', enter, leave: 3, full: 9 }] as Detector['cases'][number]['all'];
    expect(() => createDetectors(aSignalPolicy(aDetector({ cases: [{ all }] })), catalogue)).toThrow(problem);
  });

  it('cannot have a threshold to leave that is stricter than the one to enter', () => {
    const condition = { feature: 'risk', is: 'atLeast', enter: 5, full: 9 };
    expect(SignalCondition.safeParse({ ...condition, leave: 6 }).success).toBe(false);
    expect(SignalCondition.safeParse({ ...condition, is: 'atMost', leave: 4, full: 1 }).success).toBe(false);
    expect(SignalCondition.safeParse({ ...condition, leave: 5 }).success).toBe(true);
  });
});
