import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc } from '../../src/metrics/discrimination.ts';
import { proveMonotone } from '../../src/model/proof.ts';
import { fitModel } from '../../training/fit.ts';
import type { AdditiveTerm } from '../../training/learners/additive.ts';
import { type Boosted, type BoostRequest, boost } from '../../training/learners/boosted/boost.ts';
import { chooseCuts, chooseInteractions } from '../../training/learners/boosted/choose.ts';
import { hostPairs, listHosted } from '../../training/learners/boosted/hosted.ts';
import { addTrees, createTables } from '../../training/learners/boosted/tabulate.ts';
import { type BoostedColumn, findLeaf, INNER_NODES, type Tree } from '../../training/learners/boosted/tree.ts';
import { keepProvable, widthOf } from '../../training/learners/boosted/width.ts';
import { type ColumnSet, nameSet } from '../../training/learners/column-set.ts';
import { purify, readTable, type Table } from '../../training/learners/purify.ts';
import { tabulate } from '../../training/learners/tables.ts';
import { defaultSettings, TrainingSettings } from '../../training/settings.ts';
import { scoreFrame } from '../../training/validation/score-frame.ts';
import { createCategoryColumn, createFrame, createNumberColumn, createSpecialCode } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { faultOf } from '../support/fault.ts';
import { createRandom } from '../support/random.ts';

interface Shape {
  readonly ordered: number;
  readonly outside: number;
  readonly sign: -1 | 0 | 1;
}

/** Some columns, and a label that depends on all of them. */
interface Drawn {
  readonly shapes: readonly Shape[];
  readonly rows: number;
  readonly seed: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  shapes: fc.array(
    fc.record({
      ordered: fc.integer({ min: 1, max: 6 }),
      outside: fc.integer({ min: 0, max: 3 }),
      sign: fc.constantFrom(-1 as const, 0 as const, 1 as const),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  rows: fc.integer({ min: 30, max: 200 }),
  seed: fc.nat(1e6),
});

const toRequest = ({ shapes, rows, seed }: Drawn, change: Partial<BoostRequest> = {}): BoostRequest => {
  const random = createRandom(seed);
  const columns = shapes.map(({ ordered, outside, sign }): BoostedColumn => {
    const bins = Uint8Array.from({ length: rows }, () => random.whole(0, ordered + outside - 1));
    return { bins, ordered, count: ordered + outside, sign };
  });
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const product = columns.reduce((all, { bins }) => all * (at(bins, row) - 1.5), 0.5);
    return random.uniform() < 1 / (1 + Math.exp(-product)) ? 1 : 0;
  });
  return {
    data: {
      columns,
      labels,
      weights: Float64Array.from(labels, () => random.whole(0, 2)),
      parts: Uint8Array.from(labels, () => random.whole(0, 2)),
    },
    held: null,
    depth: 3,
    sets: null,
    seed,
    learningRate: 0.3,
    ridge: 1,
    leastInformation: 0.5,
    rowShare: 0.8,
    columnShare: 0.9,
    mostColumns: 20,
    mostTrees: 12,
    patience: 100,
    ...change,
  };
};

const scoreRow = ({ constant, trees }: Boosted, columns: readonly BoostedColumn[], row: number): number =>
  trees.reduce((sum, tree) => sum + at(tree.values, findLeaf(tree, columns, row)), constant);

/** Every combination of bins as rows of their own. */
const listCells = (columns: readonly BoostedColumn[]): BoostedColumn[] => {
  const rows = columns.reduce((all, { count }) => all * count, 1);
  let stride = rows;
  return columns.map((column) => {
    stride /= column.count;
    const own = stride;
    return { ...column, bins: Uint8Array.from({ length: rows }, (_, row) => Math.floor(row / own) % column.count) };
  });
};

/** The sets of columns on the paths of trees. */
const pathsOf = (trees: readonly Tree[]): Map<string, ColumnSet> => {
  const sets = new Map<string, ColumnSet>();
  const walk = (tree: Tree, node: number, path: ColumnSet): void => {
    const column = node < INNER_NODES ? at(tree.columns, node) : -1;
    if (path.length > 0) sets.set(nameSet(path), path);
    if (column < 0) return;
    const next = path.includes(column) ? path : [...path, column].sort((a, b) => a - b);
    walk(tree, 2 * node + 1, next);
    walk(tree, 2 * node + 2, next);
  };
  for (const tree of trees) walk(tree, 0, []);
  return sets;
};

/** All sets of up to three of some columns. */
const allSets = (count: number): ColumnSet[] => {
  const places = Array.from({ length: count }, (_, place) => place);
  const pairs = places.flatMap((a) => places.filter((b) => b > a).map((b) => [a, b]));
  const triples = pairs.flatMap(([a = 0, b = 0]) => places.filter((c) => c > b).map((c) => [a, b, c]));
  return [...places.map((place) => [place]), ...pairs, ...triples];
};

const readTables = (tables: ReadonlyMap<string, Table>, columns: readonly BoostedColumn[], row: number): number =>
  [...tables.values()].reduce((sum, { set, shape, cells }) => {
    const cell = set.reduce((index, place, axis) => index * at(shape, axis) + at(at(columns, place).bins, row), 0);
    return sum + at(cells, cell);
  }, 0);

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9;

describe('boosted trees', () => {
  it('equal their tables in every cell, before and after purification', () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const request = toRequest(given);
        const { columns } = request.data;
        const boosted = boost(request);
        const tables = createTables(columns, allSets(columns.length));
        const constant = boosted.constant + addTrees(tables, boosted.trees, columns);
        const cells = listCells(columns);
        const rows = at(cells, 0).bins.length;
        const isEqual = (base: number) =>
          Array.from({ length: rows }, (_, row) => row).every((row) =>
            isClose(base + readTables(tables, cells, row), scoreRow(boosted, cells, row)),
          );
        expect(isEqual(constant)).toBe(true);
        const shares = columns.map(({ count }) => new Float64Array(count).fill(1 / count));
        expect(isEqual(constant + purify(tables, shares))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('equal their tables where pairs without a table of their own stay in a triple', () => {
    fc.assert(
      fc.property(drawn, fc.nat(100), (given, pick) => {
        const wanted = allSets(given.shapes.length).filter(
          (set, index) => set.length > 1 && (index * 37 + pick) % 3 === 0,
        );
        const request = toRequest(given, { sets: wanted });
        const { columns } = request.data;
        const boosted = boost(request);
        const all = [...columns.map((_, place) => [place]), ...wanted, ...listHosted(wanted)];
        const tables = createTables(columns, all);
        const shares = columns.map(({ count }) => new Float64Array(count).fill(1 / count));
        const constant = boosted.constant + addTrees(tables, boosted.trees, columns) + purify(tables, shares);
        const terms = all.map((set): AdditiveTerm => {
          const { shape, cells } = readTable(tables, set);
          return { inputs: set, shape, logOdds: cells, errors: cells.map(Math.abs) };
        });
        const hosted = hostPairs({ features: [], terms, constant, constantError: 0 }, wanted);
        expect(hosted.terms.map(({ inputs }) => nameSet(inputs))).toEqual(
          [...columns.map((_, place) => [place]), ...wanted].map(nameSet),
        );
        const kept = new Map(
          hosted.terms.map(({ inputs, shape, logOdds }) => [nameSet(inputs), { set: inputs, shape, cells: logOdds }]),
        );
        const cells = listCells(columns);
        for (let row = 0; row < at(cells, 0).bins.length; row++) {
          expect(isClose(constant + readTables(kept, cells, row), scoreRow(boosted, cells, row))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('equal their tables within 10 micro-logits a term once these are rounded, before repair', () => {
    const line = fc.record({
      slope: fc.double({ min: 0.2, max: 3, noNaN: true }),
      intercept: fc.double({ min: -2, max: 2, noNaN: true }),
    });
    fc.assert(
      fc.property(drawn, line, (given, { slope, intercept }) => {
        const wanted = allSets(given.shapes.length).filter((set) => set.length === 3);
        const request = toRequest(given, wanted.length > 0 ? { sets: wanted } : {});
        const { columns } = request.data;
        const boosted = boost(request);
        const all = allSets(columns.length);
        const tables = createTables(columns, all);
        const shares = columns.map(({ count }) => new Float64Array(count).fill(1 / count));
        const constant = boosted.constant + addTrees(tables, boosted.trees, columns) + purify(tables, shares);
        const terms = all.map((set): AdditiveTerm => {
          const { shape, cells } = readTable(tables, set);
          return { inputs: set, shape, logOdds: cells, errors: cells.map(Math.abs) };
        });
        const sets = wanted.length > 0 ? wanted : all.filter((set) => set.length > 1);
        const fit = hostPairs({ features: [], terms, constant, constantError: 0 }, sets);
        const rounded = tabulate(fit, { slope, intercept });
        const integers = new Map(
          rounded.terms.map(({ inputs, shape, microLogits }) => {
            expect(microLogits.every(Number.isSafeInteger)).toBe(true);
            return [nameSet(inputs), { set: inputs, shape, cells: Float64Array.from(microLogits) }];
          }),
        );
        const cells = listCells(columns);
        for (let row = 0; row < at(cells, 0).bins.length; row++) {
          const trees = 1e6 * (slope * scoreRow(boosted, cells, row) + intercept);
          const score = rounded.intercept.microLogits + readTables(integers, cells, row);
          // One rounding of each table and of the intercept: half a micro-logit each, far within the 10.
          expect(Math.abs(score - trees)).toBeLessThan(0.5 * (rounded.terms.length + 1) + 0.01);
          expect(Math.abs(score - trees)).toBeLessThanOrEqual(10 * rounded.terms.length);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leave tables whose means over each of their columns are 0 once purified', () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const request = toRequest(given);
        const { columns, labels } = request.data;
        const tables = createTables(columns, allSets(columns.length));
        addTrees(tables, boost(request).trees, columns);
        const shares = columns.map(({ bins, count }) => {
          const share = new Float64Array(count);
          for (const bin of bins) share[bin] = at(share, bin) + 1 / labels.length;
          return share;
        });
        purify(tables, shares);
        for (const { set, shape, cells } of tables.values()) {
          for (const [axis, place] of set.entries()) {
            const stride = shape.slice(axis + 1).reduce((all, length) => all * length, 1);
            const length = at(shape, axis);
            for (let cell = 0; cell < cells.length; cell++) {
              if (Math.floor(cell / stride) % length !== 0) continue;
              let mean = 0;
              for (let bin = 0; bin < length; bin++)
                mean += at(at(shares, place), bin) * at(cells, cell + bin * stride);
              expect(Math.abs(mean)).toBeLessThan(1e-9);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('never fall where a column with a sign goes up, whatever the data says', () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const request = toRequest(given);
        const { columns } = request.data;
        const boosted = boost(request);
        const cells = listCells(columns);
        const rows = at(cells, 0).bins.length;
        let stride = rows;
        for (const { ordered, count, sign } of columns) {
          stride /= count;
          if (sign === 0) continue;
          for (let row = 0; row < rows; row++) {
            if (Math.floor(row / stride) % count >= ordered - 1) continue;
            const step = scoreRow(boosted, cells, row + stride) - scoreRow(boosted, cells, row);
            expect(sign * step).toBeGreaterThan(-1e-9);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('have only those columns together on a path that may be', () => {
    fc.assert(
      fc.property(drawn, fc.nat(100), (given, pick) => {
        const wanted = allSets(given.shapes.length).filter((_, index) => (index * 37 + pick) % 3 === 0);
        const { trees } = boost(toRequest(given, { sets: wanted }));
        for (const path of pathsOf(trees).values()) {
          const isWithin = wanted.some((set) => path.every((column) => set.includes(column)));
          expect(path.length === 1 || isWithin).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('do not see the rows held out', () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const request = toRequest(given, { held: 1 });
        const turned = request.data.labels.map((label, row) => (at(request.data.parts, row) === 1 ? 1 - label : label));
        const other = boost({ ...request, data: { ...request.data, labels: turned } });
        expect(other.trees).toEqual(boost(request).trees);
      }),
      { numRuns: 30 },
    );
  });

  it('follow their seed alone', () => {
    const given: Drawn = { shapes: Array(4).fill({ ordered: 5, outside: 1, sign: 0 }), rows: 200, seed: 5 };
    const request = toRequest(given);
    expect(boost(request)).toEqual(boost(request));
    expect(boost({ ...request, seed: 6 }).trees).not.toEqual(boost(request).trees);
  });

  it('learn from bins outside the order alone', () => {
    const bins = Uint8Array.from({ length: 400 }, (_, row) => 1 + (row % 2));
    const labels = Uint8Array.from(bins, (bin, row) => (row % 10 === 0 ? 2 - bin : bin - 1));
    const request = toRequest({ shapes: [], rows: 0, seed: 1 });
    const columns: BoostedColumn[] = [{ bins, ordered: 1, count: 3, sign: 0 }];
    const data = { columns, labels, weights: new Float64Array(400).fill(1), parts: new Uint8Array(400) };
    const boosted = boost({ ...request, data });
    expect(scoreRow(boosted, columns, 1)).toBeGreaterThan(scoreRow(boosted, columns, 0) + 1);
  });
});

describe('the choice of interactions', () => {
  const bag = (gains: Readonly<Record<string, number>>): Boosted => ({
    constant: 0,
    trees: [],
    losses: new Float64Array(),
    heldGains: new Map(Object.entries(gains)),
  });

  it('keeps those that gain on rows held out: triples with what their pairs gain, then pairs that are in none', () => {
    const bags = [bag({ '0': 9, '0 1': 5, '0 2': 1, '1 2': 2, '0 1 2': 1, '3 4': 4, '3 4 5': 2, '5 6': -3 })];
    const choose = (mostPairs: number, mostTriples: number) => chooseInteractions(bags, { mostPairs, mostTriples });
    const [first, second] = [
      [0, 1, 2],
      [3, 4, 5],
    ];
    expect(choose(40, 20)).toEqual({ pairs: [], triples: [first, second] });
    expect(choose(40, 1)).toEqual({ pairs: [[3, 4]], triples: [first] });
    expect(choose(2, 0).pairs).toEqual([
      [0, 1],
      [3, 4],
    ]);
    expect(choose(0, 0)).toEqual({ pairs: [], triples: [] });
  });

  it('never exceeds its caps, and keeps no pair that a triple holds', () => {
    const sets = allSets(6).map(nameSet);
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom(...sets), fc.integer({ min: -5, max: 20 })), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.record({ mostPairs: fc.nat(8), mostTriples: fc.nat(4) }),
        (gains, caps) => {
          const { pairs, triples } = chooseInteractions(gains.map(bag), caps);
          expect(pairs.length).toBeLessThanOrEqual(caps.mostPairs);
          expect(triples.length).toBeLessThanOrEqual(caps.mostTriples);
          const names = [...pairs, ...triples].map(nameSet);
          expect(new Set(names).size).toBe(names.length);
          for (const pair of pairs) {
            expect(triples.some((triple) => pair.every((place) => triple.includes(place)))).toBe(false);
          }
        },
      ),
    );
  });

  it('cuts a column where it gains most, as often as its largest term leaves room for', () => {
    const boosted = boost(
      toRequest({ shapes: Array(3).fill({ ordered: 6, outside: 0, sign: 0 }), rows: 200, seed: 3 }, { mostTrees: 60 }),
    );
    const columns = Array.from({ length: 3 }, () => ({ ordered: 6 }));
    const cuts = chooseCuts(
      [boosted],
      columns,
      { pairs: [[0, 1]], triples: [] },
      { alone: 6, inPairs: 3, inTriples: 2 },
    );
    expect(cuts.map(({ length }) => length)).toEqual([2, 2, 5]);
    for (const own of cuts) expect([...own].sort((a, b) => a - b)).toEqual(own);
  });
});

describe('the width of a proof', () => {
  const sizes = [5, 4, 3, 6, 2, 7];

  it('is one partner table where triples share nothing, and grows where partners hang together', () => {
    expect(widthOf(0, [], sizes)).toBe(1);
    expect(widthOf(0, [[0, 1, 2]], sizes)).toBe(12);
    expect(
      widthOf(
        0,
        [
          [0, 1, 2],
          [0, 3, 4],
          [1, 3, 5],
        ],
        sizes,
      ),
    ).toBe(12);
    const ring: ColumnSet[] = [
      [0, 1, 2],
      [0, 2, 3],
      [0, 3, 4],
      [0, 1, 4],
    ];
    expect(widthOf(0, ring, sizes)).toBeGreaterThan(12);
  });

  it('is no more than all partners together, and no less than what one triple takes', () => {
    const places = Array.from({ length: 6 }, (_, place) => place);
    const triples = allSets(6).filter((set) => set.length === 3);
    fc.assert(
      fc.property(fc.subarray(triples, { maxLength: 10 }), fc.constantFrom(...places), (chosen, column) => {
        const partners = new Set(chosen.filter((set) => set.includes(column)).flat());
        const all = [...partners]
          .filter((place) => place !== column)
          .reduce((cells, place) => cells * at(sizes, place), 1);
        const width = widthOf(column, chosen, sizes);
        expect(width).toBeLessThanOrEqual(all);
        for (const set of chosen.filter((set) => set.includes(column))) {
          const own = set.filter((place) => place !== column).reduce((cells, place) => cells * at(sizes, place), 1);
          expect(width).toBeGreaterThanOrEqual(own);
        }
      }),
    );
  });

  it('keeps triples out whose partners hang together too much, unless nothing has a direction', () => {
    const columns = (sign: -1 | 0 | 1) => Array.from({ length: 9 }, () => ({ ordered: 20, count: 22, sign }));
    const caps = { alone: 64, inPairs: 32, inTriples: 20 };
    const around = allSets(9).filter((set) => set.length === 3 && set[0] === 0);
    const keepAll = (sign: -1 | 0 | 1) => {
      const mayKeep = keepProvable(columns(sign), caps);
      const kept: ColumnSet[] = [];
      for (const set of around) if (mayKeep(kept, set)) kept.push(set);
      return kept;
    };
    expect(keepAll(0)).toEqual(around);
    const kept = keepAll(1);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThan(around.length);
  });
});

describe('a boosted model', () => {
  /** Two numbers whose product tells, a third with a direction, a category, missing values and codes. */
  const makeFrame = (rows: number) => {
    const random = createRandom(7);
    const numbers = Array.from({ length: 3 }, () => Array.from({ length: rows }, () => random.whole(-20, 20)));
    const towns = Array.from({ length: rows }, () => `town ${random.whole(0, 4)}`);
    const labels = towns.map((town, row) => {
      const [a, b, c] = numbers.map((values) => at(values, row)) as [number, number, number];
      const score = (a * b) / 120 + c / 15 + (town === 'town 3' ? 1 : 0) - 1;
      return random.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
    });
    const [a = [], b = [], c = []] = numbers;
    return createFrame(
      [
        { column: createNumberColumn({ name: 'a' }), values: a },
        { column: createNumberColumn({ name: 'b', codes: [createSpecialCode({ value: -20 })] }), values: b },
        {
          column: createNumberColumn({ name: 'c', direction: 'increasing' }),
          values: c.map((value) => (random.uniform() < 0.1 ? null : value)),
        },
        { column: createCategoryColumn({ name: 'town', categories: [] }), values: towns },
      ],
      labels,
    );
  };
  const learn = (rows: number, change: object = {}, workers = 0, frame = makeFrame(rows)) =>
    fitModel({
      frame,
      name: 'made-up',
      learner: 'boosted',
      settings: TrainingSettings.parse({ boosted: change }),
      workers,
      includeProtected: false,
      withInterval: false,
      onProgress: () => undefined,
    });

  it('finds the interaction that tells, and proves the direction', async () => {
    const frame = makeFrame(3_000);
    const { model, notes } = await learn(3_000, {}, 0, frame);
    const interactions = model.terms
      .filter(({ inputs }) => inputs.length > 1)
      .map(({ inputs }) => inputs.map((place) => at(model.inputs, place).name));
    expect(interactions.some((names) => names.includes('a') && names.includes('b'))).toBe(true);
    expect(notes).toMatchObject({
      boosted: { bags: defaultSettings.innerFolds * defaultSettings.boosted.mostRepeats },
    });
    for (const { leastStep, exact } of proveMonotone(model))
      expect({ down: leastStep < 0, exact }).toEqual({ down: false, exact: true });
    const alone = await learn(3_000, { mostPairs: 0, mostTriples: 0 }, 0, frame);
    expect(alone.model.terms.every(({ inputs }) => inputs.length === 1)).toBe(true);
    const ranked = auc(scoreFrame(model, frame), frame.labels) as number;
    expect(ranked).toBeGreaterThan((auc(scoreFrame(alone.model, frame), frame.labels) as number) + 0.05);
  });

  it('is the same bytes for any number of threads', async () => {
    const few = { mostRepeats: 2, mostTrees: 60 };
    const { model } = await learn(1_000, few);
    for (const workers of [1, 3]) {
      expect(JSON.stringify((await learn(1_000, few, workers)).model)).toBe(JSON.stringify(model));
    }
  });

  it('is refused where a column has more codes than a split can tell apart', async () => {
    const random = createRandom(1);
    const labels = Array.from({ length: 400 }, () => random.whole(0, 1));
    const codes = Array.from({ length: 40 }, (_, index) => createSpecialCode({ value: -1 - index }));
    const frame = createFrame(
      [{ column: createNumberColumn({ name: 'many_codes', codes }), values: labels.map(() => random.whole(-40, 9)) }],
      labels,
    );
    const fault = await faultOf(() => learn(0, {}, 0, frame));
    expect(fault).toMatchObject({ code: 'bad_dictionary', values: { place: 'many_codes' } });
  });

  it('keeps within its caps of terms and of bins', async () => {
    const { model } = await learn(2_000, {
      mostPairs: 2,
      mostTriples: 0,
      bins: { alone: 6, inPairs: 4, inTriples: 3 },
    });
    expect(model.terms.filter(({ inputs }) => inputs.length === 2).length).toBeLessThanOrEqual(2);
    expect(model.terms.some(({ inputs }) => inputs.length === 3)).toBe(false);
    const paired = new Set(model.terms.filter(({ inputs }) => inputs.length === 2).flatMap(({ inputs }) => inputs));
    for (const [place, { edges }] of model.inputs.entries()) {
      if (edges) expect(edges.length + 1).toBeLessThanOrEqual(paired.has(place) ? 4 : 6);
    }
  });
});
