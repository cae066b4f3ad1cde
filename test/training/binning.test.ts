import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INTEGER_LIMIT } from '../../src/arithmetic.ts';
import type { NumberColumn } from '../../src/domain/dictionary.ts';
import { type BinnedFeature, binFeature } from '../../training/binning/bin-feature.ts';
import {
  type BinLimits,
  type BinShape,
  binInformation,
  findBestShape,
  findOptimalBins,
  weightOfEvidence,
} from '../../training/binning/optimal.ts';
import { type PreBinned, preBin } from '../../training/binning/prebin.ts';
import { computeFeatures } from '../../training/dataset/frame.ts';
import { defaultSettings, type TrainingSettings } from '../../training/settings.ts';
import {
  createCategoryColumn,
  createFrame,
  createNumberColumn,
  createSpecialCode,
  type FilledColumn,
} from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { createRandom } from '../support/random.ts';

const SHAPES: readonly BinShape[] = ['ascending', 'descending', 'peak', 'valley'];

interface Counts {
  readonly good: Float64Array;
  readonly bad: Float64Array;
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const totalsOf = ({ good, bad }: Counts) => ({ good: sum(good), bad: sum(bad) });

const countsArbitrary = (most: number): fc.Arbitrary<Counts> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: most })), {
      minLength: 1,
      maxLength: 9,
    })
    .map((bins) => ({
      good: Float64Array.from(bins, ([good]) => good),
      bad: Float64Array.from(bins, ([, bad]) => bad),
    }));

/** Few rows (ties, empty pre-bins) and many. */
const anyCounts = fc.oneof(countsArbitrary(3), countsArbitrary(12), countsArbitrary(200));
const limitsArbitrary: fc.Arbitrary<BinLimits> = fc.record({
  leastRows: fc.constantFrom(0, 1, 5, 20, 100),
  leastDifference: fc.constantFrom(0, 0, 0.01, 0.05, 0.2),
});

interface Part {
  readonly start: number;
  readonly good: number;
  readonly bad: number;
}

/** Every way to join neighbours: one for each set of borders. */
const allJoinings = ({ good, bad }: Counts): Part[][] =>
  Array.from({ length: 2 ** (good.length - 1) }, (_, borders) => {
    const starts = [0, ...[...good.keys()].slice(1).filter((bin) => (borders >> (bin - 1)) & 1)];
    return starts.map((start, place) => ({
      start,
      good: sum(good.slice(start, starts[place + 1])),
      bad: sum(bad.slice(start, starts[place + 1])),
    }));
  });

const rateOf = ({ good, bad }: Part): number => bad / (good + bad);

const keepsShape = (steps: readonly number[], shape: BinShape): boolean => {
  const rises = steps.map((step) => step > 0);
  const turns = rises.filter((rise, place) => place > 0 && rise !== rises[place - 1]).length;
  if (shape === 'ascending') return !rises.includes(false);
  if (shape === 'descending') return !rises.includes(true);
  return turns === 0 || (turns === 1 && rises[0] === (shape === 'peak'));
};

const isAllowed = (parts: readonly Part[], shape: BinShape, { leastRows, leastDifference }: BinLimits): boolean => {
  if (parts.some(({ good, bad }) => good + bad === 0 || good + bad < leastRows)) return false;
  const steps = parts.slice(1).map((part, place) => rateOf(part) - rateOf(at(parts, place)));
  return steps.every((step) => step !== 0 && Math.abs(step) >= leastDifference) && keepsShape(steps, shape);
};

const informationOf = (parts: readonly Part[], counts: Counts): number =>
  parts.reduce((total, { good, bad }) => total + binInformation(good, bad, totalsOf(counts)), 0);

const bestByHand = (counts: Counts, shape: BinShape, limits: BinLimits): number | null => {
  const allowed = allJoinings(counts).filter((parts) => isAllowed(parts, shape, limits));
  return allowed.length === 0 ? null : Math.max(...allowed.map((parts) => informationOf(parts, counts)));
};

const joiningOf = (counts: Counts, starts: readonly number[]): Part[] | undefined =>
  allJoinings(counts).find((parts) => String(parts.map(({ start }) => start)) === String(starts));

describe('weight of evidence and information', () => {
  it('are those of the text book, half a row added to each side', () => {
    const totals = { good: 900, bad: 100 };
    const woe = Math.log(30.5 / 100.5 / (70.5 / 900.5));
    expect(weightOfEvidence(70, 30, totals)).toBeCloseTo(woe, 12);
    expect(binInformation(70, 30, totals)).toBeCloseTo((30 / 100 - 70 / 900) * woe, 12);
  });

  it('are finite for a bin without rows, without good or without bad', () => {
    for (const [good, bad] of [
      [0, 0],
      [5, 0],
      [0, 5],
    ] as const) {
      expect(Number.isFinite(weightOfEvidence(good, bad, { good: 5, bad: 5 }))).toBe(true);
      expect(Number.isFinite(binInformation(good, bad, { good: 5, bad: 0 }))).toBe(true);
    }
  });
});

describe('findOptimalBins', () => {
  it.each(SHAPES)('finds the most information of all joinings that are %s and keep the limits', (shape) => {
    fc.assert(
      fc.property(anyCounts, limitsArbitrary, (counts, limits) => {
        const best = bestByHand(counts, shape, limits);
        const found = findOptimalBins(counts, totalsOf(counts), shape, limits);
        if (best === null) {
          expect(found).toEqual({ starts: [0], information: 0 });
          return;
        }
        expect(found.information).toBeCloseTo(best, 10);
        const parts = joiningOf(counts, found.starts) ?? [];
        expect(isAllowed(parts, shape, limits)).toBe(true);
        expect(informationOf(parts, counts)).toBeCloseTo(best, 10);
      }),
      { numRuns: 400 },
    );
  });

  it('finds the whole of the information where bins stand in order already', () => {
    const counts = { good: Float64Array.of(90, 80, 70, 60), bad: Float64Array.of(10, 20, 30, 40) };
    const limits = { leastRows: 1, leastDifference: 0 };
    expect(findOptimalBins(counts, totalsOf(counts), 'ascending', limits).starts).toEqual([0, 1, 2, 3]);
    expect(findOptimalBins(counts, totalsOf(counts), 'descending', limits).starts).toEqual([0]);
  });
});

describe('findBestShape', () => {
  it('takes a peak or a valley only where it brings the gain asked for', () => {
    fc.assert(
      fc.property(anyCounts, limitsArbitrary, fc.constantFrom(0, 0.1, 0.5, 5), (counts, limits, gain) => {
        const best = (...shapes: BinShape[]) =>
          Math.max(...shapes.map((shape) => bestByHand(counts, shape, limits) ?? 0));
        const monotone = best('ascending', 'descending');
        const turned = best('peak', 'valley');
        const { information } = findBestShape(counts, totalsOf(counts), limits, gain);
        if (Math.abs(turned - monotone * (1 + gain)) < 1e-9) return;
        expect(information).toBeCloseTo(turned > monotone * (1 + gain) ? turned : monotone, 10);
      }),
      { numRuns: 300 },
    );
  });
});

/** One column, binned finely. */
const preBinOne = (filled: FilledColumn, most = 64): PreBinned => {
  const frame = createFrame([filled], new Array<number>(filled.values.length).fill(0));
  const [feature] = computeFeatures(frame, frame.featureSet.features);
  if (!feature) throw new Error('no feature');
  return preBin(feature, { preBins: most, minimumRows: 1 });
};

const number = (values: FilledColumn['values'], column: Partial<NumberColumn> = {}): FilledColumn => ({
  column: createNumberColumn({ name: 'x', ...column }),
  values,
});

const ordered = createSpecialCode({ value: -8, orderedAs: 3 });
const unordered = createSpecialCode({ value: -9 });

describe('preBin', () => {
  const codes = [unordered, ordered];
  const valueArbitrary = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 2, arbitrary: fc.integer({ min: -1_000_000, max: 1_000_000 }) },
    { weight: 1, arbitrary: fc.constantFrom(null, -8, -9) },
  );

  it('gives each row the number of edges at or below it, codes and missing their own bins', () => {
    fc.assert(
      fc.property(
        fc.array(valueArbitrary, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 2, max: 64 }),
        (values, most) => {
          const { binned, bins, ordinary, count } = preBinOne(number(values, { codes }), most);
          const edges = binned.edges ?? [];
          expect(ordinary).toBe(edges.length + 1);
          expect(count).toBe(ordinary + 2);
          const inOrder = (value: number) => edges.filter((edge) => edge <= value).length;
          const expected = values.map((value) => {
            if (value === null) return ordinary;
            if (value === -9) return ordinary + 1;
            return inOrder(value === -8 ? 3 : value);
          });
          expect([...bins]).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('makes rising whole edges, at most as many bins as asked for, none of them empty', () => {
    fc.assert(
      fc.property(
        fc.array(valueArbitrary, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 2, max: 64 }),
        (values, most) => {
          const { binned, bins, ordinary } = preBinOne(number(values, { codes }), most);
          const edges = binned.edges ?? [];
          expect(edges.every(Number.isSafeInteger)).toBe(true);
          expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
          expect(ordinary).toBeLessThanOrEqual(most);
          const seen = new Set([...bins].filter((bin) => bin < ordinary));
          const anyKnown = values.some((value) => value !== null && value !== -9);
          expect(seen.size).toBe(anyKnown ? ordinary : 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps every value apart where there are few', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), { minLength: 1, maxLength: 20 }),
        (values) => {
          const { bins, ordinary } = preBinOne(number(values));
          const rank = (value: number) => values.filter((other) => other < value).length;
          expect(ordinary).toBe(values.length);
          expect([...bins]).toEqual(values.map(rank));
        },
      ),
    );
  });

  it.each([INTEGER_LIMIT - 40, -INTEGER_LIMIT + 1, 2 ** 52 - 20, 0])(
    'keeps neighbours apart also near the largest integers (%d)',
    (least) => {
      const values = Array.from({ length: 40 }, (_, step) => least + step).filter(Number.isSafeInteger);
      const { binned, bins } = preBinOne(number(values));
      expect([...bins]).toEqual([...values.keys()]);
      expect(binned.edges).toEqual(values.slice(1));
    },
  );

  it('cuts off about equal shares', () => {
    const random = createRandom(3);
    const values = Array.from({ length: 10_000 }, () => Math.round(1_000_000 * Math.exp(random.bell())));
    const { bins, ordinary } = preBinOne(number(values), 20);
    expect(ordinary).toBe(20);
    for (let bin = 0; bin < 20; bin++) {
      const rows = bins.filter((other) => other === bin).length;
      expect(rows).toBeGreaterThan(490);
      expect(rows).toBeLessThan(510);
    }
  });

  it('gives every category a bin, and missing the one behind "other"', () => {
    const { bins, ordinary, count } = preBinOne({
      column: createCategoryColumn({ name: 'x' }),
      values: ['c', 'a', null, 'new', 'b'],
    });
    expect({ ordinary, count, bins: [...bins] }).toEqual({ ordinary: 4, count: 6, bins: [2, 0, 5, 3, 1] });
  });
});

type BinningSettings = TrainingSettings['binning'];

const binning = (settings: Partial<BinningSettings> = {}): BinningSettings => ({
  ...defaultSettings.binning,
  ...settings,
});

/** One column, binned optimally for some labels; every row counts once but where weights are given. */
const binOne = (
  filled: FilledColumn,
  labels: readonly number[],
  { settings = binning(), weights = labels.map(() => 1) }: { settings?: BinningSettings; weights?: number[] } = {},
): BinnedFeature =>
  binFeature(
    preBinOne(filled, settings.preBins),
    { labels: Uint8Array.from(labels), weights: Float64Array.from(weights) },
    settings,
  );

/** `good` rows labelled 0 and `bad` rows labelled 1 of each value. */
const repeat = (groups: readonly (readonly [value: number | string | null, good: number, bad: number])[]) => ({
  values: groups.flatMap(([value, good, bad]) => new Array<typeof value>(good + bad).fill(value)),
  labels: groups.flatMap(([, good, bad]) => [...new Array<number>(good).fill(0), ...new Array<number>(bad).fill(1)]),
});

const rowsOf = ({ counts }: BinnedFeature): number[] => [...counts.good].map((good, bin) => good + at(counts.bad, bin));

/** Labels that follow a value loosely, so that bad rates are rough. */
const roughArbitrary = fc
  .record({ seed: fc.integer(), slope: fc.constantFrom(-3, -1, 0, 1, 3) })
  .map(({ seed, slope }) => {
    const random = createRandom(seed);
    const values = Array.from({ length: 600 }, () => random.whole(0, 99));
    const labels = values.map((value) => (random.uniform() < 1 / (1 + Math.exp(1 - slope * (value / 50 - 1))) ? 1 : 0));
    return { values, labels };
  });

describe('binFeature', () => {
  it.each(['increasing', 'decreasing'] as const)('gives bad rates that are %s with a direction', (direction) => {
    fc.assert(
      fc.property(roughArbitrary, ({ values, labels }) => {
        const { counts, binned } = binOne(number(values, { direction }), labels);
        const ordinary = (binned.edges ?? []).length + 1;
        const rates = Array.from(
          { length: ordinary },
          (_, bin) => at(counts.bad, bin) / (at(counts.bad, bin) + at(counts.good, bin)),
        );
        const steps = rates.slice(1).map((rate, bin) => rate - at(rates, bin));
        expect(steps.every((step) => (direction === 'increasing' ? step > 0 : step < 0))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('joins pre-bins only: its edges are among theirs, its counts are sums of theirs', () => {
    fc.assert(
      fc.property(roughArbitrary, ({ values, labels }) => {
        const feature = binOne(number(values), labels);
        const before = new Set(feature.pre.binned.edges);
        expect((feature.binned.edges ?? []).every((edge) => before.has(edge))).toBe(true);
        const edges = feature.binned.edges ?? [];
        for (const [row, value] of values.entries()) {
          expect(at(feature.toFinal, at(feature.pre.bins, row))).toBe(edges.filter((edge) => edge <= value).length);
        }
        expect(sum(rowsOf(feature))).toBe(values.length);
        expect(sum(feature.counts.bad)).toBe(sum(labels));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the least share and the least number of rows in every ordinary bin', () => {
    fc.assert(
      fc.property(roughArbitrary, fc.constantFrom(0.01, 0.1, 0.3), ({ values, labels }, minimumShare) => {
        const feature = binOne(number(values), labels, { settings: binning({ minimumShare }) });
        const ordinary = (feature.binned.edges ?? []).length + 1;
        for (const rows of rowsOf(feature).slice(0, ordinary)) {
          expect(rows).toBeGreaterThanOrEqual(Math.max(30, minimumShare * values.length));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves rows of weight 0 out, and counts a row of weight 2 twice', () => {
    fc.assert(
      fc.property(roughArbitrary, ({ values, labels }) => {
        const weights = values.map((_, row) => row % 3);
        const weighted = binOne(number(values), labels, { weights });
        const copies = values.flatMap((_, row) => new Array<number>(at(weights, row)).fill(row));
        const pre = weighted.pre;
        const repeated = binFeature(
          { ...pre, bins: Uint16Array.from(copies, (row) => at(pre.bins, row)) },
          {
            labels: Uint8Array.from(copies, (row) => at(labels, row)),
            weights: new Float64Array(copies.length).fill(1),
          },
          binning(),
        );
        expect(weighted.binned).toEqual(repeated.binned);
        expect(weighted.counts).toEqual(repeated.counts);
        expect(weighted.woe).toEqual(repeated.woe);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the weight of evidence of its counts in ordinary bins', () => {
    const { values, labels } = repeat([
      [1, 90, 10],
      [2, 70, 30],
      [3, 40, 60],
    ]);
    const { woe, counts, information } = binOne(number(values), labels);
    const totals = { good: 200, bad: 100 };
    expect([...counts.bad]).toEqual([10, 30, 60, 0]);
    for (const bin of [0, 1, 2]) {
      expect(at(woe, bin)).toBe(weightOfEvidence(at(counts.good, bin), at(counts.bad, bin), totals));
    }
    const whole = [0, 1, 2].reduce(
      (total, bin) => total + binInformation(at(counts.good, bin), at(counts.bad, bin), totals),
      0,
    );
    expect(information).toBeCloseTo(whole, 12);
  });
});

describe('what stands outside the order', () => {
  const known = repeat([
    [1, 150, 10],
    [2, 100, 40],
    [3, 60, 60],
  ]);
  /** The known rows and some more of one value. */
  const withRows = (value: number | null, good: number, bad: number, column: Partial<NumberColumn> = {}) => {
    const { values, labels } = repeat([[value, good, bad]]);
    return binOne(number([...known.values, ...values], { codes: [unordered], ...column }), [
      ...known.labels,
      ...labels,
    ]);
  };
  const MISSING = 3;
  const CODE = 4;

  it.each([
    ['missing', null, MISSING],
    ['a code', -9, CODE],
  ] as const)('%s is 0 below the minimum of rows and has a weight from there on', (_, value, bin) => {
    expect(at(withRows(value, 9, 20).woe, bin)).toBe(0);
    expect(at(withRows(value, 0, 29).woe, bin)).toBe(0);
    expect(at(withRows(value, 10, 20).woe, bin)).toBeGreaterThan(0.5);
    expect(at(withRows(value, 0, 0).woe, bin)).toBe(0);
  });

  it.each([
    ['missing', null, MISSING],
    ['a code', -9, CODE],
  ] as const)('%s never beats the best ordinary bin', (_, value, bin) => {
    const { woe } = withRows(value, 500, 0);
    expect(at(woe, bin)).toBe(Math.min(at(woe, 0), at(woe, 1), at(woe, 2)));
  });

  it('may beat it where the dictionary says so', () => {
    const code = withRows(-9, 500, 0, { codes: [{ ...unordered, mayBeatBest: true }] });
    expect(at(code.woe, CODE)).toBeLessThan(at(code.woe, 0) - 1);
    const missing = withRows(null, 500, 0, { missing: { allowed: true, mayBeatBest: true } });
    expect(at(missing.woe, MISSING)).toBeLessThan(at(missing.woe, 0) - 1);
  });

  it('never beats the best ordinary bin even where all ordinary bins are worse than the average', () => {
    const mostlyMissing = repeat([
      [null, 2_000, 20],
      [1, 100, 60],
      [2, 60, 100],
    ]);
    const { woe } = binOne(number(mostlyMissing.values), mostlyMissing.labels);
    expect(woe.length).toBe(3);
    expect(at(woe, 0)).toBeGreaterThan(0);
    expect(at(woe, 2)).toBeGreaterThanOrEqual(Math.min(at(woe, 0), at(woe, 1)));
  });

  it('keeps the rules over any counts', () => {
    const cells = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }));
    fc.assert(
      fc.property(cells, cells, cells, cells, fc.boolean(), (low, high, missing, code, may) => {
        const groups = repeat([
          [1, ...low],
          [2, ...high],
          [null, ...missing],
          [-9, ...code],
        ]);
        fc.pre(groups.labels.includes(0) && groups.labels.includes(1));
        const column = { codes: [{ ...unordered, mayBeatBest: may }], direction: 'increasing' as const };
        const feature = binOne(number(groups.values, column), groups.labels);
        const ordinary = (feature.binned.edges ?? []).length + 1;
        const observed = [...feature.woe].slice(0, ordinary).filter((_, bin) => at(rowsOf(feature), bin) > 0);
        for (const [bin, mayBeat] of [
          [ordinary, false],
          [ordinary + 1, may],
        ] as const) {
          if (at(rowsOf(feature), bin) < 30) expect(at(feature.woe, bin)).toBe(0);
          else if (!mayBeat && observed.length > 0)
            expect(at(feature.woe, bin)).toBeGreaterThanOrEqual(Math.min(...observed));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives ordinary values that no row had no weight either', () => {
    const { values, labels } = repeat([
      [null, 300, 20],
      [-9, 100, 100],
    ]);
    const { woe, counts } = binOne(number(values, { codes: [unordered] }), labels);
    expect(at(counts.good, 0) + at(counts.bad, 0)).toBe(0);
    expect(at(woe, 0)).toBe(0);
  });

  it('gives ordinary values of fewer rows than any bin must have no weight', () => {
    const { values, labels } = repeat([
      [null, 300, 20],
      [7, 0, 10],
      [8, 0, 2],
    ]);
    const { woe, counts } = binOne(number(values), labels);
    expect(at(counts.bad, 0)).toBe(12);
    expect(at(woe, 0)).toBe(0);
  });
});

describe('binFeature of categories', () => {
  const category = (values: FilledColumn['values']): FilledColumn => ({
    column: createCategoryColumn({ name: 'x', categories: [] }),
    values,
  });

  it('puts rare ones in "other", keeps common ones in the order of their bad rates', () => {
    const { values, labels } = repeat([
      ['risky', 50, 50],
      ['safe', 190, 10],
      ['rare', 10, 19],
      ['middling', 80, 20],
      ['single', 1, 0],
    ]);
    const { binned, woe, counts } = binOne(category(values), labels);
    const binOf = new Map(binned.categories?.map(({ value, bin }) => [value, bin]));
    expect([...binOf.keys()].sort()).toEqual(['middling', 'risky', 'safe']);
    expect(['safe', 'middling', 'risky'].map((value) => binOf.get(value))).toEqual([0, 1, 2]);
    const other = 3;
    expect(at(counts.good, other)).toBe(11);
    expect(at(counts.bad, other)).toBe(19);
    expect(at(woe, other)).toBe(weightOfEvidence(11, 19, { good: 331, bad: 99 }));
  });

  it('gives "other" nothing on too few rows, and never less than the best group', () => {
    const common = [
      ['safe', 190, 10],
      ['risky', 50, 50],
    ] as const;
    const few = repeat([...common, ['rare', 10, 19]]);
    expect(at(binOne(category(few.values), few.labels).woe, 2)).toBe(0);
    const spread = Array.from({ length: 20 }, (_, place) => [`rare ${place}`, 29, 0] as const);
    const many = repeat([...common, ...spread]);
    const { woe } = binOne(category(many.values), many.labels);
    expect(at(woe, 2)).toBe(Math.min(at(woe, 0), at(woe, 1)));
  });

  it('keeps every row of a category in one bin and loses none', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
            fc.integer({ min: 0, max: 90 }),
            fc.integer({ min: 0, max: 90 }),
          ),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 90 })),
        (groups, missing) => {
          const { values, labels } = repeat([...groups, [null, ...missing]]);
          fc.pre(labels.includes(0) && labels.includes(1));
          const feature = binOne(category(values), labels);
          const named = feature.binned.categories ?? [];
          const other = Math.max(-1, ...named.map(({ bin }) => bin)) + 1;
          const expected = values.map((value) => {
            if (value === null) return other + 1;
            return named.find((entry) => entry.value === value)?.bin ?? other;
          });
          expect([...feature.pre.bins].map((bin) => at(feature.toFinal, bin))).toEqual(expected);
          for (const { value } of named) {
            expect(values.filter((each) => each === value).length).toBeGreaterThanOrEqual(30);
          }
          expect(feature.woe.length).toBe(other + 2);
        },
      ),
      { numRuns: 200 },
    );
  });
});
