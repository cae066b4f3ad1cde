import type { Adjustment } from '../domain/adjustment.ts';
import { namedColumns } from '../domain/derivation.ts';
import type { Dictionary } from '../domain/dictionary.ts';
import type { Model, ModelColumn, Term } from '../domain/model.ts';
import type { Policy } from '../domain/policy.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { type Attributor, createAttributor } from '../explanation/attribution.ts';
import type { ColumnDefinition } from '../features/column.ts';
import { type FeatureDefinition, type FeatureSet, resolveFeatures } from '../features/definition.ts';
import { createFeaturePlan, type FeaturePlan, type PlannedFeature } from '../features/plan.ts';
import { fingerprint, toCanonicalJson } from '../fingerprint.ts';
import { toAdjustmentTerms } from '../model/adjustments.ts';
import { createEncodeRow, type EncodeRow } from '../model/bins.ts';
import { interpolateReference } from '../model/reference.ts';
import { createScoringTables, type ScoringTables } from '../model/score.ts';
import { type BoundScore, createScoreBounds } from '../model/score-bounds.ts';
import { type CompiledRule, compileRules, namedFeatures, namedSignals } from '../policy/rules.ts';
import { allTargets, type CutOffs, toCutOffs } from '../policy/tiers.ts';
import { type Field, scoreFields, signalField, type Vocabulary } from '../policy/vocabulary.ts';

/** A model and a policy bound together: everything a decision needs, prepared once. */
export interface DecisionPlan {
  readonly model: Model;
  readonly policy: Policy;
  readonly policyFingerprint: string;
  /** The dictionary whose features the rules name; null where they name none. */
  readonly dictionary: { readonly name: string; readonly fingerprint: string } | null;
  /** The model's inputs, in their order. */
  readonly features: FeaturePlan;
  /** What only the rules look at, behind the inputs in the same array of values. */
  readonly ruleFeatures: FeaturePlan;
  /** Bins of the model's inputs from their values. */
  readonly encode: EncodeRow;
  /** What is in force on top of the model, each a step of its own in every explanation. */
  readonly adjustments: readonly Adjustment[];
  /** The model's terms, then those of each adjustment. */
  readonly terms: readonly Term[];
  /** How many of them each adjustment has. */
  readonly adjusted: readonly number[];
  readonly tables: ScoringTables;
  /** Bounds of the score while some inputs move. */
  readonly boundScore: BoundScore;
  readonly cutOffs: CutOffs;
  readonly rules: readonly CompiledRule[];
  /** The kinds of signals that the rules name. */
  readonly signalKinds: readonly string[];
  /** The attributor of each target score the policy can ask for. */
  readonly attributors: ReadonlyMap<number, Attributor>;
}

/** What a plan is made of; `dictionary` is needed where the policy names features. */
export interface PlanInputs {
  readonly model: Model;
  readonly policy: Policy;
  readonly policyFingerprint: string;
  readonly dictionary: Dictionary | null;
  /** Adjustments of the model that were checked against it; none unless told. */
  readonly adjustments?: readonly Adjustment[];
}

/**
 * Binds a model and a policy.
 * @throws bad_policy where a rule names what there is not; policy_model_mismatch where they read a column differently
 */
export const createDecisionPlan = (inputs: PlanInputs): DecisionPlan => {
  const { model, policy, policyFingerprint, adjustments = [] } = inputs;
  const dictionary = inputs.dictionary && resolveFeatures(inputs.dictionary);
  const named = namedFeatures(policy).flatMap(
    (name) => dictionary?.features.find((feature) => feature.name === name) ?? [],
  );
  const mismatch = (problem: Text) =>
    appError('policy_model_mismatch', { policy: policy.name, model: `${model.name} ${model.version}`, problem });
  const modelInputs = model.inputs.map(
    (input): PlannedFeature => ({ name: input.name, source: plannedSource(input.source, mismatch) }),
  );
  const extra = named.filter((feature) => !modelInputs.some(({ name }) => name === feature.name));
  for (const feature of named) checkSameSource(feature, modelInputs, mismatch);
  const columns = joinColumns(model, [...extra], dictionary, mismatch);
  const features = createFeaturePlan(columns, modelInputs);
  const ruleFeatures = createFeaturePlan(columns, extra, modelInputs.length);
  const cutOffs = toCutOffs(policy.tiers);
  const signalKinds = namedSignals(policy);
  const added = adjustments.map((adjustment) => toAdjustmentTerms(model, adjustment));
  const terms = [...model.terms, ...added.flat()];
  const adjusted = added.map(({ length }) => length);
  return {
    model,
    policy,
    policyFingerprint,
    dictionary: inputs.dictionary && { fingerprint: fingerprint(inputs.dictionary), name: inputs.dictionary.name },
    features,
    ruleFeatures,
    encode: createEncodeRow(
      model.inputs.map((input) => ({ input, categoryValues: categoriesOf(input.source, columns) })),
    ),
    adjustments,
    terms,
    adjusted,
    tables: createScoringTables({ ...model, terms }),
    boundScore: createScoreBounds({ ...model, terms }),
    cutOffs,
    rules: compileRules(policy, createVocabulary(named, signalKinds, [features, ruleFeatures])),
    signalKinds,
    attributors: new Map(
      allTargets(cutOffs).map((target) => [
        target,
        createAttributor(model, interpolateReference(model, target), adjusted),
      ]),
    ),
  };
};

type Mismatch = (problem: Text) => Error;

const plannedSource = (source: Model['inputs'][number]['source'], mismatch: Mismatch): PlannedFeature['source'] => {
  if ('feature' in source) {
    throw mismatch({
      zh: `特征 ${source.feature} 来自事件数据，此处没有`,
      en: `feature ${source.feature} comes from events, which are not at hand`,
    });
  }
  return source;
};

/** A policy and a model that use one name must mean one thing by it. */
const checkSameSource = (feature: FeatureDefinition, inputs: readonly PlannedFeature[], mismatch: Mismatch): void => {
  const input = inputs.find(({ name }) => name === feature.name);
  if (input && toCanonicalJson(input.source) !== toCanonicalJson(feature.source)) {
    throw mismatch({
      zh: `特征 ${feature.name} 在数据字典中的定义不同`,
      en: `feature ${feature.name} is defined differently in the dictionary`,
    });
  }
};

/** The columns the model reads, then those only the policy's features read. */
const joinColumns = (
  model: Model,
  extra: readonly FeatureDefinition[],
  dictionary: FeatureSet | null,
  mismatch: Mismatch,
): ColumnDefinition[] => {
  const known = new Map(dictionary?.columns.map((column) => [column.name, column]));
  const own = model.columns.map((column) => mergeColumn(column, known.get(column.name), mismatch));
  const names = extra.flatMap(({ source }) => ('column' in source ? [source.column] : namedColumns(source.derivation)));
  const others = [...new Set(names)].filter((name) => !own.some((column) => column.name === name));
  return [...own, ...others.flatMap((name) => known.get(name) ?? [])];
};

const mergeColumn = (
  column: ModelColumn,
  known: ColumnDefinition | undefined,
  mismatch: Mismatch,
): ColumnDefinition => {
  const { name, source, decimals, codes } = column;
  const seen = column.categories?.map(({ value }) => value) ?? null;
  if (!known) return { name, source, decimals, codes, categories: seen, minimum: null, maximum: null };
  const differs = known.decimals !== decimals || toCanonicalJson(known.codes) !== toCanonicalJson(codes);
  if (differs || (known.categories === null) !== (seen === null)) {
    throw mismatch({
      zh: `列 ${name} 在数据字典中的读法不同`,
      en: `column ${name} is read differently in the dictionary`,
    });
  }
  const categories = seen && [...seen, ...(known.categories ?? []).filter((value) => !seen.includes(value))];
  return { ...known, source, categories };
};

const categoriesOf = (
  source: Model['inputs'][number]['source'],
  columns: readonly ColumnDefinition[],
): readonly string[] | null =>
  'column' in source ? (columns.find(({ name }) => name === source.column)?.categories ?? null) : null;

const createVocabulary = (
  named: readonly FeatureDefinition[],
  signalKinds: readonly string[],
  plans: readonly FeaturePlan[],
): Vocabulary => {
  const fields = named.map((feature): Field => {
    const index = Math.max(...plans.map((plan) => plan.indexOfFeature(feature.name)));
    const name = `features.${feature.name}`;
    const read: Field['read'] = (facts) => facts.features[index] as number;
    if (feature.type === 'category') {
      const values = plans[0]?.columns.find((column) => column.name === feature.name)?.categories ?? [];
      return { kind: 'choice', name, values, ordered: false, read };
    }
    return { kind: 'number', name, decimals: feature.decimals, unit: feature.unit, codes: feature.codes, read };
  });
  return new Map([...fields, ...signalKinds.map(signalField), ...scoreFields].map((field) => [field.name, field]));
};
