import { z } from 'zod';

/** Risk tier (风险等级), mildest first: the order is the severity. */
export const Tier = z.enum(['low', 'medium', 'high']);
export type Tier = z.infer<typeof Tier>;

/** What is done with a customer or an application, mildest first: the order is the severity. */
export const Action = z.enum(['pass', 'monitor', 'review', 'restrict', 'reject']);
export type Action = z.infer<typeof Action>;

/** The strictest of some values of an ordered list; the mildest where there is none. */
const strictest =
  <Value extends string>(mildestFirst: readonly [Value, ...Value[]]) =>
  (...values: readonly Value[]): Value =>
    mildestFirst.findLast((value) => values.includes(value)) ?? mildestFirst[0];

export const strictestTier = strictest(Tier.options as [Tier, ...Tier[]]);
export const strictestAction = strictest(Action.options as [Action, ...Action[]]);

/** Rank of a tier: 0 for the mildest. */
export const tierRank = (tier: Tier): number => Tier.options.indexOf(tier);

/** Rank of an action: 0 for the mildest. */
export const actionRank = (action: Action): number => Action.options.indexOf(action);
