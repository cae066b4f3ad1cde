import { beforeAll, describe, expect, it } from 'vitest';
import { toLogOdds } from '../../src/arithmetic.ts';
import type { Model } from '../../src/domain/model.ts';
import { type Gate, Validation, type Verdict } from '../../src/domain/validation.ts';
import { sealPolicy } from '../../src/store/policies.ts';
import { type Frame, takeRows } from '../../training/dataset/frame.ts';
import type { LoadedFrame } from '../../training/dataset/load.ts';
import type { Trained } from '../../training/train.ts';
import { chooseRows, TrainedOn } from '../../training/validation/choose-rows.ts';
import { ValidationSettings } from '../../training/validation/settings.ts';
import { type ValidationRequest, validateModel } from '../../training/validation/validate.ts';
import { createCategoryColumn, createFrame, createNumberColumn } from '../factories/frame.ts';
import { createInput, createModel, createModelColumn, createTerm } from '../factories/model.ts';
import { createPolicy } from '../factories/policy.ts';
import { faultOf } from '../support/fault.ts';
import { createRandom } from '../support/random.ts';
import { loadSample, trainSample } from '../support/sample.ts';

/** Chance of default of a made-up customer: 0.1, 0.3 or 0.5 by x, and in one group of customers twice that where planted. */
const chances = [0.1, 0.3, 0.5] as const;

const drawFrame = (rows: number, { factor = 1, seed = 1, isProtected = true } = {}): Frame => {
  const random = createRandom(seed);
  const x = Array.from({ length: rows }, () => random.whole(0, 2));
  const group = x.map(() => (random.uniform() < 0.3 ? 'b' : 'a'));
  const labels = x.map((value, row) => {
    const chance = (chances[value as 0 | 1 | 2] as number) * (group[row] === 'b' ? factor : 1);
    return random.uniform() < chance ? 1 : 0;
  });
  return createFrame(
    [
      { column: createNumberColumn({ name: 'x', direction: 'increasing' }), values: x },
      { column: createCategoryColumn({ name: 'origin', protected: isProtected }), values: group },
    ],
    labels,
  );
};

/** The model that knows x and nothing else: right where nothing is planted. */
const model: Model = createModel({
  columns: [
    createModelColumn({
      name: 'x',
      range: { minimum: 0, maximum: 2 },
      quantiles: Array.from({ length: 101 }, (_, share) => Math.min(2, Math.floor((3 * share) / 100))),
    }),
  ],
  inputs: [
    createInput({
      name: 'x',
      source: { column: 'x' },
      direction: 'increasing',
      edges: [1, 2],
      counts: [1000, 1000, 1000, 0],
    }),
  ],
  terms: [createTerm({ microLogits: [...chances.map((chance) => Math.round(toLogOdds(chance))), 0] })],
  scoreHistogram: { edges: [-1_500_000, -500_000], counts: [1000, 1000, 1000] },
});

const validate = (held: Frame, request: Partial<ValidationRequest> = {}): Validation =>
  validateModel({
    model,
    held,
    fold: null,
    kind: 'other',
    digest: 'digest',
    file: { sha256: 'file', bytes: 1 },
    fitted: null,
    information: null,
    rawMonotone: null,
    policy: null,
    settings: ValidationSettings.parse({ replicates: 50 }),
    seed: 1,
    ...request,
  });

const gateOf = ({ gates }: Validation, name: string): Gate => {
  const gate = gates.find((each) => each.name === name);
  if (!gate) throw new Error(`no gate ${name}`);
  return gate;
};
const verdictsOf = ({ gates }: Validation): Record<string, Verdict> =>
  Object.fromEntries(gates.map(({ name, verdict }) => [name, verdict]));

describe('a model that is right', () => {
  const validation = validate(drawFrame(6000));

  it('passes every gate that applies', () => {
    const verdicts = verdictsOf(validation);
    expect(verdicts['period-stability']).toBe('not_applicable');
    for (const [name, verdict] of Object.entries(verdicts)) {
      if (name !== 'period-stability') expect({ name, verdict }).toEqual({ name, verdict: 'passed' });
    }
  });

  it('has no slice that is wrong, though some are harder than others', () => {
    expect(validation.weakSpots.wrong).toBe(0);
    expect(validation.weakSpots.harder).toBeGreaterThan(0);
  });

  it('is told in data that its schema takes, and the same again for the same seed', () => {
    expect(Validation.parse(JSON.parse(JSON.stringify(validation)))).toEqual(validation);
    expect(validate(drawFrame(6000))).toEqual(validation);
    expect(validate(drawFrame(6000), { seed: 2 }).discrimination[0]?.auc).not.toEqual(
      validation.discrimination[0]?.auc,
    );
  });

  it('has its cut-off where the costs say: acting pays from falseAlarm / (falseAlarm + missedBad) on', () => {
    const at = (missedBad: number) =>
      validate(drawFrame(6000), { settings: ValidationSettings.parse({ replicates: 20, costs: { missedBad } }) }).cost
        .best;
    expect(at(20)?.share).toBe(1);
    expect(at(5)?.probability).toBeCloseTo(0.3, 6);
    expect(at(1.5)?.probability).toBeCloseTo(0.5, 6);
    expect(at(0.5)?.probability).toBeNull();
  });

  it('keeps to the reviews there are in a day', () => {
    const settings = ValidationSettings.parse({ replicates: 20, customersADay: 1000, reviewsADay: 400 });
    const { best, within } = validate(drawFrame(6000), { settings }).cost;
    expect(best?.share).toBeGreaterThan(0.6);
    expect(within?.share).toBeLessThanOrEqual(0.4);
    expect(within?.loss).toBeGreaterThan(best?.loss as number);
  });
});

describe('a model that is wrong for one group', () => {
  const validation = validate(drawFrame(6000, { factor: 1.8 }));

  it('fails at the slice and at the group, and names them in both languages', () => {
    expect(verdictsOf(validation)).toMatchObject({ 'weak-spots': 'failed', 'fairness.calibration': 'failed' });
    expect(validation.weakSpots.spots[0]?.where.map(({ name }) => name)).toContain('origin');
    const { message } = gateOf(validation, 'weak-spots');
    expect(message.zh).not.toBe(message.en);
    const [a, b] = validation.fairness.columns[0]?.groups ?? [];
    expect(a).toMatchObject({ isReference: true, evidence: 'sufficient' });
    expect(b?.effect).toBeGreaterThan(0.3);
    expect(b?.lower).toBeGreaterThan(b?.meanProbability as number);
  });
});

describe('fairness under a policy', () => {
  const tiers = { medium: { enter: 0.2, leave: 0.15 }, high: { enter: 0.45, leave: 0.4 } };
  const stored = sealPolicy(createPolicy({ name: 'shown', version: '3', tiers }));
  const frame = drawFrame(6000);
  const { fairness, gates } = validate(frame, { policy: stored });

  it('counts as adverse what reaches a tier by its score, as counted by hand', () => {
    const { policy, tiers: shown = [] } = fairness.underPolicy ?? {};
    expect(policy).toEqual({ name: 'shown', version: '3', fingerprint: stored.fingerprint });
    expect(shown.map(({ tier, cutOff }) => [tier, cutOff])).toEqual([
      ['medium', 0.2],
      ['high', 0.45],
    ]);
    const [x, origin] = frame.columns.map(({ values }) => values);
    for (const [place, from] of [1, 2].entries()) {
      const groups = shown[place]?.columns.find(({ column }) => column === 'origin')?.groups ?? [];
      const rates = [0, 1].map((group) => {
        const members = [...(origin ?? [])].flatMap((own, row) => (own === group ? [row] : []));
        return members.filter((row) => (x?.[row] ?? 0) >= from).length / members.length;
      });
      const found = groups.filter(({ rows }) => rows > 0).map(({ adverseRate }) => adverseRate);
      expect(found.toSorted()).toEqual(rates.toSorted());
      const [reference, other] = [true, false].map((is) => groups.find(({ isReference }) => isReference === is));
      const ratio = (other?.adverseRate ?? 0) / (reference?.adverseRate ?? 1);
      expect(other?.adverseRatio.value).toBeCloseTo(ratio, 12);
    }
  });

  it('is shown and changes no verdict', () => {
    const without = validate(frame);
    expect(without.fairness.underPolicy).toBeNull();
    expect(gates).toEqual(without.gates);
  });
});

describe('a slice that is wrong on too few bad rows', () => {
  it('leaves the gate without evidence, and is listed all the same', () => {
    const settings = ValidationSettings.parse({ replicates: 20, leastBads: 1000 });
    const validation = validate(drawFrame(6000, { factor: 1.8 }), { settings });
    expect(validation.calibration[0]?.evidence).toBe('sufficient');
    expect(validation.weakSpots.spots[0]).toMatchObject({ evidence: 'insufficient' });
    expect(gateOf(validation, 'weak-spots')).toMatchObject({ verdict: 'insufficient', value: expect.any(Number) });
  });
});

describe('too few rows', () => {
  it('are insufficient evidence for every figure that rests on bad rows, however good it looks', () => {
    const validation = validate(drawFrame(250));
    const {
      'period-stability': _,
      'raw-monotone': sampled,
      'score-stability': drift,
      'input-stability': inputs,
      ...rest
    } = verdictsOf(validation);
    expect({ sampled, drift, inputs }).toEqual({ sampled: 'passed', drift: 'passed', inputs: 'passed' });
    expect(new Set(Object.values(rest))).toEqual(new Set(['insufficient']));
    expect(gateOf(validation, 'auc').message.en).toContain('insufficient evidence');
    expect(gateOf(validation, 'auc').message.zh).toContain('证据不足');
  });

  it('are so down to none', () => {
    const frame = drawFrame(1000);
    const validation = validate(takeRows(frame, new Uint32Array(0)), { kind: 'none' });
    expect(Validation.parse(validation).data.rows).toBe(0);
    expect(Object.values(verdictsOf(validation))).not.toContain('passed');
    expect(Object.values(verdictsOf(validation))).not.toContain('failed');
  });

  it('leave a group unjudged, and the gate says so where the group is large', () => {
    const settings = ValidationSettings.parse({ replicates: 20, leastBads: 450 });
    const validation = validate(drawFrame(4000), { settings });
    const thin = validation.fairness.columns[0]?.groups.filter(({ evidence }) => evidence === 'insufficient') ?? [];
    expect(thin.length).toBeGreaterThan(0);
    expect(gateOf(validation, 'fairness.calibration').verdict).toBe('insufficient');
    expect(gateOf(validation, 'auc').verdict).toBe('passed');
  });
});

describe('gates', () => {
  it('do not apply where there is nothing to judge or they are turned off', () => {
    const settings = ValidationSettings.parse({ replicates: 20, gates: { auc: null } });
    const verdicts = verdictsOf(validate(drawFrame(3000, { isProtected: false }), { settings }));
    expect(verdicts).toMatchObject({
      auc: 'not_applicable',
      'fairness.approval-ratio': 'not_applicable',
      'fairness.equal-opportunity': 'not_applicable',
      'fairness.calibration': 'not_applicable',
    });
  });

  it.each([
    ['auc', { auc: 0.99 }],
    ['calibration-error', { ece: 0 }],
    ['robustness', { robustness: 0 }],
    ['fairness.approval-ratio', { approvalRatio: 1.5 }],
    ['fairness.equal-opportunity', { equalOpportunity: 0 }],
  ])('fail at their own limit: %s', (name, gates) => {
    const settings = ValidationSettings.parse({ replicates: 20, gates });
    expect(gateOf(validate(drawFrame(4000), { settings }), name).verdict).toBe('failed');
  });

  it('fail where the customers are others than at training', () => {
    const frame = drawFrame(4000);
    const risky = takeRows(
      frame,
      Uint32Array.from({ length: 4000 }, (_, row) => row).filter((row) => frame.columns[0]?.values[row] !== 0),
    );
    expect(verdictsOf(validate(risky))).toMatchObject({ 'score-stability': 'failed', 'input-stability': 'failed' });
  });

  it('fail on a sign of leakage', () => {
    const validation = validate(drawFrame(200), { information: [{ input: 'x', value: 4 }] });
    expect(gateOf(validation, 'leakage').verdict).toBe('failed');
  });
});

describe('periods', () => {
  it('have figures of their own, marked where they are too few', () => {
    const frame = drawFrame(4000);
    const periods = Float64Array.from({ length: 4000 }, (_, row) => (row < 3900 ? 1 : 2));
    const validation = validate({ ...frame, periods });
    expect(validation.periods.map(({ period, rows, evidence }) => ({ period, rows, evidence }))).toEqual([
      { period: 1, rows: 3900, evidence: 'sufficient' },
      { period: 2, rows: 100, evidence: 'insufficient' },
    ]);
    expect(gateOf(validation, 'period-stability').verdict).toBe('passed');
  });
});

describe('the rows that are measured', () => {
  let frame: LoadedFrame;
  let trained: Trained;
  beforeAll(async () => {
    frame = await loadSample();
    trained = await trainSample(frame);
  });
  const lineage = () => TrainedOn.parse(JSON.parse(JSON.stringify(trained.lineage)));

  it('are the fold kept out of training, so that validating again says the same', async () => {
    const { settings } = lineage();
    const again = validateModel({
      ...(await chooseRows({ frame, file: 'x' }, trained.model, lineage())),
      model: trained.model,
      file: frame.file,
      rawMonotone: null,
      policy: null,
      settings: settings.validation,
      seed: settings.seed,
    });
    expect(again).toEqual(trained.validation);
    expect(again.stability.folds.map(({ fitted }) => fitted)).toEqual([false, true, true, true, true]);
  });

  it('are all of another file', async () => {
    const other = takeRows(
      frame,
      Uint32Array.from({ length: 500 }, (_, row) => row),
    );
    const chosen = await chooseRows({ frame: other, file: 'x' }, trained.model, lineage());
    expect(chosen).toMatchObject({ kind: 'other', fold: null, fitted: null, overlap: 'unchecked' });
    expect(chosen.held.rows).toBe(500);
  });

  it('must have the columns that the model reads', async () => {
    const fault = await faultOf(() => chooseRows({ frame: drawFrame(10), file: 'x' }, trained.model, lineage()));
    expect(fault.code).toBe('bad_arguments');
  });

  it('stand in the lineage with the verdicts, as in the card', () => {
    const { lineage: kept, validation, card } = trained;
    expect(kept.validation).toEqual({ data: validation.data, gates: validation.gates });
    for (const { message } of validation.gates) {
      expect(card).toContain(message.zh);
      expect(card).toContain(message.en);
    }
  });
});
