import type { Explain, PredictAnswer } from '../contract/predict.ts';
import { findFlip } from '../decision/flip.ts';
import { restoreRow } from '../decision/row.ts';
import type { Decision, Reason, ScoreBlock } from '../domain/decision.ts';
import type { ArtifactRef } from '../domain/model.ts';
import { tierRank } from '../domain/ordered.ts';
import type { Locale } from '../domain/text.ts';
import { nameBin } from '../explanation/scorecard-table.ts';
import { wordAdjustment, wordMitigating, wordReason, wordRule } from '../explanation/wording.ts';
import type { LivePlan } from './live-artifacts.ts';
import { originOf } from './open-plan.ts';

/** How a caller wants a decision told. */
export interface AnswerOptions {
  readonly locale: Locale;
  readonly explain: Explain;
}

/**
 * A stored decision as the caller reads it: everything from the decision and the artifacts it names. Its keys stand in an
 * order of their own, so that a decision just made and the same read again are the same bytes.
 */
export const renderAnswer = (decision: Decision, live: LivePlan, { locale, explain }: AnswerOptions): PredictAnswer => {
  const { score, versions, rules } = decision;
  const { model, policy, adjustments } = live.plan;
  const wordbook = { model, policy, adjustments, signals: decision.signals };
  const messageOf = (id: string) => wordRule(id, wordbook)[locale];
  return {
    decisionId: decision.decisionId,
    customerRef: decision.customerRef,
    decidedAt: decision.decidedAt,
    asOf: decision.asOf,
    state: decision.state,
    purpose: decision.purpose,
    segment: decision.segment,
    model: versions.model && nameVersion(versions.model),
    policy: nameVersion(versions.policy),
    probability: score?.probability ?? null,
    interval: score && { lower: score.lowerProbability, upper: score.upperProbability },
    microLogits: score?.microLogits ?? null,
    points: score?.points ?? null,
    tier: { model: decision.tier.model, final: decision.tier.final },
    action: decision.action,
    rules: {
      hits: rules.hits.map(({ id, tier, action, notify, seen }) => {
        const message = messageOf(id);
        return { id, tier, action, notify, seen, message };
      }),
      notEvaluable: rules.notEvaluable.map(({ id, unknown }) => ({ id, unknown, message: messageOf(id) })),
      nearest: rules.nearest && {
        id: rules.nearest.id,
        comparisons: rules.nearest.comparisons,
        seen: rules.nearest.seen,
        message: messageOf(rules.nearest.id),
      },
    },
    ...(explain === 'none'
      ? {}
      : {
          reasons: decision.reasons.map((reason) => tellReason(reason, wordReason(reason, wordbook)[locale])),
          mitigating: decision.mitigating.map((factor) => tellReason(factor, wordMitigating(factor, wordbook)[locale])),
        }),
    ...(decision.adjustments.length === 0
      ? {}
      : {
          adjustments: decision.adjustments.map(({ name, fingerprint, microLogits }) => {
            const text = wordAdjustment(name, wordbook)[locale];
            return { name, fingerprint, microLogits, text };
          }),
        }),
    edge: decision.edge.map(({ tier, cutOffMicroLogits, distanceMicroLogits }) => ({
      tier,
      cutOffMicroLogits,
      distanceMicroLogits,
    })),
    ...(decision.simulated || originOf(live)?.source.synthetic ? { simulated: true } : {}),
    warnings: decision.warnings,
    ...(explain === 'full' ? { explanation: score && explainWhole({ decision, score, live, locale }) } : {}),
  };
};

const nameVersion = ({ name, version, fingerprint }: ArtifactRef): ArtifactRef => ({ name, version, fingerprint });

const tellReason = ({ kind, code, microLogits, input }: Reason, text: string) => ({
  kind,
  code,
  microLogits,
  input,
  text,
});

interface Whole {
  readonly decision: Decision;
  readonly score: ScoreBlock;
  readonly live: LivePlan;
  readonly locale: Locale;
}

/** Every contribution against the reference, their sum with what adjustments added, and the smallest change of one input that would flip the tier. */
const explainWhole = ({ decision, score, live, locale }: Whole): NonNullable<PredictAnswer['explanation']> => {
  const { model } = live.plan;
  const contributions = model.terms.map((term, index) => ({
    inputs: term.inputs.map((place) => describeInput({ decision, score, live, locale }, place)),
    microLogits: score.contributions[index] as number,
    referenceMicroLogits: score.references[index] as number,
  }));
  return {
    referenceMicroLogits: score.referenceMicroLogits,
    contributions,
    sumMicroLogits: [...contributions, ...decision.adjustments].reduce((sum, { microLogits }) => sum + microLogits, 0),
    flip: describeFlip(live, decision),
  };
};

const describeInput = ({ decision, score, live, locale }: Whole, place: number) => {
  const input = live.plan.model.inputs[place] as (typeof live.plan.model.inputs)[number];
  const value = decision.values.features[place] ?? null;
  return {
    name: input.name,
    label: input.label[locale],
    value: toNatural(value, input.decimals),
    bin: nameBin(input, score.bins[place] as number, locale),
  };
};

const describeFlip = (live: LivePlan, decision: Decision): NonNullable<PredictAnswer['explanation']>['flip'] => {
  const { plan } = live;
  const standing = decision.previous ? tierRank(decision.previous.tier) : -1;
  const flip = findFlip(plan, restoreRow(plan, decision.values.columns), standing);
  if (!flip) return null;
  const decimals = plan.model.columns.find(({ name }) => name === flip.column)?.decimals ?? 0;
  const { column, from, to, change, tier, share } = flip;
  return { field: column, from: toNatural(from, decimals), to: toNatural(to, decimals), change, tier, share };
};

const toNatural = (value: number | string | null, decimals: number): number | string | null =>
  typeof value === 'number' ? value / 10 ** decimals : value;
