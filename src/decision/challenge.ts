import type { PreviousTier } from '../domain/decision.ts';
import { type Tier, tierRank } from '../domain/ordered.ts';
import { reachedRank, tierOf } from '../policy/tiers.ts';
import { roomOf, scoreRow } from './assess.ts';
import type { DecisionPlan } from './plan.ts';
import type { RawFields, ReadRow } from './row.ts';

/** What a challenger makes of a row that another model decided. */
export interface Challenge {
  readonly microLogits: number;
  /** The tier that the score itself reaches. */
  readonly tier: Tier;
}

/**
 * Scores a row by a challenger's plan; nothing of the score is explained, and no rule is asked.
 * @param previous the tier that the decision started from, so that both are measured from one
 */
export const challenge = (plan: DecisionPlan, { row }: ReadRow, previous: PreviousTier | null): Challenge => {
  const room = roomOf(plan);
  room.row.set(row);
  const microLogits = scoreRow(plan, room);
  const rank = previous ? tierRank(previous.tier) : -1;
  return { microLogits, tier: tierOf(reachedRank(plan.cutOffs, microLogits, rank)) };
};

/** Of raw fields those a plan reads, so that a challenger does not refuse what only others know. */
export const pickFields = ({ features }: DecisionPlan, fields: RawFields): RawFields =>
  Object.fromEntries(
    features.columns.flatMap(({ name, source }) => {
      const found = [name, source].find((each) => Object.hasOwn(fields, each));
      return found === undefined ? [] : [[name, fields[found] ?? null]];
    }),
  );

/**
 * What a challenger read beside the columns that the decision keeps, so that its score can be made again.
 * @returns null where the decision keeps all of it
 */
export const furtherValues = (
  { features }: DecisionPlan,
  { columns }: ReadRow,
  decided: DecisionPlan,
): Readonly<Record<string, number | string | null>> | null => {
  const kept = new Set(decided.features.columns.map(({ name }) => name));
  const further = features.columns.flatMap(({ name }, index) =>
    kept.has(name) ? [] : [[name, columns[index] ?? null] as const],
  );
  return further.length === 0 ? null : Object.fromEntries(further);
};
