import { Tier } from '../domain/ordered.ts';
import { auc } from '../metrics/discrimination.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { readFirstDecisions } from '../store/demo-customers.ts';

/** Customers, and how many of them defaulted. */
export interface Counted {
  readonly customers: number;
  readonly defaulted: number;
}

/** What became of a demo's customers, beside what was decided for them. */
export interface Unveiled {
  readonly all: Counted;
  /** By the final tier of the first decision for each. */
  readonly tiers: Readonly<Record<Tier, Counted>>;
  /** Customers in default already, who get no score. */
  readonly unscored: Counted;
  /** Of the scores of the others; null where a class is absent. */
  readonly auc: number | null;
}

/** Holds the first decision for each customer of a demo against the truth. @param bad who defaulted */
export const unveilDemo = async ({ pool }: Pick<Database, 'pool'>, bad: ReadonlySet<string>): Promise<Unveiled> => {
  const decisions = await orDatabaseFault(readFirstDecisions(pool));
  const count = (chosen: typeof decisions): Counted => ({
    customers: chosen.length,
    defaulted: chosen.filter(({ customerId }) => bad.has(customerId)).length,
  });
  const ofTier = (tier: Tier) => [tier, count(decisions.filter((each) => each.tier === tier))] as const;
  const scored = decisions.flatMap(({ customerId, microLogits }) =>
    microLogits === null ? [] : [{ microLogits, label: Number(bad.has(customerId)) }],
  );
  return {
    all: count(decisions),
    tiers: Object.fromEntries(Tier.options.map(ofTier)) as Record<Tier, Counted>,
    unscored: count(decisions.filter(({ microLogits }) => microLogits === null)),
    auc: auc(
      scored.map(({ microLogits }) => microLogits),
      scored.map(({ label }) => label),
    ),
  };
};
