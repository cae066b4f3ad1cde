import { tierRank } from '../domain/ordered.ts';
import { baseOutcome, type Outcome } from '../policy/outcome.ts';
import { type CompiledRule, fireRules, rulesInForce } from '../policy/rules.ts';
import { tierOf } from '../policy/tiers.ts';
import { type Assessment, addInterval, addRuleFeatures } from './assess.ts';
import type { DecisionPlan } from './plan.ts';

/** What model and rules come to for one row, and the rules that fired. */
export interface SettledRow {
  readonly outcome: Outcome['base'];
  readonly hits: readonly CompiledRule['raises'][];
}

/**
 * Prepares tier and action of rows in bulk, each a new application: without previous tier, person and the rest of a
 * decision.
 * @param day civil day on which the rules are read
 * @returns takes a row that was scored and whose `reached` tier is known
 */
export const createRowSettler = (plan: DecisionPlan, day: string): ((assessment: Assessment) => SettledRow) => {
  const rules = rulesInForce(plan.rules, day);
  const needsInterval = rules.some(({ fields }) => fields.some(({ name }) => /^score\.(lower|upper)/.test(name)));
  return (assessment) => {
    addRuleFeatures(plan, assessment);
    if (needsInterval) addInterval(plan, assessment);
    const tier = tierOf(assessment.reached);
    assessment.facts.modelTier = tierRank(tier);
    const hits = fireRules(rules, assessment.facts);
    return { outcome: baseOutcome({ tier, action: 'pass', hits }, plan.policy.actions), hits };
  };
};
