import fc from 'fast-check';
import { decide } from '../../src/decision/decide.ts';
import { createDecisionPlan, type DecisionPlan } from '../../src/decision/plan.ts';
import type { RawFields } from '../../src/decision/row.ts';
import type { Decision } from '../../src/domain/decision.ts';
import type { Derivation } from '../../src/domain/derivation.ts';
import type { Code, Model, ModelColumn } from '../../src/domain/model.ts';
import { createAttribution } from '../../src/explanation/attribution.ts';
import { nameScoreReasons } from '../../src/explanation/reasons.ts';
import { type ExportLayout, layOutModel } from '../../src/export/layout.ts';
import { createFeaturePlan } from '../../src/features/plan.ts';
import { countBins } from '../../src/model/bins.ts';
import { findModelFaults, sealModel } from '../../src/model/seal.ts';
import { createDecisionInputs } from '../factories/decision.ts';
import { createCode, createInput, createModel, createModelColumn, createTerm } from '../factories/model.ts';
import { createPolicy } from '../factories/policy.ts';
import { columnNames, createColumn, derivationOf, large, small } from './arbitrary-derivation.ts';
import { createRandom, type Random } from './random.ts';
import { champion } from './rows.ts';

/** A model as it is exported, the plan by which the service decides with it, and the values its columns are drawn from. */
export interface ExportCase {
  readonly plan: DecisionPlan;
  readonly layout: ExportLayout;
  /** Raw values that lie at the edges of something, by column, in natural units. */
  readonly special: Readonly<Record<string, readonly (number | string)[]>>;
}

const TRAINING_ROWS = 20;

/** A training row in each bin, the others in the first. */
const countRows = (bins: number): number[] =>
  Array.from({ length: bins }, (_, bin) => (bin === 0 ? TRAINING_ROWS - bins + 1 : 1));

const text = (en: string) => ({ zh: `${en}（中文）`, en });

/** Categories that differ from others by their white space and breaks alone. */
const spaced = [' a', 'a ', 'a\u00a0a', 'a\na', 'a\n\na', 'a\u2028a', '\\n'];

/** Numbers with decimals and codes of every kind, a category with awkward values, every operation of the derivation language, and terms over one, two and three inputs. */
const createAwkwardModel = (): Model => {
  const random = createRandom(7);
  const amount = ['amount_1', 'amount_2', 'amount_3', 'amount_4'];
  const codes = [
    createCode({ value: -900, label: text('=none'), orderedAs: 0, countsAs: 0 }),
    createCode({ value: -800, label: text('refused'), countsAs: 250 }),
    createCode({ value: -700, label: text('no account') }),
  ];
  const columns: ModelColumn[] = [
    ...amount.map((name) => createModelColumn({ name, source: name.toUpperCase(), decimals: 2, codes })),
    createModelColumn({ name: 'order', source: 'ORDER "BY"', label: text('+order') }),
    createModelColumn({ name: 'huge', source: 'HUGE' }),
    createModelColumn({
      name: 'work',
      source: 'WORK',
      label: text('@work'),
      categories: ['a', 'A', 'it\'s, "so"', '=1+1', '-', 'ü 中', '7', ...spaced, 'rare'].map((value) => ({
        value,
        count: 1,
      })),
    }),
  ];
  const list = { columns: amount };
  const derive = (name: string, edges: number[], { decimals = 0, ...rest }: Partial<Derivation>) =>
    createInput({
      name,
      edges,
      decimals,
      group: 'second',
      source: { derivation: { decimals, numerator: 0, ...rest } },
    });
  const inputs = [
    createInput({
      name: 'amount_1',
      source: { column: 'amount_1' },
      decimals: 2,
      edges: [-5000, 0, 12_345, 100_000],
      codes,
    }),
    createInput({
      name: 'order',
      label: text('+order'),
      source: { column: 'order' },
      edges: [0, 1, 2],
      group: 'second',
    }),
    createInput({ name: 'huge', source: { column: 'huge' }, edges: [], group: 'third' }),
    createInput({
      name: 'work',
      label: text('@work'),
      source: { column: 'work' },
      group: 'third',
      edges: null,
      categories: [
        { value: 'a', bin: 0 },
        { value: 'A', bin: 1 },
        { value: 'it\'s, "so"', bin: 1 },
        { value: '=1+1', bin: 2 },
        { value: '-', bin: 0 },
        { value: 'ü 中', bin: 2 },
        { value: '7', bin: 3 },
        ...spaced.map((value) => ({ value, bin: 3 })),
      ],
    }),
    derive('mean_share', [-40, 0, 17, 250], {
      decimals: 3,
      numerator: { sum: list },
      denominator: { multiply: [{ column: 'order' }, 4] },
    }),
    derive('trend_share', [-100, 0, 100], {
      decimals: 1,
      numerator: { trend: list },
      denominator: { column: 'order' },
    }),
    derive('variation', [1, 60_000], { numerator: { variation: list } }),
    derive('median', [0, 20_000], { numerator: { median: list } }),
    derive('counted', [1, 2, 3], { numerator: { count: { above: [list, { column: 'order' }] } } }),
    derive('at_least', [1, 2], { numerator: { sum: { atLeast: [{ multiply: [list, 2] }, { column: 'amount_1' }] } } }),
    derive('spread', [0, 10_000, 90_000], { numerator: { subtract: [{ largest: list }, { smallest: list }] } }),
    derive('clipped', [-200, 300], {
      numerator: { smaller: [{ larger: [{ column: 'amount_2' }, -250] }, 400] },
    }),
    derive('weighted', [0, 50_000], { numerator: { sum: { multiply: [list, { list: [4, 3, 2, -1] }] } } }),
    derive('square', [100], { numerator: { multiply: [{ column: 'huge' }, { column: 'huge' }] } }),
    derive('tripled', [0, 1000], { numerator: { add: [{ column: 'huge' }, { column: 'huge' }, { column: 'huge' }] } }),
    derive('plain', [2, 4], { numerator: { column: 'order' } }),
    derive('half', [-1, 0, 1, 2], { numerator: { column: 'order' }, denominator: -2 }),
  ].map((input) => ({ ...input, counts: countRows(countBins(input)) }));
  const termOver = (...over: number[]) => {
    const shape = over.map((input) => inputs[input]?.counts.length ?? 0);
    const size = shape.reduce((product, length) => product * length, 1);
    const microLogits = Array.from({ length: size }, () => random.whole(-400_000, 400_000));
    return createTerm({ inputs: over, shape, microLogits });
  };
  const terms = [
    ...inputs.map((_, input) => termOver(input)),
    termOver(0, 3),
    termOver(1, 4),
    termOver(3, 0, 4),
    termOver(5, 6, 1),
  ];
  const model = sealModel(
    createModel({
      name: 'awkward',
      version: '1',
      groups: ['group_0', 'second', 'third'].map((name) => ({ name, code: name.toUpperCase(), label: text(name) })),
      columns,
      inputs,
      terms,
      intercept: { microLogits: -1_234_567, se: 0 },
      references: [
        { rows: 1, microLogits: terms.map((_, term) => -90_000 - 7 * term) },
        { rows: TRAINING_ROWS - 1, microLogits: terms.map((_, term) => 110_003 + 11 * term) },
      ],
      scoreHistogram: { edges: [], counts: [TRAINING_ROWS] },
    }),
  );
  const [fault] = findModelFaults(model);
  if (fault) throw new Error(`${JSON.stringify(fault)}`);
  return model;
};

const bind = (plan: DecisionPlan): ExportLayout =>
  layOutModel({ model: plan.model, policy: plan.policy, policyFingerprint: plan.policyFingerprint });

const createAwkward = (): ExportCase => {
  const model = createAwkwardModel();
  const policy = createPolicy({ models: { default: 'awkward', segments: {} } });
  const plan = createDecisionPlan({ model, policy, policyFingerprint: '', dictionary: null });
  const amounts = [
    -9, -8, -7, 0, 0.01, -0.01, -50, 123.45, 123.44, 1000, 999.99, 2.5, 12.345, -12.345, 1e-9, 77_777.125,
  ];
  return {
    plan,
    layout: bind(plan),
    special: {
      ...Object.fromEntries(['amount_1', 'amount_2', 'amount_3', 'amount_4'].map((name) => [name, amounts])),
      order: [0, 1, 2, -1, 3, -3, 5, 0.5, 1.5, -0.5],
      huge: [
        94_906_265,
        94_906_266,
        -94_906_266,
        2 ** 51,
        3_002_399_751_580_330,
        3_002_399_751_580_331,
        -(2 ** 52),
        10,
      ],
      work: ['a', 'A', 'it\'s, "so"', '=1+1', '-', 'ü 中', '7', ...spaced, 'rare', 'never seen', '+', "'-"],
    },
  };
};

const createChampion = (): ExportCase => {
  const { plan } = champion;
  const special = Object.fromEntries(
    plan.model.columns.map(({ name, decimals, codes, quantiles, range }) => [
      name,
      [
        ...codes.map(({ value }) => value),
        ...(quantiles ?? []),
        ...(range ? [range.minimum, range.maximum] : []),
        ...plan.model.inputs
          .filter(({ source }) => 'column' in source && source.column === name)
          .flatMap(({ edges }) => (edges ?? []).flatMap((edge) => [edge - 1, edge, edge + 1])),
      ].map((value) => value / 10 ** decimals),
    ]),
  );
  return { plan, layout: bind(plan), special };
};

const drawValue = (random: Random, special: readonly (number | string)[]): number | string => {
  const value = special[random.whole(0, special.length - 1)] ?? 0;
  if (typeof value === 'string' || random.uniform() < 0.8) return value;
  return Math.round(value * random.uniform());
};

const codesOf: readonly (readonly Code[])[] = [
  [],
  [createCode({ value: -99, orderedAs: 1 }), createCode({ value: -98, countsAs: 4 })],
  [createCode({ value: 3, countsAs: 0 })],
  [],
  [],
];

/** A model whose every input is a drawn derivation, with edges at values that it takes. */
const createDerivedCase = (name: string, literal: fc.Arbitrary<number>, count: number): ExportCase => {
  const derivations = fc.sample(derivationOf(literal, 3), { seed: 5, numRuns: count });
  const columns = columnNames.map((column, place) =>
    createModelColumn({ name: column, source: column.toUpperCase(), codes: [...(codesOf[place] ?? [])] }),
  );
  const values = fc.sample(literal, { seed: 6, numRuns: 60 });
  const special = Object.fromEntries(
    columns.map((column) => [column.name, [...values, ...column.codes.map((code) => code.value)]]),
  );
  const random = createRandom(9);
  const features = createFeaturePlan(
    columns.map((column) => createColumn(column.name, column.codes)),
    derivations.map((derivation, place) => ({ name: `input_${place}`, source: { derivation } })),
  );
  const seen = derivations.map(() => new Set<number>());
  const computed = new Float64Array(derivations.length);
  for (let row = 0; row < 200; row++) {
    features.compute(
      Float64Array.from(columns, (column) => drawValue(random, special[column.name] ?? []) as number),
      computed,
    );
    for (const [place, value] of computed.entries()) if (!Number.isNaN(value)) seen[place]?.add(value).add(value + 1);
  }
  const inputs = derivations.map((derivation, place) => {
    const edges = [...(seen[place] ?? [])].slice(0, TRAINING_ROWS - 3).sort((a, b) => a - b);
    const input = createInput({ name: `input_${place}`, decimals: derivation.decimals, source: { derivation }, edges });
    return { ...input, edges, counts: countRows(countBins(input)) };
  });
  const terms = inputs.map(({ counts }, place) =>
    createTerm({ inputs: [place], microLogits: counts.map(() => random.whole(-300_000, 300_000)) }),
  );
  const model = sealModel(
    createModel({
      name,
      version: '1',
      columns,
      inputs,
      terms,
      intercept: { microLogits: -1_500_000, se: 0 },
      references: [{ rows: TRAINING_ROWS, microLogits: terms.map(() => 0) }],
      scoreHistogram: { edges: [], counts: [TRAINING_ROWS] },
    }),
  );
  const [fault] = findModelFaults(model);
  if (fault) throw new Error(JSON.stringify(fault));
  const plan = createDecisionPlan({ model, policy: createPolicy(), policyFingerprint: '', dictionary: null });
  return { plan, layout: bind(plan), special };
};

/** Every model that exports are tested with, by name. */
export const exportCases: Readonly<Record<'champion' | 'awkward' | 'drawn' | 'large', ExportCase>> = {
  champion: createChampion(),
  awkward: createAwkward(),
  drawn: createDerivedCase('drawn', small, 60),
  large: createDerivedCase('large', large, 60),
};

const CUBE_BINS = 20;

/** A model whose only term is a table over three inputs, 20 bins each, that counts towards three reason groups. */
const createCube = (): ExportCase => {
  const random = createRandom(13);
  const names = ['length', 'width', 'height'];
  const edges = Array.from({ length: CUBE_BINS - 2 }, (_, place) => place + 1);
  const model = sealModel(
    createModel({
      name: 'cube',
      version: '1',
      groups: names.map((name) => ({ name, code: name.toUpperCase(), label: text(name) })),
      columns: names.map((name) => createModelColumn({ name, source: name.toUpperCase() })),
      inputs: names.map((name) =>
        createInput({
          name,
          label: text(name),
          source: { column: name },
          group: name,
          edges,
          counts: countRows(CUBE_BINS),
        }),
      ),
      terms: [
        createTerm({
          inputs: [0, 1, 2],
          shape: names.map(() => CUBE_BINS),
          microLogits: Array.from({ length: CUBE_BINS ** 3 }, () => random.whole(-2_000_000, 2_000_000)),
        }),
      ],
      intercept: { microLogits: -1_000_000, se: 0 },
      references: [{ rows: TRAINING_ROWS, microLogits: [-100_001] }],
      scoreHistogram: { edges: [], counts: [TRAINING_ROWS] },
    }),
  );
  const [fault] = findModelFaults(model);
  if (fault) throw new Error(JSON.stringify(fault));
  const plan = createDecisionPlan({ model, policy: createPolicy(), policyFingerprint: '', dictionary: null });
  const values = Array.from({ length: CUBE_BINS }, (_, value) => value);
  return { plan, layout: bind(plan), special: Object.fromEntries(names.map((name) => [name, values])) };
};

/** The model with the largest table for its size, for exports that hold many cells. */
export const cube = createCube();

/** Raw rows: values at the edges of something, values between them, and now and then nothing; refused ones are left out. */
export const drawRows = ({ plan, special }: ExportCase, count: number, values = special): RawFields[] => {
  const random = createRandom(11);
  const rows: RawFields[] = [];
  while (rows.length < count) {
    const fields: Record<string, number | string | null> = {};
    for (const { name } of plan.model.columns) {
      fields[name] = random.uniform() < 0.06 ? null : drawValue(random, values[name] ?? [0]);
    }
    if (isAccepted(plan, fields)) rows.push(fields);
  }
  return rows;
};

const ruleColumns = ({ features, model }: DecisionPlan) =>
  features.columns.flatMap(({ name }) => (model.columns.some((column) => column.name === name) ? [] : [name]));

const isAccepted = (plan: DecisionPlan, fields: RawFields): boolean => {
  try {
    return decideRow(plan, fields).score !== null;
  } catch {
    return false;
  }
};

/** A row's fields with what only the policy reads, which is not known. */
export const modelFields = (plan: DecisionPlan, fields: RawFields): RawFields => ({
  ...Object.fromEntries(ruleColumns(plan).map((name) => [name, null])),
  ...fields,
});

/** What the service decides on a new application with these fields. */
const decideRow = (plan: DecisionPlan, fields: RawFields): Decision =>
  decide(plan, createDecisionInputs(plan, modelFields(plan, fields)));

/** What an export must give for a row. */
export interface Expected {
  readonly microLogits: number;
  readonly points: number;
  readonly tier: string;
  readonly probability: number;
  readonly reference: number;
  readonly contributions: readonly number[];
  readonly bins: readonly number[];
  /** Codes of the score's own reasons, whatever rules add. */
  readonly reasons: readonly string[];
}

export const expectedOf = (plan: DecisionPlan, fields: RawFields): Expected => {
  const { score } = decideRow(plan, fields);
  const attributor = score && plan.attributors.get(score.referenceMicroLogits);
  if (!attributor) throw new Error('no score');
  const attribution = createAttribution(plan.model);
  const cells = score.contributions.map((part, term) => part + (score.references[term] as number));
  attributor.attribute(Float64Array.from(cells), attribution);
  return {
    microLogits: score.microLogits,
    points: score.points,
    tier: score.tier,
    probability: score.probability,
    reference: score.referenceMicroLogits,
    contributions: score.contributions,
    bins: score.bins,
    reasons: nameScoreReasons(plan.model, attribution).reasons.map(({ code }) => code),
  };
};
