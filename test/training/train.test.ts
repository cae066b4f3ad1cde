import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addInterval, assessRow, createAssessment } from '../../src/decision/assess.ts';
import { createDecisionPlan, type DecisionPlan } from '../../src/decision/plan.ts';
import { readRow } from '../../src/decision/row.ts';
import { createAttribution, createAttributor } from '../../src/explanation/attribution.ts';
import { nameScoreReasons } from '../../src/explanation/reasons.ts';
import { countBins, countOrdinary } from '../../src/model/bins.ts';
import { interpolateReference } from '../../src/model/reference.ts';
import { toPoints } from '../../src/model/scale.ts';
import { findModelFaults, findMonotoneFault, isSealed } from '../../src/model/seal.ts';
import { createStarterPolicy } from '../../src/policy/starter.ts';
import { assignFolds } from '../../training/dataset/folds.ts';
import type { Frame } from '../../training/dataset/frame.ts';
import type { GoldenLine } from '../../training/report/golden.ts';
import { TrainingSettings } from '../../training/settings.ts';
import type { TrainRequest } from '../../training/train.ts';
import { at } from '../reference/exact.ts';
import { loadSample, sampleDictionary, trainSample } from '../support/sample.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const dictionary = sampleDictionary;
const sample = loadSample();

const trainOn = async (request: Partial<TrainRequest> = {}) =>
  trainSample(await sample, {
    chooseVersion: () => '7',
    settings: TrainingSettings.parse({ intervalRefits: 5 }),
    ...request,
  });

const trained = trainOn();

/** The model bound to a policy without rules, with and without the bounds of the dictionary. */
const bind = async (withDictionary: boolean): Promise<DecisionPlan> => {
  const { model } = await trained;
  return createDecisionPlan({
    model,
    policy: createStarterPolicy(model),
    policyFingerprint: '',
    dictionary: withDictionary ? dictionary : null,
  });
};

/** What the code that serves makes of a golden line's fields. */
const replay = (plan: DecisionPlan, { fields, cutOff }: GoldenLine): GoldenLine => {
  const { row } = readRow(plan, fields, new Set());
  const assessment = createAssessment(plan);
  assessment.row.set(row);
  assessRow(plan, assessment, -1);
  addInterval(plan, assessment);
  const { model } = plan;
  const attributor = createAttributor(model, interpolateReference(model, cutOff - 1));
  const attribution = createAttribution(model);
  attributor.attribute(assessment.cells, attribution);
  return {
    fields,
    bins: [...assessment.bins],
    microLogits: assessment.microLogits,
    points: toPoints(assessment.microLogits, model.scale),
    cutOff,
    contributions: [...assessment.cells].map((cell, term) => cell - at(attributor.reference.microLogits, term)),
    ...nameScoreReasons(model, attribution),
  };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The frame with some of its rows' raw columns exchanged for those of other rows. */
const changeRows = (frame: Frame, change: (row: number) => number): Frame => ({
  ...frame,
  columns: frame.columns.map(({ definition, values }) => ({
    definition,
    values: values.map((_, row) => at(values, change(row))),
  })),
});

describe('a model trained on the sample', () => {
  it('is whole, sealed and monotone, under the version that was chosen', async () => {
    const { model } = await trained;
    expect({ name: model.name, version: model.version, learner: model.learner }).toEqual({
      name: 'sample',
      version: '7',
      learner: 'scorecard',
    });
    expect(findModelFaults(model)).toEqual([]);
    expect(isSealed(model)).toBe(true);
    expect(findMonotoneFault(model)).toBeUndefined();
  });

  it('shows its content under any version to whoever chooses one', async () => {
    const { model } = await trainOn({
      chooseVersion: (contentOf) => {
        expect(isSealed(contentOf('1'))).toBe(true);
        expect(contentOf('1').fingerprint).not.toBe(contentOf('2').fingerprint);
        expect(contentOf('2')).toEqual({ ...contentOf('1'), version: '2', fingerprint: contentOf('2').fingerprint });
        return '2';
      },
    });
    expect(model).toEqual({ ...(await trained).model, version: '2', fingerprint: model.fingerprint });
  });

  it('is the same to the last bit when it is trained again, golden lines and card included', async () => {
    const [once, again] = [await trained, await trainOn()];
    expect(JSON.stringify([again.model, again.golden, again.card, again.lineage])).toBe(
      JSON.stringify([once.model, once.golden, once.card, once.lineage]),
    );
  });

  it('never sees the rows held out', async () => {
    const frame = await sample;
    const folds = assignFolds(dictionary.set, frame);
    const held = [...folds.keys()].filter((row) => folds[row] === 0);
    const other = changeRows(frame, (row) =>
      folds[row] === 0 ? at(held, (held.indexOf(row) + 17) % held.length) : row,
    );
    const again = await trainOn({ frame: other });
    expect(again.model.fingerprint).toBe((await trained).model.fingerprint);
    expect(again.figures).not.toEqual((await trained).figures);
    const fitted = changeRows(frame, (row) => (folds[row] === 1 ? at(held, row % held.length) : row));
    expect((await trainOn({ frame: fitted })).model.fingerprint).not.toBe((await trained).model.fingerprint);
  });

  it('does not know a category that only the rows held out have', async () => {
    const frame = await sample;
    const folds = assignFolds(dictionary.set, frame);
    const withWork = (isStrange: (row: number) => boolean): Frame => ({
      ...frame,
      columns: frame.columns.map(({ definition, values }) => {
        if (definition.name !== 'employment' || !definition.categories) return { definition, values };
        const known = definition.categories;
        const strange = values.map((_, row) => Number(isStrange(row)));
        const categories = strange.includes(1) ? [...known, 'astronaut'] : known;
        const work = strange.map((odd, row) => {
          if (odd === 1) return known.length;
          return row % 3 === 0 ? 0 : at(frame.labels, row) + 1;
        });
        return { definition: { ...definition, categories }, values: work };
      }),
    });
    const isSeen = (row: number) => row % 5 === 0;
    const known = async (isStrange: (row: number) => boolean) => {
      const { model } = await trainOn({ frame: withWork(isStrange) });
      const values = model.columns.flatMap(({ categories }) => categories?.map(({ value }) => value) ?? []);
      return { knows: values.includes('astronaut'), fingerprint: model.fingerprint };
    };
    const without = await known(() => false);
    expect(without.knows).toBe(false);
    expect((await known(isSeen)).knows).toBe(true);
    expect(await known((row) => folds[row] === 0 && isSeen(row))).toEqual(without);
  });

  it('leaves protected columns out unless they are asked for', async () => {
    const names = (await trained).model.columns.map(({ name }) => name);
    expect(names).not.toContain('age');
    const { model, card } = await trainOn({ includeProtected: true });
    expect(model.inputs.filter((input) => input.protected).map(({ name }) => name)).toEqual(['age']);
    expect(card).toContain('not to be used for decisions');
  });
});

describe('golden lines', () => {
  it('are at least 200 made-up inputs that no training row equals', async () => {
    const { golden, model } = await trained;
    const frame = await sample;
    expect(golden.lines.length).toBeGreaterThanOrEqual(200);
    const columns = model.columns.map(({ name, decimals }) => {
      const column = frame.columns.find(({ definition }) => definition.name === name);
      if (!column) throw new Error(`no column ${name}`);
      return { ...column, decimals };
    });
    const toKey = (values: readonly (number | string | null)[]) => JSON.stringify(values);
    const rows = new Set(
      Array.from({ length: frame.rows }, (_, row) =>
        toKey(
          columns.map(({ definition, values, decimals }) => {
            const value = at(values, row);
            if (Number.isNaN(value)) return null;
            return definition.categories ? at(definition.categories, value) : value / 10 ** decimals;
          }),
        ),
      ),
    );
    expect(rows.size).toBeGreaterThan(700);
    for (const { fields } of golden.lines) {
      expect(Object.keys(fields)).toEqual(model.columns.map(({ name }) => name));
      expect(rows.has(toKey(Object.values(fields)))).toBe(false);
    }
  });

  it('are all different', async () => {
    const { lines } = (await trained).golden;
    expect(new Set(lines.map(({ fields }) => JSON.stringify(fields))).size).toBe(lines.length);
  });

  it('touch every bin of every input but those listed as untouched', async () => {
    const { golden, model } = await trained;
    const listed = new Set(golden.untouched.map(({ input, bin }) => `${input}:${bin}`));
    for (const [place, input] of model.inputs.entries()) {
      for (let bin = 0; bin < countBins(input); bin++) {
        const isTouched = golden.lines.some(({ bins }) => bins[place] === bin);
        expect({ input: input.name, bin, isTouched }).toEqual({
          input: input.name,
          bin,
          isTouched: !listed.has(`${input.name}:${bin}`),
        });
      }
    }
  });

  it('leave untouched at most what no raw column can reach', async () => {
    const { golden, model } = await trained;
    const derived = new Set(model.inputs.flatMap(({ name, source }) => ('derivation' in source ? [name] : [])));
    for (const { input } of golden.untouched) expect(derived.has(input)).toBe(true);
    for (const column of model.columns) {
      const values = golden.lines.map(({ fields }) => fields[column.name]);
      expect(values).toContain(null);
      for (const { value } of column.codes) expect(values).toContain(value / 10 ** column.decimals);
    }
  });

  it.each([false, true])(
    'replay to the last bit through the code that serves (dictionary at hand: %s)',
    async (known) => {
      const plan = await bind(known);
      for (const line of (await trained).golden.lines) expect(replay(plan, line)).toEqual(line);
    },
  );

  it('survive being written as JSON', async () => {
    const { golden } = await trained;
    expect(JSON.parse(JSON.stringify(golden.lines))).toEqual(golden.lines);
  });

  it('have contributions that add up from one below their cut-off to the score', async () => {
    for (const { microLogits, cutOff, contributions, reasons, mitigating } of (await trained).golden.lines) {
      expect(cutOff - 1 + sum(contributions)).toBe(microLogits);
      expect(reasons.length).toBeLessThanOrEqual(4);
      for (const reason of reasons) expect(reason.microLogits).toBeGreaterThan(0);
      for (const reason of mitigating) expect(reason.microLogits).toBeLessThan(0);
    }
  });

  it('are others for another seed', async () => {
    const settings = TrainingSettings.parse({ intervalRefits: 5, seed: 2 });
    const { golden } = await trainOn({ settings });
    expect(golden.lines).not.toEqual((await trained).golden.lines);
  });
});

describe('figures', () => {
  it('are those of the untouched rows, and are marked insufficient below 100 bad ones', async () => {
    const { figures, model } = await trained;
    const frame = await sample;
    const plan = await bind(false);
    const folds = assignFolds(dictionary.set, frame);
    const assessment = createAssessment(plan);
    const held = [...folds.keys()].filter((row) => folds[row] === 0);
    const scores = held.map((row) => {
      const places = model.columns.map(({ name }) =>
        frame.columns.findIndex(({ definition }) => definition.name === name),
      );
      assessment.row.set(places.map((place) => at(at(frame.columns, place).values, row)));
      assessRow(plan, assessment, -1);
      return { score: assessment.microLogits, bad: frame.labels[row] === 1 };
    });
    const [bads, goods] = [scores.filter(({ bad }) => bad), scores.filter(({ bad }) => !bad)];
    const wins = bads.flatMap((bad) =>
      goods.map((good) => (bad.score > good.score ? 1 : bad.score === good.score ? 0.5 : 0)),
    );
    const [everyone, current] = figures;
    expect(everyone?.figures).toMatchObject({ rows: held.length, bads: bads.length, evidence: 'insufficient' });
    expect(everyone?.figures.auc).toBeCloseTo(sum(wins) / wins.length, 12);
    expect(bads.length).toBeLessThan(100);
    expect(current?.figures.rows).toBeLessThan(held.length);
    expect(figures.length).toBe(1 + dictionary.populations.length);
  });

  it('are not shown where no rows were held out', async () => {
    const { figures, card, model } = await trainOn({ holdout: null });
    expect(figures).toEqual([]);
    expect(card).toContain('没有留出样本');
    expect(card).toContain('No rows were held out');
    const rows = (await sample).rows;
    for (const { counts } of model.inputs) expect(sum(counts)).toBe(rows);
  });
});

describe('signs of leakage', () => {
  /** The frame with a number column (higher = safer) that tells the label but in some of its rows. */
  const leakInto = (frame: Frame, wrongEvery: number): Frame => ({
    ...frame,
    columns: frame.columns.map(({ definition, values }) => {
      if (definition.name !== 'tenure_months') return { definition, values };
      const says = (row: number) => (row % wrongEvery === 0 ? 1 - at(frame.labels, row) : at(frame.labels, row));
      return { definition, values: values.map((_, row) => 100 * (1 - says(row)) + (row % 7)) };
    }),
  });

  it('are none in honest data, and the card then suspects none', async () => {
    const { leakage, card, lineage } = await trained;
    expect(leakage).toEqual([]);
    expect(lineage.leakage).toEqual([]);
    expect(card).not.toMatch(/Suspected leakage|^## 疑似数据泄漏/m);
  });

  it('name the column that knows the outcome, in the card in both languages too', async () => {
    const frame = leakInto(await sample, Number.POSITIVE_INFINITY);
    const { leakage, card, lineage } = await trainOn({ frame, allowLeaks: ['tenure_months'] });
    expect(leakage.map(({ measure, input, columns }) => ({ measure, input, columns }))).toEqual([
      { measure: 'auc', input: 'tenure_months', columns: ['tenure_months'] },
      { measure: 'information', input: 'tenure_months', columns: ['tenure_months'] },
    ]);
    expect(lineage.leakage).toEqual(leakage);
    const [zh = '', en = ''] = card.split('\n---\n');
    expect(zh).toContain('## 疑似数据泄漏');
    expect(en).toContain('## Suspected leakage');
    for (const text of [zh, en]) expect(text).toMatch(/^- .*AUC.* \(tenure_months\)$/m);
  });

  it('show where the column is right often but not always, also where no rows were held out', async () => {
    const { leakage, figures } = await trainOn({ frame: leakInto(await sample, 20), holdout: null });
    expect(figures).toEqual([]);
    expect(leakage.map(({ measure, input }) => ({ measure, input }))).toEqual([
      { measure: 'information', input: 'tenure_months' },
    ]);
  });
});

describe('the card', () => {
  it('says the same in Chinese and in English', async () => {
    const { card, model } = await trained;
    const [zh = '', en = ''] = card.split('\n---\n');
    expect(zh).toContain(`# 模型卡: sample 7`);
    expect(en).toContain(`# Model card: sample 7`);
    for (const input of model.inputs) {
      expect(zh).toContain(input.label.zh);
      expect(en).toContain(input.label.en);
    }
    expect(zh).toContain(dictionary.title.zh);
    expect(en).toContain(dictionary.title.en);
    const headings = (text: string) => text.split('\n').filter((line) => line.startsWith('#')).length;
    expect(headings(zh)).toBe(headings(en));
  });

  it('says in both languages that the evidence is insufficient, the data synthetic and nobody approved', async () => {
    const [zh = '', en = ''] = (await trained).card.split('\n---\n');
    expect(zh).toContain('证据不足');
    expect(en).toContain('insufficient evidence');
    expect(zh).toContain('人工合成');
    expect(en).toContain('synthetic');
    expect(zh).toContain('未经人工审批');
    expect(en).toContain('No person has approved');
    for (const text of [zh, en]) expect(text).toContain('ifrs9, capital, pricing');
  });
});

describe('the lineage', () => {
  it('lists every bin outside the order with its log-odds', async () => {
    const { lineage, model } = await trained;
    const expected = model.inputs.flatMap((input, place) => {
      const { microLogits } = at(model.terms, place);
      const ordinary = countOrdinary(input);
      return [...microLogits.keys()].slice(ordinary).map((bin) => ({
        input: input.name,
        rows: at(input.counts, bin),
        microLogits: at(microLogits, bin),
        bestOrdinary: Math.min(...microLogits.slice(0, ordinary)),
      }));
    });
    expect(expected.length).toBeGreaterThan(model.inputs.length);
    expect(lineage.outsideOrder).toMatchObject(expected);
  });

  it('says what the model came from and what it is worth', async () => {
    const { lineage, model, golden, figures } = await trained;
    const frame = await sample;
    const folds = assignFolds(dictionary.set, frame);
    const bytes = readFileSync(fromRoot('data/sample.csv'));
    const digest = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
    expect(lineage).toMatchObject({
      model: { name: 'sample', version: '7', fingerprint: model.fingerprint },
      learner: 'scorecard',
      settings: TrainingSettings.parse({ intervalRefits: 5 }),
      includeProtected: false,
      data: {
        dictionary: model.dictionary,
        file: { ...digest, rows: frame.rows },
        trainingRows: folds.filter((fold) => fold !== 0).length,
        holdout: {
          fold: 0,
          of: 5,
          seed: dictionary.set,
          rows: folds.filter((fold) => fold === 0).length,
          bads: folds.filter((fold, row) => fold === 0 && frame.labels[row] === 1).length,
        },
      },
      untouchedByGolden: golden.untouched,
      figures,
    });
    expect(JSON.parse(JSON.stringify(lineage))).toEqual(lineage);
    expect((await trainOn({ holdout: null })).lineage).toMatchObject({ data: { holdout: null } });
  });

  it('has another digest for other training rows, and the same for the same', async () => {
    const frame = await sample;
    const digestOf = async (request: Partial<TrainRequest>) =>
      JSON.parse(JSON.stringify((await trainOn(request)).lineage)).data.trainingDigest as unknown;
    const digest = JSON.parse(JSON.stringify((await trained).lineage)).data.trainingDigest as unknown;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestOf({ settings: TrainingSettings.parse({ intervalRefits: 3 }) })).toBe(digest);
    expect(await digestOf({ holdout: 1 })).not.toBe(digest);
    const folds = assignFolds(dictionary.set, frame);
    const row = folds.findIndex((fold) => fold !== 0);
    const swapped = changeRows(frame, (other) => (other === row ? folds.findLastIndex((fold) => fold !== 0) : other));
    expect(await digestOf({ frame: swapped })).not.toBe(digest);
  });
});
