import { type Attribution, createAttribution } from '../explanation/attribution.ts';
import { appliedCutOff, reachedRank, targetScore } from '../policy/tiers.ts';
import type { Facts } from '../policy/vocabulary.ts';
import type { DecisionPlan } from './plan.ts';

/** Room for one row on its way from columns to score and reasons; reused from row to row. */
export interface Assessment {
  /** Raw columns, integers in the plan's order; NaN = missing. Filled by the caller. */
  readonly row: Float64Array;
  readonly bins: Int32Array;
  /** Each term's cell, then those of the adjustments. */
  readonly cells: Float64Array;
  readonly attribution: Attribution;
  /** Feature values and score as the rules see them. */
  readonly facts: Facts;
  microLogits: number;
  /** Rank of the tier the score reaches by itself. */
  reached: number;
  cutOff: number;
  target: number;
  /** An intermediate of a derived feature reached 2^53. */
  overflow: boolean;
}

/** Room for assessing rows of a plan. */
export const createAssessment = ({
  model,
  terms,
  adjusted,
  features,
  ruleFeatures,
  signalKinds,
}: DecisionPlan): Assessment => ({
  row: new Float64Array(features.columns.length),
  bins: new Int32Array(model.inputs.length),
  cells: new Float64Array(terms.length),
  attribution: createAttribution(model, adjusted.length),
  facts: {
    features: new Float64Array(features.features.length + ruleFeatures.features.length),
    microLogits: 0,
    lowerMicroLogits: 0,
    upperMicroLogits: 0,
    modelTier: 0,
    signals: new Float64Array(signalKinds.length).fill(Number.NaN),
  },
  microLogits: 0,
  reached: 0,
  cutOff: 0,
  target: 0,
  overflow: false,
});

/** One room a plan: a decision is made in one go and takes nothing of the room along. */
const rooms = new WeakMap<DecisionPlan, Assessment>();

/** The room of a plan. */
export const roomOf = (plan: DecisionPlan): Assessment => {
  const known = rooms.get(plan);
  if (known) return known;
  const room = createAssessment(plan);
  rooms.set(plan, room);
  return room;
};

/** Scores the row of an assessment: features, bins, cells, score; allocates nothing. */
export const scoreRow = ({ features, encode, tables }: DecisionPlan, assessment: Assessment): number => {
  const { row, bins, facts } = assessment;
  assessment.overflow = features.compute(row, facts.features);
  encode(facts.features, bins);
  assessment.microLogits = tables.score(bins, assessment.cells);
  facts.microLogits = assessment.microLogits;
  return assessment.microLogits;
};

/**
 * Scores the row and divides the score among inputs and reason groups, against the boundary that applies to the tier the
 * score reaches; allocates nothing.
 * @param previousRank rank of the previous model tier, -1 where there is none
 */
export const assessRow = (plan: DecisionPlan, assessment: Assessment, previousRank: number): void => {
  const microLogits = scoreRow(plan, assessment);
  const { cutOffs } = plan;
  const reached = reachedRank(cutOffs, microLogits, previousRank);
  assessment.reached = reached;
  assessment.cutOff = appliedCutOff(cutOffs, Math.max(reached, 1), previousRank);
  assessment.target = targetScore(cutOffs, reached, previousRank);
  plan.attributors.get(assessment.target)?.attribute(assessment.cells, assessment.attribution);
};

/** Adds the features that only rules look at; score and reasons do without them. */
export const addRuleFeatures = ({ ruleFeatures }: DecisionPlan, assessment: Assessment): void => {
  const overflow = ruleFeatures.compute(assessment.row, assessment.facts.features);
  assessment.overflow = assessment.overflow || overflow;
};

/** Adds the 90% interval, which only rules over its ends and full decisions need. */
export const addInterval = ({ tables }: DecisionPlan, { bins, facts, microLogits }: Assessment): void => {
  const half = tables.halfWidth(bins);
  facts.lowerMicroLogits = microLogits - half;
  facts.upperMicroLogits = microLogits + half;
};
