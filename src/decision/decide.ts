import { toProbability } from '../arithmetic.ts';
import type {
  AppliedAdjustment,
  Decision,
  Override,
  PreviousTier,
  Purpose,
  RuleHit,
  ScoreBlock,
  SeenSignal,
  Warning,
} from '../domain/decision.ts';
import { Tier, tierRank } from '../domain/ordered.ts';
import { listReasons, nameScoreReasons, type ScoreReasons } from '../explanation/reasons.ts';
import { civilDay, daysBetween } from '../features/civil-day.ts';
import { toPoints } from '../model/scale.ts';
import { settleOutcome, wouldChange } from '../policy/outcome.ts';
import { evaluateRules, findNearest, rulesInForce } from '../policy/rules.ts';
import { appliedCutOff, holdFall, tierOf } from '../policy/tiers.ts';
import { type Assessment, addInterval, addRuleFeatures, assessRow, roomOf, scoreRow } from './assess.ts';
import type { DecisionPlan } from './plan.ts';
import type { ReadRow } from './row.ts';
import { addSignals, keepSignals, toSignalHits } from './seen-signals.ts';

/** Everything a decision depends on beside the plan; stored with it and replayed. */
export interface DecisionInputs {
  readonly decisionId: string;
  readonly customerRef: string;
  readonly purpose: Purpose;
  readonly segment: string | null;
  readonly asOf: string;
  readonly decidedAt: string;
  readonly timeZone: string;
  /** `defaulted` and `degraded` get no score: rules and the policy's floor decide. */
  readonly state: Decision['state'];
  readonly read: ReadRow;
  /** Applications have none: a new application has no tier to fall from. */
  readonly previous: PreviousTier | null;
  readonly override: Override | null;
  /** What is known of the customer's signals, by kind. */
  readonly signals: readonly SeenSignal[];
  /** Present where the customer is made up: the decision says so. */
  readonly simulated?: true | undefined;
}

/**
 * One decision: features, score, tiers, rules, override and reasons, from its inputs alone. The same inputs give the
 * same decision to the last bit.
 */
export const decide = (plan: DecisionPlan, inputs: DecisionInputs): Decision => {
  const { policy, model } = plan;
  const previous = inputs.purpose === 'application' ? null : inputs.previous;
  const assessment = roomOf(plan);
  assessment.row.set(inputs.read.row);
  const scored = inputs.state === 'scored' ? scoreDecision(plan, assessment, previous) : null;
  if (!scored) blankScore(plan, assessment);
  addRuleFeatures(plan, assessment);
  const signals = keepSignals(plan, inputs.signals);
  addSignals(plan, assessment.facts, signals);
  /** In default the model gives no score, but its columns are what was looked at. */
  const named = inputs.state !== 'degraded';
  const floor = inputs.state === 'scored' ? null : policy.unscored[inputs.state];
  const modelTier = scored ? holdModelTier(scored, inputs, previous, policy.minimumStayDays) : null;
  assessment.facts.modelTier = modelTier === null ? Number.NaN : tierRank(modelTier);
  const standing = modelTier ?? floor?.tier ?? 'low';
  const standingAction = floor?.action ?? policy.actions[standing];
  const ruled = evaluateRules(rulesInForce(plan.rules, civilDay(inputs.decidedAt, inputs.timeZone)), assessment.facts);
  const { override, decidedAt } = inputs;
  const hits = [...ruled.hits.map(toRuleHit), ...toSignalHits(signals)];
  const settled = { tier: standing, action: floor?.action ?? 'pass', hits, override, decidedAt };
  const outcome = settleOutcome(settled, policy.actions);
  return {
    schema: 1,
    decisionId: inputs.decisionId,
    customerRef: inputs.customerRef,
    purpose: inputs.purpose,
    segment: inputs.segment,
    asOf: inputs.asOf,
    decidedAt: inputs.decidedAt,
    timeZone: inputs.timeZone,
    state: inputs.state,
    values: { columns: inputs.read.columns, features: keepFeatures(plan, assessment) },
    score: scored?.block ?? null,
    previous,
    tier: { final: outcome.tier, model: modelTier },
    action: outcome.action,
    rules: {
      hits: ruled.hits,
      nearest: findNearest(ruled.silent, assessment.facts, (raises) =>
        wouldChange({ inputs: settled, outcome }, raises, policy.actions),
      ),
      notEvaluable: ruled.notEvaluable,
    },
    adjustments: scored ? listAdjustments(plan, assessment) : [],
    override: inputs.override && outcome.override ? { id: inputs.override.id, outcome: outcome.override } : null,
    lane: null,
    signals: [...signals],
    ...(inputs.simulated ? { simulated: true as const } : {}),
    reasons: listReasons(
      {
        state: inputs.state,
        scoreTier: scored?.block.tier ?? null,
        modelTier: standing,
        modelAction: standingAction,
        base: outcome.base,
        hits,
        override: inputs.override && {
          id: inputs.override.id,
          kind: inputs.override.kind,
          applied: outcome.override === 'applied',
        },
      },
      scored?.named.reasons ?? [],
    ),
    mitigating: scored?.named.mitigating ?? [],
    edge: scored ? measureEdge(plan, assessment.microLogits, previous) : [],
    warnings: listWarnings(plan, assessment, inputs),
    versions: {
      dictionary: plan.dictionary,
      model: named ? { fingerprint: model.fingerprint, name: model.name, version: model.version } : null,
      policy: { fingerprint: plan.policyFingerprint, name: policy.name, version: policy.version },
    },
  };
};

const toRuleHit = ({ id, tier, action }: RuleHit) => ({ kind: 'rule', code: id, id, tier, action }) as const;

const rankOf = (previous: PreviousTier | null): number => (previous ? tierRank(previous.tier) : -1);

const scoreDecision = (
  plan: DecisionPlan,
  assessment: Assessment,
  previous: PreviousTier | null,
): { block: ScoreBlock; named: ScoreReasons } => {
  assessRow(plan, assessment, rankOf(previous));
  addInterval(plan, assessment);
  const { microLogits, facts, target, cells } = assessment;
  const references = plan.attributors.get(target)?.reference.microLogits ?? [];
  const block: ScoreBlock = {
    bins: [...assessment.bins],
    contributions: references.map((reference, term) => (cells[term] as number) - reference),
    cutOffMicroLogits: assessment.cutOff,
    lowerMicroLogits: facts.lowerMicroLogits,
    lowerProbability: toProbability(facts.lowerMicroLogits),
    microLogits,
    points: toPoints(microLogits, plan.model.scale),
    probability: toProbability(microLogits),
    referenceMicroLogits: target,
    references: [...references],
    tier: tierOf(assessment.reached),
    upperMicroLogits: facts.upperMicroLogits,
    upperProbability: toProbability(facts.upperMicroLogits),
  };
  return { block, named: nameScoreReasons(plan.model, assessment.attribution, plan.adjustments) };
};

/** What each adjustment in force added, 0 among them: it too is what the decision was made with. */
const listAdjustments = ({ adjustments, model }: DecisionPlan, { attribution }: Assessment): AppliedAdjustment[] =>
  adjustments.map(({ name, fingerprint }, place) => ({
    fingerprint,
    microLogits: attribution.groups[model.groups.length + place] as number,
    name,
  }));

/** Without a score the rules still see the features; every field of the score is unknown. */
const blankScore = (plan: DecisionPlan, assessment: Assessment): void => {
  scoreRow(plan, assessment);
  assessment.facts.microLogits = Number.NaN;
  assessment.facts.lowerMicroLogits = Number.NaN;
  assessment.facts.upperMicroLogits = Number.NaN;
};

const holdModelTier = (
  { block }: { block: ScoreBlock },
  { decidedAt, timeZone }: DecisionInputs,
  previous: PreviousTier | null,
  minimumStayDays: number,
): Tier => {
  const stood = previous && {
    rank: tierRank(previous.tier),
    stoodDays: daysBetween(civilDay(previous.since, timeZone), civilDay(decidedAt, timeZone)),
  };
  return tierOf(holdFall(tierRank(block.tier), stood, minimumStayDays));
};

const keepFeatures = ({ features, ruleFeatures }: DecisionPlan, { facts }: Assessment): (number | string | null)[] =>
  [...features.features, ...ruleFeatures.features].map(({ source }, index) => {
    const value = facts.features[index] as number;
    if (Number.isNaN(value)) return null;
    const categories = 'column' in source ? features.columns[features.indexOfColumn(source.column)]?.categories : null;
    return categories ? (categories[value] ?? null) : value;
  });

const measureEdge = ({ cutOffs }: DecisionPlan, microLogits: number, previous: PreviousTier | null): Decision['edge'] =>
  Tier.options.slice(1).map((tier) => {
    const cutOffMicroLogits = appliedCutOff(cutOffs, tierRank(tier), rankOf(previous));
    return { cutOffMicroLogits, distanceMicroLogits: microLogits - cutOffMicroLogits, tier };
  });

const listWarnings = (
  plan: DecisionPlan,
  { overflow, target }: Assessment,
  { read, state }: DecisionInputs,
): Warning[] => [
  ...read.warnings,
  ...(overflow ? [{ code: 'overflow', field: null } as const] : []),
  ...(state === 'scored' && plan.attributors.get(target)?.reference.outsideGrid
    ? [{ code: 'outside_reference_grid', field: null } as const]
    : []),
];
