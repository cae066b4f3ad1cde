import { describe, expect, it } from 'vitest';
import { INTEGER_LIMIT } from '../../src/arithmetic.ts';
import { createAssessment, scoreRow } from '../../src/decision/assess.ts';
import { createDecisionPlan } from '../../src/decision/plan.ts';
import { readRow } from '../../src/decision/row.ts';
import { Model } from '../../src/domain/model.ts';
import { AppError } from '../../src/errors.ts';
import { auc } from '../../src/metrics/discrimination.ts';
import { countOrdinary, missingBin, otherBin, unorderedCodes } from '../../src/model/bins.ts';
import { proveMonotone } from '../../src/model/proof.ts';
import { findModelFaults, isSealed } from '../../src/model/seal.ts';
import { preBin } from '../../training/binning/prebin.ts';
import { computeFeatures, type Frame, takeRows } from '../../training/dataset/frame.ts';
import { type Fitted, fitModel } from '../../training/fit.ts';
import { scoreAdditive } from '../../training/learners/additive.ts';
import type { Learned } from '../../training/learners/learner.ts';
import { openLearner } from '../../training/learners/learners.ts';
import { type LearnerName, learnerNames } from '../../training/learners/names.ts';
import { defaultSettings, TrainingSettings } from '../../training/settings.ts';
import { scoreFrame, toProbabilities } from '../../training/validation/score-frame.ts';
import { createFrame, createSpecialCode } from '../factories/frame.ts';
import { createPolicy } from '../factories/policy.ts';
import { at } from '../reference/exact.ts';
import { faultOf } from '../support/fault.ts';
import { createRandom } from '../support/random.ts';
import { category, codes, draw, holes, number, oddFrames } from './odd-frames.ts';

const few = TrainingSettings.parse({ intervalRefits: 3, boosted: { mostRepeats: 1, refitBags: 1, mostTrees: 80 } });

interface FitOptions {
  readonly includeProtected?: boolean;
  readonly withInterval?: boolean;
  readonly learner?: LearnerName;
}

const fitOn = (
  frame: Frame,
  { includeProtected = false, withInterval = false, learner = 'scorecard' }: FitOptions = {},
): Promise<Fitted> =>
  fitModel({
    frame,
    settings: few,
    includeProtected,
    withInterval,
    name: 'made-up',
    learner,
    onProgress: () => undefined,
  });

/** Ordinary bins that some training row fell in. */
const observedOf = (input: Model['inputs'][number], cells: readonly number[]): number[] =>
  cells.slice(0, countOrdinary(input)).filter((_, bin) => at(input.counts, bin) > 0);

const cellsOf = ({ terms }: Model, input: number): readonly number[] => {
  const own = terms.filter(({ inputs }) => inputs.length === 1 && inputs[0] === input);
  expect(own.length).toBe(1);
  return at(own, 0).microLogits;
};

/** Every learner goes through the same. */
const battery = learnerNames.flatMap((learner) =>
  oddFrames.map(({ refused, ...each }) => ({
    ...each,
    learner,
    refused: typeof refused === 'object' ? refused[learner] : refused,
  })),
);

describe.each(battery.filter(({ refused }) => refused))('$learner fitting $title', ({ refused, make, ...options }) => {
  it(`is refused: ${refused}`, async () => {
    expect((await faultOf(() => fitOn(make(), options))).code).toBe(refused);
  });
});

describe.each(battery.filter(({ refused }) => !refused))('$learner fitting $title', ({ make, ...options }) => {
  const frame = make();
  const fitted = fitOn(frame, { ...options, withInterval: true });
  // Every test below waits for it and fails with it; unheard before the first of them, it would end the whole run.
  fitted.catch(() => undefined);

  it('gives a whole artifact with an input for each term', async () => {
    const { model } = await fitted;
    expect(Model.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(findModelFaults(model)).toEqual([]);
    expect(isSealed(model)).toBe(true);
    expect(model.inputs.length).toBeGreaterThan(0);
    for (const { counts } of model.inputs) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(frame.rows);
  });

  it('gives the same bits again', async () => {
    const again = await fitOn(make(), { ...options, withInterval: true });
    expect(JSON.stringify(again.model)).toBe(JSON.stringify((await fitted).model));
  });

  it('leaves the frame as it was', () => {
    expect(frame).toEqual(make());
  });

  it('proves every direction', async () => {
    const { model } = await fitted;
    const proofs = proveMonotone(model);
    expect(proofs.map(({ input }) => input)).toEqual(
      model.inputs.filter(({ direction }) => direction).map(({ name }) => name),
    );
    for (const { leastStep, exact } of proofs)
      expect({ down: leastStep < 0, exact }).toEqual({ down: false, exact: true });
  });

  it('keeps cells and their errors within what the artifact may hold', async () => {
    const { terms, intercept, intervalMilli } = (await fitted).model;
    for (const { microLogits, se } of [...terms, { microLogits: [intercept.microLogits], se: [intercept.se] }]) {
      for (const cell of microLogits) expect(Math.abs(cell)).toBeLessThanOrEqual(100_000_000);
      for (const error of se) expect(error >= 0 && error <= 10_000_000).toBe(true);
    }
    expect(Number.isSafeInteger(intervalMilli) && intervalMilli > 0).toBe(true);
  });

  it('takes protected columns only where it was asked to', async () => {
    const { model } = await fitted;
    expect(model.inputs.some((input) => input.protected)).toBe(options.includeProtected === true);
  });

  it('keeps the rules for what stands outside the order', async () => {
    const { model } = await fitted;
    for (const [place, input] of model.inputs.entries()) {
      const cells = cellsOf(model, place);
      const outside = [...cells.keys()].slice(countOrdinary(input));
      for (const bin of outside) {
        if (at(input.counts, bin) < defaultSettings.binning.minimumRows) expect(at(cells, bin)).toBe(0);
        else {
          const observed = observedOf(input, cells);
          const best = observed.length > 0 ? Math.min(...observed) : 0;
          expect(at(cells, bin)).toBeGreaterThanOrEqual(best);
        }
      }
    }
  });

  it('gives bins that no training row fell in no weight', async () => {
    const { model } = await fitted;
    for (const [place, input] of model.inputs.entries()) {
      for (const [bin, cell] of cellsOf(model, place).entries()) {
        if (at(input.counts, bin) === 0)
          expect({ input: input.name, bin, cell }).toEqual({ input: input.name, bin, cell: 0 });
      }
    }
  });

  it('lists what stands outside the order, with its rows and log-odds', async () => {
    const { model, outside } = await fitted;
    const expected = model.inputs.flatMap((input, place) => {
      const cells = cellsOf(model, place);
      const other = otherBin(input);
      const line = (bin: number, name: string) => ({
        input: input.name,
        bin: name,
        rows: at(input.counts, bin),
        microLogits: at(cells, bin),
        mayBeatBest: false,
      });
      return [
        ...(other === null ? [] : [line(other, 'other')]),
        line(missingBin(input), 'missing'),
        ...unorderedCodes(input).map(({ value }, code) =>
          line(missingBin(input) + 1 + code, String(value / 10 ** input.decimals)),
        ),
      ];
    });
    expect(outside.map(({ bestOrdinary: _, ...rest }) => rest)).toEqual(expected);
  });

  it('scores the training rows as it did while fitting', async () => {
    const { model, draft } = await fitted;
    expect([...scoreFrame(model, frame)]).toEqual([...draft.scores]);
  });

  it('is calibrated: on average it expects as many bad rows as there are', async () => {
    const { model } = await fitted;
    const probabilities = toProbabilities(scoreFrame(model, frame));
    const expected = probabilities.reduce((sum, p) => sum + p, 0) / frame.rows;
    const seen = frame.labels.reduce((sum, label) => sum + label, 0) / frame.rows;
    expect(Math.abs(expected - seen)).toBeLessThan(0.02);
  });
});

const planOf = (model: Model) =>
  createDecisionPlan({
    model,
    policy: createPolicy({ models: { default: model.name, segments: {} } }),
    policyFingerprint: '',
    dictionary: null,
  });

/** What a learner makes of rows that count so often each. */
const learnWeighted = async (learner: LearnerName, frame: Frame, weights: readonly number[]): Promise<Learned> => {
  const features = computeFeatures(frame, frame.featureSet.features).map((each) => preBin(each, few.binning));
  const opened = await openLearner(learner, { cells: frame.rows * features.length, workers: null });
  try {
    const sample = { labels: frame.labels, weights: Float64Array.from(weights) };
    const quiet = { onFit: () => undefined, onCalibrate: () => undefined };
    return await opened.learn({ set: 'made-up', features, sample, settings: few, ...quiet });
  } finally {
    await opened.close();
  }
};

describe.each(learnerNames)('labels and weights of rows, to %s', (learner) => {
  const { labels, follow, random } = draw(900);
  const frame = createFrame([number('one', follow(1)), number('two', holes(follow(1), 0.1, random))], labels);

  it.each([2, 7, 255])('a label of %d is refused by its row and column', async (label) => {
    const odd = { ...frame, labels: frame.labels.map((own, row) => (row === 41 ? label : own)) };
    const fault = await faultOf(() => fitOn(odd, { learner }));
    expect(fault.code).toBe('bad_value');
    expect(fault.message).toBe(`Field y, value "${label}": the label of training row 42 must be good (0) or bad (1).`);
  });

  it('rows without a label are refused', async () => {
    const fault = await faultOf(() => fitOn({ ...frame, labels: frame.labels.slice(0, 800) }, { learner }));
    expect(fault.message).toContain('training row 801');
  });

  it('of a row of weight 0 the label leaves no trace in a refit', async () => {
    const { refit } = await learnWeighted(
      learner,
      frame,
      labels.map(() => 1),
    );
    const weights = Float64Array.from(labels, (_, row) => (row % 5 === 0 ? 0 : 1));
    const turned = frame.labels.map((label, row) => (row % 5 === 0 ? 1 - label : label));
    const one = await refit({ labels: frame.labels, weights });
    expect(await refit({ labels: turned, weights })).toEqual(one);
    expect(await refit({ labels: turned, weights: weights.map(() => 1) })).not.toEqual(one);
  });

  it('a row of weight 3 counts about as it would three times over', async () => {
    const weights = labels.map((label) => (label === 1 ? 3 : 1));
    const weighted = scoreAdditive((await learnWeighted(learner, frame, weights)).fit, frame.rows);
    const rows = Uint32Array.from(labels.flatMap((label, row) => (label === 1 ? [row, row, row] : [row])));
    const thrice = takeRows(frame, rows);
    const repeated = scoreAdditive(
      (await learnWeighted(learner, thrice, new Array(rows.length).fill(1))).fit,
      rows.length,
    );
    const apart = [...rows].map((row, place) => at(repeated, place) - at(weighted, row));
    expect(Math.abs(apart.reduce((sum, each) => sum + each, 0) / apart.length)).toBeLessThan(0.1);
    expect(apart.reduce((sum, each) => sum + Math.abs(each), 0) / apart.length).toBeLessThan(0.3);
  });
});

describe.each(learnerNames)('a model fitted by %s', (learner) => {
  it('puts a category it never saw into "other", and null into missing', async () => {
    const { labels, follow } = draw(1_000);
    const work = follow(0.5).map((value) => (value > 8 ? 'a' : value > -5 ? 'b' : 'c'));
    const { model } = await fitOn(createFrame([category('work', work)], labels), { learner });
    const plan = planOf(model);
    const input = at(model.inputs, 0);
    const binOf = (value: string | null) => {
      const { row, warnings } = readRow(plan, { work: value }, new Set());
      const assessment = createAssessment(plan);
      assessment.row.set(row);
      scoreRow(plan, assessment);
      return { bin: at(assessment.bins, 0), warned: warnings.map(({ code }) => code) };
    };
    expect(binOf('never seen')).toEqual({ bin: otherBin(input), warned: ['unknown_category'] });
    expect(binOf(null)).toEqual({ bin: missingBin(input), warned: [] });
    expect(binOf('a').bin).toBeLessThan(countOrdinary(input));
    const later = createFrame([category('work', ['never seen', null])], [0, 0]);
    const cells = cellsOf(model, 0);
    expect([...scoreFrame(model, later)]).toEqual(
      [otherBin(input) ?? -1, missingBin(input)].map((bin) => model.intercept.microLogits + at(cells, bin)),
    );
  });

  it('scores values far outside what it was fitted on like the nearest end', async () => {
    const { labels, follow } = draw(1_000);
    const values = follow(1);
    const { model } = await fitOn(createFrame([number('x', values)], labels), { learner });
    const scoreOf = (value: number) => at(scoreFrame(model, createFrame([number('x', [value])], [0])), 0);
    expect(scoreOf(INTEGER_LIMIT - 1)).toBe(scoreOf(Math.max(...values)));
    expect(scoreOf(1 - INTEGER_LIMIT)).toBe(scoreOf(Math.min(...values)));
  });

  it('does not depend on the scale a number is measured on', async () => {
    const { labels, follow, random } = draw(1_000);
    const [one, two] = [follow(1), holes(follow(2), 0.1, random)];
    const before = await fitOn(createFrame([number('one', one), number('two', two)], labels), { learner });
    const grown = two.map((value) => (value === null ? null : value ** 3 + value));
    const after = await fitOn(
      createFrame(
        [
          number(
            'one',
            one.map((value) => 1_000 * value - 7),
          ),
          number('two', grown),
        ],
        labels,
      ),
      { learner },
    );
    expect([...after.draft.scores]).toEqual([...before.draft.scores]);
  });

  it('does not depend on the order in which categories are documented, nor on whether they are', async () => {
    const { labels, follow } = draw(1_000);
    const work = follow(0.5).map((value) => (value > 8 ? 'a' : value > -5 ? 'b' : 'c'));
    const fitWith = (values: readonly string[]) => {
      const documented = values.map((value) => ({ value, label: { zh: value, en: value } }));
      return fitOn(createFrame([category('work', work, { categories: documented })], labels), { learner });
    };
    const before = await fitWith(['a', 'b', 'c']);
    for (const values of [['c', 'b', 'a'], ['b'], ['x', 'a', 'y'], []]) {
      expect([...(await fitWith(values)).draft.scores]).toEqual([...before.draft.scores]);
    }
  });

  it('has no input from protected columns, nor from what derives from them', async () => {
    const { labels, follow } = draw(1_000);
    const text = { zh: '比', en: 'ratio' };
    const frame = createFrame(
      [number('age', follow(0.5), { protected: true }), number('income', follow(1, 100))],
      labels,
      {
        derived: [
          {
            name: 'income_less_age',
            version: 1,
            label: text,
            reason: text,
            unit: null,
            direction: null,
            derivation: { decimals: 0, numerator: { subtract: [{ column: 'income' }, { column: 'age' }] } },
          },
        ],
      },
    );
    const without = (await fitOn(frame, { learner })).model;
    expect(without.inputs.map(({ name }) => name)).toEqual(['income']);
    expect(without.columns.map(({ name }) => name)).toEqual(['income']);
    const withThem = (await fitOn(frame, { learner, includeProtected: true })).model;
    expect(withThem.inputs.map(({ name }) => name)).toContain('age');
    for (const { name, protected: isProtected } of withThem.inputs) expect(isProtected).toBe(name !== 'income');
  });

  it('may give a code or a missing value less risk than any other only where the dictionary says so', async () => {
    const { labels, follow, random } = draw(3_000);
    const values = follow(0.5).map((value, row) => (at(labels, row) === 0 && random.uniform() < 0.2 ? -99 : value));
    const cellOfCode = async (mayBeatBest: boolean) => {
      const column = { codes: [createSpecialCode({ value: -99, mayBeatBest })] };
      const { model } = await fitOn(createFrame([number('x', values, column)], labels), { learner });
      const cells = cellsOf(model, 0);
      return at(cells, missingBin(at(model.inputs, 0)) + 1) - Math.min(...observedOf(at(model.inputs, 0), cells));
    };
    expect(await cellOfCode(false)).toBeGreaterThanOrEqual(0);
    expect(await cellOfCode(true)).toBeLessThan(0);
  });
});

describe.each(learnerNames)('pure noise, to %s,', (learner) => {
  it.each([1, 2, 3, 4])('is refused or gives a model that tells nothing apart (seed %d)', async (seed) => {
    const random = createRandom(seed);
    const make = (rows: number) =>
      createFrame(
        [
          ...['x', 'w', 'z'].map((name) =>
            number(
              name,
              Array.from({ length: rows }, () => random.whole(0, 999)),
            ),
          ),
          category(
            'work',
            Array.from({ length: rows }, () => at(['a', 'b', 'c'], random.whole(0, 2))),
          ),
        ],
        Array.from({ length: rows }, () => (random.uniform() < 0.25 ? 1 : 0)),
      );
    try {
      const { model } = await fitOn(make(1_000), { learner });
      const fresh = make(4_000);
      const found = auc(scoreFrame(model, fresh), fresh.labels) ?? Number.NaN;
      expect(Math.abs(found - 0.5)).toBeLessThan(0.05);
    } catch (fault) {
      if (!(fault instanceof AppError)) throw fault;
      expect(fault.code).toBe('no_inputs');
    }
  });

  it('is refused with the reason of every column', async () => {
    const random = createRandom(3);
    const constant = Array.from({ length: 400 }, () => 7);
    const age = number('age', constant);
    const frame = createFrame(
      [number('x', constant), { ...age, column: { ...age.column, protected: true } }],
      Array.from({ length: 400 }, () => (random.uniform() < 0.25 ? 1 : 0)),
    );
    const left = { name: 'k', source: 'k', label: { zh: '号', en: 'k' }, why: { zh: '编号', en: 'a number' } };
    const columns = [...frame.dictionary.columns, { ...left, role: 'id' as const }];
    const fault = await faultOf(() => fitOn({ ...frame, dictionary: { ...frame.dictionary, columns } }, { learner }));
    expect(fault.code).toBe('no_inputs');
    expect(fault.message).toContain(
      'left out: x (does not tell good from bad), age (protected: no input unless asked for), k (a number).',
    );
    expect(fault.detail('zh')).toContain('x（不能区分好坏）、age（受保护，未要求作为输入）、k（编号）');
  });

  it('is refused or gives a model on few rows too, and never breaks', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = createRandom(seed);
      const rows = random.whole(10, 120);
      const labels = Array.from({ length: rows }, (_, row) => (row % random.whole(2, 3) === 0 ? 1 : 0));
      const columns = [
        number(
          'x',
          Array.from({ length: rows }, () => random.whole(0, 5)),
        ),
        number(
          'w',
          Array.from({ length: rows }, () => (random.uniform() < 0.5 ? null : random.whole(0, 999))),
        ),
        category(
          'work',
          Array.from({ length: rows }, () => at(['a', 'b'], random.whole(0, 1))),
        ),
      ];
      try {
        const { model } = await fitOn(createFrame(columns, labels), { learner, withInterval: true });
        expect(findModelFaults(model)).toEqual([]);
      } catch (fault) {
        if (!(fault instanceof AppError)) throw fault;
        expect(['no_inputs', 'too_few_rows']).toContain(fault.code);
      }
    }
  });
});

describe.each(learnerNames)('directions, to %s,', (learner) => {
  it.each([11, 12, 13])('are proved whatever the data says (seed %d)', async (seed) => {
    const { labels, follow, random } = draw(500, seed);
    const frame = createFrame(
      [
        number('a', holes(follow(2, 3), 0.1, random, -99), { direction: 'increasing', codes }),
        number('b', holes(follow(2, 5), 0.1, random), { direction: 'increasing' }),
        number('c', follow(1, 2), { direction: 'decreasing' }),
        number(
          'd',
          follow(3, 4).map((value) => -value),
          { direction: 'decreasing' },
        ),
      ],
      labels,
    );
    const { model } = await fitOn(frame, { learner, withInterval: true });
    for (const { leastStep } of proveMonotone(model)) expect(leastStep).toBeGreaterThanOrEqual(0);
    for (const [place, input] of model.inputs.entries()) {
      const ordered = cellsOf(model, place).slice(0, countOrdinary(input));
      const steps = ordered.slice(1).map((cell, bin) => cell - at(ordered, bin));
      expect(steps.every((step) => (input.direction === 'increasing' ? step >= 0 : step <= 0))).toBe(true);
    }
  });
});

describe('the request', () => {
  const { labels, follow } = draw(500);
  const frame = createFrame([number('x', follow(1))], labels);
  const request = { frame, settings: few, includeProtected: false, name: 'made-up', learner: 'scorecard' as const };

  it('is told how far fitting has come, every stage to its end', async () => {
    const seen: string[] = [];
    await fitModel({
      ...request,
      withInterval: true,
      onProgress: (stage, done, all) => {
        if (done === all) seen.push(stage);
      },
    });
    expect(seen).toEqual(['fit', 'calibrate', 'interval']);
  });

  it('stops at once where its progress throws', async () => {
    const stop = new Error('stop');
    const stages: string[] = [];
    const fitted = fitModel({
      ...request,
      withInterval: true,
      onProgress: (stage) => {
        stages.push(stage);
        if (stage === 'calibrate') throw stop;
      },
    });
    await expect(fitted).rejects.toBe(stop);
    expect(stages.filter((stage) => stage === 'calibrate').length).toBe(1);
  });
});
