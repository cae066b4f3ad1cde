import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowsComparison } from '../../src/domain/comparison.ts';
import type { Model } from '../../src/domain/model.ts';
import {
  type ComparedRows,
  outcomeCodes,
  type Partition,
  type ScoredSide,
  takeRows,
} from '../../src/explanation/comparison/compared-rows.ts';
import { measureRows, type RowsPlan } from '../../src/explanation/comparison/measure-rows.ts';
import { partCategories, partNumbers } from '../../src/explanation/comparison/protected-groups.ts';
import { pairModels } from '../../src/model/compare-models.ts';
import { at } from '../reference/exact.ts';
import { arbitraryModel, arbitraryRow, type DrawnRow, scoreDrawn } from '../support/arbitrary-model.ts';
import { createRandom } from '../support/random.ts';

const CUT_OFFS = [-1_000_000, 500_000];

/** What a model makes of rows under a policy of two cut-offs whose action follows the tier. */
const scoreSide = (model: Model, rows: readonly DrawnRow[]): ScoredSide => {
  const scored = rows.map((row) => scoreDrawn(model, row));
  const tiers = Uint8Array.from(scored, ({ microLogits }) => CUT_OFFS.filter((cut) => microLogits >= cut).length);
  return {
    microLogits: Float64Array.from(scored, ({ microLogits }) => microLogits),
    bins: Uint16Array.from(scored.flatMap(({ bins }) => [...bins])),
    tiers,
    actions: tiers,
  };
};

const toRows = (
  [a, b]: readonly [Model, Model],
  drawn: readonly DrawnRow[],
  labels: readonly number[],
): ComparedRows => ({
  a: scoreSide(a, drawn),
  b: scoreSide(b, drawn),
  numbers: Uint32Array.from(drawn, (_, row) => row + 1),
  labels: Uint8Array.from(drawn, (_, row) => labels[row % labels.length] as number),
  customers: null,
  ids: null,
  groups: [],
});

const planRows = (change: Partial<RowsPlan> = {}): RowsPlan => {
  const random = createRandom(1);
  return { movers: 3, replicates: 20, random: (most) => random.whole(0, most), costs: null, ...change };
};

const compare = (models: readonly [Model, Model], rows: ComparedRows, change: Partial<RowsPlan> = {}) =>
  measureRows(pairModels(...models), rows, planRows(change));

const pairs = fc.tuple(arbitraryModel('one'), arbitraryModel('two'));
const manyRows = fc.array(arbitraryRow, { minLength: 1, maxLength: 30 });
const labelled = fc.array(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 30 });

describe('what two models make of the same rows', () => {
  it('counts every row once: in a pair of tiers, in a pair of actions, and in one band of each input', () => {
    fc.assert(
      fc.property(pairs, manyRows, labelled, (models, drawn, labels) => {
        const { tiers, actions, segments } = compare(models, toRows(models, drawn, labels));
        for (const { matrix, up, down, same } of [tiers, actions]) {
          const counts = matrix.map(({ rows }) => rows);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(drawn.length);
          expect(up + down + same).toBe(drawn.length);
        }
        for (const { segments: parts } of segments) {
          expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(drawn.length);
          expect(parts.reduce((sum, { up }) => sum + up, 0)).toBe(tiers.up);
          expect(parts.reduce((sum, { down }) => sum + down, 0)).toBe(tiers.down);
        }
      }),
    );
  });

  it('takes each mover apart to the last unit, and has the farthest ones', () => {
    fc.assert(
      fc.property(pairs, manyRows, (models, drawn) => {
        const rows = toRows(models, drawn, [outcomeCodes.unknown]);
        const { movers } = compare(models, rows);
        const distances = drawn.map((_, row) =>
          Math.abs((rows.b.microLogits[row] as number) - (rows.a.microLogits[row] as number)),
        );
        const farthest = distances.toSorted((one, other) => other - one).slice(0, movers.length);
        expect(movers.map(({ difference }) => Math.abs(difference))).toEqual(farthest);
        for (const { a, b, difference, level, parts } of movers) {
          expect(difference).toBe(b.microLogits - a.microLogits);
          expect(parts.reduce((sum, { microLogits }) => sum + microLogits, level)).toBe(difference);
        }
      }),
    );
  });

  it('finds nothing where both are one model', () => {
    fc.assert(
      fc.property(arbitraryModel('one'), manyRows, labelled, (model, drawn, labels) => {
        const models = [model, model] as const;
        const costs = { costs: { missedBad: 5, falseAlarm: 1, review: 0.5 }, source: 'options' as const };
        const { agreement, tiers, movers, drivers, worth } = compare(models, toRows(models, drawn, labels), { costs });
        expect(agreement).toMatchObject({ meanDistance: 0, largestDistance: 0 });
        expect([tiers.up, tiers.down, tiers.same]).toEqual([0, 0, drawn.length]);
        expect(movers.every(({ difference, parts }) => difference === 0 && parts.length === 0)).toBe(true);
        expect(drivers.every(({ meanDistance }) => meanDistance === 0)).toBe(true);
        if (agreement.spearman !== null) expect(agreement.spearman).toBeCloseTo(1, 12);
        for (const figure of [worth?.auc.difference, worth?.logLoss.difference, worth?.money?.difference]) {
          expect([0, null, undefined]).toContain(figure?.value);
        }
      }),
    );
  });

  it('says the opposite where they change places', () => {
    fc.assert(
      fc.property(pairs, manyRows, labelled, ([a, b], drawn, labels) => {
        const there = compare([a, b], toRows([a, b], drawn, labels));
        const back = compare([b, a], toRows([b, a], drawn, labels));
        expect([back.tiers.up, back.tiers.down]).toEqual([there.tiers.down, there.tiers.up]);
        expect(back.movers.map(({ row, difference }) => [row, 0 - difference])).toEqual(
          there.movers.map(({ row, difference }) => [row, difference]),
        );
        expect(back.worth?.reclassified.bads.up).toBe(there.worth?.reclassified.bads.down);
        const sum = (back.worth?.netReclassification ?? 0) + (there.worth?.netReclassification ?? 0);
        expect(sum).toBeCloseTo(0, 12);
      }),
    );
  });

  it('is as sure of rows that customers repeat as of one row of each', () => {
    fc.assert(
      fc.property(pairs, manyRows, fc.integer({ min: 2, max: 4 }), (models, drawn, times) => {
        const labels = drawn.map((_, row) => row % 2);
        const once = toRows(models, drawn, labels);
        const places = Uint32Array.from({ length: times * drawn.length }, (_, place) => place % drawn.length);
        const own = { ...once, customers: Uint32Array.from(drawn, (_, row) => 7 * row) };
        const [a, b] = models;
        const [alone, repeated] = [compare(models, once).worth, compare(models, takeRows({ a, b }, own, places)).worth];
        expect(compare(models, own).worth).toEqual(alone);
        for (const figure of ['auc', 'logLoss'] as const) {
          for (const side of ['a', 'b', 'difference'] as const) {
            for (const end of ['value', 'lower', 'upper'] as const) {
              const [wanted, found] = [alone?.[figure][side][end], repeated?.[figure][side][end]];
              if (wanted === null || wanted === undefined) expect(found).toBe(wanted);
              else expect(found).toBeCloseTo(wanted, 10);
            }
          }
        }
      }),
    );
  });

  it('is what its schema says', () => {
    fc.assert(
      fc.property(pairs, manyRows, labelled, ([a, b], drawn, labels) => {
        const measured = compare([a, b], toRows([a, b], drawn, labels));
        const policy = { name: 'policy', version: '1', fingerprint: '' };
        RowsComparison.parse({ policy, kind: 'file', trainedOn: { a: false, b: false }, ...measured });
      }),
    );
  });
});

const [model] = fc.sample(arbitraryModel('one'), { seed: 1, numRuns: 1 }) as [Model];
const width = model.inputs.length;

/** Rows of given tiers: scores rise with them. */
const rowsOf = (tiersA: readonly number[], tiersB: readonly number[], labels: readonly number[]): ComparedRows => {
  const side = (tiers: readonly number[]): ScoredSide => ({
    microLogits: Float64Array.from(tiers, (tier) => (tier - 1) * 1_000_000),
    bins: new Uint16Array(tiers.length * width),
    tiers: Uint8Array.from(tiers),
    actions: Uint8Array.from(tiers),
  });
  return {
    a: side(tiersA),
    b: side(tiersB),
    numbers: Uint32Array.from(tiersA, (_, row) => row + 1),
    labels: Uint8Array.from(labels),
    customers: null,
    ids: null,
    groups: [],
  };
};

describe('protected groups', () => {
  const named = { name: 'age', label: { zh: '年龄', en: 'Age' } };
  const split = ({ segments, of }: Partition) => Array.from(of, (segment) => at(segments, segment).en);

  it('part numbers into quarters, equal ones together, and missing apart', () => {
    const values = [5, 5, 5, 5, 5, 7, 8, 9, Number.NaN];
    expect(split(partNumbers({ ...named, decimals: 1 }, values))).toEqual([
      ...new Array(5).fill('below 0.8'),
      'below 0.8',
      'from 0.8 on',
      'from 0.8 on',
      'missing',
    ]);
    expect(split(partNumbers({ ...named, decimals: 0 }, [Number.NaN]))).toEqual(['missing']);
  });

  it('part categories as they are written, in the words of the dictionary', () => {
    const words = [{ value: '1', label: { zh: '男', en: 'Male' } }];
    expect(split(partCategories(named, ['1', '2', null, '1'], words))).toEqual(['Male', '2', 'missing', 'Male']);
  });
});

describe('what two models are worth', () => {
  it('counts net moves, mistakes and their cost by hand', () => {
    const rows = rowsOf([0, 0, 2, 2, 1, 0], [2, 0, 2, 0, 0, 1], [1, 1, 1, 0, 0, 0]);
    const costs = { costs: { missedBad: 10, falseAlarm: 2, review: 1 }, source: 'options' as const };
    const { worth } = compare([model, model], rows, { costs });
    expect(worth?.reclassified).toEqual({
      bads: { rows: 3, up: 1, down: 0 },
      goods: { rows: 3, up: 1, down: 2 },
    });
    expect(worth?.netReclassification).toBeCloseTo(2 / 3, 12);
    expect(worth?.money?.a).toEqual({ missedBads: 2, falseAlarms: 1, acted: 2, loss: 24 });
    expect(worth?.money?.b).toEqual({ missedBads: 1, falseAlarms: 0, acted: 2, loss: 12 });
    expect(worth?.money?.difference.value).toBe(-2);
  });

  it('is told to rest on too few rows below 100 bad or 100 good ones', () => {
    const evidenceOf = (bads: number, goods: number) => {
      const labels = [...new Array<number>(bads).fill(1), ...new Array<number>(goods).fill(0)];
      const tiers = labels.map(() => 0);
      return compare([model, model], rowsOf(tiers, tiers, labels)).worth?.evidence;
    };
    expect([evidenceOf(99, 500), evidenceOf(500, 99), evidenceOf(100, 100)]).toEqual([
      'insufficient',
      'insufficient',
      'sufficient',
    ]);
  });

  it('is nothing where no outcome is known', () => {
    expect(compare([model, model], rowsOf([0, 1], [1, 1], [2, 2])).worth).toBeNull();
  });
});
