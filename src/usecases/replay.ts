import { decide } from '../decision/decide.ts';
import { type DecisionSections, joinDecision, splitDecision } from '../decision/parts.ts';
import type { DecisionPlan } from '../decision/plan.ts';
import { restoreRow } from '../decision/row.ts';
import type { Decision } from '../domain/decision.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import type { Database } from '../store/database.ts';
import { readParts } from './decisions.ts';
import type { OpenedPlan } from './open-plan.ts';
import { type Naming, openRegistered, toNames } from './register.ts';

/** What a replay found. */
export type Replayed =
  | { readonly outcome: 'same' }
  | { readonly outcome: 'different'; readonly fields: readonly string[] }
  | { readonly outcome: 'erased' };

/** Binds the artifacts a decision names. */
export type PlanOf = (decision: Naming) => Promise<OpenedPlan>;

/**
 * Decides again from what was stored and compares, field by field, to the last bit.
 * @param planOf where bound plans are at hand; else they are bound anew from the database
 * @throws decision_missing, artifact_missing
 */
export const replayDecision = async (
  database: Database,
  decisionId: string,
  planOf: PlanOf = (decision) => openRegistered(database, toNames(decision)),
): Promise<Replayed> => {
  const { record, sections } = await readParts(database, decisionId);
  if (!sections) return { outcome: 'erased' };
  const stored = joinDecision({ record, sections });
  const { plan } = await planOf(stored);
  const again = decideAgain(plan, stored, sections);
  const fields = (Object.keys(stored) as (keyof Decision)[]).filter(
    (field) => toCanonicalJson(stored[field]) !== toCanonicalJson(again[field]),
  );
  return fields.length === 0 ? { outcome: 'same' } : { outcome: 'different', fields };
};

const decideAgain = (plan: DecisionPlan, stored: Decision, { inputs }: DecisionSections): Decision => {
  const again = decide(plan, {
    ...stored,
    read: {
      row: restoreRow(plan, stored.values.columns),
      columns: stored.values.columns,
      warnings: stored.warnings.filter(({ field }) => field !== null),
    },
    override: inputs.override,
  });
  return joinDecision(JSON.parse(JSON.stringify(splitDecision(again, inputs.override))));
};
